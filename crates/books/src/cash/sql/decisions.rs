//! Statements of decisions and their proposals.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::ids::{DocumentId, EntryId, PartyId};
use domain::money::Money;

use crate::cash::units::Unit;
use crate::db::{Table, Value, table};
use crate::failure::Fault;
use crate::imports::currency;
use crate::remittances::AdviceKey;
use crate::work::Work;

const RUN: Table = table!("run": entity_id Int, id Int, kind Text, input_hash Text,
    counted_on Date, actor Text, report Text, recorded_at At);
const CASH_DECISION: Table = table!("cash_decision": entity_id Int, id Int, run_id Int,
    line_id Int, unit Text, entry_ref Text, statement_name Text, outcome Text, class Text,
    amount Int, currency Text, party_id Int, receipt_id Int, entry_id Int, confidence Int,
    reason Text,
    evidence Text, replaces_id Int, advice_file_id Int, advice_place Int, recorded_at At);
const CASH_DECISION_DOCUMENT: Table =
    table!("cash_decision_document": entity_id Int, decision_id Int, document_id Int);
const CASH_PROPOSAL: Table = table!("cash_proposal": entity_id Int, decision_id Int, rank Int,
    row_number Int, party_code Text, document_number Text, item_id Int, kind Text, amount Int,
    document_amount Int, document_currency Text, confidence Int);

/// What the audit log sums up.
pub(crate) const SUMMED: &[&Table] = &[
    &RUN,
    &CASH_DECISION,
    &CASH_DECISION_DOCUMENT,
    &CASH_PROPOSAL,
];

/// A decision to be kept.
pub(in crate::cash) struct DecisionRow {
    pub(in crate::cash) id: i64,
    pub(in crate::cash) line_id: i64,
    pub(in crate::cash) unit: String,
    pub(in crate::cash) entry_ref: String,
    pub(in crate::cash) statement_name: String,
    pub(in crate::cash) outcome: &'static str,
    pub(in crate::cash) class: &'static str,
    pub(in crate::cash) amount: Money,
    pub(in crate::cash) party: Option<PartyId>,
    pub(in crate::cash) receipt: Option<DocumentId>,
    pub(in crate::cash) documents: Vec<DocumentId>,
    pub(in crate::cash) entry: Option<EntryId>,
    pub(in crate::cash) confidence: i64,
    pub(in crate::cash) reason: String,
    pub(in crate::cash) evidence: String,
    pub(in crate::cash) replaces: Option<i64>,
    pub(in crate::cash) advice: Option<AdviceKey>,
    pub(in crate::cash) proposals: Vec<ProposalRow>,
}

impl DecisionRow {
    /// A decision about a unit that only says what becomes of it and why.
    pub(in crate::cash) fn undecided(
        id: i64,
        unit: &Unit,
        outcome: &'static str,
        reason: String,
    ) -> DecisionRow {
        DecisionRow {
            id,
            line_id: unit.line_id,
            unit: unit.unit.clone(),
            entry_ref: unit.entry_ref.clone(),
            statement_name: unit.statement_name.clone(),
            outcome,
            class: "",
            amount: unit.payment.amount,
            party: None,
            receipt: None,
            documents: Vec::new(),
            entry: None,
            confidence: 0,
            reason,
            evidence: "{}".to_owned(),
            replaces: unit.before.as_ref().map(|before| before.decision),
            advice: None,
            proposals: Vec::new(),
        }
    }
}

/// One row of one alternative of a decision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::cash) struct ProposalRow {
    pub(in crate::cash) rank: i64,
    pub(in crate::cash) row_number: i64,
    pub(in crate::cash) party_code: String,
    pub(in crate::cash) document_number: String,
    pub(in crate::cash) item: Option<i64>,
    pub(in crate::cash) kind: String,
    pub(in crate::cash) amount: i64,
    pub(in crate::cash) document_amount: Option<Money>,
    pub(in crate::cash) confidence: i64,
}

/// Keeps that a run was committed, and what it reported.
pub(crate) fn insert_run(
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

pub(in crate::cash) fn insert_decisions(
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
            decision.advice.map(|advice| advice.file).into(),
            decision.advice.map(|advice| advice.place).into(),
            now.into(),
        ]
    });
    work.connection.insert(&CASH_DECISION, rows)?;
    let documents = decisions.iter();
    insert_documents(
        work,
        documents.map(|one| (one.id, one.documents.as_slice())),
    )?;
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

/// Names documents with the decisions that issued them.
pub(in crate::cash) fn insert_documents<'d>(
    work: &mut Work<'_>,
    documents: impl Iterator<Item = (i64, &'d [DocumentId])>,
) -> Result<(), Fault> {
    let entity = work.entity_id();
    let rows = documents.flat_map(|(decision, ids)| {
        let ids = ids.iter();
        ids.map(move |id| vec![entity.into(), decision.into(), id.0.into()])
    });
    work.connection.insert(&CASH_DECISION_DOCUMENT, rows)?;
    Ok(())
}

/// What stands of earlier proposals, to tell a change from a repetition.
pub(in crate::cash) fn proposals(
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
