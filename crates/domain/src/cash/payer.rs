//! Who paid: by customer number, by whom it is paid for, by account, by name.
//!
//! The surest evidence present decides; where two agree, only what both say remains. A payer may
//! stand for several customers (a shared account, a namesake), and then all of them stay.

use super::index::Index;
use super::keys;
use super::model::Payment;
use super::names::{self, Likeness};
use super::text;

/// What the payer was recognised by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum How {
    /// Nothing points to a customer.
    Unknown,
    /// By the name, more or less.
    Name(Likeness),
    /// By the bank account alone.
    Account,
    /// By account and name.
    Both,
    /// The payer names whom it pays for.
    Ultimate,
    /// The customer number stands in the text.
    Number,
}

/// The customers a payer may stand for.
#[derive(Clone, Debug)]
pub(super) struct Payers {
    /// Whom the payer's own evidence points to.
    pub(super) ids: Vec<u32>,
    /// By what.
    pub(super) how: How,
    /// `ids` and those they may pay for.
    pub(super) pool: Vec<u32>,
    /// Where in the text the customer number stands: these digits are no document.
    pub(super) number_at: Option<(usize, usize)>,
}

const MOST: usize = 40;

/// Recognises the payer of a payment.
pub(super) fn identify(index: &Index, payment: &Payment) -> Payers {
    let number = customer_number(index, &payment.text);
    let (ids, how) = match number {
        Some((customer, ..)) => (vec![customer], How::Number),
        None => recognise(index, payment),
    };
    let mut pool: Vec<u32> = Vec::new();
    for id in ids.iter().take(MOST) {
        for one in std::iter::once(id).chain(&index.children[*id as usize]) {
            if !pool.contains(one) {
                pool.push(*one);
            }
        }
    }
    Payers {
        ids,
        how,
        pool,
        number_at: number.map(|(_, start, end)| (start, end)),
    }
}

fn recognise(index: &Index, payment: &Payment) -> (Vec<u32>, How) {
    if !payment.ultimate.is_empty() {
        let (ids, _) = index.names.find(&payment.ultimate);
        if !ids.is_empty() {
            return (ids, How::Ultimate);
        }
    }
    let (mut named, likeness) = index.names.find(&payment.payer);
    let in_text = name_in_text(index, &payment.text);
    if !in_text.is_empty() {
        let both: Vec<u32> = named
            .iter()
            .copied()
            .filter(|c| in_text.contains(c))
            .collect();
        named = if both.is_empty() { in_text } else { both };
    }
    let owners = index.accounts.get(&keys::alnum(&payment.account));
    let owners = owners.map_or(&[][..], Vec::as_slice);
    if owners.is_empty() {
        let how = if named.is_empty() {
            How::Unknown
        } else {
            How::Name(likeness)
        };
        return (named, how);
    }
    let both: Vec<u32> = owners
        .iter()
        .copied()
        .filter(|c| named.contains(c))
        .collect();
    if both.is_empty() {
        (owners.to_vec(), How::Account)
    } else {
        (both, How::Both)
    }
}

/// Words that announce a customer number.
const LABELS: &[&str] = &[
    "KD",
    "KDNR",
    "KUNDE",
    "KUNDEN",
    "KUNDENNR",
    "KUNDENNUMMER",
    "CLIENT",
    "CLIENTE",
    "CUSTOMER",
    "CUST",
    "ACCT",
    "ACCOUNT",
    "DEBITOR",
    "DEBTOR",
    "KLANT",
    "KLIENT",
];

/// The customer whose number the text quotes: whole, or its digits behind a word that says so.
pub(super) fn customer_number(index: &Index, text: &str) -> Option<(u32, usize, usize)> {
    let pieces = text::pieces(text);
    for from in 0..pieces.len() {
        let mut joined = String::new();
        for to in from..pieces.len().min(from + 3) {
            if to > from && pieces[to].start - pieces[to - 1].end > 1 {
                break;
            }
            joined.push_str(&pieces[to].text);
            if to > from
                && let Some(customer) = index.customer_numbers.get(&joined)
            {
                return Some((*customer, pieces[from].start, pieces[to].end));
            }
        }
        let labelled = pieces[from.saturating_sub(2)..from]
            .iter()
            .any(|p| LABELS.contains(&p.text.as_str()));
        if labelled && pieces[from].digits {
            let piece = &pieces[from];
            let whole = index.customer_numbers.get(&piece.text);
            let digits = index
                .customer_digits
                .get(&piece.text)
                .and_then(Option::as_ref);
            if let Some(customer) = whole.or(digits) {
                return Some((*customer, piece.start, piece.end));
            }
        }
    }
    None
}

/// A customer's name inside the remittance text.
fn name_in_text(index: &Index, text: &str) -> Vec<u32> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() < 2 || words.len() > 14 {
        return Vec::new();
    }
    for from in 0..words.len() {
        if words[from].chars().all(|c| !c.is_alphabetic()) {
            continue;
        }
        let rest = words[from..].join(" ");
        let key = names::key(&rest);
        if key.len() < 5 {
            continue;
        }
        let same = index.names.same(&key);
        if !same.is_empty() {
            return same.to_vec();
        }
        if from > 0 && from <= 5 {
            let (ids, likeness) = index.names.find_written(&rest);
            let enough = match likeness {
                Likeness::Cut => key.len() >= 9,
                Likeness::Abbreviated => key.contains(' ') && key.len() >= 9,
                _ => false,
            };
            if enough && ids.len() <= 3 && !ids.is_empty() {
                return ids;
            }
        }
    }
    Vec::new()
}
