//! Documents by hand: lines or one amount, looked at with their entry, then issued.
//!
//! What would be posted is shown first. Issuing posts only what was shown: where anything was
//! changed since, the entry is shown again instead.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use books::approvals::{self, Wish};
use books::documents::{Content, Issuing, NewDocument, issue_or_ask, typed_line};
use books::{Outcome, Work, access, ledger};
use domain::access::{Area, Verb, area_of};
use domain::calendar::Date;
use domain::documents::{DocumentKind, DocumentReferences, TradeLine};
use domain::money::{Currency, Money};
use maud::{Markup, html};
use serde_json::{Map, Value as Json};

use crate::app::{App, Door, read, write};
use crate::html::form::{self, Cell, InRow};
use crate::html::{Ahead, Form, Frame, Sent, Tried, csrf, empty};
use crate::pages::reports::NotAValue;
use crate::pages::{At, done, refused, shown_again};
use crate::session::{Fields, Posted, Signed};

/// Where the page is, and where its form is sent.
pub(crate) const NEW: &str = "/documents/new";

/// Kinds that are issued by hand, and whether they have lines.
const KINDS: &[(DocumentKind, bool)] = &[
    (DocumentKind::Invoice, true),
    (DocumentKind::DebitMemo, true),
    (DocumentKind::CreditMemo, true),
    (DocumentKind::Receipt, false),
    (DocumentKind::Refund, false),
    (DocumentKind::WriteOff, false),
    (DocumentKind::Bill, true),
    (DocumentKind::VendorDebitMemo, true),
    (DocumentKind::VendorCredit, true),
    (DocumentKind::Payment, false),
    (DocumentKind::VendorRefund, false),
    (DocumentKind::PayableWriteOff, false),
];

/// Kinds whose number the other side printed.
const NUMBERED: &[DocumentKind] = &[
    DocumentKind::Bill,
    DocumentKind::VendorDebitMemo,
    DocumentKind::VendorCredit,
];

/// Kinds whose other side stands on no bank account.
const GIVEN_UP: &[DocumentKind] = &[DocumentKind::WriteOff, DocumentKind::PayableWriteOff];

/// Lines of an empty form, and how many more are added at once.
const LINES: usize = 4;
const MOST_LINES: usize = 200;

/// May the actor issue documents of some kind?
pub(crate) fn may_any(work: &mut Work<'_>) -> Outcome<bool> {
    Ok(!allowed(work)?.is_empty())
}

/// Are documents of this kind issued by hand?
pub(crate) fn is_issued(code: &str) -> bool {
    KINDS.iter().any(|(kind, _)| kind.code() == code)
}

/// May the actor issue documents of a kind, or ask for them?
pub(crate) fn may_issue(work: &mut Work<'_>, kind: DocumentKind) -> Outcome<bool> {
    access::may(work, area_of(kind), Verb::Do)
}

/// The kinds that the actor may issue or ask for.
fn allowed(work: &mut Work<'_>) -> Outcome<Vec<(DocumentKind, bool)>> {
    let mut kinds = Vec::new();
    for (kind, has_lines) in KINDS {
        if may_issue(work, *kind)? {
            kinds.push((*kind, *has_lines));
        }
    }
    Ok(kinds)
}

/// The empty form, begun with what a link names.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, &fields, None).await
}

async fn page(app: &Arc<App>, signed: &Signed, fields: &Fields, tried: Option<&Tried>) -> Response {
    let found = read(app, Door::Html, &signed.who, |work| {
        let may_post = access::may(work, Area::Journals, Verb::Do)?;
        Ok((allowed(work)?, may_post, ledger::plain_accounts(work)?))
    })
    .await;
    let (kinds, may_post, accounts) = match found {
        Ok(found) => found,
        Err(failure) => return refused(signed, failure),
    };
    let asked = DocumentKind::parse(fields.get("kind"));
    let chosen = match asked {
        Some(asked) => kinds.iter().find(|(kind, _)| *kind == asked),
        None => kinds.first(),
    };
    let title = match chosen {
        Some((kind, _)) => format!("New {}", kind.kind().title.to_lowercase()),
        None => "New document".to_owned(),
    };
    let today = app.today();
    let mark = signed.csrf();
    let body = html! {
        (choices(&kinds, chosen.map(|(kind, _)| *kind), fields.get("party")))
        @match chosen {
            None => {
                @if let Some(tried) = tried { (tried.beyond(&[])) }
                (empty("Nothing to issue here", "Your roles cannot issue documents of this kind; ask an administrator."))
            }
            Some((kind, has_lines)) => {
                (paper((*kind, *has_lines), (fields.get("party"), today), &accounts, (&mark, tried)))
            }
        }
    };
    let frame = Frame {
        actions: html! {
            a.button href="/documents" { "Documents" }
            @if may_post { a.button href="/journal/new" { "Journal entry" } }
        },
        ..Frame::new(&title, "/documents")
    };
    shown_again(signed, Ok(frame.page(signed, &body)), tried)
}

fn choices(kinds: &[(DocumentKind, bool)], chosen: Option<DocumentKind>, party: &str) -> Markup {
    let to = |kind: DocumentKind| {
        let party = match party {
            "" => String::new(),
            party => format!("&party={}", crate::html::encoded(party)),
        };
        format!("{NEW}?kind={}{party}", kind.code())
    };
    html! {
        @if 1 < kinds.len() {
            nav.choices aria-label="Kinds of documents" {
                @for (kind, _) in kinds {
                    a href=(to(*kind)) aria-current=[(chosen == Some(*kind)).then_some("page")] {
                        (kind.kind().title)
                    }
                }
            }
        }
    }
}

fn paper(
    (kind, has_lines): (DocumentKind, bool),
    (party, today): (&str, Date),
    accounts: &[(String, String)],
    (mark, tried): At<'_>,
) -> Markup {
    let form = Form::to(NEW, tried);
    let today = today.to_string();
    html! {
        form.card.paper method="post" action=(NEW) {
            (csrf(mark))
            input type="hidden" name="kind" value=(kind.code());
            (head(&form, (kind, has_lines), (party, &today)))
            @if has_lines { (lines(&form, accounts)) } @else { (amount(&form, kind)) }
            (form.input(form::text("Memo", "memo", 50)))
            (form.input(form::text("Why, for whoever approves it; the memo when empty", "reason", 50)))
            (form.look_first("Issue", &html! {
                @if has_lines { button name="act" value="lines" { "More lines" } }
            }))
        }
    }
}

/// Whom it is about and when.
fn head(
    form: &Form<'_>,
    (kind, has_lines): (DocumentKind, bool),
    (party, today): (&str, &str),
) -> Markup {
    let whom = match kind.kind().side {
        domain::documents::Side::Receivable => "Customer",
        domain::documents::Side::Payable => "Vendor",
    };
    // Whose money it is may not be known yet.
    let party = form::text(whom, "party", 14).holding(party);
    let party = if kind == DocumentKind::Receipt {
        party
    } else {
        party.needed()
    };
    let currency = form::text("Currency", "currency", 5).longest(3).like("EUR");
    html! {
        div.fields {
            (form.input(party))
            @if NUMBERED.contains(&kind) {
                (form.input(form::text("Number on the paper", "number", 16).needed()))
            }
            (form.input(form::day_field("Issued", "issued_on").holding(today).needed()))
            (form.input(form::day_field("Posted", "posted_on")))
            @if has_lines {
                (form.input(form::text("Terms", "terms", 14).like("2/10 NET30")))
                (form.input(form::day_field("Due", "due_on")))
                (form.input(currency))
            } @else {
                (form.input(currency.needed()))
            }
            (form.input(form::text("Rate", "rate", 10)))
            @if has_lines { (form.input(form::text("Purchase order", "purchase_order", 14))) }
            @if NUMBERED.contains(&kind) {
                (form.input(form::text("Why it is no duplicate", "no_duplicate", 20)))
            }
        }
        p.keys { "What is left empty: the day of issue, "
            @if has_lines { "terms and currency of the party, " }
            "the rate of the books." }
    }
}

fn amount(form: &Form<'_>, kind: DocumentKind) -> Markup {
    let has_bank = !GIVEN_UP.contains(&kind);
    html! {
        div.fields {
            (form.input(form::sum_field("Amount", "amount").needed()))
            @if has_bank {
                (form.input(form::text("Own bank account, if several", "bank", 14)))
            }
        }
        @if has_bank {
            p.keys { "Where the bank statement has brought the money already, it stands on 1095 "
                "Bank clearing: write 1095 as the bank account." }
        }
    }
}

/// The columns of a line: name, words, signs, whether it is a number.
const COLUMNS: [(&str, &str, u8, bool); 6] = [
    ("description", "What", 30, false),
    ("account", "Account", 8, false),
    ("quantity", "Quantity", 7, true),
    ("unit_price", "Price of one", 10, true),
    ("tax_rate", "Tax %", 5, true),
    ("tax_category", "Category", 4, false),
];

fn lines(form: &Form<'_>, accounts: &[(String, String)]) -> Markup {
    let count = form.count("unit_price").clamp(LINES, MOST_LINES);
    html! {
        div.scroll tabindex="0" role="region" aria-label="Lines" { table.plain.entry {
            thead { tr { @for (_, words, _, is_number) in COLUMNS {
                th.number[is_number] { (words) }
            } } }
            tbody { @for row in 0..count { tr {
                @for (name, words, size, is_number) in COLUMNS {
                    @let list = if name == "account" { ACCOUNTS } else { "" };
                    td { (form.cell((name, row), Cell {
                        label: &format!("{words} of line {}", row + 1), size, is_number, list })) }
                }
            } } }
        } }
        (chart(accounts))
        (form.of_group("lines"))
        p.keys { "Quantity 1 and tax 0 when empty; account 4000 Revenue or 5000 Purchases. Categories: S standard, Z zero, E exempt, AE reverse charge." }
    }
}

/// The id of the accounts to choose from.
pub(super) const ACCOUNTS: &str = "accounts";

/// The accounts to choose from.
pub(super) fn chart(accounts: &[(String, String)]) -> Markup {
    html! { datalist id=(ACCOUNTS) { @for (code, name) in accounts {
        option value=(code) { (code) " " (name) }
    } } }
}

/// Shows what would be posted, or issues it.
pub(crate) async fn act(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let signed = posted.signed.clone();
    let fields = posted.fields().clone();
    let act = posted.get("act").to_owned();
    let sent = Sent::of(NEW, &posted);
    let reason = posted.get("reason").to_owned();
    let acted = write(
        &app,
        Door::Html,
        &signed.who,
        &reason.clone(),
        move |work| {
            let kind = kind_of(&fields)?;
            let order = match act.as_str() {
                "lines" => return Ok(Acted::More),
                "check" | "do" => order(kind, &fields)?,
                text => return Err(NotAValue::of("act", text).into()),
            };
            let wish = Wish::Document(Box::new(order.clone()));
            let ahead = sent.preview(approvals::preview(work, &wish)?);
            if sent.agrees(&ahead) {
                let orders = std::slice::from_ref(&order);
                return Ok(Acted::Issued(issue_or_ask(work, orders, &reason)?));
            }
            Ok(Acted::Looked(ahead))
        },
    )
    .await;
    match acted {
        Ok(Acted::Issued(issued)) => told(&issued),
        Ok(Acted::Looked(ahead)) => {
            let tried = Tried::looked(NEW, &posted, ahead);
            page(&app, &signed, posted.fields(), Some(&tried)).await
        }
        Ok(Acted::More) => {
            let tried = Tried::with_more(NEW, &posted, "unit_price", LINES);
            page(&app, &signed, posted.fields(), Some(&tried)).await
        }
        Err(failure) => {
            let tried = Tried::of(NEW, &posted, failure);
            page(&app, &signed, posted.fields(), Some(&tried)).await
        }
    }
}

/// What became of the form.
enum Acted {
    More,
    Looked(Ahead),
    Issued(Issuing),
}

fn told(issued: &Issuing) -> Response {
    let warned = issued.warnings.join(" ");
    match issued.documents.first() {
        Some(document) => {
            let told = format!("{} is issued. {warned}", document.number);
            done(&format!("/documents/{}", document.id), told.trim())
        }
        None => done("/approvals", "It waits for approval by somebody else."),
    }
}

fn kind_of(fields: &Fields) -> Outcome<DocumentKind> {
    let text = fields.get("kind");
    let kind =
        DocumentKind::parse(text).filter(|kind| KINDS.iter().any(|(known, _)| known == kind));
    kind.ok_or_else(|| NotAValue::of("kind", text).into())
}

/// The order of a form.
fn order(kind: DocumentKind, fields: &Fields) -> Outcome<NewDocument> {
    let text = |name: &str| Some(fields.get(name).to_owned()).filter(|text| !text.is_empty());
    let currency = match fields.get("currency") {
        "" => None,
        code => Some(
            Currency::parse(&code.to_ascii_uppercase())
                .ok_or_else(|| NotAValue::of("currency", code))?,
        ),
    };
    let has_lines = KINDS
        .iter()
        .any(|(known, has_lines)| *known == kind && *has_lines);
    let content = if has_lines {
        Content::Lines(lines_of(fields)?)
    } else {
        let currency = currency.ok_or_else(|| NotAValue::of("currency", ""))?;
        let amount = fields.get("amount");
        let amount = Money::parse(amount, currency).map_err(|_| NotAValue::of("amount", amount))?;
        Content::Amount {
            amount,
            bank: text("bank"),
        }
    };
    Ok(NewDocument {
        kind,
        number: text("number"),
        party: text("party"),
        issued_on: parsed(fields, "issued_on")?.ok_or_else(|| NotAValue::of("issued_on", ""))?,
        posted_on: parsed(fields, "posted_on")?,
        terms: text("terms"),
        due_on: parsed(fields, "due_on")?,
        goods_received_on: None,
        currency,
        rate: parsed(fields, "rate")?,
        references: DocumentReferences {
            purchase_order: fields.get("purchase_order").to_owned(),
            memo: fields.get("memo").to_owned().into(),
            ..DocumentReferences::default()
        },
        no_duplicate: text("no_duplicate"),
        content,
    })
}

/// The value of a field; none where it is empty.
fn parsed<T: FromStr>(fields: &Fields, name: &'static str) -> Outcome<Option<T>> {
    match fields.get(name) {
        "" => Ok(None),
        text => {
            let value = text.parse().map(Some);
            Ok(value.map_err(|_| NotAValue::of(name, text))?)
        }
    }
}

/// The lines that were filled in; a number that is none is told with its row.
fn lines_of(fields: &Fields) -> Outcome<Vec<TradeLine>> {
    let mut lines = Vec::new();
    for row in 0..fields.all("unit_price").len().min(MOST_LINES) {
        let typed = COLUMNS.map(|(name, ..)| (name, fields.nth(name, row)));
        if typed.iter().all(|(_, text)| text.is_empty()) {
            continue;
        }
        let object: Map<String, Json> = typed
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).into()))
            .collect();
        let line = typed_line(&Json::Object(object)).map_err(|name| {
            let what = match fields.nth(name, row) {
                "" => "A number is wanted".to_owned(),
                text => format!("`{text}` is no number"),
            };
            InRow::of(name, row, what)
        })?;
        lines.push(line);
    }
    Ok(lines)
}
