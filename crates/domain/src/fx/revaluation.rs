//! Revaluation of open foreign items at the closing rate, and realised differences.
//!
//! Items are signed as they stand in the ledger, a debit above zero. So one subtraction serves
//! both sides: a receivable gains when its currency rises, a payable when it falls.
//! Each item is revalued on its own; whether the difference is reversed on the next day or
//! carried on decides what its carrying amount is the next time, and is the caller's.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use super::{FoundRate, RateMissing, RateTable};
use crate::calendar::Date;
use crate::ids::{EntryId, ItemId, PartyId};
use crate::ledger::{EntryDraft, JournalEntry, JournalLine, Role, Source};
use crate::money::{Currency, Money, Rounding};
use crate::refusal::Refusal;

/// Is the item money to be received or paid?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nature {
    /// It is: revalued at the closing rate.
    Monetary,
    /// An advance for goods or services: stays at the rate of its day (IAS 21.23).
    NonMonetary,
}

/// An open item in another currency than the books.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ForeignItem {
    /// What is open in transaction currency; a debit is above zero.
    pub open: Money,
    /// What it is carried at in functional currency, same sign.
    pub carrying: Money,
    /// Is it money?
    pub nature: Nature,
}

/// Which unrealised differences are posted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Differences {
    /// Gains and losses (IFRS, US GAAP).
    Both,
    /// Losses alone: the prudence of local rules such as HGB § 252. Gains wait for the cash.
    LossesOnly,
}

/// How the items of a period end are revalued.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'t> {
    /// The last day of the period.
    pub on: Date,
    /// The currency of the books.
    pub functional: Currency,
    /// Where closing rates are found.
    pub rates: &'t RateTable,
    /// How revalued amounts become whole minor units.
    pub rounding: Rounding,
    /// What is posted.
    pub differences: Differences,
}

/// What revaluation does to one item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Revaluation {
    /// Its carrying amount at the closing rate, signed like the item.
    pub revalued: Money,
    /// What is added to the carrying amount: above zero is an unrealised gain, below a loss.
    pub gain: Money,
}

/// Why items are not revalued.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RevalueRefusal {
    /// A currency has no rate, or none that is new enough.
    RateMissing(RateMissing),
    /// An item leaves the range of amounts.
    TooLarge {
        /// Its open amount.
        open: Money,
    },
}

impl fmt::Display for RevalueRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RevalueRefusal::RateMissing(missing) => write!(out, "{missing}"),
            RevalueRefusal::TooLarge { open } => {
                write!(
                    out,
                    "{open} {} is too large to be revalued.",
                    open.currency()
                )
            }
        }
    }
}

impl Refusal for RevalueRefusal {
    fn code(&self) -> &'static str {
        match self {
            RevalueRefusal::RateMissing(missing) => missing.code(),
            RevalueRefusal::TooLarge { .. } => "amount_too_large",
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            RevalueRefusal::RateMissing(missing) => missing.hint(),
            RevalueRefusal::TooLarge { .. } => None,
        }
    }
}

/// The revaluation of each item, in their order; `None` where nothing is to be posted.
pub fn revalue(
    items: &[ForeignItem],
    closing: Closing<'_>,
) -> Result<Vec<Option<Revaluation>>, RevalueRefusal> {
    let mut found: BTreeMap<Currency, FoundRate> = BTreeMap::new();
    let mut revalued = Vec::with_capacity(items.len());
    for item in items {
        let currency = item.open.currency();
        if item.nature == Nature::NonMonetary || currency == closing.functional {
            revalued.push(None);
            continue;
        }
        let rate = match found.entry(currency) {
            std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(closing_rate(currency, closing)?)
            }
        };
        revalued.push(revalue_item(*item, rate, closing)?);
    }
    Ok(revalued)
}

fn closing_rate(currency: Currency, closing: Closing<'_>) -> Result<FoundRate, RevalueRefusal> {
    closing
        .rates
        .find_closing(currency, closing.functional, closing.on)
        .map_err(RevalueRefusal::RateMissing)
}

fn revalue_item(
    item: ForeignItem,
    rate: &FoundRate,
    closing: Closing<'_>,
) -> Result<Option<Revaluation>, RevalueRefusal> {
    let too_large = || RevalueRefusal::TooLarge { open: item.open };
    let revalued = rate
        .convert(item.open, closing.rounding)
        .map_err(|_| too_large())?;
    let difference = i128::from(revalued.minor()) - i128::from(item.carrying.minor());
    let minor = i64::try_from(difference).map_err(|_| too_large())?;
    let gain = Money::new(minor, closing.functional);
    let is_posted = match closing.differences {
        Differences::Both => !gain.is_zero(),
        Differences::LossesOnly => gain.is_negative(),
    };
    Ok(is_posted.then_some(Revaluation { revalued, gain }))
}

/// The entry of a period's end: the differences of each currency against unrealised gains and
/// losses; none where nothing differs.
pub fn revaluation_entry(
    id: EntryId,
    on: Date,
    differences: &BTreeMap<Currency, Money>,
) -> Option<JournalEntry> {
    let memo = "Open foreign items at the closing rate";
    let mut entry = EntryDraft::on(id, on, Source::Revaluation, memo);
    for (currency, gain) in differences {
        let nothing = Money::zero(*currency);
        entry = entry.role(Role::Revaluation, nothing, *gain).role(
            Role::UnrealisedExchange,
            nothing,
            -*gain,
        );
    }
    (!entry.is_empty()).then(|| entry.balanced())
}

/// The entry that values opening items of one currency which had been carried at zero: each
/// item's account and party with its value, against the opening balance.
pub fn opening_valuation_entry(
    id: EntryId,
    on: Date,
    currency: Currency,
    items: Vec<ValuedItem>,
    functional: Currency,
) -> JournalEntry {
    let nothing = Money::zero(currency);
    let mut entry = EntryDraft::on(id, on, Source::Opening, "Opening items valued");
    let mut sum = Money::zero(functional);
    for item in items {
        sum += item.value;
        entry = entry.leg(JournalLine {
            account: item.account,
            party: item.party,
            item: Some(item.item),
            amount: nothing,
            functional: item.value,
        });
    }
    entry.role(Role::OpeningBalance, nothing, -sum).balanced()
}

/// An opening item with the value at which it is carried from now on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValuedItem {
    /// The item.
    pub item: ItemId,
    /// Whose it is.
    pub party: Option<PartyId>,
    /// The control account whose detail it is.
    pub account: Cow<'static, str>,
    /// Functional currency, signed like the item.
    pub value: Money,
}

/// The realised gain (above zero) or loss of a settlement.
///
/// `carrying` is the share of the item's carrying amount that the application takes off, signed
/// like the item; `settled` is what the cash for it is worth in functional currency, same sign.
pub fn realised(carrying: Money, settled: Money) -> Money {
    settled - carrying
}
