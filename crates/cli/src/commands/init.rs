//! `duebook init`: a new book.

use clap::Args;
use domain::money::Currency;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What a new book needs to know.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook init --name 'Acme GmbH' --currency EUR --country DE
  duebook --db postgres://user@host/acme init --name Acme --currency USD --country US")]
pub(crate) struct InitArgs {
    /// The company's name
    #[arg(long)]
    name: String,
    /// Its functional currency (ISO 4217)
    #[arg(long)]
    currency: String,
    /// Its country (ISO 3166-1, two letters)
    #[arg(long)]
    country: String,
}

#[derive(Serialize)]
struct Founded {
    id: String,
    code: String,
    name: String,
    currency: String,
    country: String,
}

/// Founds the book.
pub(crate) fn run(args: &InitArgs, globals: &Globals) -> Result<(), Failure> {
    let code = args.currency.trim().to_ascii_uppercase();
    let currency = Currency::parse(&code).ok_or_else(|| {
        Failure::refused(
            "unknown_currency",
            format!("`{}` is no currency.", args.currency),
        )
        .field("currency")
        .hint("Give the three letters of ISO 4217, like EUR or USD.")
    })?;
    let (db, context) = globals.open_new()?;
    let founding = books::entities::Founding {
        name: args.name.clone(),
        currency,
        country: args.country.clone(),
        code: globals.entity.clone(),
    };
    let entity = books::entities::found(&db, &context, &founding)?;
    let founded = Founded {
        id: entity.id.to_string(),
        code: entity.code,
        name: entity.name,
        currency: currency.code().to_owned(),
        country: entity.country,
    };
    let mut table = Table::new(&[
        ("code", Align::Left),
        ("name", Align::Left),
        ("currency", Align::Left),
        ("country", Align::Left),
    ]);
    table.row([
        &founded.code,
        &founded.name,
        &founded.currency,
        &founded.country,
    ]);
    output::print(globals.format, &[table], &founded)
}
