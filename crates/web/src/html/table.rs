//! Tables: columns by their kind, numbers right, every row a way deeper.

use books::reports::{Cell, Column, ColumnKind, Table};
use maud::{Markup, html};

use crate::html::{cell, encoded, moment, role_title, sum, words};

/// Where a cell leads to: the column shown, the column that names the target, and the path.
#[derive(Clone, Copy)]
pub(crate) struct Link<'a> {
    /// The column that becomes a link.
    pub(crate) shown: &'static str,
    /// The column whose value goes into the path.
    pub(crate) by: &'static str,
    /// The path, to which the value is added.
    pub(crate) path: &'a str,
}

/// Rows of a list, without the columns that only programs need and those in which nothing stands.
pub(crate) fn table(
    columns: &[Column],
    rows: &[Vec<Cell>],
    hidden: &[&str],
    links: &[Link<'_>],
) -> Markup {
    let place = |name: &str| columns.iter().position(|column| column.name == name);
    let says = |at: usize| rows.iter().any(|row| row.get(at).is_some_and(is_said));
    let shown: Vec<(usize, &Column)> = columns
        .iter()
        .enumerate()
        .filter(|(at, column)| !hidden.contains(&column.name) && says(*at))
        .collect();
    let link = |column: &Column, row: &[Cell]| {
        let link = links.iter().find(|link| link.shown == column.name)?;
        let value = row.get(place(link.by)?)?.to_string();
        let leads = !value.is_empty() && value != "TOTAL";
        leads.then(|| format!("{}{}", link.path, encoded(&value)))
    };
    let has_open = place("open").is_some();
    let is_long_in = |at: usize| rows.iter().any(|row| row.get(at).is_some_and(is_long));
    let is_prose = 3 < shown.iter().filter(|(at, _)| is_long_in(*at)).count();
    html! {
        div.scroll tabindex="0" role="region" aria-label="Table" {
            table.wrap[is_prose] {
                thead { tr {
                    @for (_, column) in &shown {
                        th scope="col" class=[class(column)] {
                            // Beside what is open in its own currency it is the value in the books'.
                            @if has_open && column.name == "open_functional" { "Functional" }
                            @else { (heading(column.name)) }
                        }
                    }
                } }
                tbody {
                    @for row in rows {
                        @let leads = !links.is_empty() && !is_total(row);
                        tr.total[is_total(row)] data-row[leads] {
                            @for (at, column) in &shown {
                                @let content = row.get(*at).unwrap_or(&Cell::Empty);
                                td class=[class(column).or(is_long(content).then_some("long"))] {
                                    @if let Some(href) = link(column, row) {
                                        a href=(href) { (shown_cell(column, content)) }
                                    } @else { (shown_cell(column, content)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Does something stand there?
fn is_said(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => false,
        Cell::Text(text) => !text.is_empty(),
        Cell::Date(_) | Cell::Count(_) | Cell::Percent(_) | Cell::Money(_) => true,
    }
}

/// A text that is broken into lines rather than cut.
fn is_long(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if 36 < text.chars().count())
}

/// What a column is called for people.
pub(crate) fn heading(name: &str) -> String {
    match name {
        "days_1_30" => "1–30 days".to_owned(),
        "days_31_60" => "31–60 days".to_owned(),
        "days_61_90" => "61–90 days".to_owned(),
        "days_over_90" => "Over 90 days".to_owned(),
        "party_id" | "party_code" => "Party".to_owned(),
        "party_name" => "Name".to_owned(),
        "open_functional" => "Open".to_owned(),
        "line_number" => "Line".to_owned(),
        "document_number" => "Document".to_owned(),
        _ => words(name),
    }
}

/// A report's table.
pub(crate) fn table_of(report: &Table, rows: &[Vec<Cell>], links: &[Link<'_>]) -> Markup {
    table(&report.columns, rows, &[], links)
}

fn is_total(row: &[Cell]) -> bool {
    matches!(row.first(), Some(Cell::Text(text)) if &**text == "TOTAL")
}

fn class(column: &Column) -> Option<&'static str> {
    match column.kind {
        ColumnKind::Money | ColumnKind::Count | ColumnKind::Percent => Some("number"),
        ColumnKind::Date => Some("date"),
        ColumnKind::Text => None,
    }
}

fn shown_cell(column: &Column, content: &Cell) -> Markup {
    let text = match (column.name, content) {
        ("kind" | "source" | "side" | "status", Cell::Text(text)) => words(text),
        ("role", Cell::Text(text)) => role_title(text),
        // What the machinery writes as memo is a code; people's words are left as they are.
        ("memo", Cell::Text(text)) if is_code(text) => words(text),
        (name, Cell::Text(text)) if name.ends_with("_at") || name == "last_write" => moment(text),
        ("detail", Cell::Text(text)) if &**text == "{}" => String::new(),
        _ => cell(content),
    };
    // A column of sums of several currencies says which; others name it once beside.
    html! {
        (folded(&text))
        @if let Cell::Money(money) = content {
            // Nothing needs no currency, but its digits stand below those of the others.
            " " small.ghost[money.is_zero()] { (money.currency()) }
        }
    }
}

/// The most signs of a text that are seen at once.
const SEEN: usize = 240;

/// A long text, of which the beginning is seen until somebody opens it.
fn folded(text: &str) -> Markup {
    match text.char_indices().nth(SEEN) {
        None => html! { (text) },
        Some(_) => {
            let end = text.char_indices().nth(SEEN / 2).map_or(0, |(at, _)| at);
            let (begin, rest) = text.split_at(end);
            html! { details { summary { (begin) "…" } (rest) } }
        }
    }
}

fn is_code(text: &str) -> bool {
    text.contains('_')
        && text
            .bytes()
            .all(|sign| sign.is_ascii_lowercase() || sign == b'_')
}

/// Names and values of a row, without what is empty and what only programs need.
pub(crate) fn facts(
    columns: &[Column],
    row: &[Cell],
    hidden: &[&str],
    links: &[Link<'_>],
) -> Markup {
    let value = |name: &str| {
        let place = columns.iter().position(|column| column.name == name)?;
        row.get(place).map(ToString::to_string)
    };
    let link = |column: &Column| {
        let link = links.iter().find(|link| link.shown == column.name)?;
        let value = value(link.by).filter(|value| !value.is_empty())?;
        Some(format!("{}{}", link.path, encoded(&value)))
    };
    html! { dl.facts {
        @for (column, content) in columns.iter().zip(row) {
            @if is_said(content) && !hidden.contains(&column.name) {
                dt { (heading(column.name)) }
                dd {
                    @if let Some(href) = link(column) { a href=(href) { (shown_fact(column, content)) } }
                    @else { (shown_fact(column, content)) }
                }
            }
        }
    } }
}

fn shown_fact(column: &Column, content: &Cell) -> Markup {
    match content {
        Cell::Money(money) => sum(*money),
        Cell::Empty | Cell::Text(_) | Cell::Date(_) | Cell::Count(_) | Cell::Percent(_) => {
            shown_cell(column, content)
        }
    }
}

/// The way to the next page of a list.
pub(crate) fn pager(path: &str, query: &[(String, String)], next: Option<&str>) -> Markup {
    let Some(next) = next else {
        return html! {};
    };
    let mut href = format!("{path}?");
    for (name, value) in query.iter().filter(|(name, _)| name != "after") {
        href.push_str(&format!("{}={}&", encoded(name), encoded(value)));
    }
    href.push_str(&format!("after={}", encoded(next)));
    html! { p.pager { a.button href=(href) rel="next" { "More" } } }
}
