//! Looking at the checks of a close before the gate is taken, on one snapshot of the books, and
//! bringing what was found up to date within it.
//!
//! The control is the same: nothing closes unless every check holds while nobody else can write.
//! Facts are never changed, so a promise that held of those that were there holds, and only what
//! was made since is looked at. Where that cannot be told, all of it is.

use domain::access::{Area, Verb};
use domain::calendar::Period;
use domain::ids::RequestId;

use super::{Again, CHECKS, CloseCheck, broken, counted, look, parse, sql};
use crate::access;
use crate::approvals;
use crate::db::Db;
use crate::failure::Outcome;
use crate::ledger::periods;
use crate::verify::{self, Since, Stand};
use crate::work::{Context, Work};

/// What was found of a period before the gate was taken, and how the books stood then.
#[derive(Clone, Debug)]
pub struct Looked {
    entity: i64,
    period: Period,
    stand: Stand,
    checks: Vec<CloseCheck>,
}

/// What is about to close a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Closing {
    /// A close, or a wish for one.
    Period(String),
    /// A decision about a request, which may be one for a close.
    Request(RequestId),
}

/// Looks at the checks on a snapshot, for a work that is about to close a period and is told what
/// was found with [`Work::knows`].
pub fn ahead(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    closing: &Closing,
) -> Outcome<Option<Looked>> {
    db.read(context, entity, |work| looked(work, closing))
}

/// Looks at the checks of what is about to be closed; at nothing where no period will be.
pub fn looked(work: &mut Work<'_>, closing: &Closing) -> Outcome<Option<Looked>> {
    let period = match closing {
        Closing::Period(period) => Some(period.clone()),
        Closing::Request(id) => approvals::period_to_close(work, *id)?,
    };
    let Some(period) = period else {
        return Ok(None);
    };
    let mut may = access::may(work, Area::Periods, Verb::Do)?;
    may |= access::may(work, Area::Periods, Verb::Approve)?;
    let Ok(of) = parse(&period) else {
        return Ok(None);
    };
    if !may || periods::closed(work)?.contains(&period) {
        return Ok(None);
    }
    let stand = Stand::now(work)?;
    let looks = CHECKS.iter().map(|rule| look(work, rule, of));
    let checks = looks.collect::<Outcome<Vec<_>>>()?;
    Ok(Some(Looked {
        entity: work.entity_id(),
        period: of,
        stand,
        checks,
    }))
}

/// The checks as they are now, where the work knows how they were found before.
pub(super) fn brought_up(work: &mut Work<'_>, period: Period) -> Outcome<Option<Vec<CloseCheck>>> {
    let entity = work.entity_id();
    let is_this = |looked: &&Looked| looked.entity == entity && looked.period == period;
    let Some(looked) = work.looked().filter(is_this).cloned() else {
        return Ok(None);
    };
    // From here on nobody else writes.
    work.gate()?;
    let Some(since) = Since::of(work, &looked.stand)? else {
        return Ok(None);
    };
    if since.is_nothing(work)? {
        return Ok(Some(looked.checks));
    }
    let has_moved = sql::has_moved(work, since.first_id, period.last_day())?;
    let mut all = Vec::with_capacity(CHECKS.len());
    for (rule, before) in CHECKS.iter().zip(looked.checks) {
        all.push(match rule.again {
            // What did not hold may have been mended anywhere.
            Again::IfMoved if before.passed && !has_moved => before,
            Again::Never if before.passed => before,
            Again::Promises(promises) if before.passed => again(work, &before, promises, &since)?,
            Again::Whole | Again::IfMoved | Again::Promises(_) | Again::Never => {
                look(work, rule, period)?
            }
        });
    }
    Ok(Some(all))
}

/// A check that held, over what was made since.
fn again(
    work: &mut Work<'_>,
    before: &CloseCheck,
    promises: &[u8],
    since: &Since<'_>,
) -> Outcome<CloseCheck> {
    let checks = verify::verify_since(work, promises, since)?;
    let facts: i64 = checks.iter().map(|check| check.facts).sum();
    let broken = broken(&checks);
    Ok(CloseCheck {
        passed: broken.is_none(),
        found: broken.unwrap_or_else(|| {
            let facts = counted(usize::try_from(facts).unwrap_or_default(), "fact");
            format!("{}, {facts} made since", before.found)
        }),
        ..before.clone()
    })
}
