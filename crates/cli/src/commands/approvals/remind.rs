//! `duebook approvals remind`: who is reminded of what, and how long it waits.

use books::approvals::{self, Reminding};
use clap::Args;
use serde::Serialize;

use crate::commands::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// Of what.
#[derive(Args)]
pub(crate) struct RemindArgs {
    /// Record the reminders, which then appear on home pages, at most once a day per person and request
    #[arg(long)]
    commit: bool,
    /// Only of what waits for so many days at least
    #[arg(long, value_name = "N", default_value_t = 0,
        value_parser = clap::value_parser!(i64).range(0..))]
    older_than: i64,
}

#[derive(Serialize)]
struct DueJson {
    login: String,
    #[serde(rename = "for", skip_serializing_if = "String::is_empty")]
    stands_for: String,
    request: String,
    kind: String,
    subject: String,
    maker: String,
    age_days: i64,
    expires_at: String,
    state: &'static str,
}

#[derive(Serialize)]
struct RemindingJson {
    on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    waiting: usize,
    stranded: Vec<String>,
    reminders: Vec<DueJson>,
}

/// Shows or reminds.
pub(crate) fn run(args: &RemindArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let entity = globals.entity();
    let done = if args.commit {
        db.write(&context, entity, |work| {
            approvals::commit_reminders(work, args.older_than)
        })?
    } else {
        db.read(&context, entity, |work| {
            approvals::preview_reminders(work, args.older_than)
        })?
    };
    show(globals, done, args.commit)
}

fn show(globals: &Globals, done: Reminding, is_commit: bool) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("login", Align::Left),
        ("for", Align::Left),
        ("request", Align::Left),
        ("kind", Align::Left),
        ("subject", Align::Left),
        ("maker", Align::Left),
        ("age_days", Align::Right),
        ("expires_at", Align::Left),
        ("state", Align::Left),
    ]);
    let reminders: Vec<DueJson> = done
        .due
        .into_iter()
        .map(|due| DueJson {
            state: match (due.is_repeated, is_commit) {
                (true, _) => "reminded today",
                (false, true) => "reminded",
                (false, false) => "due",
            },
            login: due.login,
            stands_for: due.stands_for,
            request: due.request.to_string(),
            kind: due.kind,
            subject: due.subject,
            maker: due.maker,
            age_days: due.age_days,
            expires_at: due.expires_at.to_string(),
        })
        .collect();
    for due in &reminders {
        table.row([
            due.login.as_str(),
            &due.stands_for,
            &due.request,
            &due.kind,
            &due.subject,
            &due.maker,
            &due.age_days.to_string(),
            &due.expires_at,
            due.state,
        ]);
    }
    let told = RemindingJson {
        on: done.on.to_string(),
        run: done.run.map(|run| run.to_string()),
        waiting: done.waiting,
        stranded: done.stranded.iter().map(ToString::to_string).collect(),
        reminders,
    };
    output::print(globals.format, &[table], &told)
}
