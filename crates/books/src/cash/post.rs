//! From a decision to what it posts: receipts, deductions, applications, returns, bank entries.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use domain::calendar::Date;
use domain::cash::{Kind, OtherCash, Row};
use domain::deductions::Deduction;
use domain::documents::{DocumentKind, Issued};
use domain::ids::{DocumentId, EntryId, ItemId, PartyId};
use domain::ledger::{JournalEntry, Role};
use domain::money::Money;
use domain::open_items::{ApplyRefusal, StandingApplication};
use domain::receipts::{
    Batch, Cash, Settlement, Target, kept_by_others, other_cash, receive, settle, transfer_out,
};
use domain::settlement::return_fee;

use crate::cash::back::back;
use crate::cash::load::{Names, is_here};
use crate::cash::parted::spread;
use crate::cash::units::Unit;

/// What a decision posted.
#[derive(Clone, Debug, Default)]
pub(super) struct Posted {
    pub(super) party: Option<PartyId>,
    pub(super) receipt: Option<DocumentId>,
    pub(super) documents: Vec<DocumentId>,
    pub(super) entries: Vec<JournalEntry>,
}

/// What posting one unit needs beside the batch.
pub(super) struct Desk<'a> {
    pub(super) names: &'a Names,
    /// Applications that a return may take back, by the item that they settled, oldest first.
    pub(super) returnable: &'a HashMap<ItemId, Vec<StandingApplication>>,
    /// Open receipts of the parties whose refunds are posted, oldest first: what a refund pays out.
    pub(super) open_receipts: HashMap<PartyId, Vec<ItemId>>,
    /// Open returned receipts of the parties who pay documents that only the history knows.
    pub(super) owed_again: HashMap<PartyId, Vec<ItemId>>,
    /// Short-pays by the item that they were parted off, oldest first. Matching knows one document
    /// with what is open of it and of them.
    pub(super) parted: &'a HashMap<ItemId, Vec<ItemId>>,
}

impl Desk<'_> {
    /// A refund also pays out what came earlier in the same run, and what went back in it is owed
    /// again.
    pub(super) fn keep_cash(&mut self, issued: &[Issued]) {
        for Issued { document, item, .. } in issued {
            let all = match document.kind {
                DocumentKind::Receipt | DocumentKind::TransferIn => &mut self.open_receipts,
                DocumentKind::ReturnedReceipt => &mut self.owed_again,
                _ => continue,
            };
            if let Some(open) = document.party.and_then(|party| all.get_mut(&party)) {
                open.push(item.id);
            }
        }
    }
}

/// The cash of a unit: where it stands, when, how much in functional currency.
pub(super) struct Place {
    pub(super) on: Date,
    pub(super) functional: Money,
    /// A receipt that waits since an earlier decision.
    pub(super) waiting: Option<ItemId>,
}

/// Posts money whose applications are decided.
pub(super) fn applied(
    batch: &mut Batch<'_>,
    desk: &Desk<'_>,
    unit: &Unit,
    place: &Place,
    rows: &[Row],
) -> Result<Posted, ApplyRefusal> {
    let first = batch.issued.len();
    let mut posted = Posted::default();
    let mut cash = cash_of(unit, place);
    let mut functional = place.functional;
    if let Some(receipt) = place.waiting {
        let carried = transfer_out(batch, receipt, &cash)?;
        functional = carried.unwrap_or(functional);
        cash.bank = Cow::Borrowed(Role::BankClearing.code());
    }
    let whole = unit.payment.amount.abs();
    for ((customer, way), group) in by_way(unit, rows) {
        let sum = group
            .iter()
            .map(|row| row.amount)
            .fold(Money::zero(whole.currency()), |a, b| a + b);
        let own = share(functional, sum.abs(), whole)?;
        if way == Way::Kept {
            posted.entries.extend(kept(batch, unit, &cash, (sum, own)));
            continue;
        }
        let party = customer.map(|customer| desk.names.parties[customer].0);
        let cash = Cash {
            party,
            amount: sum.abs(),
            functional: own,
            ..cash.clone()
        };
        posted.party = posted.party.or(party);
        if sum.is_negative() {
            back(batch, desk, &cash, &group)?;
        } else {
            forth(batch, desk, &cash, place, sum, &group)?;
        }
    }
    posted.documents = batch.issued[first..]
        .iter()
        .map(|issued| issued.document.id)
        .collect();
    posted.receipt = batch.issued[first..]
        .iter()
        .find(|issued| is_cash(issued.document.kind))
        .map(|issued| issued.document.id);
    Ok(posted)
}

/// What banks and processors kept of a line: of a payment that came back a bank fee.
fn kept(
    batch: &mut Batch<'_>,
    unit: &Unit,
    cash: &Cash,
    (sum, functional): (Money, Money),
) -> Option<JournalEntry> {
    let id = EntryId(batch.ids.take());
    if unit.payment.amount.is_negative() && unit.payment.payout.is_empty() {
        return Some(return_fee(
            id,
            cash.on,
            cash.bank.clone(),
            sum.abs(),
            functional,
        ));
    }
    kept_by_others(id, cash, sum, signed_as(sum, functional))
}

/// Which way money of a line goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Between us and a customer, or somebody unknown.
    Paid,
    /// In a payout: back, so that documents are open again.
    TakenBack,
    /// In a payout: back, out of a credit.
    Refunded,
    /// Kept by an intermediary.
    Kept,
}

/// The rows of one customer that go one way: in a payout, what came stands beside what went back.
fn by_way<'r>(unit: &Unit, rows: &'r [Row]) -> BTreeMap<(Option<usize>, Way), Vec<&'r Row>> {
    // What moves on each document, and whether it was paid.
    let mut moved: HashMap<u64, (i64, bool)> = HashMap::new();
    for row in rows {
        if let Some(item) = row.item {
            let (sum, is_paid) = moved.entry(item).or_default();
            *sum += row.amount.minor();
            *is_paid |= row.kind == Kind::Payment;
        }
    }
    let way = |row: &Row| {
        let alone = (row.amount.minor(), false);
        let of_document = row.item.and_then(|item| moved.get(&item));
        let (sum, is_paid) = of_document.copied().unwrap_or(alone);
        match row.customer {
            None if row.kind != Kind::Unidentifiable => Way::Kept,
            _ if unit.payment.payout.is_empty() || 0 <= sum => Way::Paid,
            _ if is_paid => Way::TakenBack,
            _ => Way::Refunded,
        }
    };
    let mut groups: BTreeMap<(Option<usize>, Way), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups
            .entry((row.customer, way(row)))
            .or_default()
            .push(row);
    }
    groups
}

/// Posts money that waits: under its payer where that is known, else as unidentified.
pub(super) fn waiting(
    batch: &mut Batch<'_>,
    unit: &Unit,
    place: &Place,
    party: Option<PartyId>,
) -> Posted {
    let cash = Cash {
        party,
        ..cash_of(unit, place)
    };
    let item = receive(batch, DocumentKind::Receipt, &cash);
    let document = batch.states.get(&item).map(|state| state.item.document);
    Posted {
        party,
        receipt: document,
        documents: document.into_iter().collect(),
        entries: Vec::new(),
    }
}

/// Posts money that is no customer's.
pub(super) fn other(batch: &mut Batch<'_>, unit: &Unit, place: &Place, class: OtherCash) -> Posted {
    let amount = unit.payment.amount;
    let cash = Cash {
        amount,
        functional: signed_as(amount, place.functional),
        ..cash_of(unit, place)
    };
    let entry = other_cash(EntryId(batch.ids.take()), &cash, class);
    Posted {
        entries: entry.into_iter().collect(),
        ..Posted::default()
    }
}

fn signed_as(amount: Money, functional: Money) -> Money {
    if amount.is_negative() {
        -functional
    } else {
        functional
    }
}

fn is_cash(kind: DocumentKind) -> bool {
    matches!(
        kind,
        DocumentKind::Receipt
            | DocumentKind::TransferIn
            | DocumentKind::ReturnedReceipt
            | DocumentKind::Refund
    )
}

fn cash_of(unit: &Unit, place: &Place) -> Cash {
    Cash {
        party: None,
        on: place.on,
        bank: Cow::Owned(unit.bank.clone()),
        amount: unit.payment.amount.abs(),
        functional: place.functional,
        memo: format!("{} {}", unit.payment.payer, unit.entry_ref)
            .trim()
            .to_owned(),
    }
}

/// The functional share of a part of the line; parts may exceed the whole (gross of a fee).
pub(super) fn share(functional: Money, part: Money, whole: Money) -> Result<Money, ApplyRefusal> {
    if part == whole {
        return Ok(functional);
    }
    let (part, whole) = (i128::from(part.minor()), i128::from(whole.minor().max(1)));
    let exact = 2 * i128::from(functional.minor()) * part + whole;
    let minor = i64::try_from(exact.div_euclid(2 * whole));
    let minor = minor.map_err(|_| ApplyRefusal::BeyondMoney)?;
    Ok(Money::new(minor, functional.currency()))
}

/// Money of one customer that came in.
fn forth(
    batch: &mut Batch<'_>,
    desk: &Desk<'_>,
    cash: &Cash,
    place: &Place,
    sum: Money,
    rows: &[&Row],
) -> Result<(), ApplyRefusal> {
    let kind = match place.waiting {
        Some(_) => DocumentKind::TransferIn,
        None => DocumentKind::Receipt,
    };
    let receipt = sum.is_positive().then(|| receive(batch, kind, cash));
    let mut settlement = settlement_of(batch, rows);
    settlement
        .credits
        .extend(stood_on_account(batch, desk, cash, rows));
    let targets = std::mem::take(&mut settlement.targets);
    for target in targets {
        settlement.targets.extend(spread(batch, desk, target)?);
    }
    settlement
        .targets
        .extend(paid_again(batch, desk, cash, rows));
    settle(batch, receipt, cash, &settlement)
}

/// Returned receipts that are settled by what pays the documents which only the history knows.
fn paid_again(batch: &Batch<'_>, desk: &Desk<'_>, cash: &Cash, rows: &[&Row]) -> Vec<Target> {
    let own = rows
        .iter()
        .filter(|row| row.item.is_some_and(|item| !is_here(item)));
    let paid = own.fold(Money::zero(cash.amount.currency()), |sum, row| {
        sum + row.amount
    });
    let owed = cash.party.and_then(|party| desk.owed_again.get(&party));
    let parts = parts_of(batch, owed, paid).into_iter();
    let target = |(item, amount)| Target {
        item,
        amount,
        item_amount: amount,
        deductions: Vec::new(),
    };
    parts.map(target).collect()
}

/// What of a sum each of these items takes, the oldest first, with what is open of them.
fn parts_of(
    batch: &Batch<'_>,
    items: Option<&Vec<ItemId>>,
    mut rest: Money,
) -> Vec<(ItemId, Money)> {
    let mut parts = Vec::new();
    for item in items.into_iter().flatten() {
        let open = batch.open(*item).filter(|open| {
            open.currency() == rest.currency() && open.is_positive() && rest.is_positive()
        });
        if let Some(open) = open {
            let part = if open.minor() < rest.minor() {
                open
            } else {
                rest
            };
            parts.push((*item, part));
            rest -= part;
        }
    }
    parts
}

/// What stood on account of the customer and is used with the payment, the oldest receipts first.
fn stood_on_account(
    batch: &Batch<'_>,
    desk: &Desk<'_>,
    cash: &Cash,
    rows: &[&Row],
) -> Vec<(ItemId, Money)> {
    let own = rows.iter().filter(|row| {
        row.kind == Kind::OverpaymentOnAccount && row.item.is_none() && row.amount.is_negative()
    });
    let used = own.fold(Money::zero(cash.amount.currency()), |sum, row| {
        sum - row.amount
    });
    let receipts = cash.party.and_then(|party| desk.open_receipts.get(&party));
    parts_of(batch, receipts, used)
}

/// Turns rows into targets with deductions, credit memos and rounding.
fn settlement_of(batch: &Batch<'_>, rows: &[&Row]) -> Settlement {
    let mut settlement = Settlement::default();
    let here = |row: &Row| {
        let item = row.item.filter(|item| is_here(*item))?;
        let item = ItemId(item.cast_signed());
        batch.states.contains_key(&item).then_some(item)
    };
    for row in rows
        .iter()
        .filter(|row| row.kind == Kind::Payment && row.amount.is_positive())
    {
        let Some(item) = here(row) else { continue };
        let item_amount = row.document_amount.map_or(row.amount, Money::abs);
        settlement.targets.push(Target {
            item,
            amount: row.amount,
            item_amount,
            deductions: Vec::new(),
        });
    }
    for row in rows.iter().filter(|row| !row.amount.is_zero()) {
        let amount = row.amount.abs();
        let item = here(row);
        let target = settlement
            .targets
            .iter_mut()
            .find(|target| Some(target.item) == item);
        match (row.kind, target) {
            (Kind::ShortPayDispute, Some(target)) => {
                let taken = row.document_amount.map_or(amount, Money::abs);
                target.amount -= amount;
                target.item_amount -= taken;
            }
            (Kind::Rounding, _) if row.amount.is_positive() => {
                settlement.rounding_gained = Some(amount);
            }
            (Kind::CreditMemoTaken, _) => {
                if let Some(item) = item {
                    settlement.credits.push((item, amount));
                }
            }
            (kind, Some(target)) => {
                if let Some(kind) = deduction_kind(kind) {
                    target.deductions.push(Deduction { kind, amount });
                }
            }
            (_, None) => {}
        }
    }
    settlement
}

fn deduction_kind(kind: Kind) -> Option<DocumentKind> {
    match kind {
        Kind::EarlyPaymentDiscount => Some(DocumentKind::DiscountGiven),
        Kind::BankFee => Some(DocumentKind::FeeBorne),
        Kind::WithholdingTax => Some(DocumentKind::TaxWithheld),
        Kind::Rounding => Some(DocumentKind::RoundingGiven),
        Kind::WriteOff => Some(DocumentKind::WriteOff),
        Kind::Payment
        | Kind::ShortPayDispute
        | Kind::CreditMemoTaken
        | Kind::OverpaymentOnAccount
        | Kind::PrepaymentNoInvoice
        | Kind::NotCustomerCash
        | Kind::Unidentifiable => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::Ids;
    use domain::money::Currency;
    use domain::open_items::{ItemState, OpenItem};

    use super::*;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::parse("EUR").expect("EUR"))
    }

    fn row(kind: Kind, minor: i64) -> Row {
        Row {
            customer: Some(0),
            item: Some(1),
            amount: eur(minor),
            document_amount: None,
            kind,
        }
    }

    #[test]
    fn a_share_that_no_money_holds_is_refused() {
        assert_eq!(share(eur(90), eur(50), eur(100)), Ok(eur(45)));
        assert_eq!(share(eur(i64::MAX), eur(7), eur(7)), Ok(eur(i64::MAX)));
        let beyond = Err(ApplyRefusal::BeyondMoney);
        assert_eq!(share(eur(i64::MAX), eur(2), eur(1)), beyond);
        assert_eq!(share(eur(i64::MAX), eur(i64::MAX), eur(1)), beyond);
    }

    #[test]
    fn what_stood_on_account_goes_before_the_money_that_came() {
        let day = Date::constant(2025, 3, 1);
        let receipt = |id: i64, minor: i64| OpenItem {
            id: ItemId(id),
            document: DocumentId(id),
            side: domain::documents::Side::Receivable,
            party: Some(PartyId(7)),
            account: Role::Receivables.code().into(),
            amount: eur(minor),
            functional: eur(minor),
            opened_on: day,
            due_on: day,
            discount: None,
        };
        let states = [(1, -30), (2, -50), (3, -80)].map(|(id, minor)| {
            let item = receipt(id, minor);
            (item.id, ItemState::untouched(item))
        });
        let mut ids = Ids::starting(1, 1);
        let batch = Batch::new(HashMap::from(states), &mut ids, eur(0).currency());
        let open_receipts = HashMap::from([(PartyId(7), vec![ItemId(1), ItemId(2), ItemId(3)])]);
        let desk = Desk {
            names: &Names::default(),
            returnable: &HashMap::new(),
            open_receipts,
            owed_again: HashMap::new(),
            parted: &HashMap::new(),
        };
        let cash = Cash {
            party: Some(PartyId(7)),
            on: day,
            bank: Cow::Borrowed("1200"),
            amount: eur(400),
            functional: eur(400),
            memo: String::new(),
        };
        let own = Row {
            item: None,
            ..row(Kind::OverpaymentOnAccount, -60)
        };
        let used = stood_on_account(&batch, &desk, &cash, &[&row(Kind::Payment, 460), &own]);
        assert_eq!(used, [(ItemId(1), eur(30)), (ItemId(2), eur(30))]);
    }

    #[test]
    fn a_difference_of_nothing_becomes_no_document() {
        let day = Date::constant(2025, 3, 1);
        let invoice = OpenItem {
            id: ItemId(1),
            document: DocumentId(1),
            side: domain::documents::Side::Receivable,
            party: Some(PartyId(7)),
            account: Role::Receivables.code().into(),
            amount: eur(100),
            functional: eur(100),
            opened_on: day,
            due_on: day,
            discount: None,
        };
        let mut ids = Ids::starting(1, 1);
        let states = HashMap::from([(invoice.id, ItemState::untouched(invoice))]);
        let batch = Batch::new(states, &mut ids, eur(0).currency());
        let deductions = |minor: i64| {
            let rows = [row(Kind::Payment, 100), row(Kind::Rounding, minor)];
            let settlement = settlement_of(&batch, &rows.iter().collect::<Vec<_>>());
            settlement.targets[0].deductions.len()
        };
        assert_eq!((deductions(-5), deductions(0)), (1, 0));
    }
}
