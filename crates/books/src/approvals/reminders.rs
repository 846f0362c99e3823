//! Reminding people of what waits for their decision: a run, once a day for each of them and
//! each request; and what somebody sees of it on their home page.

use std::collections::BTreeSet;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::ids::{RequestId, RunId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::access;
use crate::approvals::sql::{self, Wanted};
use crate::approvals::{Request, turns};
use crate::cash::sql::insert_run;
use crate::failure::Outcome;
use crate::work::Work;

/// One reminder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Due {
    /// Who is reminded.
    pub login: String,
    /// For whom they would decide; empty for themselves.
    pub stands_for: String,
    /// The request.
    pub request: RequestId,
    /// Its kind.
    pub kind: String,
    /// What it is about.
    pub subject: String,
    /// Who asked.
    pub maker: String,
    /// How many days it waits.
    pub age_days: i64,
    /// When it lapses.
    pub expires_at: Timestamp,
    /// Whether they were reminded of it today already.
    pub is_repeated: bool,
}

/// What the run looked at and did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reminding {
    /// The day.
    pub on: Date,
    /// The run; none for a preview and where nobody had to be reminded.
    pub run: Option<RunId>,
    /// How many requests wait.
    pub waiting: usize,
    /// The requests that nobody may decide: an administrator must give a role.
    pub stranded: Vec<RequestId>,
    /// Who is reminded of what.
    pub due: Vec<Due>,
}

/// A request that waits for somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Yours {
    /// The request.
    pub request: Request,
    /// For whom they would decide; empty for themselves.
    pub stands_for: String,
    /// How many days it waits.
    pub age_days: i64,
    /// The day of the latest reminder.
    pub reminded_on: Option<Date>,
}

fn age(request: &Request, day: Date) -> i64 {
    let asked_on = request.recorded_at.to_zoned(TimeZone::UTC).date();
    let span = asked_on.until(day);
    span.map_or(0, |span| i64::from(span.get_days()).max(0))
}

/// Shows whom a commit would remind of what; writes nothing. `least_days` is how long a request
/// waits before anybody is reminded.
pub fn preview_reminders(work: &mut Work<'_>, least_days: i64) -> Outcome<Reminding> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let day = work.day();
    let requests = sql::requests(work, Wanted::Waiting)?;
    let known: BTreeSet<(String, RequestId)> = sql::reminded(work, day)?;
    let turns = turns(work, &requests)?;
    let mut reminding = Reminding {
        on: day,
        run: None,
        waiting: requests.len(),
        stranded: Vec::new(),
        due: Vec::new(),
    };
    for (request, turns) in requests.iter().zip(turns) {
        let people = |login: &str| !access::is_program(login);
        if !turns.iter().any(|turn| people(&turn.login)) {
            reminding.stranded.push(request.id);
        }
        let age_days = age(request, day);
        if age_days < least_days {
            continue;
        }
        for turn in turns.into_iter().filter(|turn| people(&turn.login)) {
            reminding.due.push(Due {
                is_repeated: known.contains(&(turn.login.clone(), request.id)),
                login: turn.login,
                stands_for: turn.stands_for,
                request: request.id,
                kind: request.kind.clone(),
                subject: request.subject.clone(),
                maker: request.maker.clone(),
                age_days,
                expires_at: request.expires_at,
            });
        }
    }
    reminding.due.sort_by(|one, other| {
        let key = |due: &Due| (due.login.clone(), -due.age_days, due.request);
        key(one).cmp(&key(other))
    });
    Ok(reminding)
}

/// Reminds. Who was reminded of a request today is not reminded of it again: a second commit of
/// a day changes nothing.
pub fn commit_reminders(work: &mut Work<'_>, least_days: i64) -> Outcome<Reminding> {
    access::demand_hand(work)?;
    work.gate()?;
    let mut reminding = preview_reminders(work, least_days)?;
    let fresh: Vec<Due> = reminding
        .due
        .iter()
        .filter(|due| !due.is_repeated)
        .cloned()
        .collect();
    if fresh.is_empty() {
        return Ok(reminding);
    }
    let run = RunId(work.ids.take());
    let people: BTreeSet<&str> = fresh.iter().map(|due| due.login.as_str()).collect();
    let report = json!({
        "waiting": reminding.waiting, "reminders": fresh.len(), "people": people.len(),
        "stranded": reminding.stranded.len(), "least_days": least_days,
    });
    let kept = report.to_string();
    insert_run(work, run.0, "approval_reminders", reminding.on, &kept)?;
    sql::insert_reminders(work, run, reminding.on, &fresh)?;
    work.note("approval.remind", run.to_string(), report);
    reminding.run = Some(run);
    Ok(reminding)
}

/// What waits for the actor's decision, the oldest first.
pub fn yours(work: &mut Work<'_>) -> Outcome<Vec<Yours>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let (day, login) = (work.day(), work.actor().to_owned());
    let requests = sql::requests(work, Wanted::Waiting)?;
    let turns = turns(work, &requests)?;
    let reminded = sql::reminders_of(work, &login)?;
    let mut yours: Vec<Yours> = requests
        .into_iter()
        .zip(turns)
        .filter_map(|(request, turns)| {
            let turn = turns.into_iter().find(|turn| turn.login == login)?;
            Some(Yours {
                stands_for: turn.stands_for,
                age_days: age(&request, day),
                reminded_on: reminded.get(&request.id).copied(),
                request,
            })
        })
        .collect();
    yours.sort_by_key(|yours| yours.request.id);
    Ok(yours)
}
