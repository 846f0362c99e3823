//! `duebook approvals …`: what waits for others, asking, deciding, standing in, reminding.

mod ask;
mod delegate;
mod remind;

use std::fmt;

use books::approvals::{self, Request, Verdict};
use books::close::{self, Closing};
use clap::{Args, Subcommand};
use domain::ids::RequestId;
use domain::money::Money;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

pub(crate) use ask::print as print_asked;

/// What can be done with approvals.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List requests that wait, or all of them
    List {
        /// Also what is decided, withdrawn or lapsed
        #[arg(long)]
        all: bool,
        /// Only what waits for you
        #[arg(long, conflicts_with = "all")]
        mine: bool,
    },
    /// Show a request with its entry and the decisions so far
    Show {
        /// The request, like `req_…`
        #[arg(value_parser = request)]
        id: RequestId,
    },
    /// Request something; it is done at once where the policy allows
    #[command(subcommand)]
    Ask(ask::Command),
    /// Approve a request; the last approval needed does the work
    Approve(DecideArgs),
    /// Deny a request; one denial ends it
    Deny(DecideArgs),
    /// Withdraw your own request
    Withdraw(DecideArgs),
    /// Delegate your decisions while you are away
    Delegate(delegate::DelegateArgs),
    /// List delegations
    Delegations {
        /// Also what is over
        #[arg(long)]
        all: bool,
    },
    /// End a delegation before its last day
    EndDelegation(delegate::EndArgs),
    /// Show who should be reminded of waiting requests; records reminders with --commit
    Remind(remind::RemindArgs),
}

/// Which request, and why.
#[derive(Args)]
pub(crate) struct DecideArgs {
    /// The request, like `req_…`
    #[arg(value_parser = request)]
    id: RequestId,
    /// Why
    #[arg(long, default_value = "")]
    reason: String,
}

fn request(text: &str) -> Result<RequestId, String> {
    text.parse()
        .map_err(|problem: domain::ids::NotAnId| problem.to_string())
}

/// A text that is no amount in the currency of the books.
#[derive(Debug)]
pub(crate) struct NotAnAmount(String);

impl NotAnAmount {
    /// For the text that stood there.
    pub(crate) fn of(text: &str) -> NotAnAmount {
        NotAnAmount(text.to_owned())
    }
}

impl fmt::Display for NotAnAmount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NotAnAmount(text) = self;
        write!(out, "`{text}` is no amount.")
    }
}

impl Refusal for NotAnAmount {
    fn code(&self) -> &'static str {
        "not_an_amount"
    }

    fn hint(&self) -> Option<String> {
        Some("write it like 500.00".into())
    }
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::List { all, mine } => list(globals, all, mine),
            Command::Show { id } => show(globals, id),
            Command::Ask(command) => command.run(globals),
            Command::Approve(args) => decide(globals, &args, Verdict::Approve),
            Command::Deny(args) => decide(globals, &args, Verdict::Deny),
            Command::Withdraw(args) => decide(globals, &args, Verdict::Withdraw),
            Command::Delegate(args) => delegate::give(&args, globals),
            Command::Delegations { all } => delegate::list(globals, all),
            Command::EndDelegation(args) => delegate::end(&args, globals),
            Command::Remind(args) => remind::run(&args, globals),
        }
    }
}

#[derive(Serialize)]
struct VoiceJson {
    actor: String,
    #[serde(rename = "for", skip_serializing_if = "String::is_empty")]
    stands_for: String,
    verdict: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    outcome: String,
    recorded_at: String,
}

#[derive(Serialize)]
struct RequestJson {
    id: String,
    kind: String,
    subject: String,
    state: &'static str,
    maker: String,
    reason: String,
    amount: MoneyJson,
    needed: i64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    effect: Value,
    recorded_at: String,
    expires_at: String,
    voices: Vec<VoiceJson>,
}

#[derive(Serialize)]
struct RequestsJson {
    requests: Vec<RequestJson>,
}

fn to_json(request: &Request, now: Timestamp, zero: Money) -> RequestJson {
    let roles = request.roles.split(',').filter(|role| !role.is_empty());
    RequestJson {
        id: request.id.to_string(),
        kind: request.kind.clone(),
        subject: request.subject.clone(),
        state: request.state(now),
        maker: request.maker.clone(),
        reason: request.reason.clone(),
        amount: Money::new(request.amount, zero.currency()).into(),
        needed: request.needed,
        roles: roles.map(str::to_owned).collect(),
        effect: request.effect.clone(),
        recorded_at: request.recorded_at.to_string(),
        expires_at: request.expires_at.to_string(),
        voices: request
            .voices
            .iter()
            .map(|voice| VoiceJson {
                actor: voice.actor.clone(),
                stands_for: voice.stands_for.clone(),
                verdict: voice.verdict.clone(),
                reason: voice.reason.clone(),
                outcome: voice.outcome.clone(),
                recorded_at: voice.recorded_at.to_string(),
            })
            .collect(),
    }
}

fn list(globals: &Globals, all: bool, mine: bool) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let (requests, zero) = db.read(&context, globals.entity(), |work| {
        let requests = if mine {
            let yours = approvals::yours(work)?.into_iter();
            yours.map(|yours| yours.request).collect()
        } else {
            approvals::requests(work, all)?
        };
        Ok((requests, Money::zero(work.functional())))
    })?;
    print(globals, &requests, context.now, zero)
}

fn print(
    globals: &Globals,
    requests: &[Request],
    now: Timestamp,
    zero: Money,
) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("id", Align::Left),
        ("kind", Align::Left),
        ("subject", Align::Left),
        ("amount", Align::Money),
        ("maker", Align::Left),
        ("reason", Align::Left),
        ("state", Align::Left),
        ("approved", Align::Right),
        ("needed", Align::Right),
        ("expires_at", Align::Left),
    ]);
    for request in requests {
        let voices = request.voices.iter();
        let approved = voices.filter(|voice| voice.verdict == "approved").count();
        // What is worth nothing in particular counts as one.
        let amount = match request.amount {
            1 | i64::MAX => String::new(),
            minor => Money::new(minor, zero.currency()).to_string(),
        };
        table.row([
            request.id.to_string(),
            request.kind.clone(),
            request.subject.clone(),
            amount,
            request.maker.clone(),
            request.reason.clone(),
            request.state(now).to_owned(),
            approved.to_string(),
            request.needed.to_string(),
            request.expires_at.to_string(),
        ]);
    }
    let requests = requests.iter().map(|request| to_json(request, now, zero));
    let requests = requests.collect();
    output::print(globals.format, &[table], &RequestsJson { requests })
}

fn show(globals: &Globals, id: RequestId) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let (request, zero) = db.read(&context, globals.entity(), |work| {
        Ok((
            approvals::request(work, id)?,
            Money::zero(work.functional()),
        ))
    })?;
    let mut effect = Table::new(&[("effect", Align::Left), ("amount", Align::Money)]);
    for part in request.effect.as_array().into_iter().flatten() {
        let text = |name: &str| part.get(name).and_then(Value::as_str);
        match (text("account"), part.get("amount")) {
            (Some(account), Some(amount)) => {
                let word = |name: &str| amount.get(name).and_then(Value::as_str).unwrap_or("");
                effect.row([
                    format!("{account} {}", text("account_name").unwrap_or_default()),
                    format!("{} {}", word("amount"), word("currency")),
                ]);
            }
            _ => {
                let told = match (text("party"), text("before"), text("after")) {
                    (Some(party), Some(before), Some(after)) => {
                        format!("{party}: {before} → {after}")
                    }
                    _ => part.to_string(),
                };
                effect.row([told, String::new()]);
            }
        }
    }
    let mut voices = Table::new(&[
        ("actor", Align::Left),
        ("for", Align::Left),
        ("verdict", Align::Left),
        ("reason", Align::Left),
        ("outcome", Align::Left),
    ]);
    for voice in &request.voices {
        voices.row([
            &voice.actor,
            &voice.stands_for,
            &voice.verdict,
            &voice.reason,
            &voice.outcome,
        ]);
    }
    let told = to_json(&request, context.now, zero);
    let mut head = Table::new(&[
        ("id", Align::Left),
        ("kind", Align::Left),
        ("subject", Align::Left),
        ("maker", Align::Left),
        ("reason", Align::Left),
        ("state", Align::Left),
    ]);
    head.row([
        told.id.as_str(),
        &told.kind,
        &told.subject,
        &told.maker,
        &told.reason,
        told.state,
    ]);
    output::print(globals.format, &[head, effect, voices], &told)
}

#[derive(Serialize)]
struct DecidedJson {
    id: String,
    state: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    outcome: String,
}

fn decide(globals: &Globals, args: &DecideArgs, verdict: Verdict) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let looked = match verdict {
        Verdict::Approve => {
            close::ahead(&db, &context, globals.entity(), &Closing::Request(args.id))?
        }
        Verdict::Deny | Verdict::Withdraw => None,
    };
    let (outcome, state) = db.write(&context, globals.entity(), |work| {
        work.knows(looked.as_ref());
        let outcome = approvals::decide(work, args.id, verdict, &args.reason)?;
        let request = approvals::request(work, args.id)?;
        Ok((outcome, request.state(work.now())))
    })?;
    let mut table = Table::new(&[
        ("id", Align::Left),
        ("state", Align::Left),
        ("outcome", Align::Left),
    ]);
    table.row([args.id.to_string().as_str(), state, &outcome]);
    let id = args.id.to_string();
    output::print(
        globals.format,
        &[table],
        &DecidedJson { id, state, outcome },
    )
}
