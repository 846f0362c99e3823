//! Tags with their lines, and the fields that are the same in several: balances, accounts.

use domain::calendar::Date;
use domain::money::Currency;
use domain::parties::is_iban;

use super::statement_line::amount;
use crate::Problem;
use crate::bank::fields::{Day, own_account, quoted};
use crate::bank::{Balance, BankAccountId, Sink};

/// One tag with its lines.
pub(super) struct Field {
    /// Line it begins on.
    pub(super) line: u64,
    /// `61`.
    pub(super) tag: String,
    /// What stands behind the tag, and the lines below.
    pub(super) lines: Vec<String>,
}

impl Field {
    /// For remarks.
    pub(super) fn place(&self) -> String {
        place(self.line, &self.tag)
    }

    /// What stands behind the tag.
    pub(super) fn first(&self) -> &str {
        self.lines.first().map_or("", String::as_str)
    }
}

/// `line 7 :61:`.
pub(super) fn place(line: u64, tag: &str) -> String {
    format!("line {line} :{tag}:")
}

/// The tag at the start of a line and what follows it.
pub(super) fn tag_of(line: &str) -> Option<(&str, &str)> {
    const BARE: &[&str] = &["13", "20", "21", "25", "28", "61", "64", "65", "86", "NS"];
    let (tag, rest) = line.strip_prefix(':')?.split_once(':')?;
    let bytes = tag.as_bytes();
    let lettered = bytes.len() == 3
        && bytes.iter().take(2).all(u8::is_ascii_digit)
        && bytes.iter().skip(2).all(u8::is_ascii_uppercase);
    (BARE.contains(&tag) || lettered).then_some((tag, rest))
}

/// Where the block that begins a text ends.
pub(super) fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// `C250901EUR402210,90`. `others` are dates of the statement that may show which day is meant
/// where the balance names one that does not exist, as 30 February of interest reckoned with months
/// of 30 days: it is read as the last of the month where another date is that very day.
pub(super) fn balance(
    field: &Field,
    known: Option<Currency>,
    others: &[Option<Date>],
    sink: &mut dyn Sink,
) -> Option<Balance> {
    match parsed_balance(field.first().trim(), known) {
        Ok((balance, moved, odd)) => {
            if let Some(odd) = odd {
                sink.problem(Problem::warning(field.place(), odd));
            }
            let Some(text) = moved else {
                return Some(balance);
            };
            if others.contains(&balance.on) {
                let day = balance.on.map(|day| day.to_string()).unwrap_or_default();
                sink.problem(Problem::warning(
                    field.place(),
                    format!("{text} does not exist; read as {day} like another date of it"),
                ));
                return Some(balance);
            }
            sink.problem(Problem::error(
                field.place(),
                format!(
                    "{text} does not exist, and nothing shows which day is meant; the balance \
                     has no day"
                ),
            ));
            Some(Balance {
                on: None,
                ..balance
            })
        }
        Err(problem) => {
            sink.problem(Problem::error(
                field.place(),
                format!("{problem}; the balance is left out"),
            ));
            None
        }
    }
}

/// A balance, the text of its day where that does not exist, and what else is odd.
type Parsed = (Balance, Option<String>, Option<String>);

fn parsed_balance(text: &str, known: Option<Currency>) -> Result<Parsed, String> {
    let form = || format!("{} is not a balance such as C250901EUR12,30", quoted(text));
    let (mark, rest) = text.split_at_checked(1).ok_or_else(form)?;
    if mark != "C" && mark != "D" {
        return Err(form());
    }
    let (date, rest) = rest.split_at_checked(6).ok_or_else(form)?;
    let day = Day::yymmdd(date).ok_or_else(form)?;
    let moved = day.moved.then(|| quoted(date));
    let mut odd = None;
    let (currency, sum) = match rest.split_at_checked(3) {
        Some((code, sum)) if code.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            let currency = Currency::parse(code)
                .ok_or_else(|| format!("{} is not a currency of ISO 4217", quoted(code)))?;
            (currency, sum)
        }
        _ => {
            let known = known.ok_or_else(form)?;
            odd = Some(format!(
                "no currency; read in {known} like the balance before"
            ));
            (known, rest)
        }
    };
    let amount = amount(sum, currency)?;
    let amount = if mark == "D" { -amount } else { amount };
    let balance = Balance {
        amount,
        on: Some(day.date),
    };
    Ok((balance, moved, odd))
}

/// `:25:` in its forms: IBAN; bank/account; bank/account/currency; account with currency behind.
pub(super) fn account_of(text: &str, bic: Option<&str>) -> BankAccountId {
    let text = text.trim();
    let mut parts: Vec<&str> = text.split('/').map(str::trim).collect();
    let mut currency = None;
    if 1 < parts.len()
        && let Some(known) = parts.last().copied().and_then(Currency::parse)
    {
        currency = Some(known);
        parts.pop();
    }
    let (bank, id) = match parts.as_slice() {
        [bank, id] => (Some(*bank), (*id).to_owned()),
        _ => (bic, parts.join("/")),
    };
    let plain: String = id
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect();
    if !is_iban(&plain)
        && let Some((number, code)) = plain
            .len()
            .checked_sub(3)
            .and_then(|at| plain.split_at_checked(at))
        && let Some(known) = Currency::parse(code)
        && (is_iban(number) || number.ends_with(|letter: char| letter.is_ascii_digit()))
    {
        return own_account(number, bank.or(bic), Some(known));
    }
    own_account(&plain, bank.or(bic), currency)
}
