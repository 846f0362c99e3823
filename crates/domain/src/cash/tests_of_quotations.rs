//! What is quoted beside the documents that make the sum: closed ones, those of others, orders,
//! numbers with a slip, texts that were cut off.

use jiff::civil::date;

use super::tests::{book, decide, eur, first, invoice, pay, row};
use super::*;

/// What is said of a payment, and why it waits.
fn told(book: &Book, payment: &Payment) -> (Outcome, String) {
    let decision = Matcher::new(book.clone()).decide(payment);
    (decision.outcome, decision.waits)
}

#[test]
fn an_amount_does_not_overrule_a_number_that_is_quoted() {
    let posted = |text: &str| decide(&pay("640.05", "DE33", text)).0;
    assert!(posted("Danke"), "one document has the amount");
    for (text, why) in [
        ("F25/02001", "a document that is paid"),
        ("F25/03117", "an open document of somebody else"),
        ("BST-7781", "an order of somebody else"),
        (
            "F25/03262 F25/03117",
            "the document and one of somebody else",
        ),
    ] {
        let expected = text.contains("03262");
        assert_eq!(posted(text), expected, "{text}: {why}");
    }
}

#[test]
fn a_slip_that_makes_the_number_of_a_paid_document_is_for_a_person() {
    let mut book = book();
    let slip = pay("912.30", "DE11", "F25/03134");
    let expected = vec![row(3, "912.30", Kind::Payment)];
    let decision = Matcher::new(book.clone()).decide(&slip);
    assert_eq!(first(&decision), (true, expected.clone()), "of no document");
    let mut paid = invoice(20, 0, "F25/03134", date(2025, 4, 1), "912.30");
    paid.open = eur("0.00");
    book.items.push(paid);
    let decision = Matcher::new(book.clone()).decide(&slip);
    assert_eq!(first(&decision), (false, expected.clone()));
    assert_eq!(
        decision.waits,
        "What is quoted is the number of a document that is paid"
    );
    // That of another customer's document is a slip all the same.
    book.items[9].customer = 1;
    let decision = Matcher::new(book).decide(&slip);
    assert_eq!(first(&decision), (true, expected));
}

#[test]
fn a_document_paid_before_is_paid_again_on_account() {
    let mut book = book();
    let again = pay("333.33", "DE33", "F25/02001");
    let on_account = vec![row(0, "333.33", Kind::OverpaymentOnAccount)];
    let decision = Matcher::new(book.clone()).decide(&again);
    assert_eq!(first(&decision), (false, on_account.clone()));
    assert_eq!(
        decision.waits,
        "This customer has not paid this amount before"
    );
    let mut past = PastPayment {
        booked: date(2025, 3, 20),
        payer: String::new(),
        account: "DE33".to_owned(),
        text: "F25/02001".to_owned(),
        amount: eur("333.33"),
        rows: vec![PastRow {
            customer: Some(2),
            item: Some(9),
            amount: eur("333.33"),
            kind: Kind::Payment,
        }],
    };
    book.history = vec![past.clone()];
    assert_eq!(
        first(&Matcher::new(book.clone()).decide(&again)),
        (true, on_account)
    );
    let with_another = pay("333.33", "DE33", "F25/02001 F25/03117");
    assert_eq!(told(&book, &with_another).0, Outcome::Proposed);
    // Somebody else's payment of the amount is none of this customer's.
    past.rows[0].customer = Some(1);
    book.history = vec![past];
    assert_eq!(told(&book, &again).0, Outcome::Proposed);
}

#[test]
fn a_text_that_breaks_off_behind_a_mark_leaves_a_cent_to_a_person() {
    let why = "The text is cut: more may have been said";
    for (amount, text, waits) in [
        ("2379.50", "F25/03199", ""),
        ("2379.50", "F25/03199,", why),
        ("2379.50", "F25/03199 +", why),
        ("2380.50", "F25/03199", ""),
        ("2380.50", "F25/03199 /", why),
        ("2380.50", "F25/03199 & ", why),
    ] {
        let told = told(&book(), &pay(amount, "DE22", text));
        assert_eq!(told.1, waits, "{amount} {text}");
    }
}

#[test]
fn more_than_a_very_long_text_quotes_may_be_for_what_was_cut_off() {
    let quoted = "Zahlung zu Rechnung F25/03199 ";
    let filled = |length: usize| {
        let words = "wie mit Ihrer Frau Schmidt vereinbart ".repeat(8);
        let text: String = quoted.chars().chain(words.chars()).take(length).collect();
        assert!(text.ends_with(char::is_alphanumeric), "{text}");
        told(&book(), &pay("2430.00", "DE22", &text))
    };
    let cut = "The text is cut: more documents may have been quoted".to_owned();
    assert_eq!(filled(122).0, Outcome::Posted);
    assert_eq!(filled(150), (Outcome::Proposed, cut.clone()));
    // As long as a field in which banks cut texts off.
    assert_eq!(filled(140), (Outcome::Proposed, cut));
}

#[test]
fn the_beginning_of_a_number_at_the_end_of_the_text_may_be_another_document() {
    for (text, posted) in [
        ("F25/03199 Rechnungen", true),
        ("F25/03199 (vertippt)", true),
        ("F25/03199A", true),
        ("F25/03199 F", false),
        ("F25/03199 25", false),
        ("F25/03199 F 25", false),
        ("F25/03199,", false),
    ] {
        assert_eq!(decide(&pay("1000.00", "DE22", text)).0, posted, "{text}");
    }
}

/// One customer with an order of eight documents, whose amounts begin with these euros.
fn order(euros: u64) -> Book {
    let documents = (0..8_u64).map(|i| {
        let amount = format!("{}.{:02}", euros + 3 * i * i, 11 + 7 * i);
        let number = format!("F25/0{}", 4100 + 13 * i);
        let due = date(2025, 6, 1 + i8::try_from(i).expect("few"));
        let mut item = invoice(40 + i, 1, &number, due, &amount);
        item.po = "BST-9000".to_owned();
        item
    });
    Book {
        items: documents.collect(),
        ..book()
    }
}

#[test]
fn a_part_of_an_order_is_paid_where_few_parts_make_such_a_sum() {
    // Two documents of the order, from small amounts and from large ones.
    let pair = |book: &Book| {
        let (one, other) = (book.items[1].amount, book.items[2].amount);
        let amount = (one + other).decimal().to_string();
        told(book, &pay(&amount, "DE22", "BST-9000"))
    };
    assert_eq!(pair(&order(1000)).0, Outcome::Posted);
    let accident = "So many documents of these orders make such a sum by accident".to_owned();
    assert_eq!(pair(&order(1)), (Outcome::Proposed, accident));
    // All of the order is no accident.
    let book = order(1);
    let mut amounts = book.items.iter().map(|item| item.amount);
    let first = amounts.next().expect("eight");
    let all = amounts.fold(first, |sum, amount| sum + amount);
    let all = pay(&all.decimal().to_string(), "DE22", "BST-9000");
    assert_eq!(told(&book, &all).0, Outcome::Posted);
}

#[test]
fn a_deduction_from_an_order_of_several_documents_is_for_a_person() {
    let mut book = order(1000);
    book.items.truncate(2);
    for item in &mut book.items {
        item.discount = Some(Discount {
            amount: eur("10.00"),
            until: date(2025, 6, 1),
        });
    }
    // 1000.11 and 1003.18, 20.00 off.
    let paid = |text: &str| told(&book, &pay("1983.29", "DE22", text));
    let why = "An order covers several documents and something is deducted".to_owned();
    assert_eq!(paid("BST-9000"), (Outcome::Proposed, why));
    assert_eq!(paid("F25/04100 F25/04113").0, Outcome::Posted);
}

#[test]
fn documents_make_a_payer_of_whom_nobody_knew() {
    let unknown = |amount: &str, text: &str| decide(&pay(amount, "", text));
    let whole = |id: u64, amount: &str| (true, vec![row(id, amount, Kind::Payment)]);
    assert_eq!(unknown("912.30", "F25/03143"), whole(3, "912.30"));
    // A few digits name nobody, but the document of just this amount.
    assert_eq!(unknown("912.30", "143"), whole(3, "912.30"));
    assert_eq!(unknown("912.30", "Re 3143"), whole(3, "912.30"));
    assert!(!unknown("912.30", "144").0, "of another document");
    assert!(!unknown("900.00", "143").0, "of another amount");
    // In part or too much it is a person's.
    assert!(!unknown("900.00", "F25/03143").0);
    assert!(!unknown("930.00", "F25/03143").0);
}

#[test]
fn documents_of_others_are_paid_where_all_of_them_make_the_sum() {
    let paid = |amount: &str, text: &str| decide(&pay(amount, "DE11", text));
    let (posted, rows) = paid("2102.05", "F25/03199 lies weit 284.41");
    assert!(!posted, "{rows:?}");
    // 284.41 of its own and 640.05 of another customer's.
    let (posted, rows) = paid("924.46", "F25/03142 F25/03262");
    let expected = vec![
        row(2, "284.41", Kind::Payment),
        row(8, "640.05", Kind::Payment),
    ];
    assert_eq!((posted, rows), (true, expected));
}
