//! Taking back, moving and netting: applications undone with the deductions that went with them,
//! returned receipts and payments, receipts that belong to somebody else, customers who are vendors.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::calendar::Date;
use crate::deductions;
use crate::documents::{CashPaper, Direction, DocumentKind, DocumentReferences, Side};
use crate::ids::{ApplicationId, EntryId, ItemId, PartyId};
use crate::ledger::{EntryDraft, JournalEntry, Role, Source as EntrySource};
use crate::money::{Currency, Money};
use crate::open_items::{Application, ApplyOrder, ItemState, StandingApplication};
use crate::settlement::{Desk, SettleRefusal, is_cash};
use crate::short_pays;

/// Takes applications back, with the deductions that were made in the same moment for the same
/// document: the items are open again as they were before.
///
/// `standing` are all standing applications of the items concerned.
///
/// A short-pay that was parted off with one of them goes back, too; it must not be settled.
pub fn unapply(
    desk: &mut Desk<'_>,
    chosen: &[ApplicationId],
    standing: &[StandingApplication],
    on: Date,
) -> Result<(), SettleRefusal> {
    undo_all(desk, together(desk, chosen, standing), on)
}

fn undo_all(
    desk: &mut Desk<'_>,
    all: Vec<StandingApplication>,
    on: Date,
) -> Result<(), SettleRefusal> {
    for taken in all {
        let application = taken.application;
        desk.batch.undo(&application, on)?;
        let amounts = [
            (
                application.debit,
                (application.debit_amount, application.debit_functional),
            ),
            (
                application.credit,
                (application.credit_amount, application.credit_functional),
            ),
        ];
        for (item, amounts) in amounts {
            if let Some(kind) = deducted(desk, item) {
                desk.give_back(item, kind, amounts, on)?;
            }
        }
        if is_parted(desk, application.credit) {
            let part = short_pays::take_back(&mut desk.batch, application.credit, on, "");
            part.map_err(|why| desk.parted_refusal(why))?;
        }
    }
    Ok(())
}

/// Takes a part of a deduction back, and nothing that was applied with it: the item that it had
/// settled is open again by that amount. What is left of the deduction settles it as before.
pub fn charge_back(
    desk: &mut Desk<'_>,
    deduction: ItemId,
    amount: Money,
    standing: &[StandingApplication],
    on: Date,
) -> Result<(), SettleRefusal> {
    let number = desk.number(deduction);
    let kind = deducted(desk, deduction).ok_or_else(|| SettleRefusal::NotCash {
        number: number.clone(),
    })?;
    let own = |one: &&StandingApplication| {
        let application = &one.application;
        let other = if application.debit == deduction {
            application.credit
        } else {
            application.debit
        };
        let is_own = application.debit == deduction || application.credit == deduction;
        is_own && desk.kind(other) != Some(kind)
    };
    let mut applied: Vec<_> = standing.iter().filter(own).cloned().collect();
    applied.sort_by_key(|one| std::cmp::Reverse(one.application.id));
    let mut rest = amount;
    for one in applied {
        if !rest.is_positive() {
            break;
        }
        rest = lessen(desk, (deduction, kind), &one.application, rest, on)?;
    }
    if rest.is_positive() {
        let most = amount - rest;
        return Err(SettleRefusal::ExceedsDocument { number, most });
    }
    Ok(())
}

/// Undoes one application of a deduction, gives back what of it is wanted, and applies what is
/// left of it again. Answers what is wanted beyond it.
fn lessen(
    desk: &mut Desk<'_>,
    (deduction, kind): (ItemId, DocumentKind),
    application: &Application,
    wanted: Money,
    on: Date,
) -> Result<Money, SettleRefusal> {
    let on = on.max(application.applied_on);
    desk.batch.undo(application, on)?;
    let is_credit = application.credit == deduction;
    let (whole, carried) = if is_credit {
        (application.credit_amount, application.credit_functional)
    } else {
        (application.debit_amount, application.debit_functional)
    };
    if whole.minor() <= wanted.minor() {
        desk.give_back(deduction, kind, (whole, carried), on)?;
        return Ok(wanted - whole);
    }
    let functional = desk.state(deduction)?.carried(wanted);
    desk.give_back(deduction, kind, (wanted, functional), on)?;
    let left = application.without(wanted, deduction);
    desk.batch.apply(on, vec![left])?;
    Ok(Money::zero(wanted.currency()))
}

/// Does an item settle what was parted off as a short-pay?
fn is_parted(desk: &Desk<'_>, item: ItemId) -> bool {
    desk.kind(item) == Some(DocumentKind::PartedOff)
}

/// The chosen applications, and the deductions that were applied to the same items with them.
fn together(
    desk: &Desk<'_>,
    chosen: &[ApplicationId],
    standing: &[StandingApplication],
) -> Vec<StandingApplication> {
    let chosen: HashSet<ApplicationId> = chosen.iter().copied().collect();
    let is_chosen = |one: &&StandingApplication| chosen.contains(&one.application.id);
    let mut touching: HashMap<ItemId, Vec<&StandingApplication>> = HashMap::new();
    for one in standing.iter().filter(is_chosen) {
        for item in [one.application.debit, one.application.credit] {
            touching.entry(item).or_default().push(one);
        }
    }
    let touched = |item: ItemId, one: &StandingApplication| {
        let chosen = touching.get(&item).into_iter().flatten();
        chosen
            .into_iter()
            .any(|other| other.is_of_one_decision(one))
    };
    let goes_with = |one: &&StandingApplication| {
        let application = &one.application;
        let (debit, credit) = (application.debit, application.credit);
        chosen.contains(&application.id)
            || deducted(desk, debit).is_some() && touched(credit, one)
            || (deducted(desk, credit).is_some() || is_parted(desk, credit)) && touched(debit, one)
    };
    let mut all: Vec<StandingApplication> = standing.iter().filter(goes_with).cloned().collect();
    let alone = short_pays::left_without(standing, &chosen);
    let alone = alone.filter(|one| !is_settled_short_pay(desk, one.application.credit));
    all.extend(alone.cloned());
    // The newest first, so that no item is more than whole in between.
    all.sort_by_key(|one| std::cmp::Reverse(one.application.id));
    all.dedup_by_key(|one| one.application.id);
    all
}

/// Does the item settle what was parted off, and has something of that been settled?
fn is_settled_short_pay(desk: &Desk<'_>, credit: ItemId) -> bool {
    let short = desk.batch.parted.get(&credit);
    let short = short.and_then(|item| desk.batch.states.get(item));
    short.is_some_and(|short| !short_pays::is_untouched(short))
}

/// The kind of an item that is a deduction from another one.
fn deducted(desk: &Desk<'_>, item: ItemId) -> Option<DocumentKind> {
    desk.kind(item)
        .filter(|kind| deductions::account(*kind).is_some())
}

/// Money that comes back: a returned receipt, or our own payment returned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Back {
    /// The receipt or payment.
    pub item: ItemId,
    /// How much came back, in its currency.
    pub amount: Money,
    /// The same in functional currency.
    pub functional: Money,
    /// The ledger account of the bank account.
    pub bank: Cow<'static, str>,
    /// The day.
    pub on: Date,
    /// What the bank says about it.
    pub memo: String,
}

/// Opens the item of money that came back, takes back the newest applications of the receipt
/// until it is free for it, and settles the two. Of the last of them only what is needed is taken
/// back; the deductions that were made with it stand then.
pub fn take_back(
    desk: &mut Desk<'_>,
    back: &Back,
    standing: &[StandingApplication],
) -> Result<ItemId, SettleRefusal> {
    let state = desk.state(back.item)?;
    let number = desk.number(back.item);
    let (kind, is_debit) = match desk.kind(back.item) {
        Some(DocumentKind::Receipt | DocumentKind::TransferIn) => {
            (DocumentKind::ReturnedReceipt, false)
        }
        Some(DocumentKind::Payment) => (DocumentKind::ReturnedPayment, true),
        Some(_) | None => return Err(SettleRefusal::NotCash { number }),
    };
    let (party, control) = (state.item.party, state.item.control());
    let own: Vec<&StandingApplication> = standing
        .iter()
        .filter(|one| one.application.debit == back.item || one.application.credit == back.item)
        .filter(|one| {
            let Application { debit, credit, .. } = one.application;
            !desk.has_gone(debit) && !desk.has_gone(credit)
        })
        .collect();
    let open = state.open.abs();
    let most = state.item.amount.abs();
    if most.currency() != back.amount.currency() || most.minor() < back.amount.minor() {
        return Err(SettleRefusal::ExceedsDocument { number, most });
    }
    let Freed { chosen, part, free } = freed(desk, &own, (open, back.amount), is_debit);
    if free.minor() < back.amount.minor() {
        return Err(SettleRefusal::ExceedsDocument { number, most: free });
    }
    // That the money came back is a fact of the bank: a short-pay that was settled meanwhile stays
    // parted off.
    let mut all = together(desk, &chosen, standing);
    all.retain(|one| !is_settled_short_pay(desk, one.application.credit));
    undo_all(desk, all, back.on)?;
    if let Some((application, wanted)) = part {
        desk.batch
            .lessen(application, (wanted, back.item), back.on)?;
    }
    let returned = desk.issue(CashPaper {
        kind,
        party,
        control,
        on: back.on,
        amount: back.amount,
        functional: back.functional,
        account: back.bank.clone(),
        references: memo(back.memo.clone()),
        reverses: None,
    });
    let (debit, credit) = if is_debit {
        (back.item, returned)
    } else {
        (returned, back.item)
    };
    settle_pair(desk, debit, credit, back.amount, back.on)?;
    Ok(returned)
}

/// What makes an item free for money that came back.
struct Freed<'s> {
    /// Applications taken back whole.
    chosen: Vec<ApplicationId>,
    /// One of which no more than this is needed.
    part: Option<(&'s Application, Money)>,
    /// What is free then.
    free: Money,
}

/// The newest applications, until so much of an item is free. A deduction is taken back whole.
fn freed<'s>(
    desk: &Desk<'_>,
    own: &[&'s StandingApplication],
    (open, amount): (Money, Money),
    is_debit: bool,
) -> Freed<'s> {
    let (mut free, mut chosen, mut part) = (open, Vec::new(), None);
    for one in own.iter().rev() {
        let wanted = amount - free;
        if !wanted.is_positive() {
            break;
        }
        let application = &one.application;
        let settled = if is_debit {
            application.debit_amount
        } else {
            application.credit_amount
        };
        let is_deduction = [application.debit, application.credit]
            .iter()
            .any(|item| deducted(desk, *item).is_some());
        if wanted.minor() < settled.minor() && !is_deduction {
            part = Some((application, wanted));
            free += wanted;
        } else {
            free += settled;
            chosen.push(application.id);
        }
    }
    Freed { chosen, part, free }
}

/// What the bank charges for a returned payment, paid from the account on which it came back.
pub fn return_fee(
    id: EntryId,
    on: Date,
    bank: Cow<'static, str>,
    fee: Money,
    functional: Money,
) -> JournalEntry {
    EntryDraft::on(id, on, EntrySource::BankLine, "Fee for a returned payment")
        .role(Role::BankFees, fee, functional)
        .line(bank, -fee, -functional)
        .balanced()
}

fn settle_pair(
    desk: &mut Desk<'_>,
    debit: ItemId,
    credit: ItemId,
    amount: Money,
    on: Date,
) -> Result<(), SettleRefusal> {
    let order = ApplyOrder {
        debit,
        credit,
        debit_amount: amount,
        credit_amount: amount,
    };
    Ok(desk.batch.apply(on, vec![order])?)
}

fn memo(text: String) -> DocumentReferences {
    DocumentReferences {
        memo: Cow::Owned(text),
        ..DocumentReferences::default()
    }
}

/// A receipt that belongs to somebody else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Move {
    /// The receipt.
    pub item: ItemId,
    /// Whose it is; nobody's puts it back among the unidentified.
    pub to: Option<PartyId>,
    /// How much of what is open on it; all where not named.
    pub amount: Option<Money>,
    /// The day.
    pub on: Date,
}

/// Moves what is open on a receipt to another party, at what it is carried at.
pub fn move_elsewhere(desk: &mut Desk<'_>, order: &Move) -> Result<ItemId, SettleRefusal> {
    let state = desk.state(order.item)?;
    let number = desk.number(order.item);
    let is_receipt = desk.kind(order.item).is_some_and(is_cash);
    if !is_receipt || state.item.side != Side::Receivable || !state.item.amount.is_negative() {
        return Err(SettleRefusal::NotCash { number });
    }
    if state.item.party == order.to {
        return Err(SettleRefusal::SamePlace { number });
    }
    let open = state.open.abs();
    if open.is_zero() {
        return Err(SettleRefusal::NothingOpen { number });
    }
    let amount = order.amount.unwrap_or(open);
    let fits = amount.currency() == open.currency() && amount.is_positive();
    if !fits || open.minor() < amount.minor() {
        return Err(SettleRefusal::ExceedsDocument { number, most: open });
    }
    let functional = state.carried(amount);
    let out = CashPaper {
        kind: DocumentKind::TransferOut,
        party: state.item.party,
        control: state.item.control(),
        on: order.on,
        amount,
        functional,
        account: Cow::Borrowed(Role::BankClearing.code()),
        references: memo(format!("of {number}")),
        reverses: None,
    };
    let control = match order.to {
        Some(_) => Role::Receivables,
        None => Role::UnidentifiedReceipts,
    };
    let into = CashPaper {
        kind: DocumentKind::TransferIn,
        party: order.to,
        control,
        ..out.clone()
    };
    let debit = desk.issue(out);
    settle_pair(desk, debit, order.item, amount, order.on)?;
    Ok(desk.issue(into))
}

/// Orders that net what a party owes us against what we owe it, in one currency, the oldest due
/// first, up to a limit.
pub fn net<'s>(
    states: impl Iterator<Item = &'s ItemState>,
    currency: Currency,
    limit: Option<Money>,
) -> Vec<ApplyOrder> {
    let (mut debits, mut credits) = (Vec::new(), Vec::new());
    for state in states.filter(|state| state.open.currency() == currency) {
        let direction = match state.open.minor().signum() {
            1 => Direction::Debit,
            -1 => Direction::Credit,
            _ => continue,
        };
        match (state.item.side, direction) {
            (Side::Receivable, Direction::Debit) => debits.push(state),
            (Side::Payable, Direction::Credit) => credits.push(state),
            (Side::Receivable, Direction::Credit) | (Side::Payable, Direction::Debit) => {}
        }
    }
    let age = |state: &&ItemState| (state.item.due_on, state.item.id);
    debits.sort_by_key(age);
    credits.sort_by_key(age);
    let mut limit = limit.map_or(i64::MAX, Money::minor);
    let mut orders = Vec::new();
    let mut credits = credits
        .into_iter()
        .map(|s| (s.item.id, s.open.abs().minor()));
    let mut current = credits.next();
    for debit in debits {
        let mut rest = debit.open.minor();
        while let Some((credit, left)) = current {
            let used = rest.min(left).min(limit);
            if used <= 0 {
                break;
            }
            let amount = Money::new(used, currency);
            orders.push(ApplyOrder {
                debit: debit.item.id,
                credit,
                debit_amount: amount,
                credit_amount: amount,
            });
            rest -= used;
            limit -= used;
            current = if left == used {
                credits.next()
            } else {
                Some((credit, left - used))
            };
        }
    }
    orders
}
