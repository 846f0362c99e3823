//! The documents of one party on a side, with what is open on each at a date.

use domain::documents::DocumentKind;

use crate::failure::{Fault, Outcome};
use crate::reports::known;
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

/// The items of one party with what was open on them: looked up item by item, as a party has few.
/// `$1` entity, `$2` as of, `$3` known at, `$4` side, `$5` party.
const DOCUMENTS: &str = "
    SELECT d.kind, d.number, d.issued_on, d.posted_on, i.due_on, d.purchase_order, i.currency,
        i.amount, i.open_amount
            + COALESCE((SELECT CAST(SUM(a.debit_amount) AS BIGINT) FROM application a
                WHERE a.entity_id = $1 AND a.debit_item_id = i.id
                    AND (a.applied_on > $2 OR a.recorded_at > $3)), 0)
            - COALESCE((SELECT CAST(SUM(a.credit_amount) AS BIGINT) FROM application a
                WHERE a.entity_id = $1 AND a.credit_item_id = i.id
                    AND (a.applied_on > $2 OR a.recorded_at > $3)), 0)
    FROM document d
    JOIN open_item i ON i.entity_id = $1 AND i.document_id = d.id
    WHERE d.entity_id = $1 AND d.party_id = $5 AND i.opened_on <= $2 AND i.recorded_at <= $3
        AND i.side = $4
    ORDER BY d.posted_on, d.id, i.id";

/// Answers the question; amounts above zero raise what is owed.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let party = known::party(work, question)?;
    let sign = party.side.sign();
    let values = [
        work.entity_id().into(),
        question.as_of.into(),
        known::known_at(question).into(),
        party.side.code().into(),
        party.id.into(),
    ];
    let title = format!(
        "Documents of {} {}, {}",
        party.code,
        party.name,
        known::as_of(question)
    );
    let mut table = Table::new(title, COLUMNS);
    work.connection.each(DOCUMENTS, &values, |row| {
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
