//! `duebook short-pay …`: what payers held back for a reason, from its opening to its end.

mod shown;

use books::approvals::Asked;
use books::short_pays::{self, Credit, Defaults, NewShortPay, ShortPay};
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use domain::calendar::Date;
use domain::short_pays::Reason;

use self::shown::{ShortPayJson, json_of, show, table_of};
use super::item::{Amount, amount, amount_of};
use super::{Globals, date};
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be done about short-pays.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List short-pays that are open, or all of them
    List(ListArgs),
    /// Show a short-pay with its history
    Show {
        /// Its number or id
        short_pay: String,
    },
    /// Open a short-pay on a document that was paid in part
    Open(OpenArgs),
    /// Undo a short-pay that was opened by hand
    TakeBack(TakeBackArgs),
    /// Assign it to an owner, or to nobody
    Assign(AssignArgs),
    /// Change the date by which it should be answered
    PutOff(PutOffArgs),
    /// Add a note
    Note(NoteArgs),
    /// Correct its reason
    Reason(ReasonArgs),
    /// Decide whether it is justified
    Decide(DecideArgs),
    /// Credit a justified short-pay; requests approval where needed
    Credit(CreditArgs),
    /// Write off a short-pay; requests approval where needed
    WriteOff(WriteOffArgs),
    /// Show or set the default owner and answer time
    Defaults(DefaultsArgs),
}

/// Which of them.
#[derive(Args)]
pub(crate) struct ListArgs {
    /// Also those that were settled or taken back
    #[arg(long)]
    all: bool,
    /// Only those of this login
    #[arg(long, value_name = "LOGIN")]
    owner: Option<String>,
    /// Only those of this customer
    #[arg(long, value_name = "CODE")]
    party: Option<String>,
    /// Only those for this reason
    #[arg(long, value_parser = reasons())]
    reason: Option<String>,
}

fn reasons() -> PossibleValuesParser {
    let all = Reason::ALL.iter();
    PossibleValuesParser::new(
        all.map(|reason| clap::builder::PossibleValue::new(reason.code()).help(reason.title())),
    )
}

/// What is parted off.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook short-pay open INV-000017 --stated \"two were damaged\"
  duebook short-pay open INV-000017 --amount 20.00EUR --reason price --owner cora")]
pub(crate) struct OpenArgs {
    /// The document: number or id
    document: String,
    /// The amount held back; all that is open when left out
    #[arg(long, value_parser = amount)]
    amount: Option<Amount>,
    /// Why; read from the payer's words when left out
    #[arg(long, value_parser = reasons())]
    reason: Option<String>,
    /// The payer's words
    #[arg(long, default_value = "")]
    stated: String,
    /// The owner; the customer's collector when left out
    #[arg(long, value_name = "LOGIN")]
    owner: Option<String>,
    /// Until when it should be answered
    #[arg(long, value_name = "DATE", value_parser = date)]
    answer_by: Option<Date>,
    /// The day it counts; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
}

/// What is taken back, and why.
#[derive(Args)]
pub(crate) struct TakeBackArgs {
    /// Its number or id
    short_pay: String,
    /// Why
    #[arg(long)]
    why: String,
    /// The day it counts; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
}

/// Whose it is.
#[derive(Args)]
pub(crate) struct AssignArgs {
    /// Its number or id
    short_pay: String,
    /// The new owner; nobody when left out
    #[arg(default_value = "")]
    owner: String,
    /// Why
    #[arg(long, default_value = "")]
    why: String,
}

/// Until when.
#[derive(Args)]
pub(crate) struct PutOffArgs {
    /// Its number or id
    short_pay: String,
    /// The day
    #[arg(value_parser = date)]
    until: Date,
    /// Why
    #[arg(long, default_value = "")]
    why: String,
}

/// What is noted.
#[derive(Args)]
pub(crate) struct NoteArgs {
    /// Its number or id
    short_pay: String,
    /// The note
    text: String,
}

/// The other reason.
#[derive(Args)]
pub(crate) struct ReasonArgs {
    /// Its number or id
    short_pay: String,
    /// The reason
    #[arg(value_parser = reasons())]
    reason: String,
    /// How that is known
    #[arg(long, default_value = "")]
    why: String,
}

/// The verdict.
#[derive(Args)]
pub(crate) struct DecideArgs {
    /// Its number or id
    short_pay: String,
    /// Is the payer right?
    #[arg(value_parser = ["justified", "unjustified"])]
    verdict: String,
    /// The verdict that it replaces, if somebody decided before
    #[arg(long, value_name = "VERDICT", value_parser = ["justified", "unjustified"])]
    instead_of: Option<String>,
    /// Why
    #[arg(long)]
    why: String,
}

/// How it is credited.
#[derive(Args)]
pub(crate) struct CreditArgs {
    /// Its number or id
    short_pay: String,
    /// How much; all that is open when left out
    #[arg(long, value_parser = amount)]
    amount: Option<Amount>,
    /// The percent of tax in it; that of the document when left out
    #[arg(long, value_name = "PERCENT")]
    tax_rate: Option<String>,
    /// The day; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Why, for those who approve
    #[arg(long, default_value = "")]
    reason: String,
}

/// How it is given up.
#[derive(Args)]
pub(crate) struct WriteOffArgs {
    /// Its number or id
    short_pay: String,
    /// How much; all that is open when left out
    #[arg(long, value_parser = amount)]
    amount: Option<Amount>,
    /// The day; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Why
    #[arg(long)]
    reason: String,
}

/// What new short-pays begin with.
#[derive(Args)]
pub(crate) struct DefaultsArgs {
    /// The owner of short-pays of customers without a collector; `-` for none
    #[arg(long, value_name = "LOGIN")]
    owner: Option<String>,
    /// Within how many days it should be answered
    #[arg(long, value_name = "DAYS")]
    answer_days: Option<i64>,
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::List(args) => list(globals, &args),
            Command::Show { short_pay } => show(globals, &short_pay),
            Command::Open(args) => open(globals, args),
            Command::TakeBack(args) => act(globals, |work| {
                short_pays::take_back(work, &args.short_pay, args.on, &args.why)
            }),
            Command::Assign(args) => act(globals, |work| {
                short_pays::assign(work, &args.short_pay, &args.owner, &args.why)
            }),
            Command::PutOff(args) => act(globals, |work| {
                short_pays::put_off(work, &args.short_pay, args.until, &args.why)
            }),
            Command::Note(args) => act(globals, |work| {
                short_pays::note(work, &args.short_pay, &args.text)
            }),
            Command::Reason(args) => act(globals, |work| {
                short_pays::correct(work, &args.short_pay, &args.reason, &args.why)
            }),
            Command::Decide(args) => act(globals, |work| {
                let instead_of = args.instead_of.as_deref().unwrap_or_default();
                let verdict = (args.verdict.as_str(), instead_of);
                short_pays::decide(work, &args.short_pay, verdict, &args.why)
            }),
            Command::Credit(args) => credit(globals, args),
            Command::WriteOff(args) => write_off(globals, &args),
            Command::Defaults(args) => defaults(globals, &args),
        }
    }
}

fn list(globals: &Globals, args: &ListArgs) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let mut all = db.read(&context, globals.entity(), short_pays::all)?;
    let fits = |asked: &Option<String>, has: &str| asked.as_ref().is_none_or(|one| one == has);
    all.retain(|case| {
        (args.all || case.is_open())
            && fits(&args.owner, &case.owner)
            && fits(&args.party, &case.party_code)
            && fits(&args.reason, case.reason.code())
    });
    let told: Vec<ShortPayJson> = all.iter().map(|case| json_of(case, &[])).collect();
    let table = table_of(&all.iter().collect::<Vec<_>>());
    output::print(globals.format, &[table], &told)
}

fn open(globals: &Globals, args: OpenArgs) -> Result<(), Failure> {
    let mut new = NewShortPay {
        document: args.document,
        amount: None,
        reason: args.reason.as_deref().and_then(Reason::parse),
        stated: args.stated,
        owner: args.owner,
        answer_by: args.answer_by,
        on: args.on,
    };
    act(globals, |work| {
        new.amount = amount_of(work, args.amount.as_ref(), &new.document)?;
        short_pays::part_off(work, &new)
    })
}

/// Does something about one and prints how it stands then.
fn act(
    globals: &Globals,
    act: impl FnMut(&mut books::Work<'_>) -> books::Outcome<ShortPay>,
) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let case = db.write(&context, globals.entity(), act)?;
    output::print(globals.format, &[table_of(&[&case])], &json_of(&case, &[]))
}

fn credit(globals: &Globals, args: CreditArgs) -> Result<(), Failure> {
    let mut order = Credit {
        short_pay: args.short_pay,
        amount: None,
        tax_rate: args.tax_rate,
        on: args.on,
    };
    let (db, context) = globals.open()?;
    let asked = db.write(&context, globals.entity(), |work| {
        order.amount = amount_of(work, args.amount.as_ref(), &order.short_pay)?;
        short_pays::credit(work, &order, &args.reason)
    })?;
    match asked {
        Asked::Done(number) => told(globals, "credit_memo", &number),
        Asked::Waits(id) => told(globals, "waits_for_approval", &id.to_string()),
    }
}

fn write_off(globals: &Globals, args: &WriteOffArgs) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let done = db.write(&context, globals.entity(), |work| {
        let amount = amount_of(work, args.amount.as_ref(), &args.short_pay)?;
        short_pays::write_off(work, &args.short_pay, amount, args.on, &args.reason)
    })?;
    match (done.waiting.first(), done.settled.documents.first()) {
        (Some(id), _) => told(globals, "waits_for_approval", &id.to_string()),
        (None, Some(document)) => told(globals, "write_off", &document.number),
        (None, None) => told(globals, "write_off", ""),
    }
}

fn told(globals: &Globals, what: &'static str, which: &str) -> Result<(), Failure> {
    let mut table = Table::new(&[(what, Align::Left)]);
    table.row([which]);
    output::print(
        globals.format,
        &[table],
        &serde_json::json!({ what: which }),
    )
}

fn defaults(globals: &Globals, args: &DefaultsArgs) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let mut standing = db.read(&context, globals.entity(), short_pays::defaults)?;
    if args.owner.is_some() || args.answer_days.is_some() {
        standing = Defaults {
            owner: match args.owner.as_deref() {
                Some("-") => String::new(),
                Some(login) => login.to_owned(),
                None => standing.owner,
            },
            answer_days: args.answer_days.unwrap_or(standing.answer_days),
        };
        db.write(&context, globals.entity(), |work| {
            short_pays::set_defaults(work, &standing)
        })?;
    }
    let mut table = Table::new(&[("owner", Align::Left), ("answer_days", Align::Right)]);
    table.row([standing.owner.clone(), standing.answer_days.to_string()]);
    let told = serde_json::json!({
        "owner": standing.owner, "answer_days": standing.answer_days,
    });
    output::print(globals.format, &[table], &told)
}
