//! Numbers, names and wordings of other houses: what is read, and what is left to a person.

use jiff::civil::date;
use rust_decimal::Decimal;

use super::tests::{book, customer, decide, eur, first, invoice, pay, row};
use super::*;
use crate::money::{Currency, Money};

/// A book whose documents are numbered like this, in this order, all of one customer.
fn numbered(numbers: &[&str]) -> Book {
    let items = numbers.iter().enumerate().map(|(i, number)| {
        let amount = format!("{}.{:02}", 317 + 41 * i, 11 + 7 * i);
        invoice(i as u64 + 1, 0, number, date(2025, 5, 10), &amount)
    });
    Book {
        items: items.collect(),
        customers: vec![customer("70011", "Bootswerft Hansen GmbH", "DE11")],
        ..book()
    }
}

/// A part payment that quotes this: it is posted only where the number is read.
fn part(book: Book, text: &str) -> (bool, Vec<u64>) {
    let (posted, rows) = first(&Matcher::new(book).decide(&pay("100.00", "DE11", text)));
    (posted, rows.iter().map(|(id, ..)| *id).collect())
}

#[test]
fn numbers_of_any_pattern_are_read() {
    let back = ["0012345-2025", "0012346-2025", "0012399-2025"];
    let check = ["4100123-7", "4100124-5", "4100125-2"];
    let mixed = ["INV-7F3K9", "INV-QDEZK", "INV-88WXA"];
    for (numbers, text, id) in [
        (back, "Re. 12346-2025", 2),
        (back, "0012346/25", 2),
        (back, "12399", 3),
        (check, "4100124-5", 2),
        (check, "41001245", 2),
        (check, "inv 4100124", 2),
        (check, "Beleg Nr.: 0000004100124", 2),
        (mixed, "INV 7f3k9", 1),
        (mixed, "7F3K9", 1),
        (mixed, "Payment INV-QDEZK", 2),
    ] {
        assert_eq!(part(numbered(&numbers), text), (true, vec![id]), "{text}");
    }
}

#[test]
fn a_digit_left_out_or_too_many_is_a_slip_where_the_sum_is_exact() {
    let numbers = ["R-104711", "R-104823", "R-105377"];
    for text in ["R-10423", "R-14823", "R-1004823", "Rg 1048233"] {
        let payment = pay("358.18", "DE11", text);
        let expected = (true, vec![row(2, "358.18", Kind::Payment)]);
        let decision = Matcher::new(numbered(&numbers)).decide(&payment);
        assert_eq!(first(&decision), expected, "{text}");
        let (posted, _) = part(numbered(&numbers), text);
        assert!(!posted, "{text}: no such sum");
    }
    // The same in all digits of a number.
    let numbers = ["500.017.693", "500.017.694", "500.021.309"];
    for text in ["500012309", "505021309", "50021309"] {
        let payment = pay("399.25", "DE11", text);
        let expected = (true, vec![row(3, "399.25", Kind::Payment)]);
        let decision = Matcher::new(numbered(&numbers)).decide(&payment);
        assert_eq!(first(&decision), expected, "{text}");
        let ground = format!("{:?}", decision.alternatives[0].evidence);
        assert!(ground.contains("quoted"), "{ground}");
    }
    // What is filled up with zeros has all its digits, or may have been cut.
    for (text, meant) in [("R-01483 Rest", 2), ("R-01483", 1), ("R-001483", 1)] {
        let (_, ids) = part(numbered(&["R-014711", "R-014823"]), text);
        assert_eq!(ids, vec![meant], "{text}: that document or the oldest");
    }
}

#[test]
fn a_short_serial_is_sure_where_a_word_calls_it_or_nothing_else_is_quoted() {
    let numbers = ["S4711", "S4712", "S5713", "S2024"];
    for (text, ids) in [
        ("Rg. Nr. 4712", vec![2]),
        ("fatt. n. 4712 rif. 8831 a saldo", vec![2]),
        ("4712", vec![2]),
        ("4712 a conto", vec![2]),
    ] {
        assert_eq!(part(numbered(&numbers), text), (true, ids), "{text}");
    }
    for text in [
        "4712 Projekt 8831",
        "our invoice 4712 ref 8831 paid",
        "Rechnung 2024",
    ] {
        let (posted, _) = part(numbered(&numbers), text);
        assert!(!posted, "{text}");
    }
    // They may be the last digits of a longer number.
    let (posted, _) = part(numbered(&["S4711", "S4712", "S14712"]), "Rg 4712");
    assert!(!posted);
}

#[test]
fn a_number_may_lack_its_beginning() {
    let numbers = ["AR.2025.04.26626", "AR.2025.04.26627", "AR.2025.05.30001"];
    for text in ["VS:0250426627", "VS 50426627 Zahlung"] {
        assert_eq!(part(numbered(&numbers), text), (true, vec![2]), "{text}");
    }
    let (posted, _) = part(numbered(&numbers), "VS:0240426627");
    assert!(!posted, "of another year");
}

#[test]
fn the_day_or_the_year_of_issue_begins_no_number() {
    // It was issued on 2 May 2025.
    for (text, posts) in [
        ("Re F25/03199 20250502", true),
        ("Re F25/03199 020525", true),
        ("Re F25/03199 20250503", false),
        ("03199/2025", true),
        ("03199-25", true),
        ("03199/24", false),
        ("Rg n. 03199 del 2025", true),
        ("Rg n. 03199 del 2024", false),
    ] {
        assert_eq!(decide(&pay("1000.00", "DE22", text)).0, posts, "{text}");
    }
}

#[test]
fn amounts_that_make_the_payment_are_quotations_where_no_number_is() {
    let mut book = numbered(&["R-104711", "R-104823", "R-105377", "R-106001"]);
    for (item, amount) in book
        .items
        .iter_mut()
        .zip(["110.20", "149.30", "189.80", "150.70"])
    {
        (item.amount, item.open) = (eur(amount), eur(amount));
    }
    let decide =
        |text: &str| first(&Matcher::new(book.clone()).decide(&pay("300.00", "DE11", text)));
    let expected = vec![
        row(1, "110.20", Kind::Payment),
        row(3, "189.80", Kind::Payment),
    ];
    assert_eq!(decide("Zahlung 110,20 + 189,80"), (true, expected));
    assert!(!decide("Zahlung").0, "two others make the sum as well");
    assert!(!decide("Zahlung 110,20 + 100,00 + 89,80").0);
    assert!(!decide("Zahlung 300,00").0);
    let (posted, rows) = decide("Zahlung 149,30 + 189,80 less 39,10 damaged");
    let ids: Vec<u64> = rows.iter().map(|(id, ..)| *id).collect();
    assert_eq!((posted, ids), (true, vec![2, 3, 3]), "{rows:?}");
}

#[test]
fn a_number_written_out_is_not_that_of_another_year() {
    let mut book = numbered(&["2024/000123", "2025/000123", "2025/000124"]);
    book.items[0].open = eur("0.00");
    let (posted, _) = part(book.clone(), "2024/000123");
    assert!(!posted, "that one is paid");
    assert_eq!(part(book, "2025/000123"), (true, vec![2]));
}

#[test]
fn a_range_may_have_two_whole_numbers() {
    let numbers = ["2025/000123", "2025/000124", "2025/000125", "2025/000777"];
    for text in ["2025/000123 - 2025/000125", "2025/000123 bis 2025/000125"] {
        let payment = pay("1074.54", "DE11", text);
        let (posted, mut rows) = first(&Matcher::new(numbered(&numbers)).decide(&payment));
        rows.sort();
        let ids: Vec<u64> = rows.iter().map(|(id, ..)| *id).collect();
        assert_eq!((posted, ids), (true, vec![1, 2, 3]), "{text}");
    }
}

#[test]
fn the_day_of_issue_tells_equal_amounts_apart() {
    let mut book = book();
    for (id, day) in [(20, 3), (21, 13)] {
        let mut item = invoice(
            id,
            1,
            &format!("F25/0{}", 4000 + id),
            date(2025, 6, 1),
            "75.31",
        );
        item.issued = date(2025, 5, day);
        book.items.push(item);
    }
    let payment = pay("75.31", "DE22", "Ihre Rechnung vom 13.05.25");
    let expected = (true, vec![row(21, "75.31", Kind::Payment)]);
    assert_eq!(first(&Matcher::new(book).decide(&payment)), expected);
}

#[test]
fn days_of_issue_are_quotations_where_no_number_is() {
    let mut book = book();
    for (i, id) in (2..5).enumerate() {
        book.items[id - 1].issued = date(2025, 4, 1 + 2 * i as i8);
    }
    let matcher = Matcher::new(book);
    let decide = |amount: &str, text: &str| first(&matcher.decide(&pay(amount, "DE11", text)));
    let expected = (
        true,
        vec![
            row(2, "284.41", Kind::Payment),
            row(4, "77.15", Kind::Payment),
        ],
    );
    assert_eq!(
        decide("361.56", "Fatture del 01/04/2025 e 05/04/2025"),
        expected
    );
    let less = decide("250.00", "Ihre Rechnung vom 1.4.25 abzgl. 34,41 Bruch");
    assert_eq!(less.1[0], row(2, "284.41", Kind::Payment));
    let (posted, _) = decide("250.00", "Ihre Rechnung vom 1.4.25");
    assert!(!posted, "a day and another amount are not enough");
}

#[test]
fn much_left_over_waits_as_other_documents_may_be_meant() {
    let over = row(0, "50.00", Kind::OverpaymentOnAccount);
    let expected = (true, vec![row(6, "2380.00", Kind::Payment), over]);
    assert_eq!(decide(&pay("2430.00", "DE22", "F25/03199")), expected);
    let (posted, _) = decide(&pay("3100.00", "DE22", "F25/03199"));
    assert!(!posted, "nearly a third is left over");
    let twice = decide(&pay("4760.00", "DE22", "F25/03199"));
    assert!(twice.0, "paid twice: {twice:?}");
}

#[test]
fn a_cut_text_may_have_said_enough() {
    // Each is as long as a field of 35 characters.
    for (text, posts) in [
        ("Zahlung zu F25/03199 Teilzahlung Nr", true),
        ("payment F25/03199, instalment 2 of ", true),
        ("Zahlung zu F25/03199 wegen Ihrer Re", false),
    ] {
        assert_eq!(text.len(), 35, "{text}");
        assert_eq!(decide(&pay("1000.00", "DE22", text)).0, posts, "{text}");
    }
    assert!(decide(&pay("1000.00", "DE22", "Ihre F25/03199A")).0);
}

#[test]
fn two_digits_are_a_number_only_where_they_make_the_sum() {
    let mut book = book();
    book.items
        .push(invoice(20, 1, "B25/00045", date(2025, 6, 1), "59.13"));
    let matcher = Matcher::new(book);
    let decide = |amount: &str, text: &str| first(&matcher.decide(&pay(amount, "DE22", text)));
    let adopted = first(&matcher.decide(&pay("1000.00", "", "B 45")));
    assert_eq!(
        adopted,
        (false, Vec::new()),
        "nobody is known by two digits"
    );
    let (posted, rows) = decide("2439.13", "F25/03199 + 45");
    assert_eq!((posted, rows.len()), (true, 2), "{rows:?}");
    let expected = vec![
        row(6, "2380.00", Kind::Payment),
        row(6, "-143.00", Kind::ShortPayDispute),
    ];
    assert_eq!(
        decide("2237.00", "F25/03199 less 143.00 RC45"),
        (true, expected)
    );
}

#[test]
fn rounding_waits_where_another_document_has_the_amount() {
    let mut book = book();
    book.items
        .push(invoice(20, 1, "F25/04020", date(2025, 6, 1), "2379.50"));
    let (posted, _) = first(&Matcher::new(book).decide(&pay("2379.50", "DE22", "F25/03199")));
    assert!(!posted);
}

#[test]
fn money_that_stood_on_account_is_no_dispute() {
    for (text, posts) in [
        ("F25/03199 less 120.00 damage", true),
        ("F25/03199 less our debit note 4711 120.00", true),
        ("F25/03199 minus overpayment 120.00", false),
        ("F25/03199 abzgl. Guthaben 120,00", false),
    ] {
        assert_eq!(decide(&pay("2260.00", "DE22", text)).0, posts, "{text}");
    }
}

#[test]
fn a_refund_goes_to_the_customer_it_is_for() {
    let mut book = book();
    book.history.push(PastPayment {
        booked: date(2025, 4, 2),
        payer: String::new(),
        account: "DE22".to_owned(),
        text: String::new(),
        amount: eur("60.00"),
        rows: vec![PastRow {
            customer: Some(1),
            item: None,
            amount: eur("60.00"),
            kind: Kind::OverpaymentOnAccount,
        }],
    });
    let matcher = Matcher::new(book);
    let out = |amount: &str, text: &str| {
        let mut payment = pay(amount, "", text);
        payment.payer = "Käserei Allgäu eG".to_owned();
        matcher.decide(&payment)
    };
    let expected = (true, vec![row(0, "-60.00", Kind::OverpaymentOnAccount)]);
    assert_eq!(first(&out("-60.00", "Refund of overpayment")), expected);
    assert!(!first(&out("-61.00", "Refund of overpayment")).0);
    let vendor = out("-60.00", "Invoice 88123").outcome;
    assert_eq!(vendor, Outcome::NotCustomerCash(OtherCash::VendorPayment));
}

fn stub(reference: &str, gross: &str, deduction: &str) -> Advice {
    Advice {
        id: 0,
        received: date(2025, 5, 22),
        sender: String::new(),
        payer: String::new(),
        references: Vec::new(),
        value_date: None,
        total: None,
        lines: vec![AdviceLine {
            reference: reference.to_owned(),
            gross: Some(eur(gross)),
            deduction: Some(eur(deduction)),
            net: None,
            reason: String::new(),
            parts: Vec::new(),
        }],
    }
}

#[test]
fn a_whole_number_and_the_amount_of_one_like_it_are_for_a_person() {
    let with_stub = |amount: &str, reference: &str| {
        let mut payment = pay(amount, "DE11", "");
        payment.advices = vec![stub(reference, amount, "0.00")];
        decide(&payment)
    };
    let (posted, rows) = with_stub("284.41", "F25/03143");
    assert!(!posted);
    assert_eq!(rows, vec![row(3, "284.41", Kind::Payment)], "in part");
    // More than is open cannot be meant: the number is mistyped.
    let (posted, rows) = with_stub("912.30", "F25/03142");
    assert!(posted);
    assert_eq!(rows, vec![row(3, "912.30", Kind::Payment)]);
}

#[test]
fn a_stub_pays_no_part_of_somebody_elses_document() {
    let with_stub = |amount: &str, account: &str, stub: Advice| {
        let mut payment = pay(amount, account, "");
        payment.advices = vec![stub];
        decide(&payment).0
    };
    assert!(with_stub(
        "500.00",
        "DE22",
        stub("F25/03199", "500.00", "0.00")
    ));
    assert!(!with_stub(
        "500.00",
        "DE11",
        stub("F25/03199", "500.00", "0.00")
    ));
    assert!(with_stub(
        "2380.00",
        "",
        stub("F25/03199", "2380.00", "0.00")
    ));
}

#[test]
fn a_deduction_without_a_reason_is_what_the_policy_says() {
    for (deduction, country, kind) in [
        ("0.50", "DE", Kind::Rounding),
        ("47.60", "DE", Kind::EarlyPaymentDiscount),
        ("12.00", "DE", Kind::ShortPayDispute),
        ("12.00", "AT", Kind::BankFee),
        ("30.00", "AT", Kind::ShortPayDispute),
    ] {
        let mut book = book();
        book.customers[1].country = country.to_owned();
        let net = eur("2380.00") - eur(deduction);
        let mut payment = pay("2380.00", "DE22", "");
        payment.amount = net;
        payment.booked = date(2025, 5, 20);
        payment.advices = vec![stub("F25/03199", "2380.00", deduction)];
        let (posted, rows) = first(&Matcher::new(book).decide(&payment));
        assert!(posted, "{deduction}");
        assert_eq!(rows[1].2, kind, "{deduction} from {country}");
    }
}

#[test]
fn an_advice_that_tells_what_is_paid_alone_leaves_the_usual_deductions_unsaid() {
    for (short, country, kind) in [
        ("0.50", "DE", Some(Kind::Rounding)),
        ("47.60", "DE", Some(Kind::EarlyPaymentDiscount)),
        ("12.00", "DE", None),
        ("12.00", "AT", Some(Kind::BankFee)),
        ("238.00", "IN", Some(Kind::WithholdingTax)),
        ("200.00", "IN", None),
    ] {
        let mut book = book();
        book.customers[1].country = country.to_owned();
        book.policy.withholding = vec![("IN".to_owned(), Decimal::TEN)];
        let net = eur("2380.00") - eur(short);
        let mut payment = pay("2380.00", "DE22", "");
        payment.amount = net;
        payment.booked = date(2025, 5, 20);
        let mut advice = stub("F25/03199", "2380.00", "0.00");
        advice.lines[0].gross = None;
        advice.lines[0].net = Some(net);
        payment.advices = vec![advice];
        let (posted, rows) = first(&Matcher::new(book).decide(&payment));
        assert!(posted, "{short}");
        let found = rows.get(1).map(|(_, _, kind)| *kind);
        assert_eq!(found, kind, "{short} from {country}");
    }
}

#[test]
fn an_advice_in_our_currency_for_a_document_in_another_deducts_nothing() {
    let usd = Currency::parse("USD").expect("a currency");
    let mut book = book();
    // From abroad, where ten less would be a bank's fee.
    book.customers[1].country = "AT".to_owned();
    let foreign = Money::parse("100.00", usd).expect("money");
    book.items.push(Item {
        amount: foreign,
        open: foreign,
        ..invoice(99, 1, "F25/04410", date(2025, 4, 30), "100.00")
    });
    book.rates = vec![Rate {
        on: date(2025, 5, 1),
        from: usd,
        into: eur("0.00").currency(),
        rate: Decimal::new(9, 1),
    }];
    let mut advice = stub("F25/04410", "90.00", "0.00");
    advice.lines[0].gross = None;
    advice.lines[0].net = Some(eur("90.00"));
    let mut payment = pay("90.00", "DE22", "");
    payment.advices = vec![advice];
    let rows = vec![row(99, "90.00", Kind::Payment)];
    let decision = Matcher::new(book).decide(&payment);
    assert_eq!(first(&decision), (true, rows));
    let evidence = format!("{:?}", decision.alternatives[0].evidence);
    assert!(evidence.contains("An advice names"), "{evidence}");
}

#[test]
fn tax_withheld_is_rounded_in_one_way_for_all_documents() {
    for (paid, taxes) in [
        ("12370.79", ["-723.00", "-651.54"]),
        ("12370.81", ["-722.99", "-651.53"]),
    ] {
        let mut book = book();
        book.customers[1].country = "IN".to_owned();
        book.policy.withholding = vec![("IN".to_owned(), Decimal::TEN)];
        for (id, number, amount) in [(98, "F25/04410", "7229.96"), (99, "F25/04411", "6515.37")] {
            let issued = date(2025, 4, 30);
            book.items.push(invoice(id, 1, number, issued, amount));
        }
        let payment = pay(paid, "DE22", "F25/04410 F25/04411 TDS 10 PCT WITHHELD");
        let rows = vec![
            row(98, "7229.96", Kind::Payment),
            row(98, taxes[0], Kind::WithholdingTax),
            row(99, "6515.37", Kind::Payment),
            row(99, taxes[1], Kind::WithholdingTax),
        ];
        assert_eq!(first(&Matcher::new(book).decide(&payment)), (true, rows));
    }
    // At no known rate it is a part payment to look at, not one to post.
    assert!(!decide(&pay("2142.00", "DE22", "F25/03199 TDS WITHHELD")).0);
    assert!(decide(&pay("2142.00", "DE22", "F25/03199")).0);
}

#[test]
fn an_amount_that_fits_does_not_overrule_an_advice() {
    let decide_with = |advices: Vec<Advice>| {
        let mut matcher = Matcher::new(book());
        matcher.add_advices(advices);
        first(&matcher.decide(&pay("1190.00", "DE11", ""))).0
    };
    let names_another = Advice {
        id: 5,
        payer: "Bootswerft Hansen GmbH".to_owned(),
        received: date(2025, 5, 22),
        total: Some(eur("1190.00")),
        ..stub("F25/03142", "284.41", "0.00")
    };
    assert!(decide_with(Vec::new()));
    assert!(!decide_with(vec![names_another]));
}

#[test]
fn a_word_that_means_both_is_no_prepayment_while_something_is_open() {
    assert!(decide(&pay("500.00", "DE22", "Vorkasse")).0);
    assert!(!decide(&pay("500.00", "DE22", "acompte")).0);
}

#[test]
fn the_address_of_its_sender_ties_an_advice_to_a_payer_nobody_knows() {
    let line = |number: &str, amount: &str| AdviceLine {
        reference: number.to_owned(),
        gross: Some(eur(amount)),
        deduction: None,
        net: Some(eur(amount)),
        reason: String::new(),
        parts: Vec::new(),
    };
    let advice = |sender: &str| Advice {
        id: 5,
        received: date(2025, 5, 22),
        sender: sender.to_owned(),
        payer: "Bootswerft Hansen GmbH".to_owned(),
        references: Vec::new(),
        value_date: None,
        total: Some(eur("2102.30")),
        lines: vec![line("F25/03117", "1190.00"), line("F25/03143", "912.30")],
    };
    let mut payment = pay("2102.30", "DE77", "See remittance advice 93405");
    payment.payer = "Nordhafen Factoring AG".to_owned();
    for (sender, posted) in [
        ("settlement@nordhafenfactor.example", true),
        ("settlement@elsewhere.example", false),
    ] {
        let mut matcher = Matcher::new(book());
        matcher.add_advices(vec![advice(sender)]);
        assert_eq!(first(&matcher.decide(&payment)).0, posted, "{sender}");
    }
}

#[test]
fn documents_in_another_currency_are_known_by_what_was_instructed() {
    let franc = |text: &str| Money::parse(text, Currency::parse("CHF").expect("CHF")).expect("CHF");
    let mut book = book();
    for item in &mut book.items[..3] {
        let text = item.amount.decimal().to_string();
        (item.amount, item.open) = (franc(&text), franc(&text));
    }
    let mut payment = pay("1540.00", "", "F25/03117, F25/03142");
    payment.instructed = Some(franc("1474.41"));
    let matcher = Matcher::new(book);
    let (posted, rows) = first(&matcher.decide(&payment));
    assert!(posted && rows.len() == 2, "{rows:?}");
    // Without it they are proposed at best.
    payment.instructed = None;
    payment.account = "DE11".to_owned();
    let decision = matcher.decide(&payment);
    assert!(!first(&decision).0, "no rate is known");
}

#[test]
fn what_stood_on_account_is_taken_with_the_document_it_is_netted_against() {
    let payment = pay("1090.00", "DE11", "F25/03117 less overpayment 100.00");
    let decision = Matcher::new(book()).decide(&payment);
    let expected = vec![
        row(1, "1190.00", Kind::Payment),
        row(0, "-100.00", Kind::OverpaymentOnAccount),
    ];
    assert_eq!(first(&decision), (false, expected));
}

#[test]
fn a_document_but_for_a_rounding_difference_goes_before_the_oldest() {
    let decision = Matcher::new(book()).decide(&pay("912.05", "DE11", "Zahlung"));
    let expected = vec![
        row(3, "912.30", Kind::Payment),
        row(3, "-0.25", Kind::Rounding),
    ];
    assert_eq!(first(&decision), (false, expected));
}

#[test]
fn a_slip_in_a_number_and_a_round_amount_of_several_name_nobody() {
    let mut book = book();
    book.items[5].amount = eur("1190.00");
    book.items[5].open = eur("1190.00");
    let decision = Matcher::new(book).decide(&pay("1190.00", "", "REF 03171"));
    assert_eq!(decision.outcome, Outcome::Proposed);
}

#[test]
fn a_text_that_many_write_ties_no_return_to_a_payment() {
    let mut book = book();
    book.history.push(PastPayment {
        booked: date(2025, 5, 12),
        payer: "Tuchweberei Lindow KG".to_owned(),
        account: "DE33".to_owned(),
        text: "Supplier payment".to_owned(),
        amount: eur("333.33"),
        rows: vec![PastRow {
            customer: Some(2),
            item: Some(9),
            amount: eur("333.33"),
            kind: Kind::Payment,
        }],
    });
    let mut back = pay("-333.33", "DE77", "RETURN AC04 Supplier payment");
    back.reversal = true;
    back.payer = "Molkerei Rühen eG".to_owned();
    assert!(!decide_in(&book, &back).0);
    back.payer = "Tuchweberei Lindow KG".to_owned();
    back.account = "DE33".to_owned();
    assert!(decide_in(&book, &back).0);
}

fn decide_in(book: &Book, payment: &Payment) -> (bool, Vec<(u64, String, Kind)>) {
    first(&Matcher::new(book.clone()).decide(payment))
}

#[test]
fn the_year_may_stand_next_to_the_serial() {
    let mut book = book();
    book.items.clear();
    for id in 1..=40_u64 {
        let number = format!("FA25{:06}", 3_100 + 11 * id);
        let amount = format!("{}.0{}", 100 + 7 * id, id % 7);
        book.items
            .push(invoice(id, 0, &number, date(2025, 5, 20), &amount));
    }
    let matcher = Matcher::new(book);
    // FA25003111 is open by 107.01.
    for text in [
        "FA25003111",
        "003111",
        "Rg 3111",
        "FA253111",
        "253111",
        "FA 25 003111",
    ] {
        let decision = matcher.decide(&pay("60.00", "DE11", &format!("{text} Teilzahlung")));
        let expected = vec![row(1, "60.00", Kind::Payment)];
        assert_eq!(first(&decision).1, expected, "{text}: {decision:?}");
    }
}

#[test]
fn a_reference_with_check_digits_is_the_number_in_it() {
    let numbers = ["1900012345", "1900012346", "1900012347", "1900012348"];
    for text in [
        "RF141900012346",
        "Maksu RF14 1900 0123 46",
        "+++190/0012/34614+++",
        "00 00000 00000 00001 90001 23462",
    ] {
        assert_eq!(part(numbered(&numbers), text), (true, vec![2]), "{text}");
    }
    // One check digit alone is right by chance too often: the amount has to say the same.
    for text in ["Viite 19000123460", "KID 19000123463"] {
        let mut book = numbered(&numbers);
        book.items[1].amount = book.items[0].amount;
        book.items[1].open = book.items[0].open;
        let payment = pay("317.11", "DE11", text);
        let expected = (true, vec![row(2, "317.11", Kind::Payment)]);
        assert_eq!(
            first(&Matcher::new(book.clone()).decide(&payment)),
            expected,
            "{text}"
        );
        assert!(!part(book, text).0, "{text}");
    }
}

#[test]
fn amounts_and_numbers_of_other_papers_are_no_whole_numbers() {
    let numbers = ["41200", "41203", "41206", "41209"];
    for text in ["See remittance advice 41203", "412,03 EUR", "Vendor 41203"] {
        assert!(!part(numbered(&numbers), text).0, "{text}");
    }
    for text in ["Invoice 41203", "Beleg 41203"] {
        assert_eq!(part(numbered(&numbers), text), (true, vec![2]), "{text}");
    }
}

#[test]
fn an_amount_waits_where_the_end_of_a_paid_number_is_quoted() {
    let mut book = numbered(&["1900012345", "1900018912", "1900023377"]);
    book.items[1].open = eur("0.00");
    let matcher = Matcher::new(book);
    let posts = |text: &str| first(&matcher.decide(&pay("317.11", "DE11", text))).0;
    assert!(posts("Zahlung"));
    assert!(posts("Fact. 2345"));
    assert!(!posts("Fact. 8912"), "that one is paid");
}

#[test]
fn letters_for_digits_are_read_before_letters_at_the_end() {
    let numbers = ["2025-010387-A", "2025-010412-A", "2025-010533-K"];
    for text in ["2025-OIO4l2-A", "2025-0l0412-a"] {
        assert_eq!(part(numbered(&numbers), text), (true, vec![2]), "{text}");
    }
    assert!(!part(numbered(&numbers), "2025-OIO4l2-KKA").0);
}

#[test]
fn a_slip_is_found_with_some_of_the_zeros_in_front() {
    let mut book = numbered(&["0009990-0", "0014420-1", "0015731-2"]);
    // Two of one amount, of which the first would be taken.
    book.items[0].amount = eur("358.18");
    book.items[0].open = eur("358.18");
    let matcher = Matcher::new(book);
    for text in ["017420", "17420", "0017420"] {
        let (_, rows) = first(&matcher.decide(&pay("358.18", "DE11", text)));
        assert_eq!(rows.first().map(|row| row.0), Some(2), "{text}");
    }
}
