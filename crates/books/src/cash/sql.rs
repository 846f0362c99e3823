//! Statements of cash application.

use std::collections::{BTreeMap, HashMap};

use domain::calendar::Date;
use domain::cash::{Customer, Discount, Item, ItemKind};
use domain::documents::{DocumentKind, Side};
use domain::ids::{ApplicationId, DocumentId, EntryId, ItemId, LineId, PartyId};
use domain::money::{Currency, Money, Rounding};
use domain::open_items::{Application, DiscountTerms, ItemState, OpenItem};
use formats::exchange::AppliedKind;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use crate::cash::desk::DeskLine;
use crate::cash::export::{ExportRow, status};
use crate::cash::units::Before;
use crate::db::{Row, Table, Value, table};
use crate::failure::Fault;
use crate::imports::currency;
use crate::work::Work;

const RUN: Table = table!("run": entity_id Int, id Int, kind Text, input_hash Text,
    counted_on Date, actor Text, report Text, recorded_at At);
const CASH_DECISION: Table = table!("cash_decision": entity_id Int, id Int, run_id Int,
    line_id Int, unit Text, entry_ref Text, statement_name Text, outcome Text, class Text,
    amount Int, currency Text, party_id Int, receipt_id Int, entry_id Int, confidence Int,
    reason Text,
    evidence Text, replaces_id Int, recorded_at At);
const CASH_DECISION_DOCUMENT: Table =
    table!("cash_decision_document": entity_id Int, decision_id Int, document_id Int);
const CASH_PROPOSAL: Table = table!("cash_proposal": entity_id Int, decision_id Int, rank Int,
    row_number Int, party_code Text, document_number Text, item_id Int, kind Text, amount Int,
    document_amount Int, document_currency Text, confidence Int);

/// A bank line as cash application needs it.
#[derive(Clone, Debug)]
pub(crate) struct LineRow {
    pub(crate) id: i64,
    pub(crate) bank_code: String,
    pub(crate) bank_ledger_account: String,
    pub(crate) statement_name: String,
    pub(crate) reference: String,
    pub(crate) booked_on: Date,
    pub(crate) amount: Money,
    pub(crate) code: String,
    pub(crate) is_reversal: bool,
    pub(crate) payer_name: String,
    pub(crate) payer_account: String,
    pub(crate) ultimate_payer: String,
    pub(crate) end_to_end: String,
    pub(crate) creditor_reference: String,
    pub(crate) documents: String,
    pub(crate) remittance: String,
    pub(crate) instructed_amount: Option<i64>,
    pub(crate) instructed_currency: Option<String>,
    pub(crate) charges: Option<i64>,
    pub(crate) batch_count: Option<i64>,
    pub(crate) detail_count: i64,
    pub(crate) batch_id: String,
    pub(crate) listed: String,
}

/// Which booked lines are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Those booked on or before a day.
    Until(Date),
    /// One alone.
    One(i64),
}

/// Booked lines, in the order in which they are decided.
pub(super) fn booked_lines(work: &mut Work<'_>, wanted: Lines) -> Result<Vec<LineRow>, Fault> {
    let entity = work.entity_id();
    let (until, first, last) = match wanted {
        Lines::Until(day) => (day, i64::MIN, i64::MAX),
        Lines::One(id) => (Date::MAX, id, id),
    };
    work.rows(
        "SELECT l.id, a.code, a.account, f.name, l.reference, l.booked_on, l.amount, l.currency,
           l.code, l.is_reversal, l.payer_name, l.payer_account, l.ultimate_payer, l.end_to_end,
           l.creditor_reference, l.documents, l.remittance, l.instructed_amount,
           l.instructed_currency, l.charges, l.batch_count, l.detail_count, l.batch_id, l.listed
         FROM bank_line l
         JOIN bank_account a ON a.entity_id = l.entity_id AND a.id = l.bank_account_id
         JOIN bank_statement s ON s.entity_id = l.entity_id AND s.id = l.statement_id
         JOIN source_file f ON f.entity_id = s.entity_id AND f.id = s.file_id
         WHERE l.entity_id = $1 AND l.id >= $2 AND l.id <= $3 AND l.status = 'booked'
           AND l.booked_on <= $4
         ORDER BY l.booked_on, a.code, l.id",
        &[entity.into(), first.into(), last.into(), until.into()],
        |row| {
            Ok(LineRow {
                id: row.int(0)?,
                bank_code: row.text(1)?,
                bank_ledger_account: row.text(2)?,
                statement_name: row.text(3)?,
                reference: row.text(4)?,
                booked_on: row.date(5)?,
                amount: Money::new(row.int(6)?, currency(&row.text(7)?)?),
                code: row.text(8)?,
                is_reversal: row.int(9)? == 1,
                payer_name: row.text(10)?,
                payer_account: row.text(11)?,
                ultimate_payer: row.text(12)?,
                end_to_end: row.text(13)?,
                creditor_reference: row.text(14)?,
                documents: row.text(15)?,
                remittance: row.text(16)?,
                instructed_amount: row.opt_int(17)?,
                instructed_currency: row.opt_text(18)?,
                charges: row.opt_int(19)?,
                batch_count: row.opt_int(20)?,
                detail_count: row.int(21)?,
                batch_id: row.text(22)?,
                listed: row.text(23)?,
            })
        },
    )
}

/// The decision that stands for each unit: the one that no other replaces.
pub(super) fn live_decisions(
    work: &mut Work<'_>,
    line: Option<i64>,
) -> Result<HashMap<(i64, String), Before>, Fault> {
    let entity = work.entity_id();
    let (first, last) = line.map_or((i64::MIN, i64::MAX), |line| (line, line));
    let rows = work.rows(
        "SELECT d.line_id, d.unit, d.id, d.receipt_id, d.outcome, d.entry_id
         FROM cash_decision d
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         WHERE d.entity_id = $1 AND d.line_id >= $2 AND d.line_id <= $3 AND n.id IS NULL",
        &[entity.into(), first.into(), last.into()],
        |row| {
            let before = Before {
                decision: row.int(2)?,
                receipt: row.opt_int(3)?,
                outcome: row.text(4)?,
                entry: row.opt_int(5)?,
            };
            Ok(((row.int(0)?, row.text(1)?), before))
        },
    )?;
    Ok(rows.into_iter().collect())
}

pub(super) fn customers(work: &mut Work<'_>) -> Result<Vec<(PartyId, Customer)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT id, code, name, country, email FROM party
         WHERE entity_id = $1 AND is_customer = 1 ORDER BY id",
        &[entity.into()],
        |row| {
            let customer = Customer {
                number: row.text(1)?,
                name: row.text(2)?,
                country: row.text(3)?,
                email: row.text(4)?,
                ..Customer::default()
            };
            Ok((PartyId(row.int(0)?), customer))
        },
    )
}

/// The payment terms of customers, in the order of [`customers`].
pub(super) fn terms(work: &mut Work<'_>) -> Result<Vec<String>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT terms FROM party WHERE entity_id = $1 AND is_customer = 1 ORDER BY id",
        &[entity.into()],
        |row| row.text(0),
    )
}

fn pairs(work: &mut Work<'_>, sql: &str) -> Result<Vec<(i64, String)>, Fault> {
    let entity = work.entity_id();
    work.rows(sql, &[entity.into()], |row| Ok((row.int(0)?, row.text(1)?)))
}

pub(super) fn parents(work: &mut Work<'_>) -> Result<Vec<(i64, String)>, Fault> {
    pairs(
        work,
        "SELECT id, parent_code FROM party
         WHERE entity_id = $1 AND parent_code IS NOT NULL ORDER BY id",
    )
}

pub(super) fn party_accounts(work: &mut Work<'_>) -> Result<Vec<(i64, String)>, Fault> {
    pairs(
        work,
        "SELECT party_id, number FROM party_bank_account WHERE entity_id = $1
         ORDER BY party_id, number",
    )
}

pub(super) fn party_aliases(work: &mut Work<'_>) -> Result<Vec<(i64, String)>, Fault> {
    pairs(
        work,
        "SELECT party_id, alias FROM party_alias WHERE entity_id = $1 ORDER BY party_id, alias",
    )
}

/// The receivable documents of customers, open and closed.
pub(super) fn items(work: &mut Work<'_>, by_id: &HashMap<i64, usize>) -> Result<Vec<Item>, Fault> {
    let entity = work.entity_id();
    let mut items = Vec::new();
    work.connection.each(
        "SELECT i.id, i.party_id, d.number, d.kind, d.issued_on, i.due_on, i.currency, i.amount,
           i.open_amount, d.purchase_order, d.contract, i.discount_points, i.discount_until
         FROM open_item i
         JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
         WHERE i.entity_id = $1 AND i.side = 'receivable' AND i.party_id IS NOT NULL
           AND d.kind IN ('invoice', 'debit_memo', 'credit_memo') AND d.reverses_id IS NULL
         ORDER BY i.id",
        &[entity.into()],
        |row| {
            let Some(customer) = by_id.get(&row.int(1)?) else {
                return Ok(());
            };
            let kind = match row.text(3)?.as_str() {
                "credit_memo" => ItemKind::CreditMemo,
                "debit_memo" => ItemKind::DebitMemo,
                _ => ItemKind::Invoice,
            };
            let amount = Money::new(row.int(7)?, currency(&row.text(6)?)?);
            let discount = row.opt_int(11)?.zip(row.opt_date(12)?);
            items.push(Item {
                id: row.int(0)?.cast_unsigned(),
                customer: *customer,
                number: row.text(2)?,
                kind,
                issued: row.date(4)?,
                due: row.date(5)?,
                amount,
                open: Money::new(row.int(8)?, amount.currency()),
                po: row.opt_text(9)?.unwrap_or_default(),
                contract: row.opt_text(10)?.unwrap_or_default(),
                discount: discount.and_then(|(points, until)| {
                    let share = Decimal::new(points, 4);
                    let amount = amount.times(share, Rounding::HalfUp).ok()?;
                    Some(Discount { amount, until })
                }),
            });
            Ok(())
        },
    )?;
    Ok(items)
}

/// An order as stored.
pub(super) struct OrderRow {
    pub(super) party_code: String,
    pub(super) numbers: Vec<String>,
    pub(super) ordered: Date,
    pub(super) amount: Money,
}

pub(super) fn orders(work: &mut Work<'_>) -> Result<Vec<OrderRow>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT party_code, number, proforma_number, ordered_on, currency, amount
         FROM sales_order WHERE entity_id = $1 ORDER BY number",
        &[entity.into()],
        |row| {
            let numbers = [row.text(1)?, row.text(2)?];
            Ok(OrderRow {
                party_code: row.text(0)?,
                numbers: numbers
                    .into_iter()
                    .filter(|number| !number.is_empty())
                    .collect(),
                ordered: row.date(3)?,
                amount: Money::new(row.int(5)?, currency(&row.text(4)?)?),
            })
        },
    )
}

pub(super) fn rates(
    work: &mut Work<'_>,
) -> Result<Vec<(Date, Currency, Currency, Decimal)>, Fault> {
    crate::rates::all(work)
}

/// One earlier application as stored.
pub(super) struct HistoryRow {
    pub(super) payment_ref: String,
    pub(super) paid_on: Date,
    pub(super) payer_name: String,
    pub(super) payer_account: String,
    pub(super) remittance: String,
    pub(super) payment: Money,
    pub(super) party_code: String,
    pub(super) document_number: String,
    pub(super) applied: Money,
    pub(super) kind: AppliedKind,
    pub(super) document_issued_on: Option<Date>,
    pub(super) document_due_on: Option<Date>,
    pub(super) document_amount: Option<Money>,
}

pub(super) fn history(work: &mut Work<'_>) -> Result<Vec<HistoryRow>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT payment_ref, paid_on, payer_name, payer_account, remittance, payment_amount,
           currency, party_code, document_number, applied_amount, kind, document_issued_on,
           document_due_on, document_amount, document_currency
         FROM past_application WHERE entity_id = $1 ORDER BY paid_on, payment_ref, id",
        &[entity.into()],
        |row| {
            let own = currency(&row.text(6)?)?;
            let word = row.text(10)?;
            let kind = AppliedKind::ALL
                .iter()
                .find(|(known, _)| *known == word)
                .map(|(_, kind)| *kind)
                .ok_or_else(|| Fault::new(format!("`{word}` is no kind of application")))?;
            let document_currency = row.opt_text(14)?;
            let document_currency = document_currency.map(|code| currency(&code)).transpose()?;
            Ok(HistoryRow {
                payment_ref: row.text(0)?,
                paid_on: row.date(1)?,
                payer_name: row.text(2)?,
                payer_account: row.text(3)?,
                remittance: row.text(4)?,
                payment: Money::new(row.int(5)?, own),
                party_code: row.text(7)?,
                document_number: row.text(8)?,
                applied: Money::new(row.int(9)?, own),
                kind,
                document_issued_on: row.opt_date(11)?,
                document_due_on: row.opt_date(12)?,
                document_amount: row
                    .opt_int(13)?
                    .zip(document_currency)
                    .map(|(minor, currency)| Money::new(minor, currency)),
            })
        },
    )
}

const ITEM_COLUMNS: &str = "id, document_id, side, party_id, account, currency, amount,
    functional, opened_on, due_on, discount_points, discount_until, open_amount, open_functional";

fn item_state(row: &Row<'_>, functional: Currency) -> Result<ItemState, Fault> {
    let own = currency(&row.text(5)?)?;
    let side = row.text(2)?;
    let discount = row.opt_int(10)?.zip(row.opt_date(11)?);
    let item = OpenItem {
        id: ItemId(row.int(0)?),
        document: DocumentId(row.int(1)?),
        side: Side::parse(&side).ok_or_else(|| Fault::new(format!("`{side}` is no side")))?,
        party: row.opt_int(3)?.map(PartyId),
        account: row.text(4)?.into(),
        amount: Money::new(row.int(6)?, own),
        functional: Money::new(row.int(7)?, functional),
        opened_on: row.date(8)?,
        due_on: row.date(9)?,
        discount: discount.map(|(basis_points, until)| DiscountTerms {
            basis_points,
            until,
        }),
    };
    Ok(ItemState {
        item,
        open: Money::new(row.int(12)?, own),
        open_functional: Money::new(row.int(13)?, functional),
    })
}

/// Items by id, locked in key order until the work commits.
pub(crate) fn lock_items(
    work: &mut Work<'_>,
    ids: &[ItemId],
) -> Result<HashMap<ItemId, ItemState>, Fault> {
    work.gate()?;
    let functional = work.functional();
    let entity = work.entity_id();
    let mut sorted: Vec<i64> = ids.iter().map(|id| id.0).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let keys: Vec<Value<'_>> = sorted.into_iter().map(Value::Int).collect();
    let sql = format!(
        "SELECT {ITEM_COLUMNS} FROM open_item WHERE entity_id = $1 AND id IN (/*keys*/)
         ORDER BY id/*lock*/"
    );
    let mut states = HashMap::new();
    work.connection
        .each_in(&sql, &[entity.into()], &keys, |row| {
            let state = item_state(row, functional)?;
            states.insert(state.item.id, state);
            Ok(())
        })?;
    Ok(states)
}

/// The item of each document.
pub(crate) fn items_of_documents(
    work: &mut Work<'_>,
    documents: &[DocumentId],
) -> Result<HashMap<DocumentId, ItemId>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = documents.iter().map(|id| Value::Int(id.0)).collect();
    let mut found = HashMap::new();
    work.connection.each_in(
        "SELECT document_id, id FROM open_item WHERE entity_id = $1 AND document_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.insert(DocumentId(row.int(0)?), ItemId(row.int(1)?));
            Ok(())
        },
    )?;
    Ok(found)
}

/// An application that nothing has taken back, with the kind of its credit's document.
#[derive(Clone, Debug)]
pub(crate) struct LiveApplication {
    pub(crate) application: Application,
    pub(crate) credit_kind: DocumentKind,
}

/// Applications that settle the given items and stand.
pub(crate) fn live_applications(
    work: &mut Work<'_>,
    items: &[ItemId],
    by: &str,
) -> Result<Vec<LiveApplication>, Fault> {
    let functional = work.functional();
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = items.iter().map(|id| Value::Int(id.0)).collect();
    let sql = format!(
        "SELECT a.id, a.debit_item_id, a.credit_item_id, a.debit_amount, a.credit_amount,
           a.debit_functional, a.credit_functional, a.applied_on, a.entry_id, di.currency,
           ci.currency, d.kind
         FROM application a
         JOIN open_item di ON di.entity_id = a.entity_id AND di.id = a.debit_item_id
         JOIN open_item ci ON ci.entity_id = a.entity_id AND ci.id = a.credit_item_id
         JOIN document d ON d.entity_id = ci.entity_id AND d.id = ci.document_id
         LEFT JOIN application u ON u.entity_id = a.entity_id AND u.undoes_id = a.id
         WHERE a.entity_id = $1 AND a.undoes_id IS NULL AND u.id IS NULL
           AND a.{by} IN (/*keys*/)"
    );
    let mut found = Vec::new();
    work.connection
        .each_in(&sql, &[entity.into()], &keys, |row| {
            let (debit, credit) = (currency(&row.text(9)?)?, currency(&row.text(10)?)?);
            let word = row.text(11)?;
            let application = Application {
                id: ApplicationId(row.int(0)?),
                debit: ItemId(row.int(1)?),
                credit: ItemId(row.int(2)?),
                debit_amount: Money::new(row.int(3)?, debit),
                credit_amount: Money::new(row.int(4)?, credit),
                debit_functional: Money::new(row.int(5)?, functional),
                credit_functional: Money::new(row.int(6)?, functional),
                applied_on: row.date(7)?,
                entry: row.opt_int(8)?.map(EntryId),
                undoes: None,
            };
            let credit_kind = DocumentKind::parse(&word)
                .ok_or_else(|| Fault::new(format!("`{word}` is no kind of document")))?;
            found.push(LiveApplication {
                application,
                credit_kind,
            });
            Ok(())
        })?;
    // Padded key lists may answer a row twice.
    found.sort_by_key(|live| live.application.id);
    found.dedup_by_key(|live| live.application.id);
    Ok(found)
}

/// A decision to be kept.
pub(super) struct DecisionRow {
    pub(super) id: i64,
    pub(super) line_id: i64,
    pub(super) unit: String,
    pub(super) entry_ref: String,
    pub(super) statement_name: String,
    pub(super) outcome: &'static str,
    pub(super) class: &'static str,
    pub(super) amount: Money,
    pub(super) party: Option<PartyId>,
    pub(super) receipt: Option<DocumentId>,
    pub(super) documents: Vec<DocumentId>,
    pub(super) entry: Option<EntryId>,
    pub(super) confidence: i64,
    pub(super) reason: String,
    pub(super) evidence: String,
    pub(super) replaces: Option<i64>,
    pub(super) proposals: Vec<ProposalRow>,
}

/// One row of one alternative of a decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ProposalRow {
    pub(super) rank: i64,
    pub(super) row_number: i64,
    pub(super) party_code: String,
    pub(super) document_number: String,
    pub(super) item: Option<i64>,
    pub(super) kind: String,
    pub(super) amount: i64,
    pub(super) document_amount: Option<Money>,
    pub(super) confidence: i64,
}

pub(super) fn insert_run(
    work: &mut Work<'_>,
    id: i64,
    kind: &str,
    counted_on: Date,
    report: &str,
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let actor = work.actor().to_owned();
    let row = vec![
        entity.into(),
        id.into(),
        kind.into(),
        "".into(),
        counted_on.into(),
        actor.into(),
        report.into(),
        now.into(),
    ];
    work.connection.insert(&RUN, [row])?;
    Ok(())
}

pub(super) fn insert_decisions(
    work: &mut Work<'_>,
    run: i64,
    decisions: &[DecisionRow],
) -> Result<(), Fault> {
    let (entity, now) = (work.entity_id(), work.now());
    let rows = decisions.iter().map(|decision| {
        vec![
            entity.into(),
            decision.id.into(),
            run.into(),
            decision.line_id.into(),
            (&decision.unit).into(),
            (&decision.entry_ref).into(),
            (&decision.statement_name).into(),
            decision.outcome.into(),
            decision.class.into(),
            decision.amount.minor().into(),
            decision.amount.currency().code().to_owned().into(),
            decision.party.map(|party| party.0).into(),
            decision.receipt.map(|receipt| receipt.0).into(),
            decision.entry.map(|entry| entry.0).into(),
            decision.confidence.into(),
            (&decision.reason).into(),
            (&decision.evidence).into(),
            decision.replaces.into(),
            now.into(),
        ]
    });
    work.connection.insert(&CASH_DECISION, rows)?;
    let rows = decisions.iter().flat_map(|decision| {
        let documents = decision.documents.iter();
        documents.map(move |id| vec![entity.into(), decision.id.into(), id.0.into()])
    });
    work.connection.insert(&CASH_DECISION_DOCUMENT, rows)?;
    let rows = decisions.iter().flat_map(|decision| {
        decision.proposals.iter().map(move |row| {
            vec![
                entity.into(),
                decision.id.into(),
                row.rank.into(),
                row.row_number.into(),
                (&row.party_code).into(),
                (&row.document_number).into(),
                row.item.into(),
                (&row.kind).into(),
                row.amount.into(),
                row.document_amount.map(Money::minor).into(),
                row.document_amount
                    .map(|money| money.currency().code().to_owned())
                    .into(),
                row.confidence.into(),
            ]
        })
    });
    work.connection.insert(&CASH_PROPOSAL, rows)?;
    Ok(())
}

/// Open receipts of parties: what a refund pays out.
pub(super) fn open_receipts(
    work: &mut Work<'_>,
    parties: &[PartyId],
) -> Result<Vec<(PartyId, ItemId)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = parties.iter().map(|id| Value::Int(id.0)).collect();
    let mut found = Vec::new();
    work.connection.each_in(
        "SELECT i.party_id, i.id FROM open_item i
         JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
         WHERE i.entity_id = $1 AND i.open_amount <> 0
           AND d.kind IN ('receipt', 'transfer_in') AND i.party_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.push((PartyId(row.int(0)?), ItemId(row.int(1)?)));
            Ok(())
        },
    )?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// What stands of earlier proposals, to tell a change from a repetition.
pub(super) fn proposals(
    work: &mut Work<'_>,
    decisions: &[i64],
) -> Result<BTreeMap<i64, Vec<ProposalRow>>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = decisions.iter().map(|id| Value::Int(*id)).collect();
    let mut all: BTreeMap<i64, Vec<ProposalRow>> = BTreeMap::new();
    work.connection.each_in(
        "SELECT decision_id, rank, row_number, party_code, document_number, item_id, kind, amount,
           document_amount, document_currency, confidence FROM cash_proposal
         WHERE entity_id = $1 AND decision_id IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let own = row.opt_text(9)?.map(|code| currency(&code)).transpose()?;
            let proposal = ProposalRow {
                rank: row.int(1)?,
                row_number: row.int(2)?,
                party_code: row.text(3)?,
                document_number: row.text(4)?,
                item: row.opt_int(5)?,
                kind: row.text(6)?,
                amount: row.int(7)?,
                document_amount: row
                    .opt_int(8)?
                    .zip(own)
                    .map(|(minor, currency)| Money::new(minor, currency)),
                confidence: row.int(10)?,
            };
            all.entry(row.int(0)?).or_default().push(proposal);
            Ok(())
        },
    )?;
    for rows in all.values_mut() {
        rows.sort_by_key(|row| (row.rank, row.row_number));
        rows.dedup_by_key(|row| (row.rank, row.row_number));
    }
    Ok(all)
}

/// Every row of every decision that stands. A line that is no customer's money, or nobody's,
/// has one row of its own.
pub(super) fn each_export_row(
    work: &mut Work<'_>,
    mut take: impl FnMut(ExportRow) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    work.connection.each(
        "SELECT d.statement_name, d.entry_ref, d.outcome, COALESCE(p.rank, 1),
           COALESCE(p.party_code, ''), COALESCE(p.document_number, ''),
           COALESCE(p.amount, d.amount), d.currency, COALESCE(p.kind, ''),
           COALESCE(p.confidence, d.confidence)
         FROM cash_decision d
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         LEFT JOIN cash_proposal p ON p.entity_id = d.entity_id AND p.decision_id = d.id
           AND (p.rank = 1 OR d.outcome = 'proposed')
         WHERE d.entity_id = $1 AND n.id IS NULL
         ORDER BY d.statement_name, d.line_id, d.unit, p.rank, p.row_number",
        &[entity.into()],
        |row| {
            let outcome = row.text(2)?;
            let kind = row.text(8)?;
            let kind = match (kind.as_str(), outcome.as_str()) {
                ("", "not_customer_cash") => "not_customer_cash".to_owned(),
                ("", _) => "unidentifiable".to_owned(),
                _ => kind,
            };
            take(ExportRow {
                statement: row.text(0)?,
                entry_ref: row.text(1)?,
                status: status(&outcome),
                rank: row.int(3)?,
                party_code: row.text(4)?,
                document_number: row.text(5)?,
                amount: Money::new(row.int(6)?, currency(&row.text(7)?)?),
                kind,
                confidence: row.int(9)?,
            })
        },
    )
}

/// Lines as the desk lists them; a batch stands in its details, an undecided line as `new`.
pub(super) fn desk_lines(work: &mut Work<'_>) -> Result<Vec<DeskLine>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT l.id, COALESCE(d.unit, ''), l.booked_on, a.code,
           COALESCE(d.entry_ref, l.reference), COALESCE(d.amount, l.amount), l.currency,
           l.payer_name, COALESCE(d.outcome, 'new'), COALESCE(p.code, ''),
           COALESCE(d.confidence, 0), COALESCE(d.reason, '')
         FROM bank_line l
         JOIN bank_account a ON a.entity_id = l.entity_id AND a.id = l.bank_account_id
         LEFT JOIN cash_decision d ON d.entity_id = l.entity_id AND d.line_id = l.id
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         LEFT JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
         WHERE l.entity_id = $1 AND l.status = 'booked' AND l.detail_count = 0 AND n.id IS NULL
         ORDER BY l.booked_on, a.code, l.id, d.unit",
        &[entity.into()],
        |row| {
            Ok(DeskLine {
                line: LineId(row.int(0)?),
                unit: row.text(1)?,
                booked_on: row.date(2)?,
                account: row.text(3)?,
                reference: row.text(4)?,
                amount: Money::new(row.int(5)?, currency(&row.text(6)?)?),
                payer: row.text(7)?,
                outcome: row.text(8)?,
                party: row.text(9)?,
                confidence: row.int(10)?,
                reason: row.text(11)?,
            })
        },
    )
}

/// What the bank said about a line.
pub(super) fn line_facts(work: &mut Work<'_>, line: i64) -> Result<Option<Json>, Fault> {
    let lines = booked_lines(work, Lines::One(line))?;
    Ok(lines.into_iter().next().map(|line| {
        json!({
            "line": LineId(line.id).to_string(), "booked_on": line.booked_on.to_string(),
            "account": line.bank_code, "statement": line.statement_name,
            "reference": line.reference,
            "amount": { "amount": line.amount.to_string(),
                "currency": line.amount.currency().code() },
            "code": line.code, "reversal": line.is_reversal,
            "payer": { "name": line.payer_name, "account": line.payer_account,
                "ultimate": line.ultimate_payer },
            "end_to_end": line.end_to_end, "remittance": line.remittance,
            "documents": line.documents, "batch_count": line.batch_count,
        })
    }))
}

/// Every decision about a unit with its alternatives, newest first.
pub(super) fn decisions_of(work: &mut Work<'_>, line: i64, unit: &str) -> Result<Vec<Json>, Fault> {
    let entity = work.entity_id();
    let heads = work.rows(
        "SELECT d.id, d.outcome, d.class, d.reason, d.evidence, d.confidence, d.currency,
           d.recorded_at, COALESCE(p.code, ''), r.actor
         FROM cash_decision d
         JOIN run r ON r.entity_id = d.entity_id AND r.id = d.run_id
         LEFT JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
         WHERE d.entity_id = $1 AND d.line_id = $2 AND d.unit = $3 ORDER BY d.id DESC",
        &[entity.into(), line.into(), unit.into()],
        |row| {
            let evidence: Json = serde_json::from_str(&row.text(4)?).unwrap_or(Json::Null);
            let head = json!({
                "outcome": row.text(1)?, "class": row.text(2)?, "reason": row.text(3)?,
                "evidence": evidence, "confidence": row.int(5)?, "party": row.text(8)?,
                "decided_at": row.at(7)?.to_string(), "decided_by": row.text(9)?,
            });
            Ok((row.int(0)?, currency(&row.text(6)?)?, head))
        },
    )?;
    let ids: Vec<i64> = heads.iter().map(|(id, _, _)| *id).collect();
    let mut rows = proposals(work, &ids)?;
    Ok(heads
        .into_iter()
        .map(|(id, own, mut head)| {
            let mut alternatives: BTreeMap<i64, Vec<Json>> = BTreeMap::new();
            for row in rows.remove(&id).unwrap_or_default() {
                alternatives.entry(row.rank).or_default().push(json!({
                    "customer_id": row.party_code, "document_number": row.document_number,
                    "kind": row.kind, "confidence": row.confidence,
                    "amount": { "amount": Money::new(row.amount, own).to_string(),
                        "currency": own.code() },
                }));
            }
            head["alternatives"] = alternatives.into_values().collect();
            head
        })
        .collect())
}

/// The items and kinds of the documents that a decision issued.
pub(super) fn documents_of_decision(
    work: &mut Work<'_>,
    decision: i64,
) -> Result<Vec<(ItemId, DocumentKind)>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT i.id, d.kind FROM cash_decision_document c
         JOIN document d ON d.entity_id = c.entity_id AND d.id = c.document_id
         JOIN open_item i ON i.entity_id = d.entity_id AND i.document_id = d.id
         WHERE c.entity_id = $1 AND c.decision_id = $2 ORDER BY i.id",
        &[entity.into(), decision.into()],
        |row| {
            let word = row.text(1)?;
            let kind = DocumentKind::parse(&word)
                .ok_or_else(|| Fault::new(format!("`{word}` is no kind of document")))?;
            Ok((ItemId(row.int(0)?), kind))
        },
    )
}

/// Whose money a waiting receipt is.
pub(super) fn party_of_receipt(
    work: &mut Work<'_>,
    receipt: Option<i64>,
) -> Result<Option<PartyId>, Fault> {
    let entity = work.entity_id();
    let found = work.row(
        "SELECT party_id FROM document WHERE entity_id = $1 AND id = $2",
        &[entity.into(), receipt.into()],
        |row| row.opt_int(0),
    )?;
    Ok(found.flatten().map(PartyId))
}

/// The legs of the entry that a decision posted beside documents.
pub(super) fn legs_of(
    work: &mut Work<'_>,
    entry: i64,
) -> Result<Vec<(String, Money, Money)>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    work.rows(
        "SELECT account, amount, currency, functional FROM journal_line
         WHERE entity_id = $1 AND entry_id = $2 ORDER BY line_number",
        &[entity.into(), entry.into()],
        |row| {
            let amount = Money::new(row.int(1)?, currency(&row.text(2)?)?);
            Ok((row.text(0)?, amount, Money::new(row.int(3)?, functional)))
        },
    )
}

/// What was decided here before, in the shape of imported history: the best row of every
/// application that stands.
pub(super) fn own_history(work: &mut Work<'_>) -> Result<Vec<OwnHistoryRow>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT d.id, l.booked_on, l.payer_name, l.payer_account, l.remittance, d.amount,
           d.currency, p.party_code, p.item_id, p.amount, p.kind
         FROM cash_decision d
         JOIN bank_line l ON l.entity_id = d.entity_id AND l.id = d.line_id
         JOIN cash_proposal p ON p.entity_id = d.entity_id AND p.decision_id = d.id AND p.rank = 1
         LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
         WHERE d.entity_id = $1 AND d.unit = '' AND n.id IS NULL
           AND d.outcome IN ('applied', 'applied_by_hand', 'on_account', 'unapplied')
         ORDER BY l.booked_on, d.id, p.row_number",
        &[entity.into()],
        |row| {
            let own = currency(&row.text(6)?)?;
            Ok(OwnHistoryRow {
                decision: row.int(0)?,
                paid_on: row.date(1)?,
                payer_name: row.text(2)?,
                payer_account: row.text(3)?,
                remittance: row.text(4)?,
                payment: Money::new(row.int(5)?, own),
                party_code: row.text(7)?,
                item: row.opt_int(8)?,
                applied: Money::new(row.int(9)?, own),
                kind: row.text(10)?,
            })
        },
    )
}

/// One row of [`own_history`].
pub(super) struct OwnHistoryRow {
    pub(super) decision: i64,
    pub(super) paid_on: Date,
    pub(super) payer_name: String,
    pub(super) payer_account: String,
    pub(super) remittance: String,
    pub(super) payment: Money,
    pub(super) party_code: String,
    pub(super) item: Option<i64>,
    pub(super) applied: Money,
    pub(super) kind: String,
}

/// What applications took off items, signed as those are: what was open more before any.
pub(super) fn applied_by_lines(work: &mut Work<'_>) -> Result<HashMap<u64, i64>, Fault> {
    let entity = work.entity_id();
    let mut taken: HashMap<u64, i64> = HashMap::new();
    let mut add = |row: &Row<'_>| {
        *taken.entry(row.int(0)?.cast_unsigned()).or_default() += row.int(1)?;
        Ok(())
    };
    work.connection.each(
        "SELECT debit_item_id, CAST(SUM(debit_amount) AS BIGINT) FROM application
         WHERE entity_id = $1 GROUP BY debit_item_id",
        &[entity.into()],
        &mut add,
    )?;
    work.connection.each(
        "SELECT credit_item_id, CAST(SUM(-credit_amount) AS BIGINT) FROM application
         WHERE entity_id = $1 GROUP BY credit_item_id",
        &[entity.into()],
        &mut add,
    )?;
    Ok(taken)
}
