//! Communications of movements: free text, or structured under a three-digit type.

use domain::money::{Currency, Money};
use rust_decimal::Decimal;

use crate::bank::fields::filled;

/// What a communication says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Communication {
    /// OGM (`+++090/9337/55493+++` without its signs) or ISO 11649 reference.
    pub(super) creditor: Option<String>,
    /// Mandate of a SEPA direct debit.
    pub(super) mandate: Option<String>,
    /// Why it came back.
    pub(super) return_reason: Option<String>,
    /// Amount in the currency of the payer.
    pub(super) instructed: Option<Money>,
    /// Free text.
    pub(super) text: Vec<String>,
}

/// Free text of the records 2.1, 2.2, 2.3: a field that is full to its end goes on in the next.
pub(super) fn free(fields: &[String]) -> Communication {
    let mut text = String::new();
    for field in fields {
        if text.ends_with(' ') || field.starts_with(' ') {
            text.push(' ');
        }
        text.push_str(field);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    Communication {
        text: filled(&words.join(" ")).into_iter().collect(),
        ..Communication::default()
    }
}

/// A structured communication: its type and what follows, fields put together.
pub(super) fn structured(text: &str) -> Communication {
    let text: Vec<char> = text.chars().collect();
    let cut = |from: usize, to: usize| -> String {
        let to = to.min(text.len());
        text.get(from.min(to)..to)
            .unwrap_or_default()
            .iter()
            .collect()
    };
    let kind = cut(0, 3);
    let mut found = Communication::default();
    match kind.as_str() {
        "101" | "102" => found.creditor = ogm(&cut(3, 15)),
        "100" => found.creditor = filled(&cut(3, 38)),
        "105" => {
            found.creditor = ogm(&cut(48, 60));
            found.instructed = amount(&cut(18, 33), &cut(45, 48));
        }
        "127" => {
            found.mandate = filled(&cut(47, 82));
            found.text.extend(filled(&cut(82, 144)));
            found.return_reason = filled(&cut(145, 149));
        }
        _ => {}
    }
    if found == Communication::default() {
        let all: String = text.iter().skip(3).collect();
        let words: Vec<&str> = all.split_whitespace().collect();
        found.text.extend(filled(&words.join(" ")));
    }
    found
}

/// Twelve digits whose last two are the ten before them modulo 97 (97 for 0).
fn ogm(text: &str) -> Option<String> {
    let digits = text.trim();
    if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (number, check) = digits.split_at(10);
    let rest = number.parse::<u64>().ok()? % 97;
    let rest = if rest == 0 { 97 } else { rest };
    (check.parse() == Ok(rest)).then(|| digits.to_owned())
}

fn amount(digits: &str, code: &str) -> Option<Money> {
    let value: i64 = digits.parse().ok()?;
    Money::exactly(Decimal::new(value, 3), Currency::parse(code)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ogm_check_digits_are_checked() {
        assert_eq!(ogm("090933755493").as_deref(), Some("090933755493"));
        assert_eq!(ogm("000000009797"), Some("000000009797".to_owned()));
        assert_eq!(ogm("090933755494"), None);
        assert_eq!(structured("101090933755494").text, ["090933755494"]);
    }

    #[test]
    fn amounts_of_the_payer_come_with_type_105() {
        let text = "105000000000090000000000000100000000110000000USD090933755493BE";
        let found = structured(text);
        assert_eq!(found.creditor.as_deref(), Some("090933755493"));
        assert_eq!(
            found.instructed.map(|sum| format!("{sum:?}")).as_deref(),
            Some("100.00 USD")
        );
    }

    #[test]
    fn full_fields_go_on_without_a_blank() {
        let fields = [
            "Invoice 10".to_owned(),
            "01 of   May".to_owned(),
            " 2025".to_owned(),
        ];
        assert_eq!(free(&fields).text, ["Invoice 1001 of May 2025"]);
    }
}
