//! Statements of the desk: what waits, what a line became, what people name.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use domain::documents::DocumentKind;
use domain::ids::{DocumentId, ItemId, LineId, PartyId};
use domain::money::Money;
use serde_json::{Value as Json, json};

use super::decisions::proposals;
use super::lines::{Lines, booked_lines};
use crate::cash::desk::{DeskLine, ForeseenApplication};
use crate::cash::export::{ExportRow, status};
use crate::db::{Row, Value};
use crate::failure::Fault;
use crate::imports::currency;
use crate::remittances::AdviceKey;
use crate::work::Work;

/// Customers by their codes.
pub(in crate::cash) fn parties_by_code(
    work: &mut Work<'_>,
    codes: &[&str],
) -> Result<Vec<(PartyId, String)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = codes.iter().map(|code| Value::from(*code)).collect();
    let mut found = BTreeMap::new();
    work.connection.each_in(
        "SELECT id, code FROM party WHERE entity_id = $1 AND is_customer = 1
           AND code IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            found.insert(row.text(1)?, PartyId(row.int(0)?));
            Ok(())
        },
    )?;
    Ok(found.into_iter().map(|(code, id)| (id, code)).collect())
}

/// A receivable document on which something is open.
pub(in crate::cash) struct OpenDocument {
    /// An item of it; of a document with instalments each is a row, the earliest due first.
    pub(in crate::cash) item: ItemId,
    pub(in crate::cash) document: DocumentId,
    pub(in crate::cash) party: PartyId,
    pub(in crate::cash) party_code: String,
    pub(in crate::cash) number: String,
    /// The number under which matching knows it: of a short-pay, that of the document that it was
    /// parted off.
    pub(in crate::cash) known_as: String,
    /// What is open of it and of the short-pays parted off it.
    pub(in crate::cash) open: Money,
}

/// What is open of customers' documents with the given numbers.
pub(in crate::cash) fn open_by_number(
    work: &mut Work<'_>,
    numbers: &[&str],
) -> Result<Vec<OpenDocument>, Fault> {
    let entity = work.entity_id();
    let mut numbers = numbers.to_vec();
    numbers.sort_unstable();
    numbers.dedup();
    let keys: Vec<Value<'_>> = numbers.into_iter().map(Value::from).collect();
    let mut found = BTreeMap::new();
    work.connection.each_in(
        "SELECT i.id, i.party_id, p.code, d.number, i.open_amount + COALESCE((
                SELECT CAST(SUM(t.open_amount) AS BIGINT) FROM short_pay s
                JOIN open_item t ON t.entity_id = s.entity_id AND t.id = s.item_id
                WHERE s.entity_id = i.entity_id AND s.from_item_id = i.id), 0),
           i.currency, COALESCE(o.number, d.number), d.id, i.due_on
         FROM document d
         JOIN open_item i ON i.entity_id = d.entity_id AND i.document_id = d.id
         JOIN party p ON p.entity_id = i.entity_id AND p.id = i.party_id
         LEFT JOIN short_pay f ON f.entity_id = i.entity_id AND f.item_id = i.id
         LEFT JOIN document o ON o.entity_id = f.entity_id AND o.id = f.from_document_id
         WHERE d.entity_id = $1 AND i.side = 'receivable'
           AND d.kind IN ('invoice', 'debit_memo', 'credit_memo', 'short_pay')
           AND d.reverses_id IS NULL AND d.number IN (/*keys*/)",
        &[entity.into()],
        &keys,
        |row| {
            let item = ItemId(row.int(0)?);
            if row.int(4)? == 0 {
                return Ok(());
            }
            let document = OpenDocument {
                item,
                document: DocumentId(row.int(7)?),
                party: PartyId(row.int(1)?),
                party_code: row.text(2)?,
                number: row.text(3)?,
                known_as: row.text(6)?,
                open: Money::new(row.int(4)?, currency(&row.text(5)?)?),
            };
            found.insert((row.date(8)?, item), document);
            Ok(())
        },
    )?;
    Ok(found.into_values().collect())
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

/// Open receipts of parties: what a refund pays out.
pub(in crate::cash) fn open_receipts(
    work: &mut Work<'_>,
    parties: &[PartyId],
) -> Result<Vec<(PartyId, ItemId)>, Fault> {
    open_cash(work, "'receipt', 'transfer_in'", parties)
}

/// Open returned receipts of parties: what they owe again.
pub(in crate::cash) fn open_returns(
    work: &mut Work<'_>,
    parties: &[PartyId],
) -> Result<Vec<(PartyId, ItemId)>, Fault> {
    open_cash(work, "'returned_receipt'", parties)
}

/// Open items of parties that documents of these kinds opened, oldest first.
fn open_cash(
    work: &mut Work<'_>,
    kinds: &str,
    parties: &[PartyId],
) -> Result<Vec<(PartyId, ItemId)>, Fault> {
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = parties.iter().map(|id| Value::Int(id.0)).collect();
    let mut found = Vec::new();
    work.connection.each_in(
        &format!(
            "SELECT i.party_id, i.id FROM open_item i
             JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
             WHERE i.entity_id = $1 AND i.open_amount <> 0
               AND d.kind IN ({kinds}) AND i.party_id IN (/*keys*/)"
        ),
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

/// Every row of every decision that stands. A line that is no customer's money, or nobody's,
/// has one row of its own.
pub(in crate::cash) fn each_export_row(
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
pub(in crate::cash) fn desk_lines(work: &mut Work<'_>) -> Result<Vec<DeskLine>, Fault> {
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
        desk_line,
    )
}

pub(in crate::cash) fn desk_line(row: &Row<'_>) -> Result<DeskLine, Fault> {
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
}

/// What the bank said about a line.
pub(in crate::cash) fn line_facts(work: &mut Work<'_>, line: i64) -> Result<Option<Json>, Fault> {
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
pub(in crate::cash) fn decisions_of(
    work: &mut Work<'_>,
    line: i64,
    unit: &str,
) -> Result<Vec<Json>, Fault> {
    let entity = work.entity_id();
    let heads = work.rows(
        "SELECT d.id, d.outcome, d.class, d.reason, d.evidence, d.confidence, d.currency,
           d.recorded_at, COALESCE(p.code, ''), r.actor, COALESCE(p.name, ''), d.advice_file_id,
           d.advice_place, f.name
         FROM cash_decision d
         JOIN run r ON r.entity_id = d.entity_id AND r.id = d.run_id
         LEFT JOIN party p ON p.entity_id = d.entity_id AND p.id = d.party_id
         LEFT JOIN source_file f ON f.entity_id = d.entity_id AND f.id = d.advice_file_id
         WHERE d.entity_id = $1 AND d.line_id = $2 AND d.unit = $3 ORDER BY d.id DESC",
        &[entity.into(), line.into(), unit.into()],
        |row| {
            let evidence: Json = serde_json::from_str(&row.text(4)?).unwrap_or(Json::Null);
            let mut head = json!({
                "outcome": row.text(1)?, "class": row.text(2)?, "reason": row.text(3)?,
                "evidence": evidence, "confidence": row.int(5)?, "party": row.text(8)?,
                "party_name": row.text(10)?,
                "decided_at": row.at(7)?.to_string(), "decided_by": row.text(9)?,
            });
            if let (Some(file), Some(place)) = (row.opt_int(11)?, row.opt_int(12)?) {
                let id = AdviceKey { file, place }.to_string();
                head["advice"] = json!({ "id": id, "file": row.text(13)? });
            }
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
pub(in crate::cash) fn documents_of_decision(
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
pub(in crate::cash) fn party_of_receipt(
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
pub(in crate::cash) fn legs_of(
    work: &mut Work<'_>,
    entry: i64,
) -> Result<Vec<(Cow<'static, str>, Money, Money)>, Fault> {
    let (entity, functional) = (work.entity_id(), work.functional());
    work.rows(
        "SELECT account, amount, currency, functional FROM journal_line
         WHERE entity_id = $1 AND entry_id = $2 ORDER BY line_number",
        &[entity.into(), entry.into()],
        |row| {
            let amount = Money::new(row.int(1)?, currency(&row.text(2)?)?);
            Ok((
                row.text(0)?.into(),
                amount,
                Money::new(row.int(3)?, functional),
            ))
        },
    )
}

/// The applications since an id was given out.
pub(in crate::cash) fn applications_after(
    work: &mut Work<'_>,
    last: i64,
) -> Result<Vec<ForeseenApplication>, Fault> {
    let entity = work.entity_id();
    work.rows(
        "SELECT a.applied_on, dd.number, cd.number, a.debit_amount, d.currency, a.credit_amount,
           c.currency, a.undoes_id
         FROM application a
         JOIN open_item d ON d.entity_id = a.entity_id AND d.id = a.debit_item_id
         JOIN open_item c ON c.entity_id = a.entity_id AND c.id = a.credit_item_id
         JOIN document dd ON dd.entity_id = d.entity_id AND dd.id = d.document_id
         JOIN document cd ON cd.entity_id = c.entity_id AND cd.id = c.document_id
         WHERE a.entity_id = $1 AND a.id > $2 ORDER BY a.id",
        &[entity.into(), last.into()],
        |row| {
            Ok(ForeseenApplication {
                on: row.date(0)?,
                debit: row.text(1)?,
                credit: row.text(2)?,
                debit_amount: Money::new(row.int(3)?, currency(&row.text(4)?)?),
                credit_amount: Money::new(row.int(5)?, currency(&row.text(6)?)?),
                undoes: row.opt_int(7)?.is_some(),
            })
        },
    )
}
