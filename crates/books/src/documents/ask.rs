//! Documents that may need a second pair of eyes: what the policy lets pass is issued, the rest
//! waits, each document as a request of its own.

use std::collections::HashMap;

use domain::access::area_of;
use domain::documents::Document;
use domain::ids::{DocumentId, RequestId};

use crate::approvals::{self, Asked, Wish};
use crate::documents::{NewDocument, Ready, Reverse, prepare, record, reverse};
use crate::failure::Outcome;
use crate::ledger::Posting;
use crate::work::Work;

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Issuing {
    /// What was issued.
    pub documents: Vec<Document>,
    /// What waits for approval by others.
    pub waiting: Vec<RequestId>,
}

/// Issues a batch; what needs approval is asked for. A document's own memo is its reason where
/// none is given.
pub fn issue_or_ask(work: &mut Work<'_>, orders: &[NewDocument], reason: &str) -> Outcome<Issuing> {
    let ready = prepare(work, orders)?;
    let held = held_back(work, &ready.postings)?;
    if held.is_empty() {
        return Ok(Issuing {
            documents: record(work, ready)?,
            waiting: Vec::new(),
        });
    }
    let (mut free, mut waiting) = (Vec::new(), Vec::new());
    for (order, id) in orders.iter().zip(&ready.order) {
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
    Ok(Issuing {
        documents: record(work, ready)?,
        waiting,
    })
}

/// Takes a batch back; what needs approval is asked for.
pub fn reverse_or_ask(work: &mut Work<'_>, orders: &[Reverse]) -> Outcome<Issuing> {
    let posting = reverse::prepare(work, orders)?;
    let held = held_back(work, std::slice::from_ref(&posting))?;
    if held.is_empty() {
        return Ok(Issuing {
            documents: reverse::record(work, posting)?,
            waiting: Vec::new(),
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
    Ok(Issuing { documents, waiting })
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
