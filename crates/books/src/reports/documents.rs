//! The documents of one party on a side, with what is open on each at a date.

use domain::documents::DocumentKind;

use crate::failure::{Fault, Outcome};
use crate::reports::known::{self, OPEN_AT};
use crate::reports::table::{Column, date, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("kind"),
    text("number"),
    date("issued_on"),
    date("posted_on"),
    date("due_on"),
    text("purchase_order"),
    text("currency"),
    money("gross"),
    money("open"),
];

/// Answers the question; amounts above zero raise what is owed.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let (party, code, name) = known::party(work, question)?;
    let sign = question.side.sign();
    let values = [
        work.entity_id().into(),
        question.as_of.into(),
        known::known_at(question).into(),
        question.side.code().into(),
        party.into(),
    ];
    let sql = format!(
        "SELECT d.kind, d.number, d.issued_on, d.posted_on, o.due_on, d.purchase_order,
            o.currency, o.amount, o.open
        FROM ({OPEN_AT} AND i.party_id = $5) o
        JOIN document d ON d.entity_id = $1 AND d.id = o.document_id
        ORDER BY d.posted_on, d.id"
    );
    let title = format!("Documents of {code} {name}, {}", known::as_of(question));
    let mut table = Table::new(title, COLUMNS);
    work.connection.each(&sql, &values, |row| {
        let currency = row.text(6)?;
        let kind = row.text(0)?;
        let kind = DocumentKind::parse(&kind)
            .ok_or_else(|| Fault::new(format!("`{kind}` is no kind of document")))?;
        table.push(vec![
            Cell::from(kind.kind().title),
            row.text(1)?.into(),
            row.date(2)?.into(),
            row.date(3)?.into(),
            row.date(4)?.into(),
            row.opt_text(5)?.into(),
            Cell::from(currency.as_str()),
            known::sum(row.int(7)? * sign, &currency)?.into(),
            known::sum(row.int(8)? * sign, &currency)?.into(),
        ]);
        Ok(())
    })?;
    Ok(table)
}
