//! Whole decisions on an invented book: one rule each.

use jiff::civil::{Date, date};

use super::*;
use crate::money::{Currency, Money};

pub(super) fn eur(text: &str) -> Money {
    Money::parse(text, Currency::parse("EUR").expect("EUR")).expect("an amount")
}

pub(super) fn customer(number: &str, name: &str, account: &str) -> Customer {
    Customer {
        number: number.to_owned(),
        name: name.to_owned(),
        country: "DE".to_owned(),
        email: format!("pay@{}.example", number.to_lowercase()),
        accounts: vec![account.to_owned()],
        ..Customer::default()
    }
}

pub(super) fn invoice(id: u64, customer: usize, number: &str, due: Date, amount: &str) -> Item {
    Item {
        id,
        customer,
        number: number.to_owned(),
        kind: if amount.starts_with('-') {
            ItemKind::CreditMemo
        } else {
            ItemKind::Invoice
        },
        issued: due.saturating_sub(jiff::Span::new().days(30)),
        due,
        amount: eur(amount),
        open: eur(amount),
        po: String::new(),
        contract: String::new(),
        discount: None,
        later_discount: None,
    }
}

/// Three customers; numbers like `F25/03117`, so that no format of anybody else is at work.
pub(super) fn book() -> Book {
    let mut items = vec![
        invoice(1, 0, "F25/03117", date(2025, 5, 10), "1190.00"),
        invoice(2, 0, "F25/03142", date(2025, 5, 20), "284.41"),
        invoice(3, 0, "F25/03143", date(2025, 5, 21), "912.30"),
        invoice(4, 0, "F25/03144", date(2025, 5, 22), "77.15"),
        invoice(5, 0, "G25/00231", date(2025, 5, 22), "-46.20"),
        invoice(6, 1, "F25/03199", date(2025, 6, 1), "2380.00"),
        invoice(7, 1, "F25/03251", date(2025, 6, 11), "640.05"),
        invoice(8, 2, "F25/03262", date(2025, 6, 12), "640.05"),
        invoice(9, 2, "F25/02001", date(2025, 3, 12), "333.33"),
    ];
    items[5].discount = Some(Discount {
        amount: eur("47.60"),
        until: date(2025, 5, 20),
    });
    items[6].po = "BST-7781".to_owned();
    items[8].open = eur("0.00");
    Book {
        customers: vec![
            customer("K70011", "Bootswerft Hansen GmbH", "DE11"),
            customer("K70012", "Käserei Allgäu eG", "DE22"),
            customer("K70013", "Tuchweberei Lindow KG", "DE33"),
        ],
        items,
        orders: vec![Order {
            customer: 1,
            numbers: vec!["AU-5512".to_owned()],
            ordered: date(2025, 5, 2),
            amount: eur("500.00"),
        }],
        own_accounts: vec!["DE99".to_owned()],
        own_names: vec!["Segelmacher AG".to_owned()],
        policy: Policy {
            discount_grace_days: 3,
            fee_tolerance: vec![eur("25.00")],
            rounding_tolerance: vec![eur("0.99")],
            ..Policy::default()
        },
        ..Book::default()
    }
}

pub(super) fn pay(amount: &str, account: &str, text: &str) -> Payment {
    Payment {
        id: 1,
        own_account: "main".to_owned(),
        booked: date(2025, 5, 22),
        amount: eur(amount),
        payer: String::new(),
        ultimate: String::new(),
        account: account.to_owned(),
        text: text.to_owned(),
        end_to_end: String::new(),
        references: Vec::new(),
        quoted: Vec::new(),
        code: String::new(),
        reversal: false,
        instructed: None,
        charges: None,
        batch_count: 0,
        advices: Vec::new(),
        payout: Vec::new(),
    }
}

/// The rows of the first proposal as `id amount kind`, and whether it is posted.
pub(super) fn first(decision: &Decision) -> (bool, Vec<(u64, String, Kind)>) {
    let rows = decision.alternatives.first().map_or(&[][..], |p| &p.rows);
    let rows = rows.iter();
    let rows = rows.map(|r| (r.item.unwrap_or(0), r.amount.to_string(), r.kind));
    (decision.outcome == Outcome::Posted, rows.collect())
}

pub(super) fn decide(payment: &Payment) -> (bool, Vec<(u64, String, Kind)>) {
    first(&Matcher::new(book()).decide(payment))
}

pub(super) fn row(id: u64, amount: &str, kind: Kind) -> (u64, String, Kind) {
    (id, amount.to_owned(), kind)
}

#[test]
fn a_number_is_read_in_every_mangled_form() {
    for text in [
        "F25/03117",
        "Rechnung f25.03117",
        "F 25 03117",
        "F2503117",
        "F-25-03 117",
        "25/03117",
        "2503117",
        "03117",
        "F 3117",
        "3117",
        "F25/O3ll7",
        "Re. F25/03171 (vertippt)",
        "..117",
        "Beleg 1900112233 F25/03117 vom 10.04.2025",
    ] {
        let expected = (true, vec![row(1, "1190.00", Kind::Payment)]);
        assert_eq!(decide(&pay("1190.00", "DE11", text)), expected, "{text}");
    }
}

#[test]
fn several_numbers_and_ranges_add_up() {
    let expected = vec![
        row(2, "284.41", Kind::Payment),
        row(3, "912.30", Kind::Payment),
        row(4, "77.15", Kind::Payment),
    ];
    for text in [
        "F25/03142, F25/03143, F25/03144",
        "F2503142F2503143F2503144",
        "F25/03142-44",
        "3142 bis 3144",
        "F25/03142 / 143 / 144",
    ] {
        let (posted, mut rows) = decide(&pay("1273.86", "DE11", text));
        rows.sort_by_key(|r| r.0);
        assert_eq!((posted, rows), (true, expected.clone()), "{text}");
    }
}

#[test]
fn differences_follow_the_policy() {
    let due = |amount: &str, day: i8, text: &str| {
        let mut payment = pay(amount, "DE22", text);
        payment.booked = date(2025, 5, day);
        decide(&payment)
    };
    let full = row(6, "2380.00", Kind::Payment);
    for (amount, day, text, rest) in [
        (
            "2332.40",
            20,
            "F25/03199",
            row(6, "-47.60", Kind::EarlyPaymentDiscount),
        ),
        (
            "2332.40",
            23,
            "F25/03199",
            row(6, "-47.60", Kind::EarlyPaymentDiscount),
        ),
        (
            "2332.40",
            24,
            "F25/03199",
            row(6, "-47.60", Kind::ShortPayDispute),
        ),
        ("2379.50", 20, "F25/03199", row(6, "-0.50", Kind::Rounding)),
        (
            "2260.00",
            20,
            "F25/03199 less 120.00 damage",
            row(6, "-120.00", Kind::ShortPayDispute),
        ),
        (
            "2430.00",
            20,
            "F25/03199",
            row(0, "50.00", Kind::OverpaymentOnAccount),
        ),
    ] {
        let expected = (true, vec![full.clone(), rest]);
        assert_eq!(due(amount, day, text), expected, "{amount} on {day}");
    }
    let part = (true, vec![row(6, "1000.00", Kind::Payment)]);
    assert_eq!(due("1000.00", 20, "F25/03199 Teilzahlung"), part);
    let mut charged = pay("2368.00", "DE22", "F25/03199");
    charged.charges = Some(eur("12.00"));
    let expected = (true, vec![full, row(6, "-12.00", Kind::BankFee)]);
    assert_eq!(decide(&charged), expected);
}

#[test]
fn a_credit_memo_taken_silently_is_found() {
    let expected = (
        true,
        vec![
            row(3, "912.30", Kind::Payment),
            row(5, "-46.20", Kind::CreditMemoTaken),
        ],
    );
    assert_eq!(decide(&pay("866.10", "DE11", "F25/03143")), expected);
}

#[test]
fn without_a_number_payer_and_amount_must_be_unique() {
    let expected = (true, vec![row(3, "912.30", Kind::Payment)]);
    assert_eq!(decide(&pay("912.30", "DE11", "Zahlung")), expected);
    let mut by_name = pay("912.30", "", "Zahlung");
    by_name.payer = "BOOTSWERFT HANSEN".to_owned();
    assert_eq!(decide(&by_name), expected);
    let mut stranger = pay("912.30", "", "Zahlung");
    stranger.payer = "Erika Unbekannt".to_owned();
    let (posted, rows) = decide(&stranger);
    assert!(!posted, "only the amount points to it");
    assert_eq!(rows, vec![row(3, "912.30", Kind::Payment)]);
}

#[test]
fn a_number_that_says_otherwise_stays_open() {
    let (posted, rows) = decide(&pay("912.30", "DE11", "F25/03199"));
    assert!(!posted, "the number is another customer's");
    assert_eq!(rows, vec![row(3, "912.30", Kind::Payment)]);
    let (posted, _) = decide(&pay("284.41", "DE11", "F25/03117"));
    assert!(!posted, "the amount is another document's");
}

#[test]
fn an_order_is_a_document_or_a_prepayment() {
    let expected = (true, vec![row(7, "640.05", Kind::Payment)]);
    assert_eq!(decide(&pay("640.05", "DE22", "BST 7781")), expected);
    let expected = (true, vec![row(0, "500.00", Kind::PrepaymentNoInvoice)]);
    assert_eq!(decide(&pay("500.00", "DE22", "Auftrag AU-5512")), expected);
}

#[test]
fn other_money_is_left_alone() {
    let matcher = Matcher::new(book());
    for (amount, account, payer, text, class) in [
        (
            "-9000.00",
            "DE99",
            "Segelmacher AG",
            "Umbuchung",
            OtherCash::OwnTransfer,
        ),
        (
            "-4100.00",
            "DE88",
            "Lohn und Gehalt",
            "Gehalt 05/2025",
            OtherCash::Payroll,
        ),
        (
            "-80.00",
            "",
            "",
            "Entgelt Zahlungsverkehr",
            OtherCash::BankFee,
        ),
        (
            "-640.05",
            "DE77",
            "Farben Koch",
            "Rechnung 99",
            OtherCash::VendorPayment,
        ),
        ("12.11", "", "", "Habenzinsen", OtherCash::Interest),
        ("777.00", "", "Finanzamt Kiel", "Erstattung", OtherCash::Tax),
    ] {
        let mut payment = pay(amount, account, text);
        payment.payer = payer.to_owned();
        let outcome = matcher.decide(&payment).outcome;
        assert_eq!(outcome, Outcome::NotCustomerCash(class), "{text}");
    }
}

#[test]
fn what_is_posted_is_closed_and_comes_back_with_its_signs_turned() {
    let mut matcher = Matcher::new(book());
    let mut payment = pay("912.30", "DE11", "F25/03143");
    payment.payer = "Bootswerft Hansen".to_owned();
    let decision = matcher.decide(&payment);
    matcher.record(&payment, &decision);
    let mut again = payment.clone();
    again.booked = date(2025, 5, 24);
    let expected = (true, vec![row(0, "912.30", Kind::OverpaymentOnAccount)]);
    assert_eq!(first(&matcher.decide(&again)), expected, "paid twice");
    let mut back = payment.clone();
    back.booked = date(2025, 5, 26);
    back.amount = eur("-912.30");
    back.reversal = true;
    let expected = (true, vec![row(3, "-912.30", Kind::Payment)]);
    assert_eq!(first(&matcher.decide(&back)), expected, "returned");
}

#[test]
fn a_payout_pays_its_sales_and_keeps_a_fee_of_nobody() {
    let sale = |reference: &str, gross: &str, fee: &str| PayoutItem {
        kind: PayoutItemKind::Charge,
        reference: reference.to_owned(),
        email: String::new(),
        gross: eur(gross),
        fee: eur(fee),
    };
    let mut payment = pay("1198.80", "", "PAYOUT 31");
    payment.payout = vec![
        sale("F25/03143", "912.30", "-0.00"),
        sale("F25/03142", "284.41", "0.00"),
    ];
    assert!(!decide(&payment).0, "the sum is not the payout");
    payment.amount = eur("1190.00");
    payment.payout[0].fee = eur("6.71");
    let (posted, rows) = decide(&payment);
    assert!(posted);
    assert_eq!(rows[2], row(0, "-6.71", Kind::BankFee));
}

#[test]
fn sums_go_on_the_oldest_documents_only_where_history_shows_it() {
    let payment = pay("1300.00", "DE11", "Zahlung");
    let (posted, rows) = decide(&payment);
    assert!(!posted);
    let oldest = vec![
        row(1, "1190.00", Kind::Payment),
        row(2, "110.00", Kind::Payment),
    ];
    assert_eq!(rows, oldest, "a guess for a person");
    let mut book = book();
    let mut past = Vec::new();
    for (i, (id, amount)) in [(20, "150.00"), (21, "150.00"), (22, "100.00")]
        .into_iter()
        .enumerate()
    {
        let mut item = invoice(
            id,
            0,
            &format!("F25/0{}", 1000 + i),
            date(2025, 2, 1),
            amount,
        );
        item.due = date(2025, 2, 1 + i as i8);
        item.open = eur("0.00");
        book.items.push(item);
    }
    for (day, rows) in [
        (3, [(20, "150.00"), (21, "50.00")]),
        (9, [(21, "100.00"), (22, "100.00")]),
    ] {
        let row = |(id, amount): (u64, &str)| PastRow {
            customer: Some(0),
            item: Some(id),
            amount: eur(amount),
            kind: Kind::Payment,
        };
        past.push(PastPayment {
            booked: date(2025, 3, day),
            payer: "Bootswerft Hansen".to_owned(),
            account: "DE11".to_owned(),
            text: "Zahlung".to_owned(),
            amount: eur("200.00"),
            rows: rows.into_iter().map(row).collect(),
        });
    }
    book.history = past;
    let mut payment = payment;
    payment.amount = eur("1400.00");
    let (posted, rows) = first(&Matcher::new(book).decide(&payment));
    assert!(posted);
    assert_eq!(
        rows,
        vec![
            row(1, "1190.00", Kind::Payment),
            row(2, "210.00", Kind::Payment)
        ]
    );
}

#[test]
fn the_same_book_gives_the_same_answer() {
    let payment = pay("1273.86", "DE11", "3142 bis 3144");
    let shown = |d: &Decision| format!("{d:?}");
    let once = shown(&Matcher::new(book()).decide(&payment));
    let twice = shown(&Matcher::new(book()).decide(&payment));
    assert_eq!(once, twice);
}

#[test]
fn many_at_once_are_decided_as_one_by_one() {
    let texts = ["F25/03142", "3142 bis 3144", "", "F25/03262", "AU-5512"];
    let amounts = [
        "284.41", "1273.86", "640.05", "-284.41", "1190.00", "999.00",
    ];
    let payments: Vec<Payment> = (0..300)
        .map(|i| {
            let account = ["DE11", "DE22", "DE33", "DE44"][i % 4];
            pay(amounts[i % 6], account, texts[i / 7 % 5])
        })
        .collect();
    let mut singly = Matcher::new(book());
    let one_by_one: Vec<Decision> = payments
        .iter()
        .map(|payment| {
            let decision = singly.decide(payment);
            singly.record(payment, &decision);
            decision
        })
        .collect();
    let all: Vec<&Payment> = payments.iter().collect();
    let at_once = Matcher::new(book()).run(&all);
    assert_eq!(format!("{at_once:?}"), format!("{one_by_one:?}"));
}

#[test]
fn a_reason_in_any_words_leaves_a_dispute() {
    for reason in [
        "RC12",
        "RSN 7",
        "Reason: 104",
        "Grund 3",
        "motif 22",
        "Abzug",
        "Kürzung Bruch",
        "déduction avarie",
        "reclamación",
        "contestazione",
        "aftrek schade",
    ] {
        let payment = pay("2300.00", "DE22", &format!("F25/03199 {reason} ok"));
        let decision = Matcher::new(book()).decide(&payment);
        let rows = &decision.alternatives[0].rows;
        assert_eq!(decision.outcome, Outcome::Posted, "{reason}");
        assert!(
            rows.iter().any(|r| r.kind == Kind::ShortPayDispute),
            "{reason}"
        );
    }
}
