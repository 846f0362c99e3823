//! Applying and unapplying: who settles what, for how much, and what that posts.
//!
//! An application posts nothing while both items stand on one account of one party at one
//! value. Otherwise the credit moves to where the debit stands, each currency balances through
//! exchange clearing, and the difference of the two carrying amounts is a realised exchange
//! difference (IAS 21.28: recognised in the period of the settlement).

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use crate::calendar::Date;
use crate::ids::{ApplicationId, EntryId, Ids, ItemId, PartyId};
use crate::ledger::{EntryDraft, JournalEntry, JournalLine, Role, Source};
use crate::money::{Currency, Money};
use crate::open_items::{Application, ItemState};
use crate::refusal::Refusal;

/// A wish to settle a debit item with a credit item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplyOrder {
    /// The debit item.
    pub debit: ItemId,
    /// The credit item.
    pub credit: ItemId,
    /// How much of the debit item, above zero, in its currency.
    pub debit_amount: Money,
    /// How much of the credit item, above zero, in its currency.
    pub credit_amount: Money,
}

/// Orders that belong together: one receipt's, one netting's. They share an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApplyGroup {
    /// The day they count.
    pub on: Date,
    /// What is settled.
    pub orders: Vec<ApplyOrder>,
}

/// What applying made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Applied {
    /// The applications in the order of the orders.
    pub applications: Vec<Application>,
    /// One entry for each group that moves something.
    pub entries: Vec<JournalEntry>,
}

/// Why an application is refused, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApplyRefusal {
    /// There is no such item in these books.
    UnknownItem {
        /// The item asked for.
        item: ItemId,
    },
    /// The amount is zero or below.
    NothingToApply {
        /// The item it was asked of.
        item: ItemId,
    },
    /// Two debits or two credits cannot settle each other.
    SameColumn {
        /// The item that should be a debit.
        debit: ItemId,
        /// The item that should be a credit.
        credit: ItemId,
    },
    /// The amount is in another currency than the item, or differs within one currency.
    WrongCurrency {
        /// The item.
        item: ItemId,
        /// Its currency.
        expected: Currency,
    },
    /// It would count before one of the items was there.
    BeforeOpened {
        /// The later item.
        item: ItemId,
        /// The day it opened.
        opened_on: Date,
    },
    /// It would count on a day on which something that was taken back later still stood.
    BeforeUndone {
        /// The item.
        item: ItemId,
        /// The day of the latest taking back.
        undone_on: Date,
    },
    /// It would be taken back before it counts.
    BeforeApplied {
        /// The application.
        application: ApplicationId,
        /// The day from which it counts.
        applied_on: Date,
    },
    /// It would take the item across zero.
    ExceedsOpen {
        /// The item.
        item: ItemId,
        /// What is open on it.
        open: Money,
        /// What was asked.
        asked: Money,
    },
    /// It has been taken back before, or is itself an undoing.
    AlreadyUndone {
        /// The application.
        application: ApplicationId,
    },
    /// A share of it is larger than money can be.
    BeyondMoney,
}

impl fmt::Display for ApplyRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ApplyRefusal::UnknownItem { item } => write!(out, "There is no open item {item}."),
            ApplyRefusal::NothingToApply { item } => {
                write!(out, "The amount to apply to {item} is not above zero.")
            }
            ApplyRefusal::SameColumn { debit, credit } => {
                write!(out, "{debit} and {credit} are on the same side.")
            }
            ApplyRefusal::WrongCurrency { item, expected } => {
                write!(out, "{item} is in {expected}.")
            }
            ApplyRefusal::BeforeOpened { item, opened_on } => {
                write!(
                    out,
                    "{item} was opened on {opened_on}, after the day of the application."
                )
            }
            ApplyRefusal::BeforeUndone { item, undone_on } => {
                write!(
                    out,
                    "What settled {item} before was taken back on {undone_on}, after the day \
                     of the application."
                )
            }
            ApplyRefusal::BeforeApplied {
                application,
                applied_on,
            } => {
                write!(
                    out,
                    "{application} counts from {applied_on}, after that day."
                )
            }
            ApplyRefusal::ExceedsOpen { item, open, asked } => {
                write!(
                    out,
                    "{asked:?} is more than the {open:?} that is open on {item}."
                )
            }
            ApplyRefusal::AlreadyUndone { application } => {
                write!(out, "{application} has been taken back.")
            }
            ApplyRefusal::BeyondMoney => write!(out, "A share is too large."),
        }
    }
}

impl Refusal for ApplyRefusal {
    fn code(&self) -> &'static str {
        match self {
            ApplyRefusal::UnknownItem { .. } => "unknown_item",
            ApplyRefusal::NothingToApply { .. } => "nothing_to_apply",
            ApplyRefusal::SameColumn { .. } => "same_column",
            ApplyRefusal::WrongCurrency { .. } => "wrong_currency",
            ApplyRefusal::BeforeOpened { .. } => "before_opened",
            ApplyRefusal::BeforeUndone { .. } => "before_undone",
            ApplyRefusal::BeforeApplied { .. } => "before_applied",
            ApplyRefusal::ExceedsOpen { .. } => "exceeds_open",
            ApplyRefusal::AlreadyUndone { .. } => "already_undone",
            ApplyRefusal::BeyondMoney => "beyond_money",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            ApplyRefusal::UnknownItem { .. } => {
                "look the item up with `duebook report aging --by document`".into()
            }
            ApplyRefusal::NothingToApply { .. } => "name an amount above zero".into(),
            ApplyRefusal::SameColumn { .. } => {
                "settle an invoice with a receipt or credit memo, a bill with a payment".into()
            }
            ApplyRefusal::WrongCurrency { expected, .. } => {
                format!("give the amount in {expected}")
            }
            ApplyRefusal::BeforeOpened { opened_on, .. } => {
                format!("apply on {opened_on} or later")
            }
            ApplyRefusal::BeforeUndone { undone_on, .. } => {
                format!("apply on {undone_on} or later")
            }
            ApplyRefusal::BeforeApplied { applied_on, .. } => {
                format!("undo it on {applied_on} or later")
            }
            ApplyRefusal::ExceedsOpen { open, .. } => format!("apply at most {:?}", open.abs()),
            ApplyRefusal::AlreadyUndone { .. } => "nothing is left to undo".into(),
            ApplyRefusal::BeyondMoney => "check the amounts and the exchange rates".into(),
        })
    }
}

/// Applies groups of orders to the items, whose states move along.
///
/// `functional` is the entity's currency. On a refusal the states are to be thrown away.
pub fn apply(
    states: &mut HashMap<ItemId, ItemState>,
    groups: &[ApplyGroup],
    functional: Currency,
    ids: &mut Ids,
) -> Result<Applied, ApplyRefusal> {
    let mut applied = Applied::default();
    for group in groups {
        let entry = EntryId(ids.take());
        let first = applied.applications.len();
        let mut legs = Legs::default();
        for order in &group.orders {
            let application = settle(states, order, group.on, ids)?;
            legs.add(states, &application, functional);
            applied.applications.push(application);
        }
        if let Some(entry) = legs.entry(entry, group.on, "Application") {
            for application in &mut applied.applications[first..] {
                application.entry = Some(entry.id);
            }
            applied.entries.push(entry);
        }
    }
    Ok(applied)
}

/// An application to take back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undo {
    /// The application.
    pub application: Application,
    /// The day on which the undoing counts.
    pub on: Date,
}

/// Takes applications back: the items are open again as they were before.
pub fn undo(
    states: &mut HashMap<ItemId, ItemState>,
    undos: &[Undo],
    functional: Currency,
    ids: &mut Ids,
) -> Result<Applied, ApplyRefusal> {
    let mut applied = Applied::default();
    for Undo { application, on } in undos {
        let entry = EntryId(ids.take());
        if application.undoes.is_some() {
            return Err(ApplyRefusal::AlreadyUndone {
                application: application.id,
            });
        }
        let mut opposite = Application {
            id: ApplicationId(ids.take()),
            debit_amount: -application.debit_amount,
            credit_amount: -application.credit_amount,
            debit_functional: -application.debit_functional,
            credit_functional: -application.credit_functional,
            applied_on: *on,
            entry: None,
            undoes: Some(application.id),
            ..application.clone()
        };
        let known = |item: &ItemId| states.contains_key(item);
        let items = [application.debit, application.credit];
        if let Some(item) = items.into_iter().find(|item| !known(item)) {
            return Err(ApplyRefusal::UnknownItem { item });
        }
        if *on < application.applied_on {
            return Err(ApplyRefusal::BeforeApplied {
                application: application.id,
                applied_on: application.applied_on,
            });
        }
        take_off(states, &opposite);
        for item in [application.debit, application.credit] {
            if let Some(state) = states.get_mut(&item) {
                state.settles_from = state.settles_from.max(*on);
            }
        }
        let mut legs = Legs::default();
        legs.add(states, &opposite, functional);
        if let Some(entry) = legs.entry(entry, *on, "Application taken back") {
            opposite.entry = Some(entry.id);
            applied.entries.push(entry);
        }
        applied.applications.push(opposite);
    }
    Ok(applied)
}

/// Checks one order against the states and settles it.
fn settle(
    states: &mut HashMap<ItemId, ItemState>,
    order: &ApplyOrder,
    on: Date,
    ids: &mut Ids,
) -> Result<Application, ApplyRefusal> {
    let state = |item: ItemId| states.get(&item).ok_or(ApplyRefusal::UnknownItem { item });
    let (debit, credit) = (state(order.debit)?, state(order.credit)?);
    for (item, asked) in [(debit, order.debit_amount), (credit, order.credit_amount)] {
        if !asked.is_positive() {
            return Err(ApplyRefusal::NothingToApply { item: item.item.id });
        }
    }
    if !debit.item.amount.is_positive() || !credit.item.amount.is_negative() {
        return Err(ApplyRefusal::SameColumn {
            debit: order.debit,
            credit: order.credit,
        });
    }
    let same = debit.item.amount.currency() == credit.item.amount.currency();
    for (item, asked) in [(debit, order.debit_amount), (credit, order.credit_amount)] {
        let expected = item.item.amount.currency();
        if asked.currency() != expected || same && order.debit_amount != order.credit_amount {
            return Err(ApplyRefusal::WrongCurrency {
                item: item.item.id,
                expected,
            });
        }
    }
    can_settle(debit, on, order.debit_amount)?;
    can_settle(credit, on, order.credit_amount)?;
    let application = Application {
        id: ApplicationId(ids.take()),
        debit: order.debit,
        credit: order.credit,
        debit_amount: order.debit_amount,
        credit_amount: order.credit_amount,
        debit_functional: debit.carried(order.debit_amount),
        credit_functional: credit.carried(order.credit_amount),
        applied_on: on,
        entry: None,
        undoes: None,
    };
    take_off(states, &application);
    Ok(application)
}

/// Is the amount open on the item from the day on?
fn can_settle(state: &ItemState, on: Date, asked: Money) -> Result<(), ApplyRefusal> {
    let (item, opened_on) = (state.item.id, state.item.opened_on);
    if on < opened_on {
        return Err(ApplyRefusal::BeforeOpened { item, opened_on });
    }
    if on < state.settles_from {
        let undone_on = state.settles_from;
        return Err(ApplyRefusal::BeforeUndone { item, undone_on });
    }
    if state.open.abs().minor() < asked.minor() {
        let open = state.open;
        return Err(ApplyRefusal::ExceedsOpen { item, open, asked });
    }
    Ok(())
}

fn take_off(states: &mut HashMap<ItemId, ItemState>, application: &Application) {
    if let Some(debit) = states.get_mut(&application.debit) {
        debit.open -= application.debit_amount;
        debit.open_functional -= application.debit_functional;
    }
    if let Some(credit) = states.get_mut(&application.credit) {
        credit.open += application.credit_amount;
        credit.open_functional += application.credit_functional;
    }
}

/// The functional share of a part: proportional, and all that is left for the last part; more than
/// is open, which is refused when it is applied, carries no more either.
pub(crate) fn share(carried: Money, part: Money, open: Money) -> Money {
    let (part, open) = (i128::from(part.minor()), i128::from(open.minor().max(1)));
    if open <= part {
        return carried;
    }
    let exact = i128::from(carried.minor()) * part;
    let rounded = (2 * exact + open) / (2 * open);
    let minor = i64::try_from(rounded).expect("a part is no more than the whole");
    Money::new(minor, carried.currency())
}

/// The legs of one group, netted where they meet on one account of one party.
#[derive(Default)]
struct Legs {
    lines: Vec<JournalLine>,
}

impl Legs {
    fn add(
        &mut self,
        states: &HashMap<ItemId, ItemState>,
        application: &Application,
        functional: Currency,
    ) {
        let debit = &states[&application.debit].item;
        let credit = &states[&application.credit].item;
        let gain = application.credit_functional - application.debit_functional;
        let place = (debit.account.as_ref(), debit.party, debit.amount.currency());
        if place
            == (
                credit.account.as_ref(),
                credit.party,
                credit.amount.currency(),
            )
            && gain.is_zero()
        {
            return;
        }
        let amount = application.debit_amount;
        self.line(
            debit.account.clone(),
            debit.party,
            -amount,
            -application.debit_functional,
        );
        let amount_credit = application.credit_amount;
        self.line(
            credit.account.clone(),
            credit.party,
            amount_credit,
            application.credit_functional,
        );
        if amount.currency() != amount_credit.currency() {
            let clearing = Cow::Borrowed(Role::ExchangeClearing.code());
            let value = application.credit_functional;
            self.line(clearing.clone(), None, amount, value);
            self.line(clearing, None, -amount_credit, -value);
        }
        let realised = Cow::Borrowed(Role::RealisedExchange.code());
        self.line(realised, None, Money::zero(functional), -gain);
    }

    fn line(
        &mut self,
        account: Cow<'static, str>,
        party: Option<PartyId>,
        amount: Money,
        functional: Money,
    ) {
        let same = |line: &&mut JournalLine| {
            line.account == account
                && line.party == party
                && line.amount.currency() == amount.currency()
        };
        match self.lines.iter_mut().find(same) {
            Some(line) => {
                line.amount += amount;
                line.functional += functional;
            }
            None => {
                self.lines.push(JournalLine {
                    account,
                    party,
                    item: None,
                    amount,
                    functional,
                });
            }
        }
    }

    fn entry(self, id: EntryId, on: Date, memo: &'static str) -> Option<JournalEntry> {
        let mut draft = EntryDraft::on(id, on, Source::Application, memo);
        for line in self.lines {
            draft = draft.leg(line);
        }
        (!draft.is_empty()).then(|| draft.balanced())
    }
}
