//! Documents that may need a second pair of eyes: what the policy lets pass is issued, the rest
//! waits, each document as a request of its own.

use std::collections::{BTreeMap, HashMap};

use domain::access::area_of;
use domain::documents::Document;
use domain::ids::{DocumentId, PartyId, RequestId};

use crate::approvals::{self, Asked, Wish};
use crate::credit::{self, Objected};
use crate::documents::{NewDocument, Ready, Reverse, prepare, record, reverse};
use crate::failure::Outcome;
use crate::ledger::rehearsal::effect_of;
use crate::ledger::{self, Foreseen, Posting};
use crate::work::Work;

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Issuing {
    /// What was issued.
    pub documents: Vec<Document>,
    /// What waits for approval by others.
    pub waiting: Vec<RequestId>,
    /// Remarks for people: invoices beyond a credit limit.
    pub warnings: Vec<String>,
}

/// Issues a batch; what needs approval is asked for. A document's own memo is its reason where
/// none is given.
pub fn issue_or_ask(work: &mut Work<'_>, orders: &[NewDocument], reason: &str) -> Outcome<Issuing> {
    let ready = prepare(work, orders)?;
    let held = held_back(work, &ready.postings)?;
    let judged = credit::judge(work, &ready.postings)?;
    let warnings = judged.warned.iter().map(Objected::told).collect();
    if held.is_empty() && judged.asked.is_empty() {
        return Ok(Issuing {
            documents: record(work, ready)?,
            waiting: Vec::new(),
            warnings,
        });
    }
    let over: HashMap<DocumentId, PartyId> = judged
        .asked
        .iter()
        .map(|one| (one.document, one.party))
        .collect();
    let mut beyond: BTreeMap<PartyId, Vec<NewDocument>> = BTreeMap::new();
    let (mut free, mut waiting) = (Vec::new(), Vec::new());
    for (order, id) in orders.iter().zip(&ready.order) {
        if let Some(party) = over.get(id) {
            beyond.entry(*party).or_default().push(order.clone());
            continue;
        }
        if !held.contains(id) {
            free.push(order.clone());
            continue;
        }
        let why = match reason.trim() {
            "" => order.references.memo.as_ref(),
            given => given,
        };
        let wish = Wish::Document(Box::new(order.clone()));
        if let Asked::Waits(id) = approvals::ask(work, &wish, why)? {
            waiting.push(id);
        }
    }
    let ready: Ready = prepare(work, &free)?;
    let documents = record(work, ready)?;
    // One request for each customer, whatever the batch holds.
    for orders in beyond.into_values() {
        let why = match reason.trim() {
            "" => orders[0].references.memo.to_string(),
            given => given.to_owned(),
        };
        let why = if why.trim().is_empty() {
            "beyond the credit limit".to_owned()
        } else {
            why
        };
        if let Asked::Waits(id) = approvals::ask(work, &Wish::OverLimit(orders), &why)? {
            waiting.push(id);
        }
    }
    Ok(Issuing {
        documents,
        waiting,
        warnings,
    })
}

/// Takes a batch back; what needs approval is asked for.
pub fn reverse_or_ask(work: &mut Work<'_>, orders: &[Reverse]) -> Outcome<Issuing> {
    let posting = reverse::prepare(work, orders)?;
    let held = held_back(work, std::slice::from_ref(&posting))?;
    if held.is_empty() {
        return Ok(Issuing {
            documents: reverse::record(work, posting)?,
            ..Issuing::default()
        });
    }
    let (mut free, mut waiting) = (Vec::new(), Vec::new());
    for (order, document) in orders.iter().zip(&posting.documents) {
        if !held.contains(&document.id) {
            free.push(order.clone());
            continue;
        }
        let wish = Wish::Reverse {
            document: order.document.clone(),
            kind: document.kind,
            on: order.on,
        };
        if let Asked::Waits(id) = approvals::ask(work, &wish, &order.reason)? {
            waiting.push(id);
        }
    }
    let documents = if free.is_empty() {
        Vec::new()
    } else {
        reverse::reverse(work, &free)?
    };
    Ok(Issuing {
        documents,
        waiting,
        ..Issuing::default()
    })
}

/// What taking a batch back would post. Writes nothing.
pub fn preview_reverse(
    work: &mut Work<'_>,
    orders: &[Reverse],
) -> Outcome<Foreseen<Vec<Document>>> {
    let posting = reverse::prepare(work, orders)?;
    if held_back(work, std::slice::from_ref(&posting))?.is_empty() {
        return ledger::rehearse(work, |work| reverse::reverse(work, orders));
    }
    Ok(Foreseen {
        effect: effect_of(work, posting.entries.iter())?,
        done: posting.documents,
        waits: true,
    })
}

/// The documents that the policy holds back.
fn held_back(work: &mut Work<'_>, postings: &[Posting]) -> Outcome<Vec<DocumentId>> {
    let mut held = Vec::new();
    for posting in postings {
        let values = posting.values();
        for document in &posting.documents {
            let value = value_of(&values, document.id);
            if approvals::is_needed(work, area_of(document.kind), value)? {
                held.push(document.id);
            }
        }
    }
    Ok(held)
}

fn value_of(values: &HashMap<DocumentId, i64>, id: DocumentId) -> i64 {
    values.get(&id).copied().unwrap_or_default()
}
