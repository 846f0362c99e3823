//! `duebook revalue`: open foreign items at the closing rate of a period.

use books::approvals::Asked;
use books::revaluation::{self, Report};
use clap::Args;
use domain::calendar::Date;
use domain::money::Money;
use serde::Serialize;

use super::{Globals, date};
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// Which period's end.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook revalue --on 2026-01-31 --dry-run")]
pub(crate) struct RevalueArgs {
    /// The last day of the period
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Date,
    /// Show what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Why, where others must approve it
    #[arg(long, default_value = "")]
    reason: String,
}

#[derive(Serialize)]
struct ReportJson {
    on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    already_done: bool,
    looked_at: usize,
    rates: Vec<String>,
    items: Vec<ItemJson>,
    totals: Vec<TotalJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<MoneyJson>,
}

#[derive(Serialize)]
struct ItemJson {
    document: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    party: String,
    account: String,
    open_amount: MoneyJson,
    carrying_amount: MoneyJson,
    revalued: MoneyJson,
    unrealised: MoneyJson,
}

#[derive(Serialize)]
struct TotalJson {
    currency: String,
    unrealised: MoneyJson,
}

/// Runs and tells.
pub(crate) fn run(args: &RevalueArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let entity = globals.entity();
    let (report, waiting) = if args.dry_run {
        let report = db.read(&context, entity, |work| revaluation::preview(work, args.on))?;
        (report, None)
    } else {
        db.write(&context, entity, |work| {
            revaluation::commit_or_ask(work, args.on, &args.reason)
        })?
    };
    if let Some(id) = waiting {
        return super::approvals::print_asked(globals, &[Asked::Waits(id)]);
    }
    output::print(globals.format, &[table(&report)], &told(&report))?;
    if report.is_repeated {
        output::note(format!(
            "{} was revalued before; nothing was changed",
            report.on
        ));
    }
    Ok(())
}

fn table(report: &Report) -> Table {
    let mut table = Table::new(&[
        ("document", Align::Left),
        ("party", Align::Left),
        ("account", Align::Left),
        ("currency", Align::Left),
        ("open_amount", Align::Money),
        ("carrying_amount", Align::Money),
        ("revalued", Align::Money),
        ("unrealised", Align::Money),
    ]);
    for one in &report.items {
        table.row([
            one.item.number.clone(),
            one.item.party_code.clone(),
            one.item.account.clone(),
            one.item.open.currency().to_string(),
            one.item.open.to_string(),
            one.item.carrying.to_string(),
            one.revalued.to_string(),
            one.gain.to_string(),
        ]);
    }
    for (currency, gain) in &report.totals {
        table.row(total(currency.to_string(), *gain));
    }
    // Of all currencies, in that of the books: it stands for none of those above.
    if let Some(gain) = report.total() {
        table.row(total(String::new(), gain));
    }
    table
}

fn total(currency: String, gain: Money) -> [String; 8] {
    let empty = String::new;
    let title = "TOTAL".to_owned();
    let gain = gain.to_string();
    [
        title,
        empty(),
        empty(),
        currency,
        empty(),
        empty(),
        empty(),
        gain,
    ]
}

fn told(report: &Report) -> ReportJson {
    let items = report.items.iter().map(|one| ItemJson {
        document: one.item.number.clone(),
        party: one.item.party_code.clone(),
        account: one.item.account.clone(),
        open_amount: one.item.open.into(),
        carrying_amount: one.item.carrying.into(),
        revalued: one.revalued.into(),
        unrealised: one.gain.into(),
    });
    let totals = report.totals.iter().map(|(currency, gain)| TotalJson {
        currency: currency.to_string(),
        unrealised: (*gain).into(),
    });
    ReportJson {
        on: report.on.to_string(),
        run: report.run.map(|run| run.to_string()),
        already_done: report.is_repeated,
        looked_at: report.looked_at,
        rates: report.rates.clone(),
        items: items.collect(),
        totals: totals.collect(),
        total: report.total().map(MoneyJson::from),
    }
}
