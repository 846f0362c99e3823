//! The parts that pages are made of: the frame, tables, amounts, fields, charts.

mod ahead;
mod chart;
pub(crate) mod form;
mod frame;
mod table;

use books::reports::Cell;
use domain::money::{Currency, Money};
use maud::{Markup, html};
use serde_json::Value as Json;

pub(crate) use ahead::{Ahead, Sent};
pub(crate) use chart::aging_chart;
pub(crate) use form::{Form, Tried};
pub(crate) use frame::{Frame, bare};
pub(crate) use table::{Link, facts, heading, pager, table, table_of};

/// A text as it stands in a URL's query or path.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            for digit in [byte >> 4, byte & 15] {
                // Escapes are written in capitals (RFC 3986, 2.1).
                let digit = char::from_digit(u32::from(digit), 16).unwrap_or('0');
                out.push(digit.to_ascii_uppercase());
            }
        }
    }
    out
}

/// A sum for people: groups of three, negatives in parentheses.
pub(crate) fn amount(money: Money) -> String {
    let plain = money.abs().to_string();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::with_capacity(plain.len() + 6);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if !part.is_empty() {
        grouped.push('.');
        grouped.push_str(part);
    }
    if money.is_negative() {
        format!("({grouped})")
    } else {
        grouped
    }
}

/// The sum of money in JSON, as people read it; the text as it stands where it is none.
pub(crate) fn told_amount(money: &Json) -> String {
    let text = |name: &str| money.get(name).and_then(Json::as_str).unwrap_or_default();
    let currency = Currency::parse(text("currency"));
    let parsed = currency.and_then(|currency| Money::parse(text("amount"), currency).ok());
    parsed.map_or_else(|| text("amount").to_owned(), amount)
}

/// A sum with its currency.
pub(crate) fn sum(money: Money) -> Markup {
    html! { span.sum { (amount(money)) " " small { (money.currency()) } } }
}

/// A cell for people.
pub(crate) fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Money(money) => amount(*money),
        Cell::Empty | Cell::Text(_) | Cell::Date(_) | Cell::Count(_) | Cell::Percent(_) => {
            cell.to_string()
        }
    }
}

/// An instant to the minute, from its text: `2026-03-31 09:12` in UTC.
pub(crate) fn moment(text: &str) -> String {
    text.get(..16).unwrap_or(text).replace('T', " ")
}

/// A text that begins a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The title of a role by its code; a contact's as words.
pub(crate) fn role_title(code: &str) -> String {
    domain::access::find(code).map_or_else(|| words(code), |role| role.title.to_owned())
}

/// The words of a code: `credit_memo` → `Credit memo`.
pub(crate) fn words(code: &str) -> String {
    let words = code.replace(['_', '-'], " ");
    // A word of its own, whatever stands between its halves in a code.
    sentence(&words.replace("short pay", "short-pay"))
}

/// The hidden field that shows that a form comes from a page of this session.
pub(crate) fn csrf(mark: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(mark); }
}

/// A labelled field with its error beside it.
pub(crate) fn field(label: &str, name: &str, kind: &str, value: &str, error: &str) -> Markup {
    html! {
        label.field {
            span { (label) }
            input name=(name) type=(kind) value=(value)
                aria-invalid=[(!error.is_empty()).then_some("true")];
            @if !error.is_empty() { em.error { (error) } }
        }
    }
}

/// What stands where there is nothing yet: says how to begin.
pub(crate) fn empty(title: &str, how: &str) -> Markup {
    html! { div.empty { strong { (title) } p { (how) } } }
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;

    use super::*;

    #[test]
    fn amounts_are_grouped_and_negatives_stand_in_parentheses() {
        let cases = [
            (0, "EUR", "0.00"),
            (123_456_789, "EUR", "1,234,567.89"),
            (-100, "EUR", "(1.00)"),
            (99_999, "JPY", "99,999"),
        ];
        for (minor, currency, expected) in cases {
            let currency = Currency::parse(currency).expect("a currency");
            assert_eq!(amount(Money::new(minor, currency)), expected);
        }
    }

    #[test]
    fn codes_become_words_and_hints_keep_their_signs() {
        assert_eq!(words("credit_memo"), "Credit memo");
        assert_eq!(
            sentence("dates are like 2026-01-31"),
            "Dates are like 2026-01-31"
        );
    }

    #[test]
    fn texts_in_urls_are_escaped() {
        assert_eq!(encoded("/a b?c=ü&"), "%2Fa%20b%3Fc%3D%C3%BC%26");
    }
}
