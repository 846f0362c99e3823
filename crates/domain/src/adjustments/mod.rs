//! Adjustments that people decide: write-offs, credit memos, refunds, entries made by hand.
//!
//! Each makes documents, applications and entries as pure values; who may have them posted, and
//! who must approve, is asked elsewhere.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use crate::calendar::Date;
use crate::deductions::{self, Deduction, Told};
use crate::documents::{
    CashPaper, DocumentDraft, DocumentKind, DocumentReferences, Issued, cash_draft, issue,
};
use crate::ids::{EntryId, Ids, ItemId, PartyId};
use crate::ledger::{Control, EntryDraft, JournalEntry, Role, STANDARD_CHART, Source};
use crate::money::Money;
use crate::open_items::{ApplyGroup, ApplyOrder, ItemState};
use crate::refusal::Refusal;

/// Why an adjustment is refused, in the order of the checks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AdjustRefusal {
    /// There is no such open item.
    UnknownItem {
        /// The item.
        item: ItemId,
    },
    /// The item stands on the wrong column or account for this.
    WrongItem {
        /// The item.
        item: ItemId,
        /// What is needed, in words.
        needed: &'static str,
    },
    /// The amount is zero or below, or in another currency than the item.
    WrongAmount {
        /// The amount.
        amount: Money,
    },
    /// It is more than is open.
    ExceedsOpen {
        /// What is open, unsigned.
        open: Money,
        /// What was asked.
        asked: Money,
    },
    /// The legs of an entry do not balance.
    Unbalanced {
        /// What is left over.
        left: Money,
    },
    /// The detail of a control account is the open items; entries by hand do not touch it.
    ControlAccount {
        /// The account.
        account: String,
    },
    /// An entry has at least two legs.
    TooFewLegs,
}

impl fmt::Display for AdjustRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AdjustRefusal::UnknownItem { item } => write!(out, "There is no open item {item}."),
            AdjustRefusal::WrongItem { item, needed } => {
                write!(out, "{item} does not fit: this needs {needed}.")
            }
            AdjustRefusal::WrongAmount { amount } => {
                write!(out, "{amount:?} is no amount for this.")
            }
            AdjustRefusal::ExceedsOpen { open, asked } => {
                write!(out, "{asked:?} is more than the {open:?} that is open.")
            }
            AdjustRefusal::Unbalanced { left } => {
                write!(out, "The entry does not balance: {left:?} is left over.")
            }
            AdjustRefusal::ControlAccount { account } => {
                write!(out, "{account} is a control account.")
            }
            AdjustRefusal::TooFewLegs => write!(out, "An entry has at least two legs."),
        }
    }
}

impl Refusal for AdjustRefusal {
    fn code(&self) -> &'static str {
        match self {
            AdjustRefusal::UnknownItem { .. } => "unknown_item",
            AdjustRefusal::WrongItem { .. } => "wrong_item",
            AdjustRefusal::WrongAmount { .. } => "wrong_amount",
            AdjustRefusal::ExceedsOpen { .. } => "exceeds_open",
            AdjustRefusal::Unbalanced { .. } => "unbalanced",
            AdjustRefusal::ControlAccount { .. } => "control_account",
            AdjustRefusal::TooFewLegs => "too_few_legs",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            AdjustRefusal::UnknownItem { .. } => "take the id from the list of open items".into(),
            AdjustRefusal::WrongItem { needed, .. } => format!("choose {needed}"),
            AdjustRefusal::WrongAmount { .. } => {
                "give an amount above zero in the currency of the item".into()
            }
            AdjustRefusal::ExceedsOpen { open, .. } => format!("ask for {open:?} at most"),
            AdjustRefusal::Unbalanced { .. } => "make debits and credits equal".into(),
            AdjustRefusal::ControlAccount { .. } => {
                "issue a document: its item is the detail of the account".into()
            }
            AdjustRefusal::TooFewLegs => "name an account to debit and one to credit".into(),
        })
    }
}

/// A document with what it settles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Adjustment {
    /// The document.
    pub issued: Issued,
    /// What its item settles.
    pub group: ApplyGroup,
}

/// What an adjustment is about, beside its item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms<'a> {
    /// The day it is posted.
    pub on: Date,
    /// Why, for the document.
    pub memo: &'a str,
}

/// Gives up what is open on a debit item of a customer, or on a credit item of a vendor.
pub fn write_off(
    states: &mut HashMap<ItemId, ItemState>,
    item: ItemId,
    amount: Option<Money>,
    terms: Terms<'_>,
    ids: &mut Ids,
) -> Result<Adjustment, AdjustRefusal> {
    let state = states
        .get(&item)
        .ok_or(AdjustRefusal::UnknownItem { item })?;
    let kind = deductions::write_off(state.item.side);
    if !deductions::is_from(kind, &state.item) || state.open.is_zero() {
        let needed = "an open invoice or debit memo, or an open bill";
        return Err(AdjustRefusal::WrongItem { item, needed });
    }
    let amount = amount_of(state, amount)?;
    let told = Told {
        on: terms.on,
        memo: terms.memo.to_owned(),
    };
    let deduction = Deduction { kind, amount };
    let issued = deductions::deduct(state, deduction, amount, told, ids);
    Ok(settle(states, item, issued, amount, terms.on))
}

/// Pays out what is open on a credit item of a customer.
pub fn refund(
    states: &mut HashMap<ItemId, ItemState>,
    item: ItemId,
    amount: Option<Money>,
    bank: Cow<'static, str>,
    terms: Terms<'_>,
    ids: &mut Ids,
) -> Result<Adjustment, AdjustRefusal> {
    let state = states
        .get(&item)
        .ok_or(AdjustRefusal::UnknownItem { item })?;
    if state.item.account != Role::Receivables.code() || !state.open.is_negative() {
        let needed = "an open receipt or credit memo of a customer";
        return Err(AdjustRefusal::WrongItem { item, needed });
    }
    let amount = amount_of(state, amount)?;
    let party = state.item.party;
    let carried = state.carried(amount);
    let draft = draft(DocumentKind::Refund, party, (amount, carried), bank, terms);
    Ok(settle(states, item, issue(draft, ids), amount, terms.on))
}

/// Lowers what a customer owes; the credit stays open until it is applied or refunded.
pub fn credit_memo(
    party: PartyId,
    amount: Money,
    functional: Money,
    terms: Terms<'_>,
    ids: &mut Ids,
) -> Result<Issued, AdjustRefusal> {
    if !amount.is_positive() {
        return Err(AdjustRefusal::WrongAmount { amount });
    }
    let (kind, revenue) = (DocumentKind::CreditMemo, Role::Revenue.code().into());
    let draft = draft(kind, Some(party), (amount, functional), revenue, terms);
    Ok(issue(draft, ids))
}

/// An entry made by hand, in functional currency; a debit is above zero.
pub fn journal(
    legs: &[(String, Money)],
    terms: Terms<'_>,
    ids: &mut Ids,
) -> Result<JournalEntry, AdjustRefusal> {
    let is_control = |account: &str| {
        let known = STANDARD_CHART.iter().find(|known| known.code == account);
        known.is_some_and(|known| known.control == Control::Items)
    };
    let mut left: Option<Money> = None;
    let memo = terms.memo.to_owned();
    let mut entry = EntryDraft::on(EntryId(ids.take()), terms.on, Source::Manual, memo);
    for (account, amount) in legs {
        if is_control(account) {
            let account = account.clone();
            return Err(AdjustRefusal::ControlAccount { account });
        }
        if amount.is_zero() {
            return Err(AdjustRefusal::WrongAmount { amount: *amount });
        }
        left = Some(left.map_or(*amount, |left| left + *amount));
        entry = entry.line(account.clone(), *amount, *amount);
    }
    match left {
        Some(left) if 1 < legs.len() && left.is_zero() => Ok(entry.balanced()),
        Some(left) if 1 < legs.len() => Err(AdjustRefusal::Unbalanced { left }),
        Some(_) | None => Err(AdjustRefusal::TooFewLegs),
    }
}

/// What is asked of an item, or all that is open.
fn amount_of(state: &ItemState, asked: Option<Money>) -> Result<Money, AdjustRefusal> {
    let open = state.open.abs();
    let asked = asked.unwrap_or(open);
    if !asked.is_positive() || asked.currency() != open.currency() {
        return Err(AdjustRefusal::WrongAmount { amount: asked });
    }
    if open.minor() < asked.minor() {
        return Err(AdjustRefusal::ExceedsOpen { open, asked });
    }
    Ok(asked)
}

/// A document on the account of what customers owe, against another account.
fn draft(
    kind: DocumentKind,
    party: Option<PartyId>,
    (amount, functional): (Money, Money),
    account: Cow<'static, str>,
    terms: Terms<'_>,
) -> DocumentDraft {
    cash_draft(CashPaper {
        kind,
        party,
        control: Role::Receivables,
        on: terms.on,
        amount,
        functional,
        account,
        references: DocumentReferences {
            memo: Cow::Owned(terms.memo.to_owned()),
            ..DocumentReferences::default()
        },
        reverses: None,
    })
}

/// The new document settles the item it was made for.
fn settle(
    states: &mut HashMap<ItemId, ItemState>,
    item: ItemId,
    issued: Issued,
    amount: Money,
    on: Date,
) -> Adjustment {
    let made = issued.item.clone();
    let (debit, credit) = if made.amount.is_positive() {
        (made.id, item)
    } else {
        (item, made.id)
    };
    states.insert(made.id, ItemState::untouched(made));
    let order = ApplyOrder {
        debit,
        credit,
        debit_amount: amount,
        credit_amount: amount,
    };
    let orders = vec![order];
    Adjustment {
        issued,
        group: ApplyGroup { on, orders },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Side;
    use crate::ids::DocumentId;
    use crate::money::Currency;
    use crate::open_items::OpenItem;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::parse("EUR").expect("EUR"))
    }

    fn day() -> Date {
        Date::constant(2025, 3, 1)
    }

    fn states(account: Role, amount: i64) -> HashMap<ItemId, ItemState> {
        let item = OpenItem {
            id: ItemId(1),
            document: DocumentId(1),
            side: match account {
                Role::Payables => Side::Payable,
                _ => Side::Receivable,
            },
            party: Some(PartyId(7)),
            account: account.code().into(),
            amount: eur(amount),
            functional: eur(amount),
            opened_on: day(),
            due_on: day(),
            discount: None,
        };
        HashMap::from([(ItemId(1), ItemState::untouched(item))])
    }

    const TERMS: Terms<'static> = Terms {
        on: Date::constant(2025, 3, 1),
        memo: "lost",
    };

    #[test]
    fn write_offs_are_refused_in_order() {
        let mut ids = Ids::starting(1, 1);
        let mut check = |account: Role, open: i64, item: i64, amount: Option<i64>| {
            let amount = amount.map(eur);
            let mut states = states(account, open);
            write_off(&mut states, ItemId(item), amount, TERMS, &mut ids)
                .map_or_else(|refusal| refusal.code(), |_| "")
        };
        assert_eq!(check(Role::Receivables, 100, 2, None), "unknown_item");
        assert_eq!(check(Role::Receivables, -100, 1, None), "wrong_item");
        assert_eq!(
            check(Role::UnidentifiedReceipts, -100, 1, None),
            "wrong_item"
        );
        assert_eq!(check(Role::Receivables, 100, 1, Some(0)), "wrong_amount");
        assert_eq!(check(Role::Receivables, 100, 1, Some(101)), "exceeds_open");
        assert_eq!(check(Role::Receivables, 100, 1, Some(100)), "");
        assert_eq!(check(Role::Payables, -100, 1, None), "");
    }

    #[test]
    fn a_refund_pays_out_a_credit_and_nothing_else() {
        let mut ids = Ids::starting(1, 1);
        let mut credit = states(Role::Receivables, -100);
        let paid = refund(&mut credit, ItemId(1), None, "1001".into(), TERMS, &mut ids);
        let paid = paid.expect("a refund");
        assert_eq!(paid.issued.item.amount, eur(100));
        assert_eq!(paid.group.orders[0].credit, ItemId(1));
        let mut debit = states(Role::Receivables, 100);
        let refused = refund(&mut debit, ItemId(1), None, "1001".into(), TERMS, &mut ids);
        assert!(refused.is_err_and(|refusal| refusal.code() == "wrong_item"));
    }

    #[test]
    fn entries_by_hand_balance_and_leave_control_accounts_alone() {
        let mut ids = Ids::starting(1, 1);
        let mut check = |legs: &[(&str, i64)]| {
            let legs: Vec<(String, Money)> = legs
                .iter()
                .map(|(account, amount)| ((*account).to_owned(), eur(*amount)))
                .collect();
            journal(&legs, TERMS, &mut ids).map_or_else(|refusal| refusal.code(), |_| "")
        };
        assert_eq!(check(&[]), "too_few_legs");
        assert_eq!(check(&[("4000", 5)]), "too_few_legs");
        assert_eq!(check(&[("4000", 5), ("1200", -5)]), "control_account");
        assert_eq!(check(&[("4000", 5), ("6000", 0)]), "wrong_amount");
        assert_eq!(check(&[("4000", 5), ("6000", -4)]), "unbalanced");
        assert_eq!(check(&[("4000", 5), ("6000", -5)]), "");
    }
}
