//! Less than is quoted, or more: which deduction it is, which document bears it, and what makes it
//! a person's.

use jiff::civil::date;

use super::tests::{book, customer, eur, first, invoice, pay, row};
use super::*;

/// What is said of a payment, and why it waits.
fn told(book: &Book, payment: &Payment) -> (Outcome, String) {
    let decision = Matcher::new(book.clone()).decide(payment);
    (decision.outcome, decision.waits)
}

/// What is told of a payment that is only proposed.
fn waits(why: &str) -> (Outcome, String) {
    (Outcome::Proposed, why.to_owned())
}

fn decided(
    book: &Book,
    amount: &str,
    account: &str,
    text: &str,
) -> (bool, Vec<(u64, String, Kind)>) {
    first(&Matcher::new(book.clone()).decide(&pay(amount, account, text)))
}

#[test]
fn two_credit_memos_may_make_the_difference() {
    let mut book = book();
    let memo = |id: u64, customer: usize, amount: &str| {
        let due = date(2025, 5, 22);
        invoice(id, customer, &format!("G25/002{id}"), due, amount)
    };
    book.items.push(memo(50, 0, "-30.10"));
    let taken = |ids: &[(u64, &str)]| {
        let memos = ids
            .iter()
            .map(|(id, amount)| row(*id, amount, Kind::CreditMemoTaken));
        let rows = [row(3, "912.30", Kind::Payment)].into_iter().chain(memos);
        (true, rows.collect::<Vec<_>>())
    };
    let both = taken(&[(5, "-46.20"), (50, "-30.10")]);
    assert_eq!(decided(&book, "836.00", "DE11", "F25/03143"), both);
    let one = taken(&[(50, "-30.10")]);
    assert_eq!(decided(&book, "882.20", "DE11", "F25/03143"), one);
    // A credit memo of somebody else's is not taken.
    book.items.push(memo(51, 1, "-60.60"));
    let (_, rows) = decided(&book, "851.70", "DE11", "F25/03143");
    assert!(rows.iter().all(|row| row.0 != 51), "{rows:?}");
    // Of two of the amount a person says which.
    book.items.push(memo(52, 0, "-30.10"));
    let said = told(&book, &pay("882.20", "DE11", "F25/03143"));
    assert_eq!(said, waits("Several credit memos make the difference"));
}

/// The book with the second customer in another country than most.
fn abroad() -> Book {
    let mut book = book();
    book.customers[1].country = "AT".to_owned();
    book
}

#[test]
fn a_fee_is_kept_of_payments_from_abroad_and_within_the_tolerance() {
    let fee = |amount: &str| {
        let rows = vec![
            row(6, "2380.00", Kind::Payment),
            row(6, amount, Kind::BankFee),
        ];
        (true, rows)
    };
    let in_part = |amount: &str| (true, vec![row(6, amount, Kind::Payment)]);
    let paid = |book: &Book, amount: &str| decided(book, amount, "DE22", "F25/03199");
    assert_eq!(paid(&abroad(), "2365.00"), fee("-15.00"));
    assert_eq!(paid(&abroad(), "2355.00"), fee("-25.00"));
    assert_eq!(paid(&abroad(), "2354.99"), in_part("2354.99"));
    assert_eq!(paid(&book(), "2365.00"), in_part("2365.00"), "at home");
}

#[test]
fn what_speaks_against_a_fee() {
    let paid = |book: &Book, account: &str, text: &str| told(book, &pay("2365.00", account, text));
    let cut = waits("The text is cut: it may have given another reason");
    assert_eq!(paid(&abroad(), "DE22", "F25/03199 F"), cut);
    // Another document is open by just what is paid.
    let mut book = abroad();
    book.items
        .push(invoice(60, 1, "F25/04700", date(2025, 6, 9), "2365.00"));
    let another = waits("Another document of the payer has exactly this amount");
    assert_eq!(paid(&book, "DE22", "F25/03199"), another);
    // Of a payer nobody knows the country says nothing.
    let unknown = waits("The payer is unknown");
    assert_eq!(paid(&abroad(), "", "F25/03199"), unknown);
}

#[test]
fn a_fee_stands_on_the_first_document_that_bears_it() {
    let book = abroad();
    let (posted, rows) = decided(&book, "3000.05", "DE22", "F25/03251 F25/03199");
    assert!(posted);
    assert_eq!(rows[2], row(7, "-20.00", Kind::BankFee), "the first quoted");
    let mut small = book;
    small.items[6].amount = eur("15.05");
    small.items[6].open = eur("15.05");
    let (posted, rows) = decided(&small, "2375.05", "DE22", "F25/03251 F25/03199");
    assert!(posted);
    assert_eq!(
        rows[2],
        row(6, "-20.00", Kind::BankFee),
        "15.05 do not bear 20.00"
    );
}

#[test]
fn a_deduction_that_a_text_states_is_just_that_amount() {
    let said = |text: &str| told(&book(), &pay("2260.00", "DE22", text));
    let another = (
        Outcome::Proposed,
        "The text states another amount".to_owned(),
    );
    assert_eq!(said("F25/03199 less 120.00 damage").0, Outcome::Posted);
    assert_eq!(
        said("F25/03199 damage").0,
        Outcome::Posted,
        "no amount is stated"
    );
    assert_eq!(said("F25/03199 less 110.00 damage"), another);
    for reason in ["retenue", "boete", "Mangel", "our debit note 17"] {
        let text = format!("F25/03199 {reason} ok");
        let (posted, rows) = decided(&book(), "2260.00", "DE22", &text);
        assert!(posted, "{reason}");
        assert_eq!(
            rows[1],
            row(6, "-120.00", Kind::ShortPayDispute),
            "{reason}"
        );
    }
    // The document's own amount and the payment's say nothing else.
    assert_eq!(said("F25/03199 2380.00 damage 2260.00").0, Outcome::Posted);
}

#[test]
fn a_discount_taken_too_late_stays_open_for_each_document() {
    let mut book = book();
    for (place, amount) in [(0, "23.80"), (2, "18.25")] {
        book.items[place].discount = Some(Discount {
            amount: eur(amount),
            until: date(2025, 5, 2),
        });
    }
    let quoted = "F25/03117 F25/03143";
    let refused = |id: u64, amount: &str| row(id, amount, Kind::ShortPayDispute);
    let (posted, rows) = decided(&book, "2060.25", "DE11", quoted);
    assert!(posted);
    assert_eq!(rows[2..], [refused(1, "-23.80"), refused(3, "-18.25")]);
    // That of one document alone.
    let (posted, rows) = decided(&book, "2084.05", "DE11", quoted);
    assert!(posted);
    assert_eq!(rows[2..], [refused(3, "-18.25")]);
    // What is left of a document bears no discount.
    book.items[2].open = eur("900.00");
    let (_, rows) = decided(&book, "881.75", "DE11", "F25/03143");
    assert_eq!(rows, [row(3, "881.75", Kind::Payment)]);
}

#[test]
fn of_two_discounts_the_one_in_time_is_taken() {
    let mut book = book();
    let offered = |amount: &str, until| {
        Some(Discount {
            amount: eur(amount),
            until,
        })
    };
    let mut paid = |amount: &str, first, later| {
        book.items[0].discount = offered("35.70", first);
        book.items[0].later_discount = offered("23.80", later);
        let (posted, rows) = decided(&book, amount, "DE11", "F25/03117");
        assert!(posted, "{amount}");
        rows.last().cloned().expect("a row")
    };
    let (past, now) = (date(2025, 5, 2), date(2025, 12, 31));
    let granted = |amount: &str| row(1, amount, Kind::EarlyPaymentDiscount);
    let refused = |amount: &str| row(1, amount, Kind::ShortPayDispute);
    assert_eq!(paid("1154.30", now, now), granted("-35.70"));
    assert_eq!(paid("1166.20", past, now), granted("-23.80"));
    // Who may take the larger one may take the smaller one.
    assert_eq!(paid("1166.20", now, now), granted("-23.80"));
    assert_eq!(paid("1154.30", past, now), refused("-35.70"));
    assert_eq!(paid("1166.20", past, past), refused("-23.80"));
}

#[test]
fn the_rest_of_what_is_quoted_may_be_one_more_document() {
    let book = book();
    let paid = |book: &Book, amount: &str, text: &str| told(book, &pay(amount, "DE11", text));
    assert_eq!(paid(&book, "1474.41", "F25/03117").0, Outcome::Posted);
    // Two that are alike of one customer are one as good as the other.
    let mut equal = book.clone();
    equal.items[3].amount = eur("284.41");
    equal.items[3].open = eur("284.41");
    assert_eq!(paid(&equal, "1474.41", "F25/03117").0, Outcome::Posted);
    // The document once more, or one of its amount.
    equal.items[0].amount = eur("284.41");
    equal.items[0].open = eur("284.41");
    let twice = waits("It may be the same document paid twice");
    assert_eq!(paid(&equal, "568.82", "F25/03117"), twice);
    // Three more are too many to be told.
    let vague = waits("Nothing says which documents make up the rest");
    let mut many = book.clone();
    many.items
        .push(invoice(60, 0, "F25/04700", date(2025, 6, 9), "5117.03"));
    assert_eq!(paid(&many, "2463.86", "F25/03117"), vague);
    // Two more where the text is whole, but not where it was cut.
    assert_eq!(paid(&book, "2386.71", "F25/03117").0, Outcome::Posted);
    assert_eq!(paid(&book, "2386.71", "F25/03117 F"), vague);
}

#[test]
fn what_an_earlier_proposal_claims_does_not_make_up_the_rest() {
    let mut matcher = Matcher::new(book());
    // Only the amount points to the document.
    let stranger = pay("284.41", "", "");
    let decision = matcher.decide(&stranger);
    assert_eq!(decision.outcome, Outcome::Proposed);
    matcher.record(&stranger, &decision);
    let decision = matcher.decide(&pay("1474.41", "DE11", "F25/03117"));
    assert_eq!(decision.outcome, Outcome::Proposed);
    assert_eq!(
        decision.waits,
        "An earlier proposal claims one of these documents"
    );
}

#[test]
fn what_speaks_against_a_part_payment() {
    let book = book();
    let paid = |amount: &str, text: &str| told(&book, &pay(amount, "DE11", text));
    assert_eq!(paid("700.00", "F25/03117").0, Outcome::Posted);
    let which = waits("Nothing says which document was paid in part");
    assert_eq!(paid("1400.00", "F25/03117 F25/03143"), which);
    let others = waits("Other documents are quoted too");
    assert_eq!(
        paid("700.00", "F25/03117 F25/03262"),
        others,
        "somebody else's"
    );
    assert_eq!(paid("700.00", "F25/03117 F25/02001"), others, "a paid one");
    let another = waits("Another document of the payer has exactly this amount");
    assert_eq!(paid("284.41", "F25/03117"), another);
    let cut = waits("The text is cut: more may have been said");
    assert_eq!(paid("700.00", "F25/03117 F"), cut);
    // A text that says so says enough.
    for part in [
        "a cuenta",
        "a conto",
        "on account",
        "Abschlag",
        "part payment",
    ] {
        let text = format!("F25/03117 {part} F");
        assert_eq!(paid("700.00", &text).0, Outcome::Posted, "{part}");
    }
    let instalment = waits("It is no such instalment of the document quoted");
    assert_eq!(paid("700.00", "F25/03117 Rate 1/2"), instalment);
    assert_eq!(paid("595.00", "F25/03117 Rate 1/2").0, Outcome::Posted);
    assert_eq!(
        paid("594.50", "F25/03117 Rate 1/2").0,
        Outcome::Posted,
        "rounded"
    );
}

#[test]
fn what_speaks_against_money_left_over() {
    let book = book();
    let paid = |amount: &str, text: &str| told(&book, &pay(amount, "DE22", text));
    assert_eq!(paid("2430.00", "F25/03199").0, Outcome::Posted);
    let others = waits("Other documents are quoted too");
    assert_eq!(
        paid("2430.00", "F25/03199 F25/03117"),
        others,
        "somebody else's"
    );
    assert_eq!(paid("2430.00", "F25/03199 F25/02001"), others, "a paid one");
    let cut = waits("The text is cut: more documents may have been quoted");
    assert_eq!(paid("2430.00", "F25/03199 F"), cut);
    // A quarter and more is left over, and could pay the other document, of 640.05.
    let much = waits("So much is left over that other documents may be meant");
    assert_eq!(paid("3020.06", "F25/03199"), much);
    assert_eq!(
        paid("3020.04", "F25/03199").0,
        Outcome::Posted,
        "it could not"
    );
    // Where the open documents cannot be meant a quarter is nothing to ask about.
    let mut alone = book.clone();
    alone.items[6].open = eur("0.00");
    let told = told(&alone, &pay("3020.06", "DE22", "F25/03199"));
    assert_eq!(told.0, Outcome::Posted);
}

#[test]
fn somebody_in_between_keeps_a_fiftieth_at_most() {
    // 3660.10 of two customers, paid by somebody else.
    let paid = |amount: &str| decided(&book(), amount, "", "F25/03199 F25/03251 F25/03262");
    let kept = |rows: &[(u64, String, Kind)]| rows.last().map(|row| (row.2, row.1.clone()));
    let (posted, rows) = paid("3586.90");
    assert!(posted, "{rows:?}");
    assert_eq!(kept(&rows), Some((Kind::BankFee, "-73.20".to_owned())));
    let (posted, rows) = paid("3586.89");
    assert!(!posted, "{rows:?}");
    // The payer's own documents are not among them.
    let mut book = book();
    book.customers
        .push(customer("K70014", "Nordhafen Factoring AG", "DE44"));
    let quotes = "F25/03199 F25/03251 F25/03262";
    assert!(decided(&book, "3586.90", "DE44", quotes).0);
}

#[test]
fn a_percentage_that_makes_the_difference_is_claimed_of_each_document() {
    let mut book = book();
    book.items
        .push(invoice(50, 1, "F25/03300", date(2025, 6, 1), "99.90"));
    let claimed = |less: &[(u64, &str, &str)]| {
        let paid = less
            .iter()
            .map(|(id, gross, _)| row(*id, gross, Kind::Payment));
        let kept = less
            .iter()
            .map(|(id, _, less)| row(*id, less, Kind::ShortPayDispute));
        (true, paid.chain(kept).collect::<Vec<_>>())
    };
    let one = claimed(&[(6, "2380.00", "-119.00")]);
    let two = claimed(&[(6, "2380.00", "-119.00"), (50, "99.90", "-5.00")]);
    for (amount, text, expected) in [
        ("2261.00", "F25/03199 abzgl. 5% Sicherheitseinbehalt", &one),
        ("2261.00", "F25/03199 less 5 pct retention", &one),
        ("2261.00", "F25/03199 ./. 5,0 % lt. Vertrag", &one),
        ("2355.90", "F25/03199 F25/03300 less 5% retention", &two),
    ] {
        let paid = decided(&book, amount, "DE22", text);
        assert_eq!(paid, *expected, "{text}");
    }
    let tax = decided(&book, "2261.00", "DE22", "F25/03199 TDS 5%");
    assert!(!tax.0, "at no rate that is known: {tax:?}");
    let part = decided(&book, "2261.00", "DE22", "F25/03199 95 pct of it");
    assert_eq!(part, (true, vec![row(6, "2261.00", Kind::Payment)]));
}

#[test]
fn what_the_text_puts_on_top_stays_on_account() {
    let mut book = book();
    let on_top = vec![
        row(6, "2380.00", Kind::Payment),
        row(0, "40.00", Kind::OverpaymentOnAccount),
    ];
    // As long as a field of 35 characters, so that more may have been said.
    for (text, posts) in [
        ("F25/03199 zzgl. Mahngebuehr 40,00  ", true),
        ("F25/03199 zzgl. Verzugszinsen lt. R", true),
        ("F25/03199 plus 40.00 as agreed with", true),
        ("F25/03199 und wie besprochen noch d", false),
    ] {
        assert_eq!(text.len(), 35, "{text}");
        let expected = (posts, on_top.clone());
        assert_eq!(decided(&book, "2420.00", "DE22", text), expected, "{text}");
    }
    // A document of the amount may be the charge, or be met by accident.
    let due = date(2025, 5, 22);
    book.items.push(invoice(50, 1, "F25/03300", due, "40.00"));
    let said = told(
        &book,
        &pay("2420.00", "DE22", "F25/03199 incl. late fee 40.00"),
    );
    assert_eq!(
        said,
        waits("It speaks of a charge for paying late, which may be the rest")
    );
    assert!(decided(&book, "2420.00", "DE22", "F25/03199").0);
}

#[test]
fn of_nobody_known_a_word_for_a_claim_is_not_enough() {
    let mut payment = pay("200.00", "", "Schaden F25/03142");
    payment.payer = "Ostra Versicherung AG".to_owned();
    let waits = first(&Matcher::new(book()).decide(&payment));
    assert!(!waits.0, "{waits:?}");
    "Schaden 84,41 zu F25/03142".clone_into(&mut payment.text);
    let stated = first(&Matcher::new(book()).decide(&payment));
    let rows = vec![
        row(2, "284.41", Kind::Payment),
        row(2, "-84.41", Kind::ShortPayDispute),
    ];
    assert_eq!(stated, (true, rows), "the amount says it");
}
