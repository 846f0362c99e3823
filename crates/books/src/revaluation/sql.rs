//! Statements of the revaluation run.

use domain::calendar::Date;
use domain::documents::DocumentKind;
use domain::fx::Nature;
use domain::ids::{EntryId, PartyId};
use domain::money::Money;

use crate::cash::sql::insert_run;
use crate::db::{Table, table};
use crate::documents::sql::kind;
use crate::failure::Fault;
use crate::imports::currency;
use crate::revaluation::OpenForeign;
use crate::work::Work;

const REVALUATION: Table = table!("revaluation": entity_id Int, id Int, valued_on Date,
    entry_id Int, reversal_entry_id Int, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[&REVALUATION];

/// Foreign items that were open at a day's end: what is cached, with what was applied later
/// added back. `$1` entity, `$2` the day, `$3` the functional currency.
const OPEN_FOREIGN: &str = "
    SELECT d.number, i.account, i.party_id, COALESCE(p.code, ''), i.currency,
        i.open_amount + COALESCE(l.amount, 0), i.open_functional + COALESCE(l.functional, 0),
        d.kind, COALESCE(d.purchase_order, '')
    FROM open_item i
    JOIN document d ON d.entity_id = $1 AND d.id = i.document_id
    LEFT JOIN party p ON p.entity_id = $1 AND p.id = i.party_id
    LEFT JOIN (SELECT item_id, CAST(SUM(amount) AS BIGINT) AS amount,
            CAST(SUM(functional) AS BIGINT) AS functional
        FROM (SELECT debit_item_id AS item_id, debit_amount AS amount,
                debit_functional AS functional
            FROM application WHERE entity_id = $1 AND applied_on > $2
            UNION ALL
            SELECT credit_item_id, -credit_amount, -credit_functional
            FROM application WHERE entity_id = $1 AND applied_on > $2) later
        GROUP BY item_id) l ON l.item_id = i.id
    WHERE i.entity_id = $1 AND i.opened_on <= $2 AND i.currency <> $3
        AND i.open_amount + COALESCE(l.amount, 0) <> 0
    ORDER BY i.id";

pub(super) fn open_foreign(work: &mut Work<'_>, on: Date) -> Result<Vec<OpenForeign>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    work.rows(
        OPEN_FOREIGN,
        &[entity.into(), on.into(), functional.code().into()],
        |row| {
            let is_money = matches!(
                kind(&row.text(7)?)?,
                DocumentKind::Receipt | DocumentKind::TransferIn | DocumentKind::Payment
            );
            // Money that quotes an order is an advance for goods; whatever else is monetary.
            let is_advance = is_money && !row.text(8)?.is_empty();
            Ok(OpenForeign {
                number: row.text(0)?,
                account: row.text(1)?,
                party: row.opt_int(2)?.map(PartyId),
                party_code: row.text(3)?,
                open: Money::new(row.int(5)?, currency(&row.text(4)?)?),
                carrying: Money::new(row.int(6)?, functional),
                nature: if is_advance {
                    Nature::NonMonetary
                } else {
                    Nature::Monetary
                },
            })
        },
    )
}

/// The run that revalued a day.
pub(super) fn known(work: &mut Work<'_>, on: Date) -> Result<Option<i64>, Fault> {
    let entity = work.entity_id();
    work.row(
        "SELECT id FROM revaluation WHERE entity_id = $1 AND valued_on = $2",
        &[entity.into(), on.into()],
        |row| row.int(0),
    )
}

pub(super) fn insert(
    work: &mut Work<'_>,
    run: i64,
    on: Date,
    (entry, reversal): (Option<EntryId>, Option<EntryId>),
    report: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let row = vec![
        entity.into(),
        run.into(),
        on.into(),
        entry.map(|entry| entry.0).into(),
        reversal.map(|entry| entry.0).into(),
        now.into(),
    ];
    work.connection.insert(&REVALUATION, [row])?;
    insert_run(work, run, "revaluation", on, report)
}
