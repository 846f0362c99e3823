//! Parting off, taking back, reasons in many languages, the lines of credits.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::*;
use crate::documents::{DocumentLine, TradeLine};
use crate::ids::{Ids, PartyId};
use crate::ledger::Role;
use crate::money::{Currency, Rounding};
use crate::open_items::OpenItem;

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).expect("a currency"))
}

const DAY: Date = Date::constant(2025, 3, 1);
const DUE: Date = Date::constant(2025, 1, 31);

/// An invoice in dollars of which 100.00 are open, and whose value does not divide evenly.
fn invoice() -> ItemState {
    let item = OpenItem {
        id: ItemId(1),
        document: DocumentId(1),
        side: Side::Receivable,
        party: Some(PartyId(7)),
        account: Role::Receivables.code().into(),
        amount: money(100_000, "USD"),
        functional: money(93_333, "EUR"),
        opened_on: DUE,
        due_on: DUE,
        discount: None,
    };
    ItemState {
        open: money(10_000, "USD"),
        open_functional: money(9_333, "EUR"),
        ..ItemState::untouched(item)
    }
}

fn order(minor: i64) -> PartOff {
    PartOff {
        from: ItemId(1),
        amount: money(minor, "USD"),
        on: DAY,
        references: DocumentReferences::default(),
    }
}

fn batch(ids: &mut Ids) -> Batch<'_> {
    let states = HashMap::from([(ItemId(1), invoice())]);
    Batch::new(states, ids, Currency::parse("EUR").expect("EUR"))
}

#[test]
fn what_is_parted_off_moves_nothing_and_is_as_old() {
    let mut ids = Ids::starting(1, 1);
    let mut batch = batch(&mut ids);
    let parted = part_off(&mut batch, &order(3_333)).expect("parted off");
    let short = &batch.states[&parted.item];
    assert_eq!(
        (short.open, short.open_functional, short.item.due_on),
        (money(3_333, "USD"), money(3_111, "EUR"), DUE)
    );
    let rest = &batch.states[&ItemId(1)];
    assert_eq!(
        (rest.open, rest.open_functional),
        (money(6_667, "USD"), money(6_222, "EUR"))
    );
    assert!(batch.states[&parted.credit].open.is_zero());
    let entries: Vec<_> = batch
        .issued
        .iter()
        .filter_map(|one| one.entry.as_ref())
        .collect();
    assert_eq!(entries.len(), 1, "one entry for both");
    let mut legs = entries[0].lines().iter();
    assert!(legs.all(|leg| leg.account == Role::Receivables.code() && leg.item.is_some()));
    assert!(
        batch.applied.entries.is_empty(),
        "applying it moves nothing"
    );
}

#[test]
fn what_is_taken_back_is_as_it_was() {
    let mut ids = Ids::starting(1, 1);
    let mut batch = batch(&mut ids);
    let parted = part_off(&mut batch, &order(10_000)).expect("parted off");
    let application = batch.applied.applications[0].clone();
    let undone = crate::open_items::undo(
        &mut batch.states,
        &[crate::open_items::Undo {
            application,
            on: DAY,
        }],
        batch.functional,
        batch.ids,
    );
    undone.expect("undone");
    take_back(&mut batch, parted.credit, DAY, "a mistake").expect("taken back");
    let rest = &batch.states[&ItemId(1)];
    assert_eq!(
        (rest.open, rest.open_functional),
        (money(10_000, "USD"), money(9_333, "EUR"))
    );
    for item in [parted.item, parted.credit] {
        let state = &batch.states[&item];
        assert!(state.open.is_zero() && state.open_functional.is_zero());
    }
    // Once more does nothing.
    let before = batch.issued.len();
    take_back(&mut batch, parted.credit, DAY, "again").expect("nothing");
    assert_eq!(batch.issued.len(), before);
}

#[test]
fn what_was_settled_is_not_taken_back() {
    let mut ids = Ids::starting(1, 1);
    let mut batch = batch(&mut ids);
    let parted = part_off(&mut batch, &order(10_000)).expect("parted off");
    if let Some(short) = batch.states.get_mut(&parted.item) {
        short.open = money(1, "USD");
    }
    if let Some(credit) = batch.states.get_mut(&parted.credit) {
        credit.open = -money(10_000, "USD");
    }
    let refused = take_back(&mut batch, parted.credit, DAY, "x").expect_err("refused");
    assert_eq!(refused.code(), "short_pay_settled");
    assert!(refused.hint().is_some() && !refused.to_string().is_empty());
}

#[test]
fn nothing_else_is_parted_off() {
    for (minor, code) in [
        (0, "amount_not_positive"),
        (-1, "amount_not_positive"),
        (10_001, "exceeds_open"),
    ] {
        let mut ids = Ids::starting(1, 1);
        let mut batch = batch(&mut ids);
        let refused = part_off(&mut batch, &order(minor)).expect_err("refused");
        assert_eq!(refused.code(), code);
        assert!(batch.issued.is_empty() && refused.hint().is_some());
    }
    let mut ids = Ids::starting(1, 1);
    let mut batch = batch(&mut ids);
    if let Some(state) = batch.states.get_mut(&ItemId(1)) {
        state.item.amount = -state.item.amount;
    }
    let refused = part_off(&mut batch, &order(1)).expect_err("refused");
    assert_eq!(refused.code(), "not_owed");
}

#[test]
fn reasons_are_read_in_many_languages() {
    for (words, reason) in [
        ("two were damaged", Reason::Damaged),
        ("abzgl. 20,00 beschädigte Ware", Reason::Damaged),
        ("MANGELHAFTE LIEFERUNG", Reason::Damaged),
        ("marchandise abîmée", Reason::Damaged),
        ("merce danneggiata", Reason::Damaged),
        ("Preisdifferenz lt. Angebot", Reason::Price),
        ("écart de prix", Reason::Price),
        ("price discrepancy PO 4711", Reason::Price),
        ("Fehlmenge 3 Stk", Reason::Quantity),
        ("manquant 3 colis", Reason::Quantity),
        ("short delivery", Reason::Quantity),
        ("Retoure RMA 77", Reason::Returned),
        ("devolución", Reason::Returned),
        ("Skonto 2%", Reason::Discount),
        ("DISC 2 PCT", Reason::Discount),
        ("Quellensteuer", Reason::Withholding),
        ("WHT 10%", Reason::Withholding),
        ("MwSt falsch", Reason::Tax),
        ("VAT wrong", Reason::Tax),
        ("Fracht nicht vereinbart", Reason::Freight),
        ("frais de transport", Reason::Freight),
        ("verrechnet mit Ihrer Gutschrift", Reason::AlreadyPaid),
        ("already paid 3 March", Reason::AlreadyPaid),
        ("Bonus Q1", Reason::Promotion),
        ("Vertragsstrafe Verzug", Reason::Penalty),
        ("code 0815", Reason::Other),
        ("  ", Reason::Unstated),
    ] {
        assert_eq!(Reason::of_words(words), reason, "{words}");
    }
    for reason in Reason::ALL {
        assert_eq!(Reason::parse(reason.code()), Some(*reason));
        assert!(!reason.title().is_empty());
    }
    assert_eq!(Reason::told("RG-2025-0102 Contract 17"), None);
}

/// The gross that lines make: tax once for each rate and category.
fn gross(lines: &[TradeLine], code: &str) -> Money {
    let currency = Currency::parse(code).expect("a currency");
    let mut nets: HashMap<(String, Decimal), Money> = HashMap::new();
    for line in lines {
        let net = Money::rounded(line.quantity * line.unit_price, currency, Rounding::HalfUp);
        let sum = nets
            .entry((line.tax_category.clone(), line.tax_rate))
            .or_insert(Money::zero(currency));
        *sum += net.expect("a net");
    }
    nets.into_iter()
        .fold(Money::zero(currency), |all, ((_, rate), net)| {
            let tax = net.times(rate / Decimal::ONE_HUNDRED, Rounding::HalfUp);
            all + net + tax.expect("a tax")
        })
}

#[test]
fn credits_add_up_to_the_cent_whatever_the_tax() {
    let printed = |account: &'static str, net: i64, tax: i64, rate: i64| DocumentLine {
        description: "x".into(),
        account: account.into(),
        quantity: Decimal::ONE,
        unit_price: Decimal::new(net, 2),
        net: money(net, "EUR"),
        tax: money(tax, "EUR"),
        tax_rate: Decimal::from(rate),
        tax_category: "S".into(),
    };
    let lines = [
        printed("4000", 10_000, 1_900, 19),
        printed("4010", 5_000, 350, 7),
    ];
    for minor in 1..2_000 {
        let amount = money(minor, "EUR");
        let credit = credit_lines(&lines, amount, None);
        assert_eq!(gross(&credit, "EUR"), amount, "{minor}: {credit:?}");
        let credit = credit_lines(&[], amount, Some(Decimal::from(19)));
        assert_eq!(gross(&credit, "EUR"), amount, "{minor}: {credit:?}");
    }
}
