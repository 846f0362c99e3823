//! Every refusal of settling, moving and taking back, in order.

use std::collections::HashMap;

use crate::calendar::Date;
use crate::deductions::Deduction;
use crate::documents::{CashPaper, DocumentKind, DocumentReferences, cash_draft, issue};
use crate::fx::RateTable;
use crate::ids::{Ids, ItemId, PartyId};
use crate::ledger::Role;
use crate::money::{Currency, Money};
use crate::parties::Tree;
use crate::receipts::Batch;
use crate::refusal::Refusal;
use crate::settlement::{
    Back, Desk, Discount, Move, SettleRefusal, Settlement, Source, Target, move_elsewhere, settle,
    take_back,
};

fn money(text: &str) -> Money {
    let (amount, code) = text.split_once(' ').expect("amount and currency");
    Money::parse(amount, Currency::parse(code).expect("a currency")).expect("an amount")
}

fn day() -> Date {
    "2026-01-20".parse().expect("a day")
}

/// An invoice, receipts of its customer, of another one and in dollars, a settled one.
const PAPERS: &[(&str, DocumentKind, i64, &str)] = &[
    ("INV", DocumentKind::Invoice, 1, "100.00 EUR"),
    ("RCT", DocumentKind::Receipt, 1, "60.00 EUR"),
    ("OTHER", DocumentKind::Receipt, 2, "60.00 EUR"),
    ("USD", DocumentKind::Receipt, 1, "60.00 USD"),
    ("GONE", DocumentKind::Receipt, 1, "5.00 EUR"),
];

/// Tries something on a fresh desk; the items are named by their numbers.
fn refused(
    act: impl FnOnce(&mut Desk<'_>, &dyn Fn(&str) -> ItemId) -> Result<(), SettleRefusal>,
) -> SettleRefusal {
    let mut ids = Ids::starting(0, 0);
    let functional = Currency::parse("EUR").expect("EUR");
    let mut desk = Desk {
        batch: Batch::new(HashMap::new(), &mut ids, functional),
        kinds: HashMap::new(),
        numbers: HashMap::new(),
        parents: Tree::default(),
        rates: RateTable::new(functional, 7),
    };
    let mut items = HashMap::new();
    for (number, kind, party, amount) in PAPERS {
        let paper = CashPaper {
            kind: *kind,
            party: Some(PartyId(*party)),
            control: Role::Receivables,
            on: day(),
            amount: money(amount),
            functional: Money::new(money(amount).minor(), functional),
            account: Role::Bank.code().into(),
            references: DocumentReferences::default(),
            reverses: None,
        };
        let issued = issue(cash_draft(paper), desk.batch.ids);
        let item = desk.batch.add(issued);
        desk.kinds.insert(item, *kind);
        desk.numbers.insert(item, (*number).to_owned());
        items.insert(*number, item);
    }
    if let Some(state) = desk.batch.states.get_mut(&items["GONE"]) {
        state.open = Money::zero(functional);
    }
    act(&mut desk, &|number| items[number]).expect_err("it is refused")
}

fn settling(
    targets: &[(&str, Option<&str>)],
    sources: &[&str],
    deductions: &[(DocumentKind, &str)],
) -> SettleRefusal {
    refused(|desk, item| {
        let settlement = Settlement {
            on: day(),
            targets: targets
                .iter()
                .map(|(number, amount)| Target {
                    item: item(number),
                    amount: amount.map(money),
                    deductions: deductions
                        .iter()
                        .map(|(kind, amount)| Deduction {
                            kind: *kind,
                            amount: money(amount),
                        })
                        .collect(),
                })
                .collect(),
            sources: sources
                .iter()
                .map(|number| Source {
                    item: item(number),
                    amount: None,
                })
                .collect(),
            discount: Discount::InTime,
            excess: None,
        };
        settle(desk, &settlement)
    })
}

#[test]
fn every_refusal_in_order() {
    use DocumentKind::{DiscountTaken, FeeBorne, RoundingGained, WriteOff};
    let inv = &[("INV", None)][..];
    let move_to = |number: &'static str, to: i64, amount: Option<&str>| {
        let amount = amount.map(money);
        refused(move |desk, item| {
            let order = Move {
                item: item(number),
                to: Some(PartyId(to)),
                amount,
                on: day(),
            };
            move_elsewhere(desk, &order).map(|_| ())
        })
    };
    let back = |number: &'static str, amount: &str| {
        let amount = money(amount);
        refused(move |desk, item| {
            let back = Back {
                item: item(number),
                amount,
                functional: amount,
                bank: Role::Bank.code().into(),
                on: day(),
                memo: String::new(),
            };
            take_back(desk, &back, &[]).map(|_| ())
        })
    };
    for (found, code) in [
        (settling(&[], &["RCT"], &[]), "nothing_named"),
        (settling(inv, &[], &[]), "nothing_named"),
        (settling(inv, &["GONE"], &[]), "nothing_open"),
        (settling(inv, &["OTHER"], &[]), "unrelated_parties"),
        (settling(&[("GONE", None)], &["RCT"], &[]), "nothing_open"),
        (
            settling(&[("INV", Some("1.00 USD"))], &["RCT"], &[]),
            "wrong_currency",
        ),
        (
            settling(&[("INV", Some("101.00 EUR"))], &["RCT"], &[]),
            "exceeds_open",
        ),
        (
            settling(inv, &["RCT"], &[(DiscountTaken, "1.00 EUR")]),
            "not_deductible",
        ),
        (
            settling(inv, &["RCT"], &[(RoundingGained, "1.00 EUR")]),
            "not_deductible",
        ),
        (
            settling(inv, &["RCT"], &[(FeeBorne, "1.00 USD")]),
            "wrong_currency",
        ),
        (
            settling(inv, &["RCT"], &[(FeeBorne, "0.00 EUR")]),
            "nothing_to_apply",
        ),
        (
            settling(inv, &["RCT"], &[(WriteOff, "100.01 EUR")]),
            "deductions_exceed",
        ),
        (settling(inv, &["USD"], &[]), "rate_missing"),
        (
            settling(&[("INV", Some("90.00 EUR"))], &["RCT"], &[]),
            "not_covered",
        ),
        (
            settling(&[("RCT", None)], &["GONE", "RCT"], &[]),
            "nothing_open",
        ),
        (move_to("INV", 2, None), "not_cash"),
        (move_to("RCT", 1, None), "same_place"),
        (move_to("GONE", 2, None), "nothing_open"),
        (move_to("RCT", 2, Some("61.00 EUR")), "exceeds_document"),
        (back("INV", "1.00 EUR"), "not_cash"),
        (back("RCT", "61.00 EUR"), "exceeds_document"),
        (back("GONE", "5.00 EUR"), "exceeds_document"),
    ] {
        assert_eq!(found.code(), code, "{found}");
        assert!(found.hint().is_some(), "{code} has no hint");
        assert!(found.to_string().ends_with('.'), "{found}");
    }
}
