//! `duebook certificate …`: certificates of tax withheld and of exemptions, what they cover, asking
//! customers for them, charging back where none came.

mod add;
mod ask;

use books::certificates::{self, Covered, Entry};
use clap::{Args, Subcommand};
use domain::calendar::Date;
use domain::ids::AskingId;
use domain::money::Money;
use serde::Serialize;

use super::item::{Amount, amount, amount_of, day, money};
use super::{Globals, date, today};
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// What can be done with certificates.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Record a certificate; a withholding certificate covers what fits
    Add(add::AddArgs),
    /// List certificates
    List {
        /// The customer's code
        #[arg(long, value_name = "CODE")]
        party: Option<String>,
    },
    /// Show a certificate and what it covers
    Show {
        /// Its number or id
        certificate: String,
    },
    /// Cover deductions with a certificate: those named, or whatever fits
    Cover(CoverArgs),
    /// Release a deduction from a certificate
    Uncover {
        /// Its number or id
        certificate: String,
        /// The tax withheld: TW-000001
        document: String,
    },
    /// Withdraw a certificate; what it covered is awaited again
    Withdraw {
        /// Its number or id
        certificate: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Write letters that ask customers for awaited certificates, and record them
    Ask(ask::AskArgs),
    /// Write a letter again
    Letter {
        /// The letter's id, as `certificate ask` showed it
        asking: AskingId,
        /// The folder into which it is written
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: std::path::PathBuf,
    },
    /// Charge back withheld tax without a certificate: the invoice is open again by it
    ChargeBack(ChargeArgs),
    /// Show or set after how many days a letter is repeated
    Policy {
        /// From now on; shows what stands when left out
        #[arg(value_name = "DAYS", requires = "reason")]
        days: Option<u16>,
        /// Why; it stays in the audit log
        #[arg(long)]
        reason: Option<String>,
    },
}

/// Which deductions a certificate covers.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook certificate cover 16A/2026/7
  duebook certificate cover 16A/2026/7 TW-000001 TW-000002=50.00EUR")]
pub(crate) struct CoverArgs {
    /// Its number or id
    certificate: String,
    /// The withheld tax, each with an amount or as much as fits; chosen automatically when left out
    #[arg(value_name = "NUMBER[=AMOUNT]", value_parser = named)]
    documents: Vec<Named>,
}

/// What is charged back.
#[derive(Args)]
pub(crate) struct ChargeArgs {
    /// The tax withheld: TW-000001
    document: String,
    /// How much; all that no certificate covers when left out
    #[arg(long, value_name = "AMOUNT", value_parser = amount)]
    amount: Option<Amount>,
    /// The day on which it counts; today when left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    /// Why
    #[arg(long)]
    reason: String,
}

/// A deduction, and how much of it.
type Named = (String, Option<Money>);

/// A document with an amount: `TW-000001=50.00EUR`.
fn named(text: &str) -> Result<Named, String> {
    match text.split_once('=') {
        None => Ok((text.to_owned(), None)),
        Some((document, amount)) => Ok((document.to_owned(), Some(money(amount)?))),
    }
}

#[derive(Serialize)]
struct EntryJson {
    id: String,
    kind: &'static str,
    number: String,
    state: &'static str,
    party: String,
    authority: String,
    country: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    region: String,
    issued_on: String,
    valid_from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<MoneyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    free: Option<MoneyJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_rate: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    only_for: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn: Option<String>,
}

impl EntryJson {
    fn of(entry: &Entry, day: Date) -> EntryJson {
        let certificate = &entry.held.certificate;
        let file = entry.file.as_ref();
        EntryJson {
            id: entry.held.id.to_string(),
            kind: certificate.kind.code(),
            number: certificate.number.clone(),
            state: entry.state(day),
            party: entry.party.clone(),
            authority: certificate.authority.clone(),
            country: certificate.country.clone(),
            region: certificate.region.clone(),
            issued_on: certificate.issued_on.to_string(),
            valid_from: certificate.valid_from.to_string(),
            valid_until: certificate.valid_until.map(|day| day.to_string()),
            amount: certificate.amount.map(MoneyJson::from),
            free: entry.held.free().map(MoneyJson::from),
            tax_rate: certificate.tax_rate.map(|rate| rate.to_string()),
            only_for: certificate.only_for.clone(),
            file: file.map(|(name, _)| name.clone()),
            sha256: file.map(|(_, hash)| hash.clone()),
            withdrawn: entry.withdrawn.clone(),
        }
    }
}

#[derive(Serialize)]
struct CoveredJson {
    document: String,
    on: String,
    amount: MoneyJson,
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        match self {
            Command::Add(args) => add::run(&args, globals),
            Command::Ask(args) => ask::run(&args, globals),
            Command::Letter { asking, out } => ask::letter(asking, &out, globals),
            Command::List { party } => {
                let found = db.read(&context, entity, |work| {
                    certificates::list(work, party.as_deref())
                })?;
                print(globals, &found, today(&context))
            }
            Command::Show { certificate } => show(globals, &certificate),
            Command::Cover(args) => {
                let covers = db.write(&context, entity, |work| {
                    let id = certificates::find(work, &args.certificate)?;
                    certificates::cover(work, id, &args.documents)
                })?;
                print_covers(globals, &args.certificate, &covers)
            }
            Command::Uncover {
                certificate,
                document,
            } => {
                db.write(&context, entity, |work| {
                    let id = certificates::find(work, &certificate)?;
                    certificates::uncover(work, id, &document)
                })?;
                told(globals, &document, "awaited")
            }
            Command::Withdraw {
                certificate,
                reason,
            } => {
                db.write(&context, entity, |work| {
                    let id = certificates::find(work, &certificate)?;
                    certificates::withdraw(work, id, &reason)
                })?;
                told(globals, &certificate, "withdrawn")
            }
            Command::ChargeBack(args) => {
                let on = day(args.on, &context);
                let settled = db.write(&context, entity, |work| {
                    let told = (on, args.reason.as_str());
                    let amount = amount_of(work, args.amount.as_ref(), &args.document)?;
                    certificates::charge_back(work, &args.document, amount, told)
                })?;
                super::item::print(globals, &settled)
            }
            Command::Policy { days, reason } => {
                let days = match (days, reason) {
                    (Some(days), Some(reason)) => {
                        db.write(&context, entity, |work| {
                            certificates::set_policy(work, days, &reason)
                        })?;
                        days
                    }
                    _ => db.read(&context, entity, certificates::ask_again_after)?,
                };
                told(globals, "ask_again_after_days", &days.to_string())
            }
        }
    }
}

/// Shows a certificate and what it covers.
fn show(globals: &Globals, certificate: &str) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let (entry, covers) = db.read(&context, globals.entity(), |work| {
        let id = certificates::find(work, certificate)?;
        certificates::show(work, id)
    })?;
    let day = today(&context);
    let head = EntryJson::of(&entry, day);
    let tables = [
        register(std::slice::from_ref(&entry), day),
        covered(&covers),
    ];
    let told = serde_json::json!({ "certificate": head, "covers": covers_json(&covers) });
    output::print(globals.format, &tables, &told)
}

/// The register as a table.
fn register(entries: &[Entry], day: Date) -> Table {
    let mut table = Table::new(&[
        ("id", Align::Left),
        ("kind", Align::Left),
        ("number", Align::Left),
        ("party", Align::Left),
        ("authority", Align::Left),
        ("country", Align::Left),
        ("valid_from", Align::Left),
        ("valid_until", Align::Left),
        ("currency", Align::Left),
        ("amount", Align::Money),
        ("free", Align::Money),
        ("rate", Align::Right),
        ("state", Align::Left),
    ]);
    for entry in entries {
        let certificate = &entry.held.certificate;
        let plain = |money: Option<Money>| money.map(|money| money.to_string()).unwrap_or_default();
        let region = match certificate.region.as_str() {
            "" => certificate.country.clone(),
            region => format!("{}-{region}", certificate.country),
        };
        table.row([
            entry.held.id.to_string(),
            certificate.kind.code().to_owned(),
            certificate.number.clone(),
            entry.party.clone(),
            certificate.authority.clone(),
            region,
            certificate.valid_from.to_string(),
            certificate
                .valid_until
                .map(|day| day.to_string())
                .unwrap_or_default(),
            certificate
                .amount
                .map(|amount| amount.currency().to_string())
                .unwrap_or_default(),
            plain(certificate.amount),
            plain(entry.held.free()),
            certificate
                .tax_rate
                .map(|rate| rate.to_string())
                .unwrap_or_default(),
            entry.state(day).to_owned(),
        ]);
    }
    table
}

fn print(globals: &Globals, entries: &[Entry], day: Date) -> Result<(), Failure> {
    let told: Vec<EntryJson> = entries
        .iter()
        .map(|entry| EntryJson::of(entry, day))
        .collect();
    output::print(globals.format, &[register(entries, day)], &told)
}

fn covered(covers: &[Covered]) -> Table {
    let mut table = Table::new(&[
        ("covers", Align::Left),
        ("withheld_on", Align::Left),
        ("currency", Align::Left),
        ("amount", Align::Money),
    ]);
    for cover in covers {
        table.row([
            cover.document_number.clone(),
            cover.on.to_string(),
            cover.amount.currency().to_string(),
            cover.amount.to_string(),
        ]);
    }
    table
}

fn covers_json(covers: &[Covered]) -> Vec<CoveredJson> {
    let cover = |cover: &Covered| CoveredJson {
        document: cover.document_number.clone(),
        on: cover.on.to_string(),
        amount: cover.amount.into(),
    };
    covers.iter().map(cover).collect()
}

/// Prints what a certificate covers by now.
fn print_covers(globals: &Globals, id: &str, covers: &[Covered]) -> Result<(), Failure> {
    let told = serde_json::json!({ "certificate": id, "covers": covers_json(covers) });
    let mut tables = vec![covered(covers)];
    if covers.is_empty() {
        let mut nothing = Table::new(&[("certificate", Align::Left), ("covers", Align::Left)]);
        nothing.row([id, "nothing that is awaited in its period"]);
        tables = vec![nothing];
    }
    output::print(globals.format, &tables, &told)
}

fn told(globals: &Globals, what: &str, state: &str) -> Result<(), Failure> {
    let mut table = Table::new(&[("what", Align::Left), ("state", Align::Left)]);
    table.row([what, state]);
    let told = serde_json::json!({ "what": what, "state": state });
    output::print(globals.format, &[table], &told)
}
