//! One rule: whoever takes something off an item, the same document comes of it.

use std::collections::HashMap;

use super::*;
use crate::adjustments;
use crate::fx::RateTable;
use crate::ids::{DocumentId, ItemId, PartyId};
use crate::ledger::JournalLine;
use crate::money::Currency;
use crate::parties::Tree;
use crate::receipts::{self, Batch, Cash};
use crate::settlement::{self, Desk, Discount};

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).expect("a currency"))
}

const DAY: Date = Date::constant(2025, 3, 1);

/// An item in dollars whose value does not divide evenly.
fn state(side: Side) -> ItemState {
    let (account, sign) = match side {
        Side::Receivable => (Role::Receivables, 1),
        Side::Payable => (Role::Payables, -1),
    };
    ItemState::untouched(OpenItem {
        id: ItemId(1),
        document: DocumentId(1),
        side,
        party: Some(PartyId(7)),
        account: account.code().into(),
        amount: money(300 * sign, "USD"),
        functional: money(281 * sign, "EUR"),
        opened_on: DAY,
        due_on: DAY,
        discount: None,
    })
}

/// Account, amount and value of each leg that is on no item.
fn legs(issued: &[Issued]) -> Vec<(String, i64, i64)> {
    let entries = issued.iter().filter_map(|one| one.entry.as_ref());
    let lines = entries.flat_map(|entry| entry.lines().iter().cloned());
    let shown = |line: JournalLine| {
        (
            line.account.into_owned(),
            line.amount.minor(),
            line.functional.minor(),
        )
    };
    lines.map(shown).collect()
}

fn batch<'i>(states: &[ItemState], ids: &'i mut Ids) -> Batch<'i> {
    let states = states.iter().map(|one| (one.item.id, one.clone()));
    Batch::new(
        states.collect::<HashMap<_, _>>(),
        ids,
        Currency::parse("EUR").expect("EUR"),
    )
}

#[test]
fn a_write_off_is_the_same_whoever_decides_it() {
    for (side, kind, account) in [
        (Side::Receivable, DocumentKind::WriteOff, "6850"),
        (Side::Payable, DocumentKind::PayableWriteOff, "7100"),
    ] {
        let from = state(side);
        let item = from.item.id;
        let amount = money(101, "USD");
        let deduction = Deduction { kind, amount };

        let mut ids = Ids::starting(1, 1);
        let mut states = HashMap::from([(item, from.clone())]);
        let terms = adjustments::Terms {
            on: DAY,
            memo: "lost",
        };
        let asked = adjustments::write_off(&mut states, item, Some(amount), terms, &mut ids);
        let by_request = legs(&[asked.expect("it is written off").issued]);

        let mut ids = Ids::starting(1, 1);
        let mut desk = Desk {
            batch: batch(std::slice::from_ref(&from), &mut ids),
            kinds: HashMap::new(),
            numbers: HashMap::new(),
            parents: Tree::default(),
            rates: RateTable::new(Currency::parse("EUR").expect("EUR"), 7),
        };
        let order = settlement::Settlement {
            on: DAY,
            targets: vec![settlement::Target {
                item,
                amount: Some(amount),
                deductions: vec![deduction],
            }],
            sources: Vec::new(),
            discount: Discount::None,
            excess: None,
        };
        settlement::settle(&mut desk, &order).expect("it is settled");
        let at_the_desk = legs(&desk.batch.issued);

        let sign = side.sign();
        let control = if side == Side::Receivable {
            "1200"
        } else {
            "2000"
        };
        let expected = vec![
            (control.to_owned(), -101 * sign, -95 * sign),
            (account.to_owned(), 101 * sign, 95 * sign),
        ];
        assert_eq!(by_request, expected);
        assert_eq!(at_the_desk, expected);
    }
}

#[test]
fn deductions_of_a_run_show_no_exchange_difference() {
    let from = state(Side::Receivable);
    let mut ids = Ids::starting(1, 1);
    let mut batch = batch(&[from], &mut ids);
    let cash = Cash {
        party: Some(PartyId(7)),
        on: DAY,
        bank: "1001".into(),
        amount: money(99, "USD"),
        functional: money(93, "EUR"),
        memo: "wire".to_owned(),
    };
    let receipt = receipts::receive(&mut batch, DocumentKind::Receipt, &cash);
    let deduction = |kind, minor| Deduction {
        kind,
        amount: money(minor, "USD"),
    };
    let target = receipts::Target {
        item: ItemId(1),
        amount: money(300, "USD"),
        item_amount: money(300, "USD"),
        deductions: vec![
            deduction(DocumentKind::FeeBorne, 67),
            deduction(DocumentKind::TaxWithheld, 67),
            deduction(DocumentKind::WriteOff, 67),
        ],
    };
    let settlement = receipts::Settlement {
        targets: vec![target],
        ..receipts::Settlement::default()
    };
    receipts::settle(&mut batch, Some(receipt), &cash, &settlement).expect("it is settled");
    let deducted = batch.applied.applications.iter();
    let deducted = deducted.filter(|one| one.credit != receipt);
    for one in deducted {
        assert_eq!(one.debit_functional, one.credit_functional);
    }
    assert_eq!(batch.open(ItemId(1)), Some(money(0, "USD")));
}

#[test]
fn what_is_given_up_is_told_by_its_account() {
    assert!(is_given_up("6850") && is_given_up("7100"));
    assert!(!is_given_up("6890") && !is_given_up("1200"));
    for side in [Side::Receivable, Side::Payable] {
        assert!(is_from(write_off(side), &state(side).item));
    }
    assert!(!is_from(DocumentKind::WriteOff, &state(Side::Payable).item));
    assert!(!is_from(
        DocumentKind::Receipt,
        &state(Side::Receivable).item
    ));
}
