//! Money that goes back: returned payments, chargebacks, bounced checks, and refunds.

use crate::deductions::{self, Told};
use crate::documents::{DocumentKind, issue};
use crate::ids::ItemId;
use crate::ledger::Role;
use crate::money::Money;
use crate::open_items::{ApplyOrder, ApplyRefusal, StandingApplication};
use crate::receipts::{Batch, Cash, draft};
use crate::short_pays::{self, PartRefusal};

/// Money that goes back to a customer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Return {
    /// `ReturnedReceipt` or `Refund`.
    pub kind: DocumentKind,
    /// Applications to take back first.
    pub applications: Vec<StandingApplication>,
    /// Applications of which only so much is taken back, in the debit item's currency; what is left
    /// of them settles it as before, and deductions that were made with them stand.
    pub parts: Vec<(StandingApplication, Money)>,
    /// Credits (receipts, credit memos) that the money settles, with amounts in its currency.
    pub credits: Vec<(ItemId, Money)>,
}

/// Opens the debit item of money that goes back, takes back what it had settled, and settles
/// the credits that it pays out. What is not settled stays open with the customer.
pub fn take_back(
    batch: &mut Batch<'_>,
    cash: &Cash,
    back: &Return,
) -> Result<ItemId, ApplyRefusal> {
    let control = match cash.party {
        Some(_) => Role::Receivables,
        None => Role::UnidentifiedReceipts,
    };
    let bank = cash.bank.clone();
    let amounts = (cash.amount, cash.functional);
    let draft = draft(back.kind, cash, control, amounts, bank);
    let issued = issue(draft, batch.ids);
    let debit = batch.add(issued);
    let mut credits = back.credits.clone();
    for returned in &back.applications {
        let application = &returned.application;
        let on = cash.on.max(application.applied_on);
        batch.undo(application, on)?;
        if deductions::account(returned.credit_kind).is_some() {
            reverse_deduction(batch, cash, application.credit, returned.credit_kind)?;
        } else if returned.credit_kind == DocumentKind::PartedOff {
            let taken = short_pays::take_back(batch, application.credit, on, &cash.memo);
            taken.map_err(|why| refused(why, application.debit))?;
        } else if returned.credit_kind != DocumentKind::CreditMemo {
            // A credit memo that was taken with the payment stays open, as it had been.
            credits.push((application.credit, application.credit_amount));
        }
    }
    for (returned, part) in &back.parts {
        let application = &returned.application;
        let left = batch.lessen(application, (*part, application.debit), cash.on)?;
        let freed = application.credit_amount - left.credit_amount;
        credits.push((application.credit, freed));
    }
    let mut rest = cash.amount;
    let mut orders = Vec::new();
    for (credit, amount) in credits {
        let open = batch.open(credit).unwrap_or(amount);
        let same = open.currency() == rest.currency() && amount.currency() == rest.currency();
        if !same {
            continue;
        }
        let used = amount.minor().min(rest.minor()).min(open.minor());
        let used = Money::new(used, rest.currency());
        if used.is_positive() {
            orders.push(ApplyOrder {
                debit,
                credit,
                debit_amount: used,
                credit_amount: used,
            });
            rest -= used;
        }
    }
    batch.apply(cash.on, orders)?;
    Ok(debit)
}

/// A short-pay that was settled is not among what comes back: there is nothing to settle it with.
fn refused(why: PartRefusal, item: ItemId) -> ApplyRefusal {
    match why {
        PartRefusal::Apply(refusal) => refusal,
        PartRefusal::Settled { item } => ApplyRefusal::NothingToApply { item },
        PartRefusal::NotOwed | PartRefusal::NotAnAmount | PartRefusal::ExceedsOpen { .. } => {
            ApplyRefusal::NothingToApply { item }
        }
    }
}

/// Takes back a discount, fee or tax withheld whose application has been undone: the opposite
/// document settles what is open on it again.
pub fn reverse_deduction(
    batch: &mut Batch<'_>,
    cash: &Cash,
    item: ItemId,
    kind: DocumentKind,
) -> Result<(), ApplyRefusal> {
    let state = batch
        .states
        .get(&item)
        .ok_or(ApplyRefusal::UnknownItem { item })?;
    let is_credit = state.item.amount.is_negative();
    let (amount, functional) = (state.open.abs(), state.open_functional.abs());
    if amount.is_zero() {
        return Ok(());
    }
    let told = Told {
        on: cash.on,
        memo: cash.memo.clone(),
    };
    let issued = deductions::give_back(state, kind, (amount, functional), told, batch.ids);
    let opposite = batch.add(issued);
    let (debit, credit) = if is_credit {
        (opposite, item)
    } else {
        (item, opposite)
    };
    let order = ApplyOrder {
        debit,
        credit,
        debit_amount: amount,
        credit_amount: amount,
    };
    batch.apply(cash.on, vec![order])
}
