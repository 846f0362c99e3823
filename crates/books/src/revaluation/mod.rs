//! The revaluation run at a period's end: open foreign items at the closing rate.
//!
//! Unrealised differences stand on an account of their own beside the control accounts and are
//! reversed on the next day, so that a settlement realises its difference from the original
//! rate. Advances on an order are no money to be received and stay at the rate of their day
//! (IAS 21.16).

pub(crate) mod sql;

use std::collections::BTreeMap;
use std::fmt;

use domain::access::Area;
use domain::calendar::{Date, Period};
use domain::fx::{
    Closing, Differences, ForeignItem, Nature, RevalueRefusal, revaluation_entry, revalue,
};
use domain::ids::{EntryId, PartyId, RequestId, RunId};
use domain::ledger::JournalEntry;
use domain::money::{Currency, Money, Rounding};
use domain::refusal::Refusal;
use serde_json::json;

use crate::approvals::{self, Asked, Wish};
use crate::failure::Outcome;
use crate::ledger::{self, Posting};
use crate::rates;
use crate::work::Work;

/// An item that was open at the period's end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenForeign {
    /// Its document.
    pub number: String,
    /// The control account.
    pub account: String,
    /// Whose it is.
    pub party: Option<PartyId>,
    /// The party's code; empty where the payer is not known.
    pub party_code: String,
    /// What was open; a debit is above zero.
    pub open: Money,
    /// What that was carried at.
    pub carrying: Money,
    /// Is it money to be received or paid?
    pub nature: Nature,
}

/// What the run does to one item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revalued {
    /// The item.
    pub item: OpenForeign,
    /// What it is worth at the closing rate.
    pub revalued: Money,
    /// Above zero an unrealised gain, below a loss.
    pub gain: Money,
}

/// What the run looked at and did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The last day of the period.
    pub on: Date,
    /// The run; none for a preview.
    pub run: Option<RunId>,
    /// Was it committed before? Nothing was changed now.
    pub is_repeated: bool,
    /// How many foreign items were open.
    pub looked_at: usize,
    /// The items with a difference.
    pub items: Vec<Revalued>,
    /// Gain and loss by currency, in functional currency.
    pub totals: BTreeMap<Currency, Money>,
    /// The closing rates that were used, in words.
    pub rates: Vec<String>,
}

impl Report {
    /// Gain and loss of all currencies, in functional currency; nothing where no item differs.
    pub fn total(&self) -> Option<Money> {
        self.totals
            .values()
            .copied()
            .reduce(|one, other| one + other)
    }
}

/// Why a period's end is not revalued, beside what the rates refuse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RunRefusal {
    /// The day is not the last of its month.
    NotPeriodEnd {
        /// The day.
        on: Date,
    },
    /// The rates do not serve.
    Revalue(RevalueRefusal),
}

impl fmt::Display for RunRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunRefusal::NotPeriodEnd { on } => write!(out, "{on} is not the last day of a period."),
            RunRefusal::Revalue(refusal) => write!(out, "{refusal}"),
        }
    }
}

impl Refusal for RunRefusal {
    fn code(&self) -> &'static str {
        match self {
            RunRefusal::NotPeriodEnd { .. } => "not_period_end",
            RunRefusal::Revalue(refusal) => refusal.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            RunRefusal::NotPeriodEnd { on } => {
                Some(format!("revalue on {}", Period::of(*on).last_day()))
            }
            RunRefusal::Revalue(refusal) => refusal.hint(),
        }
    }
}

/// Shows what a commit would post; writes nothing.
pub fn preview(work: &mut Work<'_>, on: Date) -> Outcome<Report> {
    if Period::of(on).last_day() != on {
        return Err(RunRefusal::NotPeriodEnd { on }.into());
    }
    let functional = work.functional();
    let table = rates::table(work)?;
    let items = sql::open_foreign(work, on)?;
    let foreign: Vec<ForeignItem> = items
        .iter()
        .map(|item| ForeignItem {
            open: item.open,
            carrying: item.carrying,
            nature: item.nature,
        })
        .collect();
    let closing = Closing {
        on,
        functional,
        rates: &table,
        rounding: Rounding::HalfUp,
        differences: Differences::Both,
    };
    let revalued = revalue(&foreign, closing).map_err(RunRefusal::Revalue)?;
    let looked_at = items.len();
    let mut totals: BTreeMap<Currency, Money> = BTreeMap::new();
    let mut report = Vec::new();
    for (item, revalued) in items.into_iter().zip(revalued) {
        let Some(revalued) = revalued else { continue };
        let total = totals
            .entry(item.open.currency())
            .or_insert(Money::zero(functional));
        *total += revalued.gain;
        report.push(Revalued {
            item,
            revalued: revalued.revalued,
            gain: revalued.gain,
        });
    }
    let used = totals.keys().filter_map(|currency| {
        let rate = table.find_closing(*currency, functional, on).ok()?;
        Some(rate.to_string())
    });
    Ok(Report {
        on,
        run: None,
        is_repeated: false,
        looked_at,
        rates: used.collect(),
        items: report,
        totals,
    })
}

/// Posts the differences on the period's last day and their reversal on the next. A second
/// commit for the day changes nothing and says so.
pub fn commit(work: &mut Work<'_>, on: Date) -> Outcome<Report> {
    work.gate()?;
    if let Some(run) = sql::known(work, on)? {
        let mut report = preview(work, on)?;
        report.run = Some(RunId(run));
        report.is_repeated = true;
        return Ok(report);
    }
    let mut report = preview(work, on)?;
    let id = EntryId(work.ids.take());
    let entry = revaluation_entry(id, on, &report.totals);
    let reversal = entry.as_ref().map(|entry| {
        let id = EntryId(work.ids.take());
        let next = on.tomorrow().unwrap_or(on);
        entry.reversal(id, next)
    });
    let ids = (
        entry.as_ref().map(|entry| entry.id),
        reversal.as_ref().map(|entry| entry.id),
    );
    let mut posting = Posting {
        entries: entry.into_iter().chain(reversal).collect(),
        ..Posting::default()
    };
    ledger::post(work, &mut posting)?;
    let run = work.ids.take();
    sql::insert(work, run, on, ids, &told(&report).to_string())?;
    report.run = Some(RunId(run));
    let totals: Vec<String> = report
        .totals
        .iter()
        .map(|(currency, gain)| format!("{currency}: {gain:?}"))
        .collect();
    let detail = json!({ "looked_at": report.looked_at, "revalued": report.items.len(),
        "differences": totals });
    work.note("revaluation.commit", on.to_string(), detail);
    Ok(report)
}

/// Was a day revalued?
pub(crate) fn is_done(work: &mut Work<'_>, on: Date) -> Outcome<bool> {
    Ok(sql::known(work, on)?.is_some())
}

/// The entry that a report would post on the period's last day, for whoever approves it.
pub(crate) fn entry_of(work: &mut Work<'_>, report: &Report) -> Option<JournalEntry> {
    let id = EntryId(work.ids.take());
    revaluation_entry(id, report.on, &report.totals)
}

/// What the differences are worth together, in minor units of the functional currency.
pub(crate) fn worth(report: &Report) -> i64 {
    let gains = report.totals.values().map(|gain| gain.minor());
    gains.fold(0, |sum: i64, gain| {
        sum.saturating_add(gain.saturating_abs())
    })
}

/// Commits the run, or asks for it where the policy wants others to approve; a day that was
/// revalued before is neither.
pub fn commit_or_ask(
    work: &mut Work<'_>,
    on: Date,
    reason: &str,
) -> Outcome<(Report, Option<RequestId>)> {
    work.gate()?;
    if sql::known(work, on)?.is_some() {
        return Ok((commit(work, on)?, None));
    }
    let report = preview(work, on)?;
    if !approvals::is_needed(work, Area::Journals, worth(&report))? {
        return Ok((commit(work, on)?, None));
    }
    let reason = match reason.trim() {
        "" => format!("revaluation of {on}"),
        given => given.to_owned(),
    };
    match approvals::ask(work, &Wish::Revalue { on }, &reason)? {
        Asked::Waits(id) => Ok((report, Some(id))),
        Asked::Done(_) => Ok((commit(work, on)?, None)),
    }
}

/// The report as it is kept.
fn told(report: &Report) -> serde_json::Value {
    let items: Vec<serde_json::Value> = report
        .items
        .iter()
        .map(|one| {
            json!({
                "document": one.item.number, "account": one.item.account,
                "party": one.item.party_code, "currency": one.item.open.currency().code(),
                "open": one.item.open.to_string(), "carrying": one.item.carrying.to_string(),
                "revalued": one.revalued.to_string(), "gain": one.gain.to_string(),
            })
        })
        .collect();
    json!({ "on": report.on.to_string(), "looked_at": report.looked_at, "rates": report.rates,
        "items": items })
}
