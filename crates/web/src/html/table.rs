//! Tables: columns by their kind, numbers right, every row a way deeper.

use books::reports::{Cell, Column, ColumnKind, Table};
use maud::{Markup, html};

use crate::html::{cell, encoded, words};

/// Where a cell leads to: the column shown, the column that names the target, and the path.
#[derive(Clone, Copy)]
pub(crate) struct Link {
    /// The column that becomes a link.
    pub(crate) shown: &'static str,
    /// The column whose value goes into the path.
    pub(crate) by: &'static str,
    /// The path, to which the value is added.
    pub(crate) path: &'static str,
}

/// Rows of a list, without the columns that only programs need.
pub(crate) fn table(
    columns: &[Column],
    rows: &[Vec<Cell>],
    hidden: &[&str],
    links: &[Link],
) -> Markup {
    let place = |name: &str| columns.iter().position(|column| column.name == name);
    let shown: Vec<(usize, &Column)> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !hidden.contains(&column.name))
        .collect();
    let link = |column: &Column, row: &[Cell]| {
        let link = links.iter().find(|link| link.shown == column.name)?;
        let value = row.get(place(link.by)?)?.to_string();
        let leads = !value.is_empty() && value != "TOTAL";
        leads.then(|| format!("{}{}", link.path, encoded(&value)))
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label="Table" {
            table {
                thead { tr {
                    @for (_, column) in &shown {
                        th scope="col" class=[class(column)] { (words(column.name)) }
                    }
                } }
                tbody {
                    @for row in rows {
                        @let leads = !links.is_empty() && !is_total(row);
                        tr.total[is_total(row)] data-row[leads] {
                            @for (at, column) in &shown {
                                @let content = row.get(*at).unwrap_or(&Cell::Empty);
                                td class=[class(column)] {
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

/// A report's table.
pub(crate) fn table_of(report: &Table, rows: &[Vec<Cell>], links: &[Link]) -> Markup {
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
        ("kind" | "source" | "side" | "status" | "role", Cell::Text(text)) => words(text),
        _ => cell(content),
    };
    // A column of sums of several currencies says which; others name it once beside.
    html! {
        (text)
        @if let Cell::Money(money) = content {
            @if !money.is_zero() { " " small { (money.currency()) } }
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
