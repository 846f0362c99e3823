//! Settling: targets in their order, each with credits first, then deductions, then the discount
//! that its terms grant in time, then cash.

use crate::calendar::{Date, discount_for_cash, discount_of};
use crate::deductions::{self, Deduction};
use crate::documents::{DocumentKind, Side};
use crate::ids::ItemId;
use crate::money::{Currency, Money, Rounding};
use crate::open_items::{ApplyGroup, ApplyOrder, ApplyRefusal, apply};
use crate::settlement::{Desk, SettleRefusal, is_cash};

/// Is the early-payment discount of the terms taken?
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Discount {
    /// Where the money came in time.
    #[default]
    InTime,
    /// Not at all.
    None,
}

/// An item to settle: an invoice, a bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The item.
    pub item: ItemId,
    /// What is settled of it, deductions included; as much as there is where not named.
    pub amount: Option<Money>,
    /// What of it is not cash.
    pub deductions: Vec<Deduction>,
}

/// An item that settles: a receipt, a payment, a credit memo, a vendor credit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The item.
    pub item: ItemId,
    /// How much of it may be used; all where not named.
    pub amount: Option<Money>,
}

/// What settles what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// The day it counts.
    pub on: Date,
    /// What is settled, in this order.
    pub targets: Vec<Target>,
    /// With what, in this order; credits are used before cash.
    pub sources: Vec<Source>,
    /// Whether discounts are taken.
    pub discount: Discount,
    /// A small excess of the last receipt that is kept as a rounding difference.
    pub excess: Option<Money>,
}

/// What is left of a source.
struct Left {
    item: ItemId,
    amount: Money,
    is_cash: bool,
}

/// Settles. On a refusal the desk is to be thrown away.
pub fn settle(desk: &mut Desk<'_>, settlement: &Settlement) -> Result<(), SettleRefusal> {
    let has_deductions = settlement.targets.iter().any(|t| !t.deductions.is_empty());
    if settlement.targets.is_empty() || settlement.sources.is_empty() && !has_deductions {
        return Err(SettleRefusal::NothingNamed);
    }
    let mut left = sources(desk, settlement)?;
    for target in &settlement.targets {
        check_related(desk, target.item, &left)?;
    }
    let mut orders = Vec::new();
    for target in &settlement.targets {
        settle_one(desk, settlement, target, &mut left, &mut orders)?;
    }
    let group = ApplyGroup {
        on: settlement.on,
        orders,
    };
    apply_group(desk, group)?;
    match settlement.excess {
        Some(excess) => keep_excess(desk, settlement, excess),
        None => Ok(()),
    }
}

fn apply_group(desk: &mut Desk<'_>, group: ApplyGroup) -> Result<(), SettleRefusal> {
    if group.orders.is_empty() {
        return Ok(());
    }
    let batch = &mut desk.batch;
    let applied = apply(&mut batch.states, &[group], batch.functional, batch.ids)?;
    batch.applied.applications.extend(applied.applications);
    batch.applied.entries.extend(applied.entries);
    Ok(())
}

/// The sources with what may be used of them.
fn sources(desk: &Desk<'_>, settlement: &Settlement) -> Result<Vec<Left>, SettleRefusal> {
    let mut left = Vec::with_capacity(settlement.sources.len());
    for source in &settlement.sources {
        let state = desk.state(source.item)?;
        let open = state.open.abs();
        if open.is_zero() {
            return Err(SettleRefusal::NothingOpen {
                number: desk.number(source.item),
            });
        }
        let amount = source.amount.unwrap_or(open);
        if amount.currency() != open.currency() {
            return Err(ApplyRefusal::WrongCurrency {
                item: source.item,
                expected: open.currency(),
            }
            .into());
        }
        left.push(Left {
            item: source.item,
            amount,
            is_cash: desk.kind(source.item).is_some_and(is_cash),
        });
    }
    Ok(left)
}

fn check_related(desk: &Desk<'_>, target: ItemId, left: &[Left]) -> Result<(), SettleRefusal> {
    let root = desk.root(desk.state(target)?.item.party);
    for source in left {
        let other = desk.root(desk.state(source.item)?.item.party);
        if other != root || root.is_none() {
            return Err(SettleRefusal::UnrelatedParties {
                number: desk.number(target),
                with: desk.number(source.item),
            });
        }
    }
    Ok(())
}

fn settle_one(
    desk: &mut Desk<'_>,
    settlement: &Settlement,
    target: &Target,
    left: &mut [Left],
    orders: &mut Vec<ApplyOrder>,
) -> Result<(), SettleRefusal> {
    let state = desk.state(target.item)?;
    let open = state.open.abs();
    let number = || desk.number(target.item);
    if open.is_zero() {
        return Err(SettleRefusal::NothingOpen { number: number() });
    }
    let mut rest = target.amount.unwrap_or(open);
    let (item, expected) = (target.item, open.currency());
    if rest.currency() != expected {
        return Err(ApplyRefusal::WrongCurrency { item, expected }.into());
    }
    if open.minor() < rest.minor() {
        let (open, asked) = (state.open, rest);
        return Err(ApplyRefusal::ExceedsOpen { item, open, asked }.into());
    }
    let exact = exact_pair(settlement, target);
    draw(
        desk,
        settlement.on,
        item,
        &mut rest,
        left,
        orders,
        false,
        exact,
    )?;
    for deduction in &target.deductions {
        deduct(desk, settlement.on, item, *deduction, &mut rest)?;
    }
    if settlement.discount == Discount::InTime {
        take_discount(desk, settlement, target, &mut rest, left)?;
    }
    draw(
        desk,
        settlement.on,
        item,
        &mut rest,
        left,
        orders,
        true,
        exact,
    )?;
    if target.amount.is_some() && rest.is_positive() {
        return Err(SettleRefusal::NotCovered {
            number: desk.number(item),
            missing: rest,
        });
    }
    Ok(())
}

/// Both amounts of a settlement across currencies, where they were named: no rate is asked then.
fn exact_pair(settlement: &Settlement, target: &Target) -> Option<Money> {
    match (settlement.targets.as_slice(), settlement.sources.as_slice()) {
        ([_], [source]) => target.amount.and(source.amount),
        _ => None,
    }
}

/// Issues a deduction and settles the part with it at once, at equal carrying amounts.
fn deduct(
    desk: &mut Desk<'_>,
    on: Date,
    item: ItemId,
    deduction: Deduction,
    rest: &mut Money,
) -> Result<(), SettleRefusal> {
    let Deduction { kind, amount } = deduction;
    let from = &desk.state(item)?.item;
    let is_debit = from.amount.is_positive();
    if !deductions::is_from(kind, from) {
        return Err(SettleRefusal::NotDeductible {
            kind,
            number: desk.number(item),
        });
    }
    if amount.currency() != rest.currency() {
        let expected = rest.currency();
        return Err(ApplyRefusal::WrongCurrency { item, expected }.into());
    }
    if !amount.is_positive() {
        return Err(ApplyRefusal::NothingToApply { item }.into());
    }
    if rest.minor() < amount.minor() {
        return Err(SettleRefusal::DeductionsExceed {
            number: desk.number(item),
            left: *rest,
        });
    }
    let deducted = desk.deduct(item, deduction, on)?;
    let order = ordered(is_debit, item, deducted, amount, amount);
    let orders = vec![order];
    apply_group(desk, ApplyGroup { on, orders })?;
    *rest -= amount;
    Ok(())
}

/// An order between a target and a source, whichever of them is the debit.
fn ordered(is_debit: bool, item: ItemId, with: ItemId, amount: Money, used: Money) -> ApplyOrder {
    if is_debit {
        ApplyOrder {
            debit: item,
            credit: with,
            debit_amount: amount,
            credit_amount: used,
        }
    } else {
        ApplyOrder {
            debit: with,
            credit: item,
            debit_amount: used,
            credit_amount: amount,
        }
    }
}

/// Takes the largest discount for which the money came in time: whole when the cash reaches,
/// else the part that goes with the cash (500 paid at 1 % settles 505.05).
fn take_discount(
    desk: &mut Desk<'_>,
    settlement: &Settlement,
    target: &Target,
    rest: &mut Money,
    left: &[Left],
) -> Result<(), SettleRefusal> {
    let state = desk.state(target.item)?;
    let Some(terms) = state.item.discount else {
        return Ok(());
    };
    let side = state.item.side;
    let cash = || {
        left.iter()
            .filter(|source| source.is_cash && source.amount.is_positive())
    };
    let mut paid_on: Option<Date> = None;
    for source in cash() {
        paid_on = paid_on.max(Some(desk.state(source.item)?.item.opened_on));
    }
    let in_time = paid_on.and_then(|day| terms.on(day));
    let Some(granted) = in_time.filter(|_| rest.is_positive()) else {
        return Ok(());
    };
    let too_large = |_| SettleRefusal::TooLarge {
        number: desk.number(target.item),
    };
    let percent = granted.percent();
    let whole = discount_of(*rest, percent).map_err(too_large)?;
    let mut available = Money::zero(rest.currency());
    for source in cash() {
        let value = convert(
            desk,
            source.amount,
            rest.currency(),
            settlement.on,
            target.item,
        )?;
        available = available.checked_add(value).unwrap_or(*rest);
    }
    let amount = if rest.minor() - whole.minor() <= available.minor() || target.amount.is_some() {
        whole
    } else {
        discount_for_cash(available, percent).map_err(too_large)?
    };
    if !amount.is_positive() {
        return Ok(());
    }
    let kind = match side {
        Side::Receivable => DocumentKind::DiscountGiven,
        Side::Payable => DocumentKind::DiscountTaken,
    };
    let deduction = Deduction { kind, amount };
    deduct(desk, settlement.on, target.item, deduction, rest)
}

/// An amount in another currency at the rate of a day.
fn convert(
    desk: &Desk<'_>,
    amount: Money,
    to: Currency,
    on: Date,
    item: ItemId,
) -> Result<Money, SettleRefusal> {
    let rate = desk.rates.find_recent(amount.currency(), to, on);
    let rate = rate.map_err(SettleRefusal::RateMissing)?;
    rate.convert(amount, Rounding::HalfUp)
        .map_err(|_| SettleRefusal::TooLarge {
            number: desk.number(item),
        })
}

/// Takes the rest of a target from cash, or from what is not cash, in the order of the sources.
#[expect(
    clippy::too_many_arguments,
    reason = "one step of `settle_one`, with its locals"
)]
fn draw(
    desk: &Desk<'_>,
    on: Date,
    target: ItemId,
    rest: &mut Money,
    left: &mut [Left],
    orders: &mut Vec<ApplyOrder>,
    cash: bool,
    exact: Option<Money>,
) -> Result<(), SettleRefusal> {
    let is_debit = desk.state(target)?.item.amount.is_positive();
    for source in left.iter_mut().filter(|source| source.is_cash == cash) {
        if !rest.is_positive() {
            break;
        }
        if !source.amount.is_positive() {
            continue;
        }
        let (amount, used) = match exact {
            Some(used) if used.currency() != rest.currency() => (*rest, used),
            Some(_) | None => reach(desk, on, target, *rest, source.amount)?,
        };
        if !amount.is_positive() || !used.is_positive() {
            continue;
        }
        orders.push(ordered(is_debit, target, source.item, amount, used));
        source.amount -= used;
        *rest -= amount;
    }
    Ok(())
}

/// How much of a target a source reaches, and what of the source that takes.
fn reach(
    desk: &Desk<'_>,
    on: Date,
    target: ItemId,
    rest: Money,
    source: Money,
) -> Result<(Money, Money), SettleRefusal> {
    if rest.currency() == source.currency() {
        let amount = if source.minor() < rest.minor() {
            source
        } else {
            rest
        };
        return Ok((amount, amount));
    }
    let needed = convert(desk, rest, source.currency(), on, target)?;
    if needed.minor() <= source.minor() {
        return Ok((rest, needed));
    }
    let amount = convert(desk, source, rest.currency(), on, target)?;
    let amount = if rest.minor() < amount.minor() {
        rest
    } else {
        amount
    };
    Ok((amount, source))
}

/// Keeps a small excess of the last receipt as a rounding difference in our favour.
fn keep_excess(
    desk: &mut Desk<'_>,
    settlement: &Settlement,
    excess: Money,
) -> Result<(), SettleRefusal> {
    let source = settlement
        .sources
        .last()
        .ok_or(SettleRefusal::NothingNamed)?;
    let mut rest = desk.state(source.item)?.open.abs();
    let deduction = Deduction {
        kind: DocumentKind::RoundingGained,
        amount: excess,
    };
    deduct(desk, settlement.on, source.item, deduction, &mut rest)
}
