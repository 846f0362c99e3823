//! Who paid: the number, the name and the account that say so, and what each says against the
//! others.

use super::tests::{book, customer, decide, first, invoice, pay, row};
use super::*;
use jiff::civil::date;

/// A payment of 912.30, which one document of the first customer has, from this payer.
fn from(payer: &str, account: &str, text: &str) -> Payment {
    Payment {
        payer: payer.to_owned(),
        ..pay("912.30", account, text)
    }
}

fn third() -> (bool, Vec<(u64, String, Kind)>) {
    (true, vec![row(3, "912.30", Kind::Payment)])
}

#[test]
fn a_customer_number_names_the_payer() {
    for text in [
        "K70011",
        "k 70011 Danke",
        "K-70011",
        "Kunde 70011",
        "Kundennummer: 70011",
        "Customer no. 70011",
    ] {
        assert_eq!(decide(&from("", "", text)), third(), "{text}");
        // It goes before the account of somebody else.
        assert_eq!(decide(&from("", "DE22", text)), third(), "{text}");
    }
    // Digits that nothing calls a customer number may be anything.
    for text in [
        "70011",
        "Beleg 70011",
        "Kunde Nr. alt neu 70011",
        "K  -  70011",
    ] {
        assert!(!decide(&from("", "", text)).0, "{text}");
    }
    // The digits of two customers' numbers name neither.
    let mut book = book();
    book.customers
        .push(customer("D70011", "Ziegelei Prahm", "DE66"));
    let posted = |text: &str| first(&Matcher::new(book.clone()).decide(&from("", "", text))).0;
    assert!(!posted("Kunde 70011"));
    assert!(posted("Kunde K70011"));
}

#[test]
fn the_number_of_the_customer_who_pays_is_no_document() {
    let mut book = book();
    book.customers[0].number = "03143".to_owned();
    let matcher = Matcher::new(book);
    // Read as a document it would be another one, of 912.30.
    let paid = |account: &str| first(&matcher.decide(&pay("284.41", account, "03143")));
    let expected = (true, vec![row(2, "284.41", Kind::Payment)]);
    assert_eq!(paid("DE11"), expected);
    assert_ne!(paid("DE22"), expected, "of another payer it is one");
}

#[test]
fn who_pays_for_somebody_is_not_the_payer() {
    let mut ultimate = from("Nordhafen Factoring AG", "DE22", "Zahlung");
    assert_ne!(decide(&ultimate), third());
    ultimate.ultimate = "Bootswerft Hansen GmbH".to_owned();
    assert_eq!(decide(&ultimate), third(), "the bank names the debtor");
    ultimate.ultimate = "Nobody Known Ltd".to_owned();
    assert_ne!(decide(&ultimate), third());
    for payer in [
        "RA Weiss im Auftrag Bootswerft Hansen GmbH",
        "Weiss LLP on behalf of the Bootswerft Hansen GmbH",
        "Weiss as agent for Bootswerft Hansen",
    ] {
        assert_eq!(decide(&from(payer, "DE22", "Zahlung")), third(), "{payer}");
    }
}

#[test]
fn a_customers_name_in_the_text_goes_before_a_payer_nobody_knows() {
    for text in [
        "Zahlung Bootswerft Hansen GmbH",
        "Bootswerft Hansen GmbH",
        "wie besprochen für Bootswerft Hansen GmbH",
    ] {
        let expected = third();
        assert_eq!(
            decide(&from("Erika Unbekannt", "", text)),
            expected,
            "{text}"
        );
    }
    for text in ["Bootswerft", "Zahlung Boots", "Zahlung von Erika"] {
        assert!(!decide(&from("Erika Unbekannt", "", text)).0, "{text}");
    }
    // An account that is one customer's is not overruled by a name.
    let told = decide(&from("", "DE22", "Zahlung Bootswerft Hansen GmbH"));
    assert!(!told.0, "{told:?}");
}

#[test]
fn of_those_behind_one_account_the_one_named_pays() {
    let mut book = book();
    book.customers[1].accounts.push("DE55".to_owned());
    book.customers[2].accounts.push("DE55".to_owned());
    let matcher = Matcher::new(book);
    let paid = |payer: &str| {
        let mut payment = pay("640.05", "DE55", "Zahlung");
        payment.payer = payer.to_owned();
        first(&matcher.decide(&payment))
    };
    let of = |id: u64| (true, vec![row(id, "640.05", Kind::Payment)]);
    assert_eq!(paid("Tuchweberei Lindow KG"), of(8));
    assert_eq!(paid("Käserei Allgäu eG"), of(7));
    // Somebody who is not behind it does not pay from it.
    let (posted, rows) = paid("Bootswerft Hansen GmbH");
    assert!(!posted, "{rows:?}");
}

#[test]
fn a_parent_pays_for_its_subsidiaries_but_not_the_other_way_round() {
    let mut book = book();
    book.customers[1].parent = Some(0);
    let matcher = Matcher::new(book);
    let paid = |account: &str, amount: &str| first(&matcher.decide(&pay(amount, account, "")));
    assert_eq!(
        paid("DE11", "2380.00"),
        (true, vec![row(6, "2380.00", Kind::Payment)])
    );
    assert!(!paid("DE22", "912.30").0, "a document of its parent");
}

#[test]
fn a_name_that_fits_many_customers_points_to_none() {
    let mut book = book();
    for at in 0..7_u64 {
        let number = format!("K7002{at}");
        let name = format!("Seilerei Vogt Filiale {at}");
        book.customers.push(Customer {
            aliases: vec!["Seilerei Vogt".to_owned()],
            ..customer(&number, &name, &format!("DE7{at}"))
        });
        let due = date(2025, 6, 1);
        let owner = 3 + usize::try_from(at).expect("small");
        let amount = format!("{}.10", 400 + at);
        book.items.push(invoice(
            30 + at,
            owner,
            &format!("F25/0500{at}"),
            due,
            &amount,
        ));
    }
    let mut payment = pay("403.10", "", "Zahlung");
    payment.payer = "Seilerei Vogt".to_owned();
    let expected = vec![row(33, "403.10", Kind::Payment)];
    let told = first(&Matcher::new(book.clone()).decide(&payment));
    assert_eq!(told, (false, expected.clone()), "seven");
    book.customers.pop();
    book.items.pop();
    let told = first(&Matcher::new(book).decide(&payment));
    assert_eq!(told, (true, expected), "six");
}
