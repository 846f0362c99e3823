//! What several reports look up: parties, the moment of knowledge, columns that stay in SQL.

use std::collections::HashMap;
use std::sync::Arc;

use domain::calendar::Date;
use domain::documents::Side;
use domain::money::{Currency, Money};
use jiff::Timestamp;

use crate::failure::{Fault, Outcome};
use crate::reports::{Question, ReportRefusal};
use crate::work::Work;

/// What is open on the items of a side at a date, as known at a moment: what is cached, with the
/// applications added back that count later or were learned later. `$1` entity, `$2` as of, `$3`
/// known at, `$4` side.
pub(super) const OPEN_AT: &str = "
        SELECT i.id, i.party_id, i.document_id, i.currency, i.opened_on, i.due_on, i.amount,
            i.open_amount + COALESCE(l.amount, 0) AS open
        FROM open_item i
        LEFT JOIN (SELECT item_id, CAST(SUM(amount) AS BIGINT) AS amount
            FROM (SELECT debit_item_id AS item_id, debit_amount AS amount FROM application
                WHERE entity_id = $1 AND (applied_on > $2 OR recorded_at > $3)
                UNION ALL
                SELECT credit_item_id, -credit_amount FROM application
                WHERE entity_id = $1 AND (applied_on > $2 OR recorded_at > $3)) later
            GROUP BY item_id) l ON l.item_id = i.id
        WHERE i.entity_id = $1 AND i.opened_on <= $2 AND i.recorded_at <= $3 AND i.side = $4";

/// Before every fact; both engines know the day.
pub(super) const EARLIEST: Date = jiff::civil::date(1, 1, 1);

/// A party as reports show it.
#[derive(Clone)]
pub(super) struct Named {
    pub(super) code: Arc<str>,
    pub(super) name: Arc<str>,
}

/// All parties by their identity.
pub(super) fn parties(work: &mut Work<'_>) -> Result<HashMap<i64, Named>, Fault> {
    let entity = work.entity_id();
    let all = work.rows(
        "SELECT id, code, name FROM party WHERE entity_id = $1",
        &[entity.into()],
        |row| {
            let named = Named {
                code: row.text(1)?.into(),
                name: row.text(2)?.into(),
            };
            Ok((row.int(0)?, named))
        },
    )?;
    Ok(all.into_iter().collect())
}

/// The party that a question is about.
pub(super) struct Party {
    pub(super) id: i64,
    pub(super) code: String,
    pub(super) name: String,
    /// The side that is asked about; the only one that the party is on.
    pub(super) side: Side,
}

/// The party that a question names: identity, code and name.
pub(super) fn party(work: &mut Work<'_>, question: &Question) -> Outcome<Party> {
    let Some(code) = &question.party else {
        return Err(ReportRefusal::PartyMissing.into());
    };
    let entity = work.entity_id();
    let found = work.row(
        "SELECT id, code, name, is_customer, is_vendor FROM party
         WHERE entity_id = $1 AND code = $2",
        &[entity.into(), code.into()],
        |row| {
            let is_only = match (row.int(3)? != 0, row.int(4)? != 0) {
                (true, false) => Some(Side::Receivable),
                (false, true) => Some(Side::Payable),
                (true, true) | (false, false) => None,
            };
            Ok(Party {
                id: row.int(0)?,
                code: row.text(1)?,
                name: row.text(2)?,
                side: is_only.unwrap_or(question.side),
            })
        },
    )?;
    found.ok_or_else(|| ReportRefusal::UnknownParty { code: code.clone() }.into())
}

/// The moment of knowledge; later than every fact where none was asked.
pub(super) fn known_at(question: &Question) -> Timestamp {
    question.known_at.unwrap_or(Timestamp::MAX)
}

/// The first day of a span, checked.
pub(super) fn first_day(question: &Question, otherwise: Date) -> Outcome<Date> {
    let from = question.from.unwrap_or(otherwise);
    if question.as_of < from {
        return Err(ReportRefusal::EmptySpan {
            from,
            as_of: question.as_of,
        }
        .into());
    }
    Ok(from)
}

/// A sum as it stands in a column pair of the database.
pub(super) fn sum(minor: i64, currency: &str) -> Result<Money, Fault> {
    Currency::parse(currency)
        .map(|currency| Money::new(minor, currency))
        .ok_or_else(|| Fault::new(format!("`{currency}` is no currency")))
}

/// `as of 2025-03-31`, with the moment of knowledge where one was asked.
pub(super) fn as_of(question: &Question) -> String {
    match question.known_at {
        Some(at) => format!("as of {}, known at {at}", question.as_of),
        None => format!("as of {}", question.as_of),
    }
}
