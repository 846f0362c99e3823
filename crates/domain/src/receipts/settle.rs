//! Receiving cash and settling documents with it, with deductions and credit memos.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::calendar::Date;
use crate::deductions::{self, Deduction, Told};
use crate::documents::{DocumentKind, Issued, issue};
use crate::ids::{Ids, ItemId, PartyId};
use crate::ledger::Role;
use crate::money::{Currency, Money};
use crate::open_items::{
    Application, Applied, ApplyGroup, ApplyOrder, ApplyRefusal, ItemState, Undo, apply, undo,
};
use crate::receipts::draft;
use crate::receipts::made::Noted;

/// What one run of postings has made so far; the states of the items move along.
#[derive(Debug)]
pub struct Batch<'a> {
    /// Every item that may be touched.
    pub states: HashMap<ItemId, ItemState>,
    /// Where ids come from.
    pub ids: &'a mut Ids,
    /// The entity's currency.
    pub functional: Currency,
    /// Documents issued, without numbers yet.
    pub issued: Vec<Issued>,
    /// Applications and their entries.
    pub applied: Applied,
    /// Short-pays by the credit that parted them off.
    pub parted: HashMap<ItemId, ItemId>,
    pub(super) noted: Noted,
}

impl<'a> Batch<'a> {
    /// Nothing made yet.
    pub fn new(
        states: HashMap<ItemId, ItemState>,
        ids: &'a mut Ids,
        functional: Currency,
    ) -> Batch<'a> {
        Batch {
            states,
            ids,
            functional,
            issued: Vec::new(),
            applied: Applied::default(),
            parted: HashMap::new(),
            noted: Noted::default(),
        }
    }
}

impl Batch<'_> {
    /// Keeps an issued document and lets its item be settled from now on.
    pub fn add(&mut self, issued: Issued) -> ItemId {
        let id = issued.item.id;
        self.states
            .insert(id, ItemState::untouched(issued.item.clone()));
        self.issued.push(issued);
        id
    }

    /// Applies orders on a day, or on the first later day on which each of the items can be settled.
    ///
    /// Parts that round to nothing in either currency settle nothing and are left out.
    pub fn apply(&mut self, on: Date, mut orders: Vec<ApplyOrder>) -> Result<(), ApplyRefusal> {
        orders
            .retain(|order| order.debit_amount.is_positive() && order.credit_amount.is_positive());
        if orders.is_empty() {
            return Ok(());
        }
        let settles = |item: &ItemId| self.states.get(item).map(|state| state.settles_from);
        let items = orders.iter().flat_map(|order| [order.debit, order.credit]);
        let on = items.filter_map(|item| settles(&item)).fold(on, Date::max);
        let group = ApplyGroup { on, orders };
        let applied = apply(&mut self.states, &[group], self.functional, self.ids)?;
        self.applied.applications.extend(applied.applications);
        self.applied.entries.extend(applied.entries);
        Ok(())
    }

    /// Takes an application back.
    pub fn undo(&mut self, application: &Application, on: Date) -> Result<(), ApplyRefusal> {
        let undos = [Undo {
            application: application.clone(),
            on,
        }];
        let undone = undo(&mut self.states, &undos, self.functional, self.ids)?;
        self.applied.applications.extend(undone.applications);
        self.applied.entries.extend(undone.entries);
        Ok(())
    }

    /// Takes a part of an application back, in the currency of one of its items, and applies what
    /// is left of it again. Answers what is left.
    pub fn lessen(
        &mut self,
        application: &Application,
        (part, of): (Money, ItemId),
        on: Date,
    ) -> Result<ApplyOrder, ApplyRefusal> {
        let on = on.max(application.applied_on);
        self.undo(application, on)?;
        let left = application.without(part, of);
        self.apply(on, vec![left.clone()])?;
        Ok(left)
    }

    /// Where the batch stands, with the states of the items that are about to be touched.
    pub fn mark(&self, items: impl IntoIterator<Item = ItemId>) -> Mark {
        let saved = items
            .into_iter()
            .filter_map(|item| self.states.get(&item).cloned());
        Mark {
            issued: self.issued.len(),
            applications: self.applied.applications.len(),
            entries: self.applied.entries.len(),
            states: saved.collect(),
        }
    }

    /// Takes back all that was made since the mark, after a refusal.
    pub fn back_to(&mut self, mark: Mark) {
        for issued in self.issued.drain(mark.issued..) {
            self.states.remove(&issued.item.id);
        }
        self.note_afresh_after(mark.applications, mark.issued);
        self.applied.applications.truncate(mark.applications);
        self.applied.entries.truncate(mark.entries);
        for state in mark.states {
            self.states.insert(state.item.id, state);
        }
    }

    /// What is open on an item, unsigned.
    pub fn open(&self, item: ItemId) -> Option<Money> {
        self.states.get(&item).map(|state| state.open.abs())
    }
}

/// A place in a [`Batch`] to which it can be taken back.
#[derive(Debug)]
pub struct Mark {
    issued: usize,
    applications: usize,
    entries: usize,
    states: Vec<ItemState>,
}

/// Money that came in or went out on an own bank account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cash {
    /// Whose money it is; nobody's while the payer is not known.
    pub party: Option<PartyId>,
    /// The day it is posted.
    pub on: Date,
    /// The ledger account of the bank account.
    pub bank: Cow<'static, str>,
    /// How much, unsigned.
    pub amount: Money,
    /// The same in functional currency.
    pub functional: Money,
    /// What the bank says about it, for people.
    pub memo: String,
}

/// What is settled: one open item, for an amount, with deductions from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// The item.
    pub item: ItemId,
    /// What it is settled for in all, deductions included, in the cash's currency.
    pub amount: Money,
    /// The same in the item's currency.
    pub item_amount: Money,
    /// What of it is not cash.
    pub deductions: Vec<Deduction>,
}

/// How a receipt is used.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settlement {
    /// Debit items that it settles.
    pub targets: Vec<Target>,
    /// Credit memos used up beside the cash: item and amount in the cash's currency.
    pub credits: Vec<(ItemId, Money)>,
    /// Small excess that is written off in our favour.
    pub rounding_gained: Option<Money>,
}

/// Opens the credit item of money that came in (`Receipt`), or that came from another place of
/// the books (`TransferIn`).
pub fn receive(batch: &mut Batch<'_>, kind: DocumentKind, cash: &Cash) -> ItemId {
    let control = match cash.party {
        Some(_) => Role::Receivables,
        None => Role::UnidentifiedReceipts,
    };
    let bank = cash.bank.clone();
    let amounts = (cash.amount, cash.functional);
    let draft = draft(kind, cash, control, amounts, bank);
    let issued = issue(draft, batch.ids);
    batch.add(issued)
}

/// Settles targets with credit memos and then a receipt's item; what is left stays on the receipt.
///
/// On a refusal the batch is to be thrown away.
pub fn settle(
    batch: &mut Batch<'_>,
    receipt: Option<ItemId>,
    cash: &Cash,
    settlement: &Settlement,
) -> Result<(), ApplyRefusal> {
    let mut orders = Vec::new();
    let mut sources: Vec<(ItemId, Money)> = settlement.credits.clone();
    if let Some(receipt) = receipt {
        sources.push((receipt, batch.open(receipt).unwrap_or(cash.amount)));
    }
    for target in &settlement.targets {
        let mut rest = target.amount;
        let mut rest_item = target.item_amount;
        let mut left = state_of(batch, target.item)?.clone();
        for deduction in &target.deductions {
            let part = in_item_currency(deduction.amount, target)?;
            let credit = deduct(batch, cash, &left, *deduction, part);
            // The next deduction from this item is carried at its share of the rest.
            let carried = left.carried(part);
            left.open -= part;
            left.open_functional -= carried;
            rest -= deduction.amount;
            rest_item -= part;
            orders.push(ApplyOrder {
                debit: target.item,
                credit,
                debit_amount: part,
                credit_amount: deduction.amount,
            });
        }
        draw(&mut sources, &mut orders, target, (rest, rest_item))?;
    }
    batch.apply(cash.on, orders)?;
    match (settlement.rounding_gained, receipt) {
        (Some(amount), Some(receipt)) => keep_excess(batch, cash, receipt, amount),
        (_, _) => Ok(()),
    }
}

/// Takes the rest of a target from the sources in their order.
fn draw(
    sources: &mut [(ItemId, Money)],
    orders: &mut Vec<ApplyOrder>,
    target: &Target,
    (mut rest, mut rest_item): (Money, Money),
) -> Result<(), ApplyRefusal> {
    for (credit, left) in sources {
        if !rest.is_positive() {
            break;
        }
        let used = if left.minor() < rest.minor() {
            *left
        } else {
            rest
        };
        if !used.is_positive() {
            continue;
        }
        // The last source takes what is left in the item's currency: no cent gets lost between.
        let used_item = if used == rest {
            rest_item
        } else {
            in_item_currency(used, target)?
        };
        orders.push(ApplyOrder {
            debit: target.item,
            credit: *credit,
            debit_amount: used_item,
            credit_amount: used,
        });
        *left -= used;
        rest -= used;
        rest_item -= used_item;
    }
    Ok(())
}

/// A part of a target in the item's currency, proportional.
fn in_item_currency(part: Money, target: &Target) -> Result<Money, ApplyRefusal> {
    if target.item_amount.currency() == part.currency() {
        return Ok(part);
    }
    let whole = i128::from(target.amount.minor().max(1));
    let exact = i128::from(target.item_amount.minor()) * i128::from(part.minor());
    let rounded = (2 * exact + whole) / (2 * whole);
    let minor = i64::try_from(rounded).map_err(|_| ApplyRefusal::BeyondMoney)?;
    Ok(Money::new(minor, target.item_amount.currency()))
}

/// Takes a receipt away from where it stands: a debit item of the same party that settles it,
/// against an account on which a `TransferIn` puts it somewhere else.
pub fn transfer_out(
    batch: &mut Batch<'_>,
    receipt: ItemId,
    cash: &Cash,
) -> Result<Option<Money>, ApplyRefusal> {
    let state = state_of(batch, receipt)?;
    let (amount, functional) = (state.open.abs(), state.open_functional.abs());
    if !amount.is_positive() {
        return Ok(None);
    }
    let cash = Cash {
        party: state.item.party,
        ..cash.clone()
    };
    let control = match cash.party {
        Some(_) => Role::Receivables,
        None => Role::UnidentifiedReceipts,
    };
    let account = Cow::Borrowed(Role::BankClearing.code());
    let kind = DocumentKind::TransferOut;
    let draft = draft(kind, &cash, control, (amount, functional), account);
    let issued = issue(draft, batch.ids);
    let debit = batch.add(issued);
    let order = ApplyOrder {
        debit,
        credit: receipt,
        debit_amount: amount,
        credit_amount: amount,
    };
    batch.apply(cash.on, vec![order])?;
    Ok(Some(functional))
}

/// Issues a deduction from what is left of an item.
fn deduct(
    batch: &mut Batch<'_>,
    cash: &Cash,
    left: &ItemState,
    deduction: Deduction,
    part: Money,
) -> ItemId {
    let told = Told {
        on: cash.on,
        memo: cash.memo.clone(),
    };
    let issued = deductions::deduct(left, deduction, part, told, batch.ids);
    batch.add(issued)
}

/// Keeps a small excess of a receipt as a rounding difference in our favour.
fn keep_excess(
    batch: &mut Batch<'_>,
    cash: &Cash,
    receipt: ItemId,
    amount: Money,
) -> Result<(), ApplyRefusal> {
    let deduction = Deduction {
        kind: DocumentKind::RoundingGained,
        amount,
    };
    let left = state_of(batch, receipt)?.clone();
    let debit = deduct(batch, cash, &left, deduction, amount);
    let order = ApplyOrder {
        debit,
        credit: receipt,
        debit_amount: amount,
        credit_amount: amount,
    };
    batch.apply(cash.on, vec![order])
}

fn state_of<'b>(batch: &'b Batch<'_>, item: ItemId) -> Result<&'b ItemState, ApplyRefusal> {
    let unknown = ApplyRefusal::UnknownItem { item };
    batch.states.get(&item).ok_or(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn money(minor: i64, code: &str) -> Money {
        Money::new(minor, Currency::parse(code).expect("a currency"))
    }

    #[test]
    fn a_share_that_no_money_holds_is_refused() {
        let target = |amount: i64, item_amount: i64| Target {
            item: ItemId(1),
            amount: money(amount, "EUR"),
            item_amount: money(item_amount, "USD"),
            deductions: Vec::new(),
        };
        let share = |part: i64, target: &Target| in_item_currency(money(part, "EUR"), target);
        assert_eq!(share(50, &target(100, 130)), Ok(money(65, "USD")));
        assert_eq!(
            share(100, &target(100, i64::MAX)),
            Ok(money(i64::MAX, "USD"))
        );
        assert_eq!(
            share(101, &target(100, i64::MAX)),
            Err(ApplyRefusal::BeyondMoney)
        );
        assert_eq!(
            share(i64::MAX, &target(1, i64::MAX)),
            Err(ApplyRefusal::BeyondMoney)
        );
    }
}
