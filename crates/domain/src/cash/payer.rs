//! Who paid: by customer number, by whom it is paid for, by account, by name.
//!
//! The surest evidence present decides; where two agree, only what both say remains. A payer may
//! stand for several customers (a shared account, a namesake), and then all of them stay.

use super::index::Index;
use super::keys;
use super::model::Payment;
use super::names::{self, Likeness};
use super::text::Piece;

/// The customers a payer may stand for.
#[derive(Clone, Debug)]
pub(super) struct Payers {
    /// Whom the payer's own evidence points to.
    pub(super) ids: Vec<u32>,
    /// By nothing but a name.
    pub(super) by_name: bool,
    /// By a name that is not written as ours is: shortened, longer, initials, a slip of the pen.
    pub(super) vaguely: bool,
    /// `ids` and those they may pay for.
    pub(super) pool: Vec<u32>,
    /// Where in the text the customer number stands: these digits are no document.
    pub(super) number_at: Option<(usize, usize)>,
}

/// Customers of one name or account that are looked at: of more nobody could say which one pays.
const MOST: usize = 40;

/// Recognises the payer of a payment.
pub(super) fn identify(index: &Index, payment: &Payment, pieces: &[Piece<'_>]) -> Payers {
    let number = customer_number(index, pieces);
    let (ids, by) = match number {
        Some((customer, ..)) => (vec![customer], By::More),
        None => recognise(index, payment),
    };
    let number = number.or_else(|| bare_number(index, pieces, &ids));
    let (ids, by) = match number {
        Some((customer, ..)) => (vec![customer], By::More),
        None => (ids, by),
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
        by_name: by != By::More,
        vaguely: by == By::Likeness,
        pool,
        number_at: number.map(|(_, start, end)| (start, end)),
    }
}

/// The number of the customer who pays, with no word that says so: it is no document.
fn bare_number(index: &Index, pieces: &[Piece<'_>], ids: &[u32]) -> Option<(u32, usize, usize)> {
    pieces.iter().filter(|p| p.digits).find_map(|piece| {
        let customer = *index.customer_numbers.get(piece.text.as_ref())?;
        let known = ids.contains(&customer);
        known.then_some((customer, piece.start, piece.end))
    })
}

/// What points to a payer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    /// A name that is like ours.
    Likeness,
    /// A name as ours is written, or the beginning of it.
    Name,
    /// A number, an account, a field for whom it is paid.
    More,
}

/// The customers, and what points to them.
fn recognise(index: &Index, payment: &Payment) -> (Vec<u32>, By) {
    if !payment.ultimate.is_empty() {
        let (ids, _) = index.names.find(&payment.ultimate);
        if !ids.is_empty() {
            return (ids, By::More);
        }
    }
    let principal = index.names.principal(&payment.payer);
    if !principal.is_empty() {
        return (principal, By::Name);
    }
    let owners = index.accounts.get(&keys::alnum(&payment.account));
    let owners = owners.map_or(&[][..], Vec::as_slice);
    if let [one] = owners {
        return (vec![*one], By::More);
    }
    let (mut named, likeness) = index.names.find(&payment.payer);
    let mut by = if likeness < Likeness::Cut {
        By::Likeness
    } else {
        By::Name
    };
    let mut in_text = index.names.principal_in(&payment.text);
    if in_text.is_empty() {
        in_text = name_in_text(index, &payment.text);
    }
    if !in_text.is_empty() {
        let both: Vec<u32> = named
            .iter()
            .copied()
            .filter(|c| in_text.contains(c))
            .collect();
        named = if both.is_empty() { in_text } else { both };
        by = By::Name;
    }
    if owners.is_empty() {
        let by = if named.is_empty() { By::More } else { by };
        return (named, by);
    }
    let both: Vec<u32> = owners
        .iter()
        .copied()
        .filter(|c| named.contains(c))
        .collect();
    let ids = if both.is_empty() {
        owners.to_vec()
    } else {
        both
    };
    (ids, By::More)
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
    "KLANTNR",
    "KLANTNUMMER",
    "DEBITEUR",
    "DEBITEURNR",
    "DEBITORNR",
    "CUSTNO",
    "KLIENT",
];

/// The customer whose number the text quotes: whole, or its digits behind a word that says so.
pub(super) fn customer_number(index: &Index, pieces: &[Piece<'_>]) -> Option<(u32, usize, usize)> {
    let mut joined = String::new();
    for from in 0..pieces.len() {
        joined.clear();
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
            .any(|p| LABELS.contains(&p.text.as_ref()));
        if labelled && pieces[from].digits {
            let piece = &pieces[from];
            let whole = index.customer_numbers.get(piece.text.as_ref());
            let digits = index
                .customer_digits
                .get(piece.text.as_ref())
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
    let count = text.split_whitespace().take(15).count();
    if !(2..=14).contains(&count) {
        return Vec::new();
    }
    let ends = names::Ends::new(text);
    for (from, word) in text.split_whitespace().enumerate() {
        if word.chars().all(|c| !c.is_alphabetic()) {
            continue;
        }
        let key = ends.key_from(from);
        if key.len() < 5 {
            continue;
        }
        let same = index.names.same(&key);
        if !same.is_empty() {
            return same.to_vec();
        }
        if from > 0 && from <= 5 {
            let (ids, likeness) = index.names.find_written(&key);
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
