//! Letters in plain text: tables, labelled values, lists and sentences of documents and sums.
//!
//! A table needs a heading whose words are known; its cells stand apart by tabs, bars,
//! semicolons or two blanks. A list or sentence needs a document number before its sum.

use super::amounts::{Notation, currency_in, looks_like_amount, looks_like_day};
use super::blocks;
use super::columns::{Role, role_of};
use super::model::Advice;
use super::prose::{Prose, first_sum, names_credit, trimmed};
use super::table::{Heading, read_row, unclear_day, unclear_sum};
use crate::Problem;
use rust_decimal::Decimal;

/// Reads a letter into the advice.
pub(super) fn read(text: &str, name: &str, advice: &mut Advice, problems: &mut Vec<Problem>) {
    let notation = learned(text, advice);
    let from = advice.items.len();
    let mut prose = Prose::default();
    let mut table: Option<Table> = None;
    let blocks = blocks::of(text);
    for (at, line) in text.lines().enumerate().take(100_000) {
        let place = format!("{name} line {}", at + 1).trim().to_owned();
        if let Some(block) = blocks.iter().find(|block| block.lines.contains(&at)) {
            if block.lines.start == at && block.read(&notation, &place, advice, problems) {
                let credit = text.lines().skip(at).take(block.lines.len());
                if credit.into_iter().any(names_credit) {
                    prose.credits.push(advice.items.len().saturating_sub(1));
                }
            }
            continue;
        }
        let cells = cells_of(line);
        if let Some(heading) = Heading::of(cells.iter().map(|cell| cell.text)) {
            table = Some(Table::new(heading, &cells));
            prose.stop();
            continue;
        }
        if let Some(open) = &mut table {
            if !line.chars().any(char::is_alphanumeric) {
                if line.trim().is_empty() && open.has_rows {
                    table = None;
                }
                continue;
            }
            let before = advice.items.len();
            if open.row(&cells, &notation, &place, advice, problems) {
                if before < advice.items.len() && names_credit(line) {
                    prose.credits.push(before);
                }
                continue;
            }
            table = None;
        }
        if labels(&cells, &notation, &place, advice, problems) {
            prose.stop();
        } else {
            prose.line(line, &notation, &place, advice);
        }
    }
    sign_credits(from, &prose.credits, advice);
}

/// Credit memos written without a sign are below zero where that makes the sums tie out.
fn sign_credits(from: usize, credits: &[usize], advice: &mut Advice) {
    let items = advice.items.get(from..).unwrap_or_default();
    let sum_of = |sign: &dyn Fn(usize) -> bool| {
        let mut sums = items.iter().enumerate().map(|(at, item)| {
            let paid = item.paid.or_else(|| {
                let gross = item.gross?;
                gross.checked_sub(item.deduction.unwrap_or_default())
            });
            paid.map(|paid| if sign(from + at) { -paid } else { paid })
        });
        sums.try_fold(Decimal::ZERO, |sum, paid| sum.checked_add(paid?))
    };
    let unsigned = |at: usize| {
        let item = advice.items.get(at);
        let sum = item.and_then(|item| item.paid.or(item.gross));
        credits.contains(&at) && sum.is_some_and(|sum| sum.is_sign_positive())
    };
    if advice.total.is_none()
        || sum_of(&|_| false) == advice.total
        || sum_of(&unsigned) != advice.total
    {
        return;
    }
    let flipped: Vec<usize> = credits.iter().copied().filter(|at| unsigned(*at)).collect();
    for at in flipped {
        if let Some(item) = advice.items.get_mut(at) {
            item.gross = item.gross.map(|sum| -sum);
            item.paid = item.paid.map(|sum| -sum);
            item.settle_deduction();
        }
    }
}

/// One cell of a line and the columns of characters where it stands.
struct Cell<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

struct Table {
    heading: Heading,
    spans: Vec<(usize, usize)>,
    has_rows: bool,
}

impl Table {
    fn new(heading: Heading, cells: &[Cell]) -> Table {
        Table {
            heading,
            spans: cells.iter().map(|cell| (cell.start, cell.end)).collect(),
            has_rows: false,
        }
    }

    fn row(
        &mut self,
        cells: &[Cell],
        notation: &Notation,
        place: &str,
        advice: &mut Advice,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let divided = cells.iter().any(|cell| cell.end == 0);
        let texts: Vec<&str> = if divided || cells.len() == self.spans.len() {
            cells.iter().map(|cell| cell.text).collect()
        } else {
            let mut texts = vec![""; self.spans.len()];
            let mut from = 0;
            for cell in cells {
                let Some(at) = self.nearest(cell, from) else {
                    return false;
                };
                if let Some(slot) = texts.get_mut(at) {
                    *slot = cell.text;
                }
                from = at + 1;
            }
            texts
        };
        let document = self.heading.cell(&texts, Role::Document);
        if document.is_some_and(|text| {
            !text.chars().any(|sign| sign.is_ascii_digit()) && !super::table::is_total_row(&[text])
        }) && !super::table::is_total_row(&texts)
        {
            return false;
        }
        self.has_rows = true;
        read_row(&self.heading, &texts, notation, place, advice, problems)
    }

    /// The heading that a cell stands under: numbers end with it, words begin with it.
    fn nearest(&self, cell: &Cell, from: usize) -> Option<usize> {
        let distance =
            |span: &(usize, usize)| cell.start.abs_diff(span.0).min(cell.end.abs_diff(span.1));
        let spans = self.spans.iter().enumerate().skip(from);
        spans
            .min_by_key(|(_, span)| distance(span))
            .map(|(at, _)| at)
    }
}

/// Cells of a divided line have no columns (`end` 0): their number tells where they belong.
fn cells_of(line: &str) -> Vec<Cell<'_>> {
    let count = |sign| line.matches(sign).count();
    let divider = [('\t', 1), ('|', 2), (';', 2)]
        .into_iter()
        .find(|(sign, least)| count(*sign) >= *least)
        .map(|(sign, _)| sign);
    if let Some(divider) = divider {
        return line
            .split(divider)
            .map(|text| Cell {
                text: text.trim(),
                start: 0,
                end: 0,
            })
            .collect();
    }
    let mut cells = Vec::new();
    let mut column = 0;
    for piece in line.split("  ") {
        let words = piece.trim();
        let lead = piece
            .chars()
            .take_while(|sign| sign.is_whitespace())
            .count();
        if !words.is_empty() {
            let start = column + lead;
            cells.push(Cell {
                text: words,
                start,
                end: start + words.chars().count(),
            });
        }
        column += piece.chars().count() + 2;
    }
    cells
}

fn learned(text: &str, advice: &mut Advice) -> Notation {
    let mut notation = Notation::default();
    notation.near = advice.announced_on;
    for line in text.lines() {
        let cells = cells_of(line);
        for cell in &cells {
            notation.learn(cell.text);
            if let Some((Role::PaidOn, value)) = label(cell.text) {
                notation.learn_near(value);
            }
            if let Some((Role::Total | Role::Paid | Role::Currency, value)) = label(cell.text)
                && advice.currency.is_none()
            {
                advice.currency = currency_in(value);
            }
        }
        let filled: Vec<&Cell> = cells.iter().filter(|cell| !cell.text.is_empty()).collect();
        if let [first, second] = filled.as_slice() {
            match role_of(first.text.trim_end_matches([':', ' '])) {
                Some(Role::PaidOn) => notation.learn_near(second.text),
                Some(Role::Total | Role::Paid | Role::Currency) if advice.currency.is_none() => {
                    advice.currency = currency_in(second.text);
                }
                _ => {}
            }
        }
        for word in line.split_whitespace() {
            notation.learn(trimmed(word));
        }
    }
    if advice.currency.is_none() {
        let mut named: Vec<_> = text.lines().filter_map(sum_currency).collect();
        named.dedup();
        if let [one] = named.as_slice() {
            advice.currency = Some(*one);
        }
    }
    notation.currency = advice.currency;
    notation
}

/// The currency that stands beside a sum: before it, or behind it in the same cell. `PEN late
/// delivery` in the next one is no currency.
fn sum_currency(line: &str) -> Option<domain::money::Currency> {
    let signs = ['€', '£', '$'];
    let is_sum = |word: &str| looks_like_amount(trimmed(word).trim_matches(signs));
    let mut before = "";
    for cell in cells_of(line) {
        let mut words = cell.text.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let behind = words.peek().copied().unwrap_or_default();
            let mut beside = [word, before, behind].into_iter().filter_map(currency_in);
            if is_sum(word)
                && let Some(found) = beside.next()
            {
                return Some(found);
            }
            before = word;
        }
    }
    None
}

/// `Valuta: 31.08.2025`, `Total 12.00`.
fn label(text: &str) -> Option<(Role, &str)> {
    if let Some((name, value)) = text.split_once(':')
        && let Some(role) = role_of(name.trim_start_matches(['-', '*', '•', ' ']))
    {
        return Some((role, value.trim()));
    }
    let (name, value) = text.split_once(' ')?;
    let role = role_of(name)?;
    let has_sum = value.chars().any(|sign| sign.is_ascii_digit());
    (role == Role::Total && has_sum).then(|| (role, value.trim()))
}

/// Reads labelled values; false when the line has none.
fn labels(
    cells: &[Cell],
    notation: &Notation,
    place: &str,
    advice: &mut Advice,
    problems: &mut Vec<Problem>,
) -> bool {
    let mut any = false;
    let cells: Vec<&Cell> = cells.iter().filter(|cell| !cell.text.is_empty()).collect();
    if let [first, second] = cells.as_slice()
        && let Some(role) = role_of(first.text.trim_end_matches([':', ' ']))
    {
        return labelled(role, second.text, notation, place, advice, problems);
    }
    for cell in cells {
        if let Some((role, value)) = label(cell.text) {
            any |= labelled(role, value, notation, place, advice, problems);
        }
    }
    any
}

fn labelled(
    role: Role,
    value: &str,
    notation: &Notation,
    place: &str,
    advice: &mut Advice,
    problems: &mut Vec<Problem>,
) -> bool {
    if value.is_empty() {
        return false;
    }
    match role {
        Role::PaidOn | Role::IssuedOn => {
            let day = notation.day(value);
            if day.is_none() && looks_like_day(value) {
                problems.push(unclear_day(place, value));
            }
            advice.paid_on = advice.paid_on.or(day);
            day.is_some()
        }
        Role::Total | Role::Paid | Role::CheckAmount | Role::Gross => {
            let sum = notation
                .amount(value)
                .or_else(|| first_sum(value, notation));
            if sum.is_none() && value.chars().any(|sign| sign.is_ascii_digit()) {
                problems.push(unclear_sum(place, value));
            }
            advice.total = advice.total.or(sum);
            sum.is_some()
        }
        Role::PaymentReference | Role::Reference | Role::CheckNumber => {
            let value = value.to_owned();
            if value.len() <= 140 && !advice.payment_references.contains(&value) {
                advice.payment_references.push(value);
            }
            true
        }
        Role::PayerName => {
            advice.payer_name = Some(value.to_owned());
            true
        }
        Role::OnBehalf => {
            advice.payer_on_behalf = Some(value.to_owned());
            true
        }
        Role::PayerAccount => {
            advice.payer_account.get_or_insert(value.replace(' ', ""));
            true
        }
        Role::Payee => {
            advice.payee = Some(value.to_owned());
            true
        }
        _ => false,
    }
}
