//! The rules tried on payments that persons have already applied: how often each ground is right
//! in this book.
//!
//! The last payments of the history are decided as if they came anew, each knowing only what came
//! before it, with the documents open as they were. What a person did is the truth.

use super::confidence::{Calibration, Ground};
use super::context::Context;
use super::decide::{self, Matcher};
use super::decision::{Kind, Row};
use super::index::Index;
use super::keys::Map;
use super::model::{PastPayment, PastRow, Payment, Settled};
use super::{quoted, text};

/// At most so many payments are tried: enough to count, and done in a blink.
const MOST: usize = 3_000;
/// Two of three payments are left to learn from.
const SHARE: usize = 3;

/// How many of the payments, the last ones, are tried.
pub(super) fn length(history: usize) -> usize {
    (history / SHARE).min(MOST)
}

/// Tries the rules on these payments, learns from each afterwards, and leaves the documents as
/// they are now. What was settled later by the matcher itself was open then, too.
pub(super) fn run(
    matcher: &mut Matcher,
    payments: &[PastPayment],
    settled: &[Settled],
) -> Calibration {
    let now = reopen(&mut matcher.index, payments, settled);
    let mut calibration = Calibration::default();
    for past in payments {
        if is_comparable(&matcher.index, past)
            && let Some((ground, rows)) = posted(matcher, &payment(past))
        {
            calibration.count(ground, is_right(&rows, past));
        }
        matcher.learn(past);
        for row in &past.rows {
            if let Some((doc, amount)) = taken(&matcher.index, &applied(row)) {
                let doc = &mut matcher.index.docs[doc as usize];
                doc.open -= amount.unwrap_or(doc.open);
            }
        }
    }
    for (doc, (open, amount)) in now {
        let doc = &mut matcher.index.docs[doc as usize];
        (doc.open, doc.amount) = (open, amount);
    }
    matcher.index.reopened(&[]);
    calibration
}

/// A row of the history, which keeps no amounts in another currency.
fn applied(row: &PastRow) -> Row {
    Row {
        customer: row.customer,
        item: row.item,
        amount: row.amount,
        document_amount: None,
        kind: row.kind,
    }
}

/// What a row took off its document; no amount where it was in another currency, which is taken
/// for all of it.
pub(super) fn taken(index: &Index, row: &Row) -> Option<(u32, Option<i64>)> {
    let doc = *index.by_id.get(&row.item?)?;
    let amount = row.document_amount.unwrap_or(row.amount);
    let same = index.docs[doc as usize].currency == amount.currency();
    row.kind
        .takes()
        .then(|| (doc, same.then(|| amount.minor())))
}

/// Open and face amount of documents.
type Amounts = Map<u32, (i64, i64)>;

/// Opens the documents as they were before these payments; gives back how they are now.
fn reopen(index: &mut Index, payments: &[PastPayment], settled: &[Settled]) -> Amounts {
    let mut now: Amounts = Map::default();
    let history = payments.iter().flat_map(|past| &past.rows).map(applied);
    let since = settled.iter().flat_map(|earlier| &earlier.rows).copied();
    for row in since.chain(history) {
        let Some((doc, amount)) = taken(index, &row) else {
            continue;
        };
        let place = &mut index.docs[doc as usize];
        now.entry(doc).or_insert((place.open, place.amount));
        place.open = amount.map_or(place.amount, |amount| place.open + amount);
        // A document that was taken over with what was left of it had been for more.
        if place.open.abs() > place.amount.abs() {
            place.amount = place.open;
        }
    }
    let docs: Vec<u32> = now.keys().copied().collect();
    index.reopened(&docs);
    now
}

/// The payment as the bank brought it.
fn payment(past: &PastPayment) -> Payment {
    Payment {
        id: 0,
        own_account: String::new(),
        booked: past.booked,
        amount: past.amount,
        payer: past.payer.clone(),
        ultimate: String::new(),
        account: past.account.clone(),
        text: past.text.clone(),
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

/// Does the history keep all that the bank said? Foreign amounts and rates it does not.
fn is_comparable(index: &Index, past: &PastPayment) -> bool {
    let docs = past
        .rows
        .iter()
        .filter_map(|row| index.by_id.get(&row.item?));
    let mut currencies = docs.map(|doc| index.docs[*doc as usize].currency);
    past.amount.is_positive() && currencies.all(|currency| currency == past.amount.currency())
}

/// What would be posted, and on which ground.
fn posted(matcher: &Matcher, payment: &Payment) -> Option<(Ground, Vec<Row>)> {
    let text = quoted::text(payment);
    let pieces = text::pieces(&text);
    let mut context = Context::new(matcher, payment, &text, &pieces);
    let findings = decide::find(&mut context).ok()?;
    let first = decide::ranked(&context, findings).into_iter().next()?;
    first.posts().then_some((first.ground, first.rows))
}

/// Did the person lay the same cash on the same documents, and give up no less? Which of several
/// documents a rounding difference stands on is all the same.
fn is_right(rows: &[Row], past: &PastPayment) -> bool {
    let mut cash: Map<(Option<usize>, Option<u64>), i64> = Map::default();
    let mut given_up = 0;
    let mine = rows
        .iter()
        .map(|r| (r.customer, r.item, r.kind, r.amount.minor()));
    let truth = past.rows.iter();
    let truth = truth.map(|r| (r.customer, r.item, r.kind, -r.amount.minor()));
    for (customer, item, kind, amount) in mine.chain(truth) {
        if kind != Kind::Rounding {
            *cash.entry((customer, item)).or_default() += amount;
        }
        if is_given_up(kind) {
            given_up -= amount;
        }
    }
    // What is shared out over documents may differ by its rounding.
    given_up <= 2 && cash.values().all(|rest| rest.abs() <= 2)
}

/// Does a row of this kind give up money?
fn is_given_up(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::EarlyPaymentDiscount
            | Kind::BankFee
            | Kind::WithholdingTax
            | Kind::Rounding
            | Kind::WriteOff
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::decision::Outcome;
    use super::super::model::{Book, Customer, Item, ItemKind};
    use super::*;
    use crate::money::{Currency, Money};

    const LINES: i64 = 180;

    fn money(minor: i64) -> Money {
        Money::new(minor, Currency::parse("EUR").expect("EUR"))
    }

    fn item(id: u64, open: i64) -> Item {
        let amount = money(10_001 + 137 * i64::try_from(id).expect("small"));
        Item {
            id,
            customer: 0,
            number: format!("R-{:05}", 40_000 + 7 * id),
            kind: ItemKind::Invoice,
            issued: date(2025, 1, 2),
            due: date(2025, 2, 1),
            amount,
            open: if open == 0 { money(0) } else { amount },
            po: String::new(),
            contract: String::new(),
            discount: None,
            later_discount: None,
        }
    }

    /// A book in which each document was paid without a word, and what a person made of it.
    fn book(applied: impl Fn(&Item) -> (Option<u64>, Kind), open: i64) -> Book {
        let all: Vec<Item> = (1..=LINES.cast_unsigned())
            .map(|id| item(id, open))
            .collect();
        let history = all.iter().map(|item| {
            let (document, kind) = applied(item);
            PastPayment {
                booked: date(2025, 2, 1),
                payer: "Moorhof Torfwerke".to_owned(),
                account: "DE77".to_owned(),
                text: "Danke".to_owned(),
                amount: item.amount,
                rows: vec![PastRow {
                    customer: Some(0),
                    item: document,
                    amount: item.amount,
                    kind,
                }],
            }
        });
        let customer = Customer {
            number: "K1".to_owned(),
            name: "Moorhof Torfwerke GmbH".to_owned(),
            ..Customer::default()
        };
        Book {
            history: history.collect(),
            customers: vec![customer],
            items: all.iter().cloned().chain([item(900, 1)]).collect(),
            ..Book::default()
        }
    }

    fn silent(item: &Item) -> Payment {
        let mut anew = payment(&PastPayment {
            booked: date(2025, 3, 1),
            payer: String::new(),
            account: "DE77".to_owned(),
            text: "Vielen Dank".to_owned(),
            amount: item.amount,
            rows: Vec::new(),
        });
        anew.id = 1;
        anew
    }

    #[test]
    fn a_ground_that_persons_contradict_is_no_longer_posted() {
        let agreed = book(|item| (Some(item.id), Kind::Payment), 0);
        let decision = Matcher::new(agreed).decide(&silent(&item(900, 1)));
        assert_eq!(decision.outcome, Outcome::Posted);
        assert!(decision.alternatives[0].confidence.ten_thousandths() > 9985);

        let contradicted = book(|_| (None, Kind::OverpaymentOnAccount), 1);
        let decision = Matcher::new(contradicted).decide(&silent(&item(900, 1)));
        assert_eq!(decision.outcome, Outcome::Proposed);
        assert!(decision.alternatives[0].confidence.ten_thousandths() < 9000);
        assert_eq!(
            decision.waits,
            "Persons have decided such payments otherwise"
        );
    }

    #[test]
    fn after_the_trial_the_documents_are_open_as_before() {
        let matcher = Matcher::new(book(|item| (Some(item.id), Kind::Payment), 0));
        let open = |doc: &super::super::index::Doc| doc.open != 0;
        assert_eq!(matcher.index.docs.iter().filter(|doc| open(doc)).count(), 1);
        let trial = length(usize::try_from(LINES).expect("small"));
        assert_eq!(trial, 60);
    }

    #[test]
    fn a_document_taken_over_with_its_rest_is_tried_as_it_had_been() {
        let mut book = book(|item| (Some(item.id), Kind::Payment), 1);
        for (past, item) in book.history.iter_mut().zip(&book.items) {
            past.text = format!("{} Teilzahlung", item.number);
        }
        let confidences = Matcher::new(book).confidences();
        let tried: Vec<_> = confidences.iter().filter(|on| on.tried > 0).collect();
        assert_eq!(tried.len(), 1, "{tried:?}");
        assert_eq!(
            (tried[0].ground, tried[0].right, tried[0].tried),
            ("One document quoted, paid in part", 60, 60)
        );
    }
}
