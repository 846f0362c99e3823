//! The text of a payment in runs of letters and digits, with dates, amounts and other people's
//! numbers marked, so that nobody reads them as documents.

use std::borrow::Cow;

use jiff::civil::Date;

use super::index::day;
use super::numbers;

/// A run of letters or digits in a text, its letters in upper case.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: Cow<'a, str>,
    pub(super) digits: bool,
    /// Does a word before it say that it is the number of an invoice?
    pub(super) called: bool,
    /// What it is, where it is no part of a document's number.
    of: Option<Of>,
}

/// What a run is a part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Of {
    /// The first run of a date.
    Date,
    /// Another run of a date.
    DateGoesOn,
    /// An amount.
    Amount,
    /// The last run of an amount.
    AmountEnds,
    /// A number that a word before it says is somebody else's.
    Announced,
    /// A number that a word before it says is of a paper: somebody else's, or a document's.
    Paper,
}

impl Piece<'_> {
    /// Is it part of a date or of an amount, or announced as somebody else's number?
    pub(super) fn other(&self) -> bool {
        self.of.is_some()
    }

    /// Is it of an amount, or the number of a paper that is surely another than a document?
    pub(super) fn is_of_others(&self) -> bool {
        self.is_amount() || self.of == Some(Of::Announced)
    }

    /// Does it look like a year?
    pub(super) fn is_year(&self) -> bool {
        self.digits && self.text.len() == 4 && matches!(&self.text[..2], "19" | "20")
    }

    fn is_amount(&self) -> bool {
        matches!(self.of, Some(Of::Amount | Of::AmountEnds))
    }
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
                called: false,
                of: None,
            }
        })
        .collect();
    mark_dates(text, &mut out);
    mark_amounts(text, &mut out);
    mark_others(&mut out);
    mark_called(&mut out);
    out
}

fn between<'a>(text: &'a str, a: &Piece<'_>, b: &Piece<'_>) -> &'a str {
    text.get(a.end..b.start).unwrap_or("")
}

/// Three runs of digits with the same dot, slash or dash between them that make a day are a date.
/// With dashes the year must have four digits: numbers are written with dashes, too.
fn mark_dates(text: &str, pieces: &mut [Piece<'_>]) {
    let small = |p: &Piece<'_>| {
        p.digits && p.text.len() <= 2 && p.text.parse().is_ok_and(|v: u8| (1..=31).contains(&v))
    };
    for i in 2..pieces.len() {
        let [a, b, c] = [&pieces[i - 2], &pieces[i - 1], &pieces[i]];
        let separator = between(text, a, b);
        if between(text, b, c) != separator || !small(b) || a.other() || b.other() {
            continue;
        }
        let year_last = small(a) && c.digits;
        let is_date = match separator {
            "." | "/" => year_last && matches!(c.text.len(), 2 | 4),
            "-" => year_last && c.is_year() || a.is_year() && small(c) && c.text.len() == 2,
            _ => false,
        };
        if is_date {
            pieces[i - 2].of = Some(Of::Date);
            pieces[i - 1].of = Some(Of::DateGoesOn);
            pieces[i].of = Some(Of::DateGoesOn);
        }
    }
}

/// The dates of a text, each as the days it may be, as [`day`] counts them: with the day before
/// the month and with the month before the day, where both make a date.
pub(super) fn dates(pieces: &[Piece<'_>]) -> Vec<Vec<i32>> {
    let number = |p: &Piece<'_>| p.text.parse::<i16>().ok();
    let mut out: Vec<Vec<i32>> = Vec::new();
    for three in pieces
        .windows(3)
        .filter(|three| three[0].of == Some(Of::Date))
    {
        let [a, b, c] = three else { continue };
        let (Some(a), Some(b), Some(c)) = (number(a), number(b), number(c)) else {
            continue;
        };
        let year = |y: i16| if y < 100 { 2000 + y } else { y };
        let orders = [(year(c), b, a), (year(c), a, b), (a, b, c)];
        let civil = |(y, m, d): (i16, i16, i16)| {
            Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
        };
        let read = orders.into_iter().filter(|(y, ..)| *y > 1900);
        let mut days: Vec<i32> = read.filter_map(civil).map(day).collect();
        days.dedup();
        if !days.is_empty() && !out.contains(&days) {
            out.push(days);
        }
    }
    out
}

/// Digits with a decimal mark and two digits behind it are an amount.
fn mark_amounts(text: &str, pieces: &mut [Piece<'_>]) {
    for i in 1..pieces.len() {
        if pieces[i].other() || !pieces[i].digits || pieces[i].text.len() != 2 {
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
        for piece in &mut pieces[from..i] {
            piece.of = Some(Of::Amount);
        }
        pieces[i].of = Some(Of::AmountEnds);
    }
}

/// Words that announce numbers which are no documents of ours.
const OTHERS: &[&str] = &[
    "LS",
    "LIEFERSCHEIN",
    "DN",
    "DELIVERY",
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

/// Words that announce numbers which may be those of documents, too.
const PAPERS: &[&str] = &["BELEG", "PIECE"];

/// The digits right behind such a word are not read, or only as whole numbers.
fn mark_others(pieces: &mut [Piece<'_>]) {
    let mut after = None;
    for i in 0..pieces.len() {
        let near = i > 0 && pieces[i].start - pieces[i - 1].end <= 2;
        if !pieces[i].digits {
            let word = pieces[i].text.as_ref();
            let paper = PAPERS.contains(&word).then_some(Of::Paper);
            after = paper.or(OTHERS.contains(&word).then_some(Of::Announced));
        } else if let Some(of) = after.filter(|_| near) {
            pieces[i].of.get_or_insert(of);
        } else {
            after = None;
        }
    }
}

/// Beginnings of words for an invoice.
const INVOICES: &[&str] = &[
    "FACTUR", "FAKTUR", "FATTUR", "FATUR", "INVOICE", "LASKU", "RECHN",
];

/// The same abbreviated.
const INVOICES_SHORT: &[&str] = &[
    "FAC", "FACT", "FAKT", "FATT", "FNR", "FRA", "FT", "FV", "INV", "INVS", "RE", "RENR", "RG",
    "RGNR", "RN", "RNR",
];

/// What may stand between such a word and a number, and between two numbers.
const NUMBERED: &[&str] = &[
    "AND", "E", "EN", "ET", "I", "N", "NO", "NR", "NRO", "NUM", "NUMBER", "OCH", "U", "UND", "Y",
];

/// Words that say that a paper is the payer's own, not ours.
const OWN: &[&str] = &[
    "NOS", "NOSTRA", "NOSTRE", "NOTRE", "NS", "NUESTRA", "ONZE", "OUR", "UNS", "UNSER", "UNSERE",
    "UNSERER",
];

/// The numbers behind a word for an invoice, and those that follow with nothing but marks between.
fn mark_called(pieces: &mut [Piece<'_>]) {
    let (mut called, mut own) = (false, false);
    for i in 0..pieces.len() {
        let near = i > 0 && pieces[i].start - pieces[i - 1].end <= 3;
        let word = pieces[i].text.as_ref();
        if pieces[i].digits {
            pieces[i].called = called && near && !pieces[i].other();
            called &= near;
        } else if INVOICES_SHORT.contains(&word) || INVOICES.iter().any(|at| word.starts_with(at)) {
            called = !(own && near);
        } else {
            called &= near && NUMBERED.contains(&word);
        }
        own = OWN.contains(&pieces[i].text.as_ref());
    }
}

/// The amounts a text states, in minor units of a currency with two decimals.
pub(super) fn amounts(pieces: &[Piece<'_>]) -> Vec<i64> {
    let mut out = Vec::new();
    let mut digits = String::new();
    for piece in pieces {
        if !piece.is_amount() {
            digits.clear();
            continue;
        }
        digits.push_str(&piece.text);
        if piece.of == Some(Of::AmountEnds) {
            out.extend(digits.parse::<i64>());
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
            ("fatt. 4711 del 03-05-2025", vec!["4711"]),
            ("4711 dd. 2025-05-03", vec!["4711"]),
            ("10-05-4711", vec!["10", "05", "4711"]),
        ] {
            let read: Vec<String> = pieces(text)
                .into_iter()
                .filter(|p| p.digits && !p.other())
                .map(|p| p.text.into_owned())
                .collect();
            assert_eq!(read, kept, "{text}");
        }
    }

    #[test]
    fn words_for_an_invoice_call_the_numbers_behind_them() {
        for (text, called) in [
            ("Rg. Nr. 4711, 4712 und 4713", vec!["4711", "4712", "4713"]),
            (
                "Payment of invoices 4711/4712 ref 4713",
                vec!["4711", "4712"],
            ),
            ("fatt. n. 4711 del 03/05/2025", vec!["4711"]),
            ("INV4711DTD030525", vec!["4711"]),
            ("4711 less our inv 4712", vec![]),
            ("Order 4711", vec![]),
        ] {
            let pieces = pieces(text);
            let found: Vec<&str> = pieces
                .iter()
                .filter(|p| p.called)
                .map(|p| p.text.as_ref())
                .collect();
            assert_eq!(found, called, "{text}");
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
            ("less our delivery 38543 15,00", vec![1500]),
            ("4711 99,00 4712 1'250.00 12.00", vec![9900, 125_000, 1200]),
        ] {
            assert_eq!(amounts(&pieces(text)), expected, "{text}");
        }
    }

    #[test]
    fn days_are_read_in_both_orders() {
        let on = |y, m, d| day(jiff::civil::date(y, m, d));
        for (text, expected) in [
            ("Rechnung vom 13.05.2025", vec![vec![on(2025, 5, 13)]]),
            ("dated 03/05/25", vec![vec![on(2025, 5, 3), on(2025, 3, 5)]]),
            ("2025-05-13", vec![vec![on(2025, 5, 13)]]),
            ("31.02.2025", vec![]),
            ("4711", vec![]),
        ] {
            assert_eq!(dates(&pieces(text)), expected, "{text}");
        }
    }
}
