//! Tables of documents and sums, wherever they stand: rows of cells under known headings.

use super::amounts::{Notation, currency_in};
use super::columns::{Role, folded, role_of};
use super::model::{Advice, AdvisedItem, Deducted};
use crate::Problem;
use domain::money::Currency;
use rust_decimal::Decimal;

/// The headings of a table of documents.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    /// What each column says.
    pub(super) roles: Vec<Option<Role>>,
    /// The currency that the headings of sums name, where it is one.
    pub(super) currency: Option<Currency>,
    /// Of each column the heading, where it says why something was taken off: `Skonto`. None where
    /// no column says what was.
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

    /// What stands under headings of deductions, and why, by its heading.
    fn deductions<'a>(&'a self, cells: &[&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let columns = self.roles.iter().zip(cells).enumerate();
        let taken = columns.filter(|(_, (role, _))| **role == Some(Role::Deduction));
        let taken = taken.map(|(place, (_, text))| (text.trim(), self.reasons.get(place)));
        taken
            .filter(|(text, _)| !text.is_empty())
            .map(|(text, reason)| (text, reason.and_then(Option::as_deref).unwrap_or_default()))
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
pub(super) fn reason_in(name: &str) -> Option<String> {
    const REASONS: &[&str] = &[
        "abzugsteuer",
        "bauabzugsteuer",
        "bronbelasting",
        "desconto",
        "descuento",
        "discount",
        "escompte",
        "kassarabatt",
        "korting",
        "quellensteuer",
        "retencion",
        "ritenuta",
        "sconto",
        "skonto",
        "skontobetrag",
        "source",
        "steuerabzug",
        "tds",
        "wht",
        "withheld",
        "withholding",
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
    let has_total = 1 <= count(roles, Role::Deduction) && count(roles, Role::Total) == 1;
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
    let (gross, paid) = (sum(Role::Gross), sum(Role::Paid));
    let columns = deductions(heading, cells, notation, place, problems);
    let off = gross
        .zip(paid)
        .and_then(|(gross, paid)| gross.checked_sub(paid));
    let (deduction, parts) = taken_off(columns, off);
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
        parts,
        place: place.to_owned(),
    };
    let less = gross.zip(paid).is_some_and(|(gross, paid)| gross != paid);
    let taken = less || deduction.is_some_and(|sum| !sum.is_zero());
    item.reason = reason_of(heading, cells, taken, &item.parts);
    item.settle_deduction();
    item.settle_parts();
    // What the row itself says is of the parts whose headings say nothing.
    if let Some(said) = heading.cell(cells, Role::Reason) {
        for part in item.parts.iter_mut().filter(|part| part.reason.is_empty()) {
            said.clone_into(&mut part.reason);
        }
    }
    advice.items.push(item);
    true
}

/// The sums under headings of deductions; what cannot be told becomes a warning at its place.
fn deductions(
    heading: &Heading,
    cells: &[&str],
    notation: &Notation,
    place: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Deducted> {
    let mut columns: Vec<Deducted> = Vec::new();
    for (text, reason) in heading.deductions(cells) {
        match notation.amount(text) {
            Some(amount) => columns.push(Deducted {
                amount,
                reason: reason.to_owned(),
            }),
            None if text.contains(|sign: char| sign.is_ascii_digit()) => {
                problems.push(unclear_sum(place, text));
            }
            None => {}
        }
    }
    columns
}

/// What was taken off a document and what it is made of, from the columns that say so: one may
/// add up the others, or say it beside others that say something else.
fn taken_off(mut columns: Vec<Deducted>, off: Option<Decimal>) -> (Option<Decimal>, Vec<Deducted>) {
    if columns.iter().any(|one| !one.amount.is_zero()) {
        columns.retain(|one| !one.amount.is_zero());
    }
    let Some(first) = columns.first().cloned() else {
        return (None, Vec::new());
    };
    let mut amounts = columns.iter().map(|one| one.amount);
    let Some(sum) = amounts.try_fold(Decimal::ZERO, Decimal::checked_add) else {
        return (Some(first.amount), vec![first]);
    };
    let is_off = |amount: Decimal| off.is_some_and(|off| amount.abs() == off.abs());
    let adds_up = |one: &Deducted| Some(one.amount) == sum.checked_sub(one.amount);
    let totals = (0..columns.len()).filter(|place| adds_up(&columns[*place]));
    // Of two that are equal, the one that gives no reason is the total.
    let total = totals.max_by_key(|place| (columns[*place].reason.is_empty(), *place));
    if let Some(place) = total.filter(|_| !is_off(sum)) {
        let total = columns.remove(place);
        return (Some(total.amount), columns);
    }
    if off.is_none() || is_off(sum) {
        return (Some(sum), columns);
    }
    let alone = columns.into_iter().find(|one| is_off(one.amount));
    let one = alone.unwrap_or(first);
    (Some(one.amount), vec![one])
}

/// Why something was taken off; where no column is for it, a text beside it or the headings of
/// the sums may say so.
fn reason_of(heading: &Heading, cells: &[&str], taken: bool, parts: &[Deducted]) -> Option<String> {
    let text = || heading.cell(cells, Role::Text).filter(|_| taken);
    let named = || {
        let reasons = parts.iter().map(|part| part.reason.as_str());
        let reasons: Vec<&str> = reasons.filter(|reason| !reason.is_empty()).collect();
        Some(reasons.join("; ")).filter(|reasons| taken && !reasons.is_empty())
    };
    let reason = heading.cell(cells, Role::Reason).or_else(text);
    reason.map(str::to_owned).or_else(named)
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
