//! The cash desk: `cash lines`, `show`, `accept`, `park`, `move`, `undo`, `release`, `note`, and
//! `cash apply LINE` by hand.

use books::approvals::Asked;
use books::cash::desk::{self, DeskLine, Division, OnAccount, Part, Taken};
use books::{Outcome, Work};
use clap::Args;
use domain::cash::Kind;
use domain::ids::NoteId;
use domain::money::{Currency, Money};
use serde::Serialize;
use serde_json::Value as Json;

use crate::commands::{Globals, foreseen};
use crate::errors::Failure;
use crate::output::{self, Align, Format, MoneyJson, Table, visible};

/// Which lines.
#[derive(Args)]
pub(crate) struct LinesArgs {
    /// Also those that are settled
    #[arg(long)]
    all: bool,
}

/// One line.
#[derive(Args)]
pub(crate) struct LineArg {
    /// The line, as `cash lines` shows it
    line: String,
}

/// One line and a party.
#[derive(Args)]
pub(crate) struct AssignArgs {
    /// The line, as `cash lines` shows it
    line: String,
    /// The party's code
    #[arg(long = "to", value_name = "PARTY")]
    party: String,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// One line whose decision is taken back.
#[derive(Args)]
pub(crate) struct UndoArgs {
    /// The line, as `cash lines` shows it
    line: String,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// One line and one of its proposals.
#[derive(Args)]
pub(crate) struct AcceptArgs {
    /// The line, as `cash lines` shows it
    line: String,
    /// Which proposal
    #[arg(long, default_value_t = 1)]
    rank: i64,
}

/// One line and what is to be known about it.
#[derive(Args)]
pub(crate) struct NoteArgs {
    /// The line, as `cash lines` shows it
    line: String,
    /// The note
    text: String,
    /// The party that it is about; nobody when left out
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// The note that it corrects
    #[arg(long, value_name = "NOTE")]
    corrects: Option<NoteId>,
}

#[derive(Serialize)]
struct LineTold {
    line: String,
    booked_on: String,
    account: String,
    reference: String,
    amount: MoneyJson,
    payer: String,
    outcome: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    party: String,
    confidence: i64,
    reason: String,
}

/// Lists the lines of the desk.
pub(crate) fn lines(args: &LinesArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let lines = db.read(&context, globals.entity(), |work| {
        desk::lines(work, args.all)
    })?;
    let mut table = Table::new(&[
        ("line", Align::Left),
        ("booked_on", Align::Left),
        ("account", Align::Left),
        ("amount", Align::Money),
        ("currency", Align::Left),
        ("payer", Align::Left),
        ("outcome", Align::Left),
        ("party", Align::Left),
        ("sure", Align::Right),
        ("why", Align::Left),
    ]);
    for line in &lines {
        table.row([
            name_of(line),
            line.booked_on.to_string(),
            line.account.clone(),
            line.amount.to_string(),
            line.amount.currency().to_string(),
            visible(&line.payer),
            line.outcome.replace('_', " "),
            line.party.clone(),
            percent(line.confidence),
            visible(&line.reason),
        ]);
    }
    let told: Vec<LineTold> = lines
        .iter()
        .map(|line| LineTold {
            line: name_of(line),
            booked_on: line.booked_on.to_string(),
            account: line.account.clone(),
            reference: line.reference.clone(),
            amount: MoneyJson::from(line.amount),
            payer: line.payer.clone(),
            outcome: line.outcome.clone(),
            party: line.party.clone(),
            confidence: line.confidence,
            reason: line.reason.clone(),
        })
        .collect();
    output::print(globals.format, &[table], &told)
}

fn name_of(line: &DeskLine) -> String {
    if line.unit.is_empty() {
        line.line.to_string()
    } else {
        format!("{}.{}", line.line, line.unit)
    }
}

/// Millionths as a percentage with one decimal; nothing where nothing is proposed.
fn percent(millionths: i64) -> String {
    if millionths == 0 {
        return String::new();
    }
    format!("{}.{} %", millionths / 10_000, millionths % 10_000 / 1_000)
}

/// Shows everything about one line.
pub(crate) fn show(args: &LineArg, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let shown = db.read(&context, globals.entity(), |work| {
        desk::show(work, &args.line)
    })?;
    if globals.format == Format::Table {
        let mut text = String::new();
        draw(&shown["line"], 0, &mut text);
        text.push_str("\ndecided, newest first\n");
        draw(&shown["decisions"], 1, &mut text);
        text.push_str("\nnotes, newest first\n");
        draw(&shown["notes"], 1, &mut text);
        let mut out = output::stdout();
        return output::written(std::io::Write::write_all(&mut out, text.as_bytes()));
    }
    output::print(globals.format, &[], &shown)
}

/// Draws JSON as indented words.
fn draw(value: &Json, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Json::Object(fields) => {
            for (name, field) in fields {
                match plain(field) {
                    Some(text) if text.is_empty() => {}
                    Some(text) => {
                        *out +=
                            &format!("{indent}{}: {}\n", name.replace('_', " "), visible(&text));
                    }
                    None => {
                        *out += &format!("{indent}{}:\n", name.replace('_', " "));
                        draw(field, depth + 1, out);
                    }
                }
            }
        }
        Json::Array(values) => {
            for value in values {
                match plain(value) {
                    Some(text) => *out += &format!("{indent}- {}\n", visible(&text)),
                    None => {
                        *out += &format!("{indent}-\n");
                        draw(value, depth + 1, out);
                    }
                }
            }
        }
        other => *out += &format!("{indent}{other}\n"),
    }
}

/// A value that fits on the line of its name.
fn plain(value: &Json) -> Option<String> {
    match value {
        Json::Null => Some(String::new()),
        Json::Bool(claim) => Some(if *claim { "yes".into() } else { String::new() }),
        Json::Number(number) => Some(number.to_string()),
        Json::String(text) => Some(text.clone()),
        Json::Array(values) => values.is_empty().then(String::new),
        Json::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Json::as_str);
            if let (Some(amount), Some(currency)) = (text("amount"), text("currency")) {
                return (fields.len() == 2).then(|| format!("{amount} {currency}"));
            }
            match (text("weight"), text("text")) {
                (Some(weight), Some(fact)) => Some(format!("{weight}: {fact}")),
                _ => fields.is_empty().then(String::new),
            }
        }
    }
}

fn write(
    globals: &Globals,
    line: &str,
    done: &str,
    act: impl Fn(&mut Work<'_>) -> Outcome<()>,
) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    db.write(&context, globals.entity(), |work| act(work))?;
    let mut table = Table::new(&[("line", Align::Left), ("done", Align::Left)]);
    table.row([line, done]);
    output::print(
        globals.format,
        &[table],
        &serde_json::json!({ "line": line, "done": done }),
    )
}

/// Does it, or shows what it would post.
fn write_or_show(
    globals: &Globals,
    (line, done, is_dry): (&str, &str, bool),
    act: impl Fn(&mut Work<'_>) -> Outcome<()>,
) -> Result<(), Failure> {
    if !is_dry {
        return write(globals, line, done, act);
    }
    let (db, context) = globals.open()?;
    let foreseen = db.write(&context, globals.entity(), |work| {
        books::ledger::rehearse(work, &act)
    })?;
    foreseen::print_effect(globals, &foreseen)
}

/// Applies a line as proposed.
pub(crate) fn accept(args: &AcceptArgs, globals: &Globals) -> Result<(), Failure> {
    write(globals, &args.line, "applied", |work| {
        desk::accept(work, &args.line, args.rank)
    })
}

/// Parks a line on account of a party.
pub(crate) fn park(args: &AssignArgs, globals: &Globals) -> Result<(), Failure> {
    let what = (args.line.as_str(), "on account", args.dry_run);
    write_or_show(globals, what, |work| {
        desk::assign(work, &args.line, &args.party, true)
    })
}

/// Moves a line to its party, unapplied.
pub(crate) fn assign(args: &AssignArgs, globals: &Globals) -> Result<(), Failure> {
    let what = (args.line.as_str(), "unapplied", args.dry_run);
    write_or_show(globals, what, |work| {
        desk::assign(work, &args.line, &args.party, false)
    })
}

/// Takes a decision back.
pub(crate) fn undo(args: &UndoArgs, globals: &Globals) -> Result<(), Failure> {
    let what = (args.line.as_str(), "held", args.dry_run);
    write_or_show(globals, what, |work| desk::undo(work, &args.line))
}

/// Lets the next run decide again.
pub(crate) fn release(args: &LineArg, globals: &Globals) -> Result<(), Failure> {
    write(globals, &args.line, "waiting", |work| {
        desk::release(work, &args.line)
    })
}

/// Keeps a note on a line.
pub(crate) fn note(args: &NoteArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let party = args.party.as_deref().unwrap_or_default();
    let id = db.write(&context, globals.entity(), |work| {
        desk::note(work, &args.line, party, &args.text, args.corrects)
    })?;
    let id = id.to_string();
    let mut table = Table::new(&[("note", Align::Left)]);
    table.row([id.as_str()]);
    output::print(globals.format, &[table], &serde_json::json!({ "id": id }))
}

/// What a person applies a line to, as typed.
pub(crate) struct ByHand<'a> {
    /// `NUMBER`, `NUMBER=AMOUNT`.
    pub(crate) documents: &'a [String],
    /// Each `NUMBER=AMOUNT`.
    pub(crate) deductions: &'a [(Kind, String)],
    /// `PARTY`, `PARTY=AMOUNT`.
    pub(crate) on_account: &'a [String],
    /// Why something is taken off or given up.
    pub(crate) reason: &'a str,
    /// Is it only to be seen?
    pub(crate) is_dry: bool,
}

/// Applies a line to documents and on account of parties; what others must approve waits.
pub(crate) fn apply(line: &str, typed: &ByHand<'_>, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let all = db.read(&context, globals.entity(), |work| desk::lines(work, true))?;
    let currency = all.iter().find(|found| name_of(found) == line);
    let currency = currency
        .map(|found| found.amount.currency())
        .ok_or_else(|| {
            Failure::refused("unknown_line", format!("There is no bank line {line}."))
                .hint("List lines with `duebook cash lines --all`.")
        })?;
    let division = division_of(typed, currency)?;
    if typed.is_dry {
        let foreseen = db.write(&context, globals.entity(), |work| {
            desk::foresee_apply(work, line, &division)
        })?;
        return foreseen::print_applications(globals, &foreseen);
    }
    let asked = db.write(&context, globals.entity(), |work| {
        desk::apply_or_ask(work, line, &division, typed.reason)
    })?;
    let (done, request) = match &asked {
        Asked::Done(_) => ("applied", None),
        Asked::Waits(id) => ("waits for approval", Some(id.to_string())),
    };
    let mut table = Table::new(&[
        ("line", Align::Left),
        ("done", Align::Left),
        ("request", Align::Left),
    ]);
    table.row([line, done, request.as_deref().unwrap_or_default()]);
    let mut told = serde_json::json!({ "line": line, "done": done });
    if let Some(id) = request {
        told["request"] = id.into();
    }
    output::print(globals.format, &[table], &told)
}

fn division_of(typed: &ByHand<'_>, currency: Currency) -> Result<Division, Failure> {
    let money = |text: &str| {
        Money::parse(text, currency).map_err(|problem| {
            Failure::usage("not_an_amount", format!("{problem}."))
                .hint("Write amounts like 1234.50, without thousands marks.")
        })
    };
    let with_amount = |text: &str| -> Result<(String, Option<Money>), Failure> {
        Ok(match text.split_once('=') {
            Some((named, amount)) => (named.to_owned(), Some(money(amount)?)),
            None => (text.to_owned(), None),
        })
    };
    let mut division = Division::default();
    for text in typed.documents {
        let (document, amount) = with_amount(text)?;
        division.parts.push(Part {
            document,
            amount,
            deductions: Vec::new(),
        });
    }
    for (kind, text) in typed.deductions {
        let wrong = || {
            Failure::usage("not_a_deduction", format!("`{text}` is no deduction."))
                .hint("Write it as NUMBER=AMOUNT with a NUMBER that is given with --to.")
        };
        let (document, amount) = text.split_once('=').ok_or_else(wrong)?;
        let mut parts = division.parts.iter_mut();
        let part = parts.find(|part| part.document == document);
        part.ok_or_else(wrong)?.deductions.push(Taken {
            kind: *kind,
            amount: money(amount)?,
            reason: typed.reason.to_owned(),
        });
    }
    for text in typed.on_account {
        let (party, amount) = with_amount(text)?;
        division.on_account.push(OnAccount { party, amount });
    }
    Ok(division)
}
