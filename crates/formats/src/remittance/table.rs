//! Tables of documents and sums, wherever they stand: rows of cells under known headings.

use super::amounts::{Notation, currency_in};
use super::columns::{Role, folded, role_of};
use super::model::{Advice, AdvisedItem};
use crate::Problem;
use domain::money::Currency;

/// The headings of a table of documents.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    /// What each column says.
    pub(super) roles: Vec<Option<Role>>,
    /// The currency that the headings of sums name, where it is one.
    pub(super) currency: Option<Currency>,
    /// Of each column the heading, where it says why something was taken off: `Skonto`.
    pub(super) reasons: Vec<Option<String>>,
}

impl Heading {
    /// Headings that name a document and a sum; anything else heads no table of documents.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Option<Heading> {
        let names: Vec<&str> = cells.collect();
        let mut roles: Vec<Option<Role>> = names.iter().map(|name| role_of(name)).collect();
        if !roles.contains(&Some(Role::Document)) {
            for role in &mut roles {
                if *role == Some(Role::Reference) {
                    *role = Some(Role::Document);
                    break;
                }
            }
        }
        settle_sums(&mut roles, &names);
        let document = roles.contains(&Some(Role::Document));
        let sum = roles.iter().flatten().any(|role| role.is_sum());
        let currency = currency_of(&roles, &names);
        let reasons = names.iter().map(|name| reason_in(name)).collect();
        (document && sum).then_some(Heading {
            roles,
            currency,
            reasons,
        })
    }

    /// Why something was taken off, by the heading of the column that says how much.
    fn reason(&self, cells: &[&str]) -> Option<&str> {
        let columns = self.roles.iter().zip(&self.reasons).zip(cells);
        let mut taken = columns
            .filter(|((role, _), text)| **role == Some(Role::Deduction) && !text.trim().is_empty());
        taken.next().and_then(|((_, reason), _)| reason.as_deref())
    }

    /// The first cell that is not empty among the columns with this role, trimmed.
    pub(super) fn cell<'a>(&self, cells: &[&'a str], role: Role) -> Option<&'a str> {
        let columns = self.roles.iter().zip(cells);
        columns
            .filter(|(found, _)| **found == Some(role))
            .map(|(_, text)| text.trim())
            .find(|text| !text.is_empty())
    }
}

/// A heading that names a discount or tax withheld; `Abzug` and `deduction` give no reason.
fn reason_in(name: &str) -> Option<String> {
    const REASONS: &[&str] = &[
        "desconto",
        "descuento",
        "discount",
        "escompte",
        "kassarabatt",
        "korting",
        "ritenuta",
        "sconto",
        "skonto",
        "skontobetrag",
    ];
    let folded = folded(name);
    let mut words = folded.split(' ');
    words
        .any(|word| REASONS.contains(&word))
        .then(|| name.trim().to_owned())
}

fn currency_of(roles: &[Option<Role>], names: &[&str]) -> Option<Currency> {
    let sums = roles.iter().zip(names);
    let sums = sums.filter(|(role, _)| role.is_some_and(Role::is_sum));
    let mut named: Vec<Currency> = sums.filter_map(|(_, name)| currency_in(name)).collect();
    named.dedup();
    match named.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// What a column of sums says beside the others: a bare `Amount` is what was paid where it stands
/// alone, and the sum of the document where another column says what was paid.
fn settle_sums(roles: &mut [Option<Role>], names: &[&str]) {
    const BARE: &[&str] = &[
        "amount", "amt", "belob", "belop", "belopp", "betrag", "bedrag", "castka", "importe",
        "importo", "kwota", "montant", "osszeg", "tutar", "valor",
    ];
    let count = |roles: &[Option<Role>], role| {
        let same = roles.iter().filter(|found| **found == Some(role));
        same.count()
    };
    let is_bare = |name: &str| {
        let name = folded(name);
        BARE.iter().any(|bare| {
            name.strip_prefix(bare)
                .is_some_and(|rest| rest.is_empty() || (rest.len() == 4 && rest.starts_with(' ')))
        })
    };
    let has_total = count(roles, Role::Deduction) == 1 && count(roles, Role::Total) == 1;
    if count(roles, Role::Gross) == 0 && (2 <= count(roles, Role::Paid) || has_total) {
        for (role, name) in roles.iter_mut().zip(names) {
            if *role == Some(Role::Paid) && is_bare(name) {
                *role = Some(Role::Gross);
            }
        }
    }
    // Beside documents a payment amount is what was paid on each.
    if count(roles, Role::Paid) == 0 && count(roles, Role::CheckAmount) == 1 {
        for role in roles.iter_mut() {
            if *role == Some(Role::CheckAmount) {
                *role = Some(Role::Paid);
            }
        }
    }
    // A total is what was paid where no other column says so, else that of the document.
    let of_total = match (count(roles, Role::Paid), count(roles, Role::Gross)) {
        (0, _) => Role::Paid,
        (_, 0) => Role::Gross,
        _ => Role::Total,
    };
    for role in roles.iter_mut() {
        if *role == Some(Role::Total) {
            *role = Some(of_total);
        }
    }
    // Beside a column of tax the net is before tax and says nothing of the payment.
    if 1 <= count(roles, Role::Tax)
        && count(roles, Role::Gross) == 1
        && count(roles, Role::Deduction) == 0
        && count(roles, Role::Paid) == 1
    {
        const BEFORE_TAX: &[&str] = &[
            "net",
            "net amount",
            "netto",
            "nettobetrag",
            "montant net",
            "neto",
            "importe neto",
            "importo netto",
            "kwota netto",
        ];
        for (role, name) in roles.iter_mut().zip(names) {
            if *role == Some(Role::Paid) && BEFORE_TAX.contains(&folded(name).as_str()) {
                *role = None;
            }
        }
    }
}

/// Is it the row that adds the others up?
pub(super) fn is_total_row(cells: &[&str]) -> bool {
    cells
        .iter()
        .map(|cell| cell.trim().trim_end_matches(':'))
        .find(|cell| !cell.is_empty())
        .is_some_and(|cell| {
            role_of(cell) == Some(Role::Total)
                || folded(cell).split(' ').next().and_then(role_of) == Some(Role::Total)
        })
}

/// Reads one row into the advice; what cannot be told becomes a warning at its place.
pub(super) fn read_row(
    heading: &Heading,
    cells: &[&str],
    notation: &Notation,
    place: &str,
    advice: &mut Advice,
    problems: &mut Vec<Problem>,
) -> bool {
    let mut sum = |role: Role| {
        let text = heading.cell(cells, role)?;
        let value = notation.amount(text);
        if value.is_none() && text.chars().any(|sign| sign.is_ascii_digit()) {
            problems.push(unclear_sum(place, text));
        }
        value
    };
    let document = heading.cell(cells, Role::Document);
    if is_total_row(cells) || document.is_some_and(|text| is_total_row(&[text])) {
        let total = sum(Role::Paid)
            .or_else(|| sum(Role::Gross))
            .or_else(|| sum(Role::Total));
        if advice.total.is_none() {
            advice.total = total;
        }
        return true;
    }
    let Some(document) = document else {
        return false;
    };
    let (gross, deduction, paid) = (sum(Role::Gross), sum(Role::Deduction), sum(Role::Paid));
    if let Some(found) = heading.cell(cells, Role::Currency).and_then(currency_in) {
        advice.currency.get_or_insert(found);
    }
    advice.currency = advice.currency.or(heading.currency);
    let issued = heading.cell(cells, Role::IssuedOn);
    let issued_on = issued.and_then(|text| notation.day(text));
    if let (Some(text), None) = (issued, issued_on) {
        problems.push(unclear_day(place, text));
    }
    let mut item = AdvisedItem {
        document: document.to_owned(),
        issued_on,
        gross,
        deduction,
        paid,
        reason: None,
        place: place.to_owned(),
    };
    let less = gross.zip(paid).is_some_and(|(gross, paid)| gross != paid);
    let taken = less || deduction.is_some_and(|sum| !sum.is_zero());
    item.reason = reason_of(heading, cells, taken).map(str::to_owned);
    item.settle_deduction();
    advice.items.push(item);
    true
}

/// Why something was taken off; where no column is for it, a text beside it or the heading of
/// the sum may say so.
fn reason_of<'a>(heading: &'a Heading, cells: &[&'a str], taken: bool) -> Option<&'a str> {
    let text = || heading.cell(cells, Role::Text).filter(|_| taken);
    let named = || heading.reason(cells).filter(|_| taken);
    let reason = heading.cell(cells, Role::Reason);
    reason.or_else(text).or_else(named)
}

/// A sum that is none, or one of two.
pub(super) fn unclear_sum(place: &str, text: &str) -> Problem {
    Problem::warning(
        place,
        format!("`{text}` is no sum that can be read in only one way; it is left out"),
    )
}

/// A day that is none, or one of two.
pub(super) fn unclear_day(place: &str, text: &str) -> Problem {
    Problem::warning(
        place,
        format!("`{text}` is no day that can be read in only one way; it is left out"),
    )
}
