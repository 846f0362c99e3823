//! What people do about a short-pay: who answers for it and until when, notes, another reason, and
//! who is right. Each is an event; nothing that was written is changed.

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::short_pays::Reason;
use serde_json::json;

use crate::access;
use crate::failure::{Failure, Outcome};
use crate::short_pays::defaults::require_person;
use crate::short_pays::{EventKind, ShortPay, ShortPayRefusal, Verdict, find, sql};
use crate::work::Work;

/// The areas whose people work on short-pays.
const WORKED_BY: &[Area] = &[
    Area::Collections,
    Area::Cash,
    Area::Credit,
    Area::CreditMemos,
];
/// The areas whose people decide who is right: not those who apply cash.
const DECIDED_BY: &[Area] = &[
    Area::Collections,
    Area::Credit,
    Area::CreditMemos,
    Area::WriteOffs,
];

/// What is done about a case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change<'a> {
    /// Somebody answers for it; nobody where empty.
    Assign(&'a str),
    /// It should be answered until then.
    AnswerBy(Date),
    /// Something is noted.
    Note,
    /// The reason was another one.
    Reason(Reason),
    /// Who is right.
    Decide {
        /// Who.
        verdict: Verdict,
        /// The verdict that it replaces, as whoever decides knows it.
        instead_of: Option<Verdict>,
    },
}

/// Refuses who works in none of some areas; tells of the first.
fn demand_any(work: &mut Work<'_>, case: &ShortPay, areas: &[Area]) -> Outcome<()> {
    let mut refused = None;
    for area in areas {
        // What was approved is done by whoever approved it last.
        if work.has_warrant(*area) {
            return Ok(());
        }
        let may = access::demand(work, *area, Verb::Do, None);
        let may = may.and_then(|()| {
            let party = case.party;
            access::demand_within(work, (*area, Verb::Do), |_| Ok([party].into()))
        });
        match may {
            Ok(()) => return Ok(()),
            Err(Failure::Refused(why)) => refused = refused.or(Some(why)),
            Err(fault) => return Err(fault),
        }
    }
    refused.map_or(Ok(()), |why| Err(Failure::Refused(why)))
}

/// May the actor do this about the case? For faces that leave out what would be refused.
pub(super) fn may(work: &mut Work<'_>, case: &ShortPay, decides: bool) -> Outcome<bool> {
    let areas = if decides { DECIDED_BY } else { WORKED_BY };
    match demand_any(work, case, areas) {
        Ok(()) => Ok(true),
        Err(Failure::Refused(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Gives a case to somebody, or takes it from everybody.
pub fn assign(work: &mut Work<'_>, asked: &str, owner: &str, told: &str) -> Outcome<ShortPay> {
    change(work, asked, &Change::Assign(owner.trim()), told)
}

/// Sets another day until which it should be answered.
pub fn put_off(work: &mut Work<'_>, asked: &str, until: Date, told: &str) -> Outcome<ShortPay> {
    change(work, asked, &Change::AnswerBy(until), told)
}

/// Notes something.
pub fn note(work: &mut Work<'_>, asked: &str, told: &str) -> Outcome<ShortPay> {
    change(work, asked, &Change::Note, told)
}

/// Corrects the reason.
pub fn correct(work: &mut Work<'_>, asked: &str, reason: &str, told: &str) -> Outcome<ShortPay> {
    let found = Reason::parse(reason.trim());
    let reason = found.ok_or_else(|| ShortPayRefusal::NotAReason {
        word: reason.to_owned(),
    })?;
    change(work, asked, &Change::Reason(reason), told)
}

/// Decides who is right. A verdict that stands is only replaced by whoever knows it, so that of two
/// people who decide at once the second is told what the first decided; empty replaces none.
pub fn decide(
    work: &mut Work<'_>,
    asked: &str,
    (verdict, instead_of): (&str, &str),
    why: &str,
) -> Outcome<ShortPay> {
    let parsed = |word: &str| {
        let found = Verdict::parse(word.trim());
        found.ok_or_else(|| ShortPayRefusal::NotAVerdict {
            word: word.to_owned(),
        })
    };
    let instead_of = match instead_of.trim() {
        "" => None,
        word => Some(parsed(word)?),
    };
    let verdict = parsed(verdict)?;
    let decided = Change::Decide {
        verdict,
        instead_of,
    };
    change(work, asked, &decided, why)
}

/// The longest note.
const LONGEST: usize = 4_000;

pub(super) fn change(
    work: &mut Work<'_>,
    asked: &str,
    change: &Change<'_>,
    told: &str,
) -> Outcome<ShortPay> {
    work.gate()?;
    let case = find(work, asked)?;
    let decides = matches!(change, Change::Decide { .. });
    let areas = if decides { DECIDED_BY } else { WORKED_BY };
    demand_any(work, &case, areas)?;
    let told = told.trim();
    let must_tell = decides || matches!(change, Change::Note);
    if must_tell && told.is_empty() || LONGEST < told.len() || told.contains('\0') {
        return Err(ShortPayRefusal::NothingTold.into());
    }
    let stays = matches!(change, Change::Note | Change::Reason(_));
    if !stays && !case.is_open() {
        let (number, state) = (case.number, case.state.title());
        return Err(ShortPayRefusal::NotOpen { number, state }.into());
    }
    if decides && case.is_by_hand && case.actor == work.actor() && is_claimed(work)? {
        let number = case.number;
        return Err(ShortPayRefusal::OwnShortPay { number }.into());
    }
    if let Change::Decide { instead_of, .. } = change {
        require_known(work, &case, *instead_of)?;
    }
    let day;
    let (kind, content) = match change {
        Change::Assign(owner) => {
            require_person(work, owner)?;
            (EventKind::Assigned, *owner)
        }
        Change::AnswerBy(until) => {
            day = until.to_string();
            (EventKind::AnswerBy, day.as_str())
        }
        Change::Note => (EventKind::Noted, ""),
        Change::Reason(reason) => (EventKind::Reason, reason.code()),
        Change::Decide { verdict, .. } => (EventKind::Decided, verdict.code()),
    };
    sql::insert_event(work, case.document, kind, content, told)?;
    let detail = json!({ "kind": kind.code(), "content": content, "told": told });
    work.note(action(kind), &case.number, detail);
    find(work, &case.document.to_string())
}

/// Refuses to replace a verdict that whoever decides does not know, and tells who decided it.
fn require_known(work: &mut Work<'_>, case: &ShortPay, instead_of: Option<Verdict>) -> Outcome<()> {
    if case.verdict == instead_of {
        return Ok(());
    }
    let events = sql::events(work, case.document)?;
    let mut decided = events.iter().rev();
    let by = decided.find(|event| event.kind == EventKind::Decided);
    Err(ShortPayRefusal::Decided {
        number: case.number.clone(),
        verdict: case.verdict,
        by: by.map(|event| event.actor.clone()).unwrap_or_default(),
    }
    .into())
}

fn is_claimed(work: &mut Work<'_>) -> Outcome<bool> {
    Ok(access::grants(work)? != domain::access::Grants::Unclaimed)
}

fn action(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Assigned => "short_pay.assign",
        EventKind::AnswerBy => "short_pay.put_off",
        EventKind::Noted => "short_pay.note",
        EventKind::Reason => "short_pay.reason",
        EventKind::Decided => "short_pay.decide",
    }
}
