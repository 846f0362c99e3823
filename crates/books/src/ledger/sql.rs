//! Statements of the ledger: the only ones that insert documents, items, applications, entries.

use std::collections::{BTreeMap, HashMap};

use domain::calendar::Date;
use domain::documents::Document;
use domain::ids::{ItemId, PartyId};
use domain::ledger::JournalEntry;
use domain::money::{Currency, Money};
use domain::open_items::{Application, OpenItem};

use crate::db::{Table, Value, table};
use crate::failure::Fault;
use crate::ledger::periods::PeriodState;
use crate::ledger::rehearsal::Leg;
use crate::work::Work;

pub(crate) const DOCUMENT: Table = table!("document": entity_id Int, id Int, kind Text, side Text, number Text,
    party_id Int, issued_on Date, posted_on Date, currency Text, net Int, tax Int, gross Int,
    reverses_id Int, entry_id Int, purchase_order Text, contract Text, region Text, memo Text, origin Text,
    recorded_at At);
pub(crate) const DOCUMENT_LINE: Table = table!("document_line": entity_id Int, document_id Int,
    line_number Int, description Text, account Text, quantity Text, unit_price Text, net Int,
    tax Int, tax_rate Text, tax_category Text);
pub(crate) const OPEN_ITEM: Table = table!("open_item": entity_id Int, id Int, document_id Int, side Text,
    party_id Int, account Text, currency Text, amount Int, functional Int, opened_on Date,
    due_on Date, discount_points Int, discount_until Date, recorded_at At, open_amount Int,
    open_functional Int);
const LATER_DISCOUNT: Table = table!("later_discount": entity_id Int, item_id Int, points Int,
    until Date, recorded_at At);
pub(crate) const JOURNAL_ENTRY: Table = table!("journal_entry": entity_id Int, id Int, number Int,
    posted_on Date, source Text, memo Text, reverses_id Int, recorded_at At);
pub(crate) const JOURNAL_LINE: Table = table!("journal_line": entity_id Int, entry_id Int, line_number Int,
    posted_on Date, account Text, party_id Int, item_id Int, currency Text, amount Int,
    functional Int);
pub(crate) const APPLICATION: Table = table!("application": entity_id Int, id Int, debit_item_id Int,
    credit_item_id Int, debit_amount Int, credit_amount Int, debit_functional Int,
    credit_functional Int, applied_on Date, entry_id Int, undoes_id Int, recorded_at At);

const PERIOD_EVENT: Table = table!("period_event": entity_id Int, id Int, period Text,
    action Text, actor Text, reason Text, recorded_at At);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[
    &DOCUMENT,
    &DOCUMENT_LINE,
    &OPEN_ITEM,
    &LATER_DISCOUNT,
    &JOURNAL_ENTRY,
    &JOURNAL_LINE,
    &APPLICATION,
    &PERIOD_EVENT,
];

/// Empty texts are stored as nothing.
fn unless_empty(text: &str) -> Value<'_> {
    if text.is_empty() {
        Value::Null
    } else {
        text.into()
    }
}

pub(super) fn insert_documents(
    work: &mut Work<'_>,
    origin: &'static str,
    documents: &[Document],
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = documents.iter().map(|document| {
        vec![
            entity.into(),
            document.id.0.into(),
            document.kind.code().into(),
            document.side.code().into(),
            (&document.number).into(),
            document.party.map(|party| party.0).into(),
            document.issued_on.into(),
            document.posted_on.into(),
            document.gross.currency().code().to_owned().into(),
            document.net.minor().into(),
            document.tax.minor().into(),
            document.gross.minor().into(),
            document.reverses.map(|reversed| reversed.0).into(),
            document.entry.map(|entry| entry.0).into(),
            unless_empty(&document.references.purchase_order),
            unless_empty(&document.references.contract),
            unless_empty(&document.references.region),
            unless_empty(&document.references.memo),
            origin.into(),
            now.into(),
        ]
    });
    work.connection.insert(&DOCUMENT, rows)?;
    let lines = documents.iter().flat_map(|document| {
        document.lines.iter().enumerate().map(move |(place, line)| {
            vec![
                entity.into(),
                document.id.0.into(),
                (place as i64 + 1).into(),
                (&line.description).into(),
                line.account.as_ref().into(),
                line.quantity.normalize().to_string().into(),
                line.unit_price.normalize().to_string().into(),
                line.net.minor().into(),
                line.tax.minor().into(),
                line.tax_rate.normalize().to_string().into(),
                (&line.tax_category).into(),
            ]
        })
    });
    work.connection.insert(&DOCUMENT_LINE, lines)?;
    Ok(())
}

pub(super) fn insert_items(
    work: &mut Work<'_>,
    items: &[OpenItem],
    taken_off: &BTreeMap<ItemId, (i64, i64)>,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = items.iter().map(|item| {
        let (amount, functional) = taken_off.get(&item.id).copied().unwrap_or_default();
        vec![
            entity.into(),
            item.id.0.into(),
            item.document.0.into(),
            item.side.code().into(),
            item.party.map(|party| party.0).into(),
            item.account.as_ref().into(),
            item.amount.currency().code().to_owned().into(),
            item.amount.minor().into(),
            item.functional.minor().into(),
            item.opened_on.into(),
            item.due_on.into(),
            item.discount.map(|terms| terms.first.basis_points).into(),
            item.discount.map(|terms| terms.first.until).into(),
            now.into(),
            (item.amount.minor() + amount).into(),
            (item.functional.minor() + functional).into(),
        ]
    });
    work.connection.insert(&OPEN_ITEM, rows)?;
    let later = items.iter().filter_map(|item| {
        let step = item.discount?.later?;
        Some(vec![
            entity.into(),
            item.id.0.into(),
            step.basis_points.into(),
            step.until.into(),
            now.into(),
        ])
    });
    work.connection.insert(&LATER_DISCOUNT, later)?;
    Ok(())
}

pub(super) fn insert_entries(
    work: &mut Work<'_>,
    entries: &[JournalEntry],
    first_number: i64,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = entries.iter().enumerate().map(|(place, entry)| {
        vec![
            entity.into(),
            entry.id.0.into(),
            (first_number + place as i64).into(),
            entry.posted_on.into(),
            entry.source.code().into(),
            entry.memo.as_ref().into(),
            entry.reverses.map(|reversed| reversed.0).into(),
            now.into(),
        ]
    });
    work.connection.insert(&JOURNAL_ENTRY, rows)?;
    let lines = entries.iter().flat_map(|entry| {
        entry.lines().iter().enumerate().map(move |(place, line)| {
            vec![
                entity.into(),
                entry.id.0.into(),
                (place as i64 + 1).into(),
                entry.posted_on.into(),
                line.account.as_ref().into(),
                line.party.map(|party| party.0).into(),
                line.item.map(|item| item.0).into(),
                line.amount.currency().code().to_owned().into(),
                line.amount.minor().into(),
                line.functional.minor().into(),
            ]
        })
    });
    work.connection.insert(&JOURNAL_LINE, lines)?;
    Ok(())
}

pub(super) fn insert_applications(
    work: &mut Work<'_>,
    applications: &[Application],
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = applications.iter().map(|application| {
        vec![
            entity.into(),
            application.id.0.into(),
            application.debit.0.into(),
            application.credit.0.into(),
            application.debit_amount.minor().into(),
            application.credit_amount.minor().into(),
            application.debit_functional.minor().into(),
            application.credit_functional.minor().into(),
            application.applied_on.into(),
            application.entry.map(|entry| entry.0).into(),
            application.undoes.map(|undone| undone.0).into(),
            now.into(),
        ]
    });
    work.connection.insert(&APPLICATION, rows)?;
    Ok(())
}

pub(super) fn move_open_amounts(
    work: &mut Work<'_>,
    moves: &BTreeMap<ItemId, (i64, i64)>,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows: Vec<(i64, Vec<i64>)> = moves
        .iter()
        .map(|(item, (amount, functional))| (item.0, vec![*amount, *functional]))
        .collect();
    let columns = ["open_amount", "open_functional"];
    let moved = work
        .connection
        .add_to("open_item", entity, &columns, &rows)?;
    if moved != rows.len() as u64 {
        return Err(Fault::new(
            "an open item that is to be settled is not there",
        ));
    }
    Ok(())
}

pub(super) fn next_numbers(work: &mut Work<'_>, kind: &str, count: i64) -> Result<i64, Fault> {
    if count == 0 {
        return Ok(0);
    }
    let entity = work.entity_id();
    let next = work.row(
        "INSERT INTO number_series (entity_id, kind, next) VALUES ($1, $2, 1 + $3)
         ON CONFLICT (entity_id, kind)
         DO UPDATE SET next = number_series.next + excluded.next - 1 RETURNING next",
        &[entity.into(), kind.into(), count.into()],
        |row| row.int(0),
    )?;
    next.map(|next| next - count)
        .ok_or_else(|| Fault::new("the number series did not answer"))
}

pub(super) fn period_events(work: &mut Work<'_>) -> Result<Vec<(String, String)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT period, action FROM period_event WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}

pub(super) fn period_states(work: &mut Work<'_>) -> Result<Vec<PeriodState>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT period, action, actor, reason, recorded_at FROM period_event
         WHERE entity_id = $1 ORDER BY id",
        &[entity.into()],
        |row| {
            Ok(PeriodState {
                period: row.text(0)?,
                is_closed: row.text(1)? == "closed",
                actor: row.text(2)?,
                reason: row.text(3)?,
                recorded_at: row.at(4)?,
            })
        },
    )
}

/// The days of the first and the last entry, each from one end of the index.
pub(super) fn first_and_last_posting(work: &mut Work<'_>) -> Result<Option<(Date, Date)>, Fault> {
    let entity = work.entity_id();
    let days = work.row(
        "SELECT (SELECT MIN(posted_on) FROM journal_entry WHERE entity_id = $1),
           (SELECT MAX(posted_on) FROM journal_entry WHERE entity_id = $1)",
        &[entity.into()],
        |row| Ok((row.opt_date(0)?, row.opt_date(1)?)),
    )?;
    Ok(days.and_then(|(first, last)| Some((first?, last?))))
}

pub(super) fn insert_period_event(
    work: &mut Work<'_>,
    period: &str,
    action: &str,
    reason: &str,
) -> Result<(), Fault> {
    let (entity, now, id) = (work.entity_id(), work.now(), work.ids.take());
    let actor = work.actor().to_owned();
    let row = vec![
        entity.into(),
        id.into(),
        period.into(),
        action.into(),
        actor.into(),
        reason.into(),
        now.into(),
    ];
    work.connection.insert(&PERIOD_EVENT, [row])?;
    Ok(())
}

/// The lines of the entries made after an id in this work.
pub(super) fn legs_after(work: &mut Work<'_>, last: i64) -> Result<Vec<Leg>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT account, amount, currency, functional, party_id FROM journal_line
         WHERE entity_id = $1 AND entry_id > $2 ORDER BY entry_id, line_number",
        &[entity.into(), last.into()],
        |row| {
            let currency = row.text(2)?;
            let currency = Currency::parse(&currency)
                .ok_or_else(|| Fault::new(format!("`{currency}` is no currency")))?;
            Ok(Leg {
                account: row.text(0)?,
                amount: Money::new(row.int(1)?, currency),
                functional: row.int(3)?,
                party: row.opt_int(4)?.map(PartyId),
            })
        },
    )
}

/// Numbers and names of the accounts that no open items explain, in order.
pub(super) fn plain_accounts(work: &mut Work<'_>) -> Result<Vec<(String, String)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT code, name FROM account WHERE entity_id = $1 AND is_control = 0 ORDER BY code",
        &[entity.into()],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}

/// The names of accounts by their numbers.
pub(super) fn account_names(work: &mut Work<'_>) -> Result<HashMap<String, String>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(
        "SELECT code, name FROM account WHERE entity_id = $1",
        &[entity.into()],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )?;
    Ok(rows.into_iter().collect())
}
