//! Every element that pages are made of, on one page: to see how they look, and with which keys
//! they are reached.

use axum::response::Response;
use books::reports::{Cell, Column, ColumnKind};
use domain::money::{Currency, Money};
use maud::{Markup, html};

use crate::html::{Frame, Link, aging_chart, empty, field, pager, sum, table};
use crate::pages::shown;
use crate::session::Signed;

/// Keys and what they do.
const KEYS: &[(&str, &str)] = &[
    ("/", "search over customers, vendors and documents"),
    (
        "g h",
        "home; g and the letter of a place leads there: c cash desk, u customers, a aging",
    ),
    ("j k", "next and previous row; Enter opens it"),
    ("r", "cash desk: apply cash now"),
    ("1 2 3", "cash desk: accept a proposal"),
    ("a", "cash desk: change or divide"),
    ("p", "cash desk: park on account"),
    ("u", "cash desk: undo"),
    ("n", "cash desk: write a note; documents: issue one"),
    ("v", "cash desk: all lines, or what waits"),
    ("Esc", "out of a field"),
];

const COLUMNS: &[Column] = &[
    column("number", ColumnKind::Text),
    column("due_on", ColumnKind::Date),
    column("days", ColumnKind::Count),
    column("open", ColumnKind::Money),
];

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind }
}

/// The page.
pub(crate) async fn show(signed: Signed) -> Response {
    let euro = Currency::parse("EUR").expect("EUR is a currency");
    let body = html! {
        h2 #keys { "Keys" }
        dl.facts { @for (keys, words) in KEYS {
            dt { @for key in keys.split(' ') { kbd { (key) } " " } } dd { (words) }
        } }
        h2 { "Amounts" }
        p { (sum(Money::new(123_456_789, euro))) ", " (sum(Money::new(-4_250, euro))) ", "
            (sum(Money::zero(euro))) }
        h2 { "Table" }
        (table(COLUMNS, &rows(euro), &[], &[Link { shown: "number", by: "number", path: "/search?q=" }]))
        (pager("/components", &[], Some("next")))
        h2 { "Chart" }
        div.cards.charts { div.card { h2 { "Aging, EUR" } (chart(euro)) } }
        h2 { "Said to people" }
        p.told role="status" { "Applied." }
        div.refused { p { strong { "Period 2026-01 is closed." } }
            p { "What to do: issue on 2026-02-01 or later, or reopen the period." } }
        p { span.good { "kept" } ", " span.warn { "overdue" } ", " span.bad { "broken" } }
        h2 { "Form" }
        (form())
        h2 { "Nothing there" }
        (empty("No bank account yet", "They appear with the first statement."))
        h2 { "Evidence" }
        ul {
            li.evidence-for { "The invoice number is quoted" }
            li.evidence-against { "The amount is another" }
            li.evidence-absent { "No name was sent" }
        }
    };
    let frame = Frame::new("Shortcuts", "/components");
    shown(&signed, Ok(frame.page(&signed, &body)))
}

fn rows(euro: Currency) -> Vec<Vec<Cell>> {
    let row = |number: &str, due: Cell, days: i64, open: i64| {
        let open = Cell::Money(Money::new(open, euro));
        vec![Cell::from(number), due, Cell::Count(days), open]
    };
    let day = |text: &str| text.parse().map_or(Cell::Empty, Cell::Date);
    vec![
        row("INV-1001", day("2025-02-09"), 50, 11_900),
        row("CM-7", day("2025-03-01"), 0, -1_950),
        row("TOTAL", Cell::Empty, 50, 9_950),
    ]
}

fn chart(euro: Currency) -> Markup {
    let bars = [
        ("Not due", 820_000),
        ("1–30 days", 310_000),
        ("31–60 days", 120_000),
        ("61–90 days", 45_000),
        ("over 90 days", 9_000),
        ("Unapplied", -60_000),
    ];
    let bars = bars.map(|(label, minor)| (label, Money::new(minor, euro)));
    aging_chart("Aging of the example, EUR", &bars)
}

fn form() -> Markup {
    html! {
        div.inline {
            (field("Amount", "amount", "text", "12,5O", "`12,5O` is no amount; write it like 500.00"))
            label.field { span { "Role" } select name="role" { option { "Cash application" } option { "Auditor" } } }
            label.field { span { "As of" } input type="date" name="as_of" value="2025-03-31"; }
            p { button.main type="button" { "Accept " kbd { "1" } } " "
                button type="button" { "Park" } " " button.quiet type="button" { "Withdraw" } " "
                a.button href="/components" { "A link" } }
        }
    }
}
