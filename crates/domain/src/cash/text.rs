//! The text of a payment in runs of letters and digits, with dates, amounts and other people's
//! numbers marked, so that nobody reads them as documents.

use std::borrow::Cow;

use super::numbers;

/// A run of letters or digits in a text, its letters in upper case.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: Cow<'a, str>,
    pub(super) digits: bool,
    /// Part of a date or of an amount.
    pub(super) other: bool,
}

/// The runs of a text, with dates and amounts marked.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let base = text.as_ptr() as usize;
    let mut out: Vec<Piece<'_>> = numbers::runs(text)
        .into_iter()
        .map(|run| {
            let start = run.text.as_ptr() as usize - base;
            let upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
            Piece {
                start,
                end: start + run.text.len(),
                text: if run.text.bytes().all(upper) {
                    Cow::Borrowed(run.text)
                } else {
                    Cow::Owned(run.text.to_uppercase())
                },
                digits: run.digits,
                other: false,
            }
        })
        .collect();
    mark_dates(text, &mut out);
    mark_amounts(text, &mut out);
    mark_others(&mut out);
    out
}

fn between<'a>(text: &'a str, a: &Piece<'_>, b: &Piece<'_>) -> &'a str {
    text.get(a.end..b.start).unwrap_or("")
}

/// Three runs of digits with the same dot or slash between them that make a day are a date.
fn mark_dates(text: &str, pieces: &mut [Piece<'_>]) {
    let small = |p: &Piece<'_>| {
        p.digits && p.text.len() <= 2 && p.text.parse().is_ok_and(|v: u8| (1..=31).contains(&v))
    };
    for i in 2..pieces.len() {
        let [a, b, c] = [&pieces[i - 2], &pieces[i - 1], &pieces[i]];
        let separator = between(text, a, b);
        if matches!(separator, "." | "/")
            && between(text, b, c) == separator
            && small(a)
            && small(b)
            && c.digits
            && matches!(c.text.len(), 2 | 4)
        {
            for piece in &mut pieces[i - 2..=i] {
                piece.other = true;
            }
        }
    }
}

/// Digits with a decimal mark and two digits behind it are an amount.
fn mark_amounts(text: &str, pieces: &mut [Piece<'_>]) {
    for i in 1..pieces.len() {
        if pieces[i].other || !pieces[i].digits || pieces[i].text.len() != 2 {
            continue;
        }
        let mark = between(text, &pieces[i - 1], &pieces[i]);
        let follows = text[pieces[i].end..].chars().next();
        if !pieces[i - 1].digits
            || !matches!(mark, "." | ",")
            || follows.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-'))
        {
            continue;
        }
        let mut from = i - 1;
        while from > 0
            && pieces[from].text.len() == 3
            && pieces[from - 1].digits
            && pieces[from - 1].text.len() <= 3
            && matches!(
                between(text, &pieces[from - 1], &pieces[from]),
                "." | "," | " " | "'"
            )
            && between(text, &pieces[from - 1], &pieces[from]) != mark
        {
            from -= 1;
        }
        for piece in &mut pieces[from..=i] {
            piece.other = true;
        }
    }
}

/// Words that announce numbers which are no documents of ours.
const OTHERS: &[&str] = &[
    "LS",
    "LIEFERSCHEIN",
    "DN",
    "DELIVERY",
    "BELEG",
    "PIECE",
    "TEL",
    "PHONE",
    "FAX",
    "VENDOR",
    "LIEFERANT",
    "SUPPLIER",
    "FOURNISSEUR",
    "RUN",
    "ZAHLLAUF",
    "PAYRUN",
    "AVIS",
    "ADVICE",
    "REMITTANCE",
    "ALBARAN",
    "BOLLA",
    "DDT",
    "LIVRAISON",
    "PAKBON",
    "TELEFON",
    "TELEFONO",
    "PROVEEDOR",
    "FORNITORE",
    "LEVERANCIER",
];

/// The digits right behind such a word are not read.
fn mark_others(pieces: &mut [Piece<'_>]) {
    let mut after = false;
    for i in 0..pieces.len() {
        let near = i > 0 && pieces[i].start - pieces[i - 1].end <= 2;
        if !pieces[i].digits {
            after = OTHERS.contains(&pieces[i].text.as_ref());
        } else if after && near {
            pieces[i].other = true;
        } else {
            after = false;
        }
    }
}

/// The amounts a text states, in minor units of a currency with two decimals.
pub(super) fn amounts(pieces: &[Piece<'_>]) -> Vec<i64> {
    let mut out = Vec::new();
    let mut digits = String::new();
    for (i, piece) in pieces.iter().enumerate() {
        if !piece.other || !piece.digits {
            digits.clear();
            continue;
        }
        digits.push_str(&piece.text);
        let ends = pieces
            .get(i + 1)
            .is_none_or(|next| !next.other || next.start - piece.end > 1);
        if ends && piece.text.len() == 2 {
            out.extend(digits.parse::<i64>());
            digits.clear();
        } else if ends {
            digits.clear();
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_amounts_and_foreign_numbers_are_no_documents() {
        for (text, kept) in [
            ("Rechnung 4711 vom 03.05.2025", vec!["4711"]),
            ("INV 4711 less 1,250.00 freight", vec!["4711"]),
            ("4711 abzgl. 1.250,75", vec!["4711"]),
            ("Delivery 99001 invoice 4711", vec!["4711"]),
            ("R.2025.004711", vec!["2025", "004711"]),
        ] {
            let read: Vec<String> = pieces(text)
                .into_iter()
                .filter(|p| p.digits && !p.other)
                .map(|p| p.text.into_owned())
                .collect();
            assert_eq!(read, kept, "{text}");
        }
    }

    #[test]
    fn stated_amounts_are_read_in_every_notation() {
        for (text, expected) in [
            ("less 1,250.00 freight", vec![125_000]),
            ("abzgl. 1.250,75 Bruch", vec![125_075]),
            ("moins 48,00", vec![4800]),
            ("invoice 4711", vec![]),
            ("on 03.05.2025", vec![]),
        ] {
            assert_eq!(amounts(&pieces(text)), expected, "{text}");
        }
    }
}
