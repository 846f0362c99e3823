//! `duebook certificate add`.

use std::path::PathBuf;

use books::certificates::{self, Covering, NewCertificate};
use clap::Args;
use domain::calendar::Date;
use domain::certificates::{Certificate, CertificateKind};
use domain::money::Money;
use rust_decimal::Decimal;

use super::{Named, named, print_covers};
use crate::commands::item::money;
use crate::commands::{Globals, date};
use crate::errors::Failure;

/// A certificate as it stands on paper.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook certificate add C-100 --number 16A/2026/7 --authority 'Income Tax Department' \\
    --country IN --issued 2026-04-20 --from 2026-01-01 --until 2026-03-31 --amount 500.00EUR \\
    --file form-16a.pdf
  duebook certificate add C-200 --kind exemption --number TX-01-339 --authority C-200 \\
    --country US --region TX --issued 2026-01-10 --from 2026-01-01 --rate 8.25")]
pub(crate) struct AddArgs {
    /// The customer's code
    party: String,
    /// The kind: withholding, exemption
    #[arg(long, default_value = "withholding", value_parser = kind)]
    kind: CertificateKind,
    /// Its number
    #[arg(long)]
    number: String,
    /// Who issued it
    #[arg(long)]
    authority: String,
    /// The country whose tax it is about, two capitals
    #[arg(long)]
    country: String,
    /// The state or region that it is for
    #[arg(long, default_value = "")]
    region: String,
    /// When it was issued
    #[arg(long, value_name = "DATE", value_parser = date)]
    issued: Date,
    /// The first day of its period
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Date,
    /// The last day; required for withheld tax
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: Option<Date>,
    /// The tax that it certifies
    #[arg(long, value_name = "AMOUNT", value_parser = money)]
    amount: Option<Money>,
    /// The tax rate in percent, if it states one
    #[arg(long, value_name = "PERCENT")]
    rate: Option<Decimal>,
    /// The number of the only document that it is for
    #[arg(long, value_name = "NUMBER", default_value = "")]
    only_for: String,
    /// The certificate's file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// What it covers, instead of what fits
    #[arg(long, value_name = "NUMBER[=AMOUNT]", num_args = 1.., value_parser = named)]
    covers: Vec<Named>,
    /// Cover nothing yet
    #[arg(long, conflicts_with = "covers")]
    covers_nothing: bool,
}

fn kind(text: &str) -> Result<CertificateKind, String> {
    CertificateKind::parse(text)
        .ok_or_else(|| format!("`{text}` is no kind; write withholding or exemption"))
}

/// Keeps it and prints what it covers.
pub(crate) fn run(args: &AddArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let file = match &args.file {
        None => None,
        Some(path) => {
            let content = std::fs::read(path).map_err(|error| {
                Failure::refused("file_not_readable", format!("{error}."))
                    .file(path)
                    .hint("Check the path and the rights to read it.")
            })?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Some((name.into_owned(), content))
        }
    };
    let new = NewCertificate {
        party: args.party.clone(),
        certificate: Certificate {
            kind: args.kind,
            number: args.number.trim().to_owned(),
            authority: args.authority.trim().to_owned(),
            country: args.country.clone(),
            region: args.region.trim().to_owned(),
            issued_on: args.issued,
            valid_from: args.from,
            valid_until: args.until,
            amount: args.amount,
            tax_rate: args.rate,
            only_for: args.only_for.clone(),
        },
        file,
        covering: if args.covers_nothing {
            Covering::Nothing
        } else if args.covers.is_empty() {
            Covering::ByItself
        } else {
            Covering::Documents(args.covers.clone())
        },
    };
    let (id, covers) = db.write(&context, globals.entity(), |work| {
        certificates::add(work, &new)
    })?;
    print_covers(globals, &id.to_string(), &covers)
}
