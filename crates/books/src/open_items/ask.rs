//! Settling by hand that gives something up: what the policy lets pass is settled, the rest waits
//! for others, each order as a request of its own.

use domain::access::Area;
use domain::documents::DocumentKind;
use domain::ids::RequestId;

use crate::approvals::{self, Asked, Wish};
use crate::failure::Outcome;
use crate::ledger::{self, Foreseen, Posting};
use crate::open_items::{Apply, Settled, apply, prepare};
use crate::work::Work;

/// What became of a batch.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Applying {
    /// What was posted.
    pub settled: Settled,
    /// What waits for approval by others.
    pub waiting: Vec<RequestId>,
}

/// Applies a batch in its order; an order that gives up what others must approve is asked for
/// whole and settles nothing meanwhile.
pub fn apply_or_ask(work: &mut Work<'_>, orders: &[Apply], reason: &str) -> Outcome<Applying> {
    let posting = prepare(work, orders)?;
    let given_up = given_up(&posting);
    if given_up == 0 || !approvals::waits(work, Area::WriteOffs, given_up)? {
        return Ok(Applying {
            settled: apply(work, orders)?,
            waiting: Vec::new(),
        });
    }
    let mut done = Applying::default();
    for order in orders {
        let mut taken = order.settle.iter().flat_map(|settle| &settle.deductions);
        if !taken.any(|one| is_given_up(one.kind)) {
            let settled = apply(work, std::slice::from_ref(order))?;
            done.settled.documents.extend(settled.documents);
            done.settled.applications.extend(settled.applications);
            continue;
        }
        let wish = Wish::Settle(Box::new(order.clone()));
        if let Asked::Waits(id) = approvals::ask(work, &wish, reason)? {
            done.waiting.push(id);
        }
    }
    Ok(done)
}

/// What applying would post. Writes nothing.
pub fn preview_apply(work: &mut Work<'_>, order: &Apply) -> Outcome<Foreseen<Settled>> {
    let orders = std::slice::from_ref(order);
    let posting = prepare(work, orders)?;
    let given_up = given_up(&posting);
    if given_up == 0 || !approvals::waits(work, Area::WriteOffs, given_up)? {
        return ledger::rehearse(work, |work| apply(work, orders));
    }
    let preview = approvals::preview(work, &Wish::Settle(Box::new(order.clone())))?;
    Ok(Foreseen {
        done: Settled {
            documents: posting.documents,
            applications: posting.applications,
        },
        effect: preview.effect,
        waits: preview.waits,
    })
}

fn is_given_up(kind: DocumentKind) -> bool {
    matches!(kind, DocumentKind::WriteOff | DocumentKind::PayableWriteOff)
}

/// The largest amount that is given up, in minor units of the functional currency.
fn given_up(posting: &Posting) -> i64 {
    let values = posting.values();
    let documents = posting.documents.iter().filter(|one| is_given_up(one.kind));
    let values = documents.filter_map(|one| values.get(&one.id).copied());
    values.max().unwrap_or_default()
}
