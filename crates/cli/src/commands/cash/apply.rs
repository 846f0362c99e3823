//! `duebook cash apply`: the run over lines that wait.

use std::collections::BTreeMap;

use books::cash::CashRun;
use clap::{ArgGroup, Args};
use domain::calendar::Date;
use domain::cash::Kind;
use domain::money::{Currency, Money};
use serde::Serialize;

use super::{Globals, desk};
use crate::errors::Failure;
use crate::output::{self, Align, Format, MoneyJson, Table};

/// How to run, or what to apply by hand.
#[derive(Args)]
#[command(group = ArgGroup::new("what").multiple(true), after_help = "\
Examples:
  duebook cash apply --dry-run                 shows what would be posted
  duebook cash apply                           works every line that waits
  duebook cash apply LINE --to INV-000017 INV-000021=50.00 --on-account C-100
  duebook cash apply LINE --to INV-000017 --dry-run    shows the entry and the applications")]
pub(crate) struct ApplyArgs {
    /// One line, to be applied by hand
    #[arg(value_name = "LINE", requires = "what")]
    line: Option<String>,
    /// The documents it pays: NUMBER or NUMBER=AMOUNT (deductions included), by hand
    #[arg(long, value_name = "DOCUMENT", num_args = 1.., requires = "line", group = "what")]
    to: Vec<String>,
    /// Early-payment discount in it: NUMBER=AMOUNT
    #[arg(long, value_name = "DEDUCTION", requires = "line")]
    discount: Vec<String>,
    /// Bank fee in it: NUMBER=AMOUNT
    #[arg(long, value_name = "DEDUCTION", requires = "line")]
    fee: Vec<String>,
    /// Tax withheld in it: NUMBER=AMOUNT
    #[arg(long, value_name = "DEDUCTION", requires = "line")]
    withholding: Vec<String>,
    /// Disputed part, which stays open: NUMBER=AMOUNT
    #[arg(long, value_name = "DEDUCTION", requires = "line")]
    short_pay: Vec<String>,
    /// Rounding difference in it: NUMBER=AMOUNT
    #[arg(long, value_name = "DEDUCTION", requires = "line")]
    rounding: Vec<String>,
    /// Write-off in it, which may need approval: NUMBER=AMOUNT
    #[arg(long, value_name = "DEDUCTION", requires = "line")]
    write_off: Vec<String>,
    /// What goes on account: PARTY=AMOUNT, or PARTY for all that is left
    #[arg(long, value_name = "PARTY", num_args = 1.., requires = "line", group = "what")]
    on_account: Vec<String>,
    /// Why something is taken off or given up
    #[arg(long, default_value = "", requires = "line")]
    reason: String,
    /// Show what would happen and why, of one line what would be posted; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Only lines booked on or before this day
    #[arg(long, value_name = "DATE", conflicts_with = "line")]
    as_of: Option<Date>,
}

#[derive(Serialize)]
struct Told<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    committed: bool,
    looked_at: u64,
    changed: u64,
    outcomes: BTreeMap<&'static str, OutcomeTold>,
    reasons: &'a BTreeMap<String, u64>,
    refused: &'a [String],
}

#[derive(Serialize)]
struct OutcomeTold {
    payments: u64,
    amounts: Vec<MoneyJson>,
}

/// Runs and tells.
pub(crate) fn run(args: &ApplyArgs, globals: &Globals) -> Result<(), Failure> {
    if let Some(line) = &args.line {
        let by_hand = desk::ByHand {
            documents: &args.to,
            deductions: &deductions(args),
            on_account: &args.on_account,
            reason: &args.reason,
            is_dry: args.dry_run,
        };
        return desk::apply(line, &by_hand, globals);
    }
    let (db, context) = globals.open()?;
    let commit = !args.dry_run;
    let run = books::cash::apply(&db, &context, globals.entity(), args.as_of, commit)?;
    let mut outcomes = Table::new(&[
        ("outcome", Align::Left),
        ("payments", Align::Right),
        ("currency", Align::Left),
        ("amount", Align::Money),
    ]);
    for (word, count) in &run.outcomes {
        let mut first = true;
        for money in money(&count.amounts) {
            let (word, payments) = if first {
                (word.replace('_', " "), count.payments.to_string())
            } else {
                (String::new(), String::new())
            };
            first = false;
            outcomes.row([
                word,
                payments,
                money.currency().to_string(),
                money.to_string(),
            ]);
        }
    }
    let mut reasons = Table::new(&[("waits_because", Align::Left), ("payments", Align::Right)]);
    for (reason, count) in by_count(&run.reasons) {
        reasons.row([reason, count.to_string()]);
    }
    let mut tables = vec![outcomes];
    if !reasons.is_empty() {
        tables.push(reasons);
    }
    output::print(globals.format, &tables, &told(&run, commit))?;
    if globals.format != Format::Json {
        for refused in &run.refused {
            eprintln!("not posted: {refused}");
        }
    }
    Ok(())
}

fn deductions(args: &ApplyArgs) -> Vec<(Kind, String)> {
    let kinds = [
        (Kind::EarlyPaymentDiscount, &args.discount),
        (Kind::BankFee, &args.fee),
        (Kind::WithholdingTax, &args.withholding),
        (Kind::ShortPayDispute, &args.short_pay),
        (Kind::Rounding, &args.rounding),
        (Kind::WriteOff, &args.write_off),
    ];
    let all = kinds.into_iter();
    all.flat_map(|(kind, texts)| texts.iter().map(move |text| (kind, text.clone())))
        .collect()
}

fn told(run: &CashRun, committed: bool) -> Told<'_> {
    Told {
        run: run.run.map(|run| run.to_string()),
        committed,
        looked_at: run.looked_at,
        changed: run.changed,
        outcomes: run
            .outcomes
            .iter()
            .map(|(word, count)| {
                let amounts = money(&count.amounts)
                    .into_iter()
                    .map(MoneyJson::from)
                    .collect();
                (
                    *word,
                    OutcomeTold {
                        payments: count.payments,
                        amounts,
                    },
                )
            })
            .collect(),
        reasons: &run.reasons,
        refused: &run.refused,
    }
}

fn money(amounts: &BTreeMap<String, i64>) -> Vec<Money> {
    amounts
        .iter()
        .filter_map(|(code, minor)| Some(Money::new(*minor, Currency::parse(code)?)))
        .collect()
}

/// The most frequent reasons first.
fn by_count(reasons: &BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut all: Vec<(String, u64)> = reasons
        .iter()
        .map(|(reason, count)| (reason.clone(), *count))
        .collect();
    all.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    all
}
