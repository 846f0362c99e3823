//! Structured `:86:` of German banks (DFÜ-Abkommen, Anlage 3, chapter 8): a three-digit
//! business transaction code, then sub-fields `?00` to `?63` behind any mark the bank likes.
//!
//! `?20`–`?29` and `?60`–`?63` are pieces of 27 characters cut anywhere: a full one goes on in the
//! next without a blank, a shorter one ended there. SEPA keys such as `EREF+` begin at a piece or
//! behind a blank. `?34` (the bank's text key) has no agreed
//! meaning as a return reason and is left out; `SVWZ+` of a return often begins with one.

use super::details::{Details, reason_at_start};
use crate::bank::fields::filled;

/// Characters of a full piece: a word goes on in the next one only from such a piece.
const PIECE: usize = 27;

/// Keys of SEPA payments.
const KEYS: &[&str] = &[
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "SVWZ+", "ABWA+", "ABWE+", "COAM+", "OAMT+",
    "CHGS+", "OCMT+", "IBAN+", "BIC+", "PURP+", "RCUR+", "ORCR+", "ANAM+",
];

/// The mark in front of the sub-fields, when the text is of this kind.
pub(super) fn mark_of(text: &str) -> Option<char> {
    let (code, rest) = text.split_at_checked(3)?;
    let mark = rest.chars().next()?;
    let field = rest.get(mark.len_utf8()..)?.get(..2)?;
    (code.bytes().all(|byte| byte.is_ascii_digit())
        && !mark.is_alphanumeric()
        && !mark.is_whitespace()
        && is_field(field))
    .then_some(mark)
}

fn is_field(text: &str) -> bool {
    text.len() == 2
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && text
            .parse::<u8>()
            .is_ok_and(|number| matches!(number, 0 | 10 | 20..=38 | 60..=65))
}

/// Reads the joined lines of `:86:`.
pub(super) fn parse(text: &str, mark: char) -> Details {
    let mut details = Details {
        transaction_code: text.get(..3).map(str::to_owned),
        ..Details::default()
    };
    let mut pieces: Vec<(u8, &str)> = Vec::new();
    let mut names: Vec<(u8, &str)> = Vec::new();
    for (number, value) in sub_fields(text, mark) {
        match number {
            20..=29 | 60..=65 => pieces.push((number, value)),
            30 => details.bank = filled(value),
            31 => details.account = filled(value),
            32 | 33 => names.push((number, value)),
            38 => details.account = filled(value).or(details.account),
            _ => {}
        }
    }
    let mut name = String::new();
    for (index, (_, piece)) in names.iter().enumerate() {
        join(&mut name, piece, goes_on(&names, index));
    }
    details.name = filled(&name);
    remittance(&pieces, &mut details);
    if is_return(details.transaction_code.as_deref().unwrap_or_default()) {
        details.return_reason = details.text.first().and_then(|text| reason_at_start(text));
    }
    details
}

/// Business transaction codes of payments that came back.
pub(super) fn is_return(code: &str) -> bool {
    matches!(
        code,
        "108" | "109" | "159" | "180" | "181" | "182" | "183" | "184" | "185" | "189"
    )
}

fn sub_fields(text: &str, mark: char) -> Vec<(u8, &str)> {
    let mut starts: Vec<usize> = text
        .match_indices(mark)
        .map(|(at, _)| at)
        .filter(|at| {
            text.get(at + mark.len_utf8()..at + mark.len_utf8() + 2)
                .is_some_and(is_field)
        })
        .collect();
    starts.push(text.len());
    starts
        .windows(2)
        .filter_map(|pair| {
            let &[from, to] = pair else { return None };
            let field = text.get(from + mark.len_utf8()..to)?;
            let (number, value) = field.split_at_checked(2)?;
            Some((number.parse().ok()?, value))
        })
        .collect()
}

/// Puts the pieces together and takes the keyed values out.
fn remittance(pieces: &[(u8, &str)], details: &mut Details) {
    let mut spans: Vec<(Option<&str>, String)> = Vec::new();
    for (index, (_, piece)) in pieces.iter().enumerate() {
        let mut rest = *piece;
        while !rest.is_empty() {
            let key = KEYS.iter().find(|key| rest.starts_with(**key));
            if let Some(key) = key {
                spans.push((Some(*key), String::new()));
                rest = rest.get(key.len()..).unwrap_or_default();
            }
            let end = next_key(rest).unwrap_or(rest.len());
            let (value, behind) = rest.split_at(end);
            let opens = key.is_some();
            add(
                &mut spans,
                value,
                opens,
                (goes_on(pieces, index), is_cut(pieces, index)),
            );
            rest = behind;
        }
    }
    for (key, value) in spans {
        store(details, key, value);
    }
}

/// Where the next key behind a blank begins.
fn next_key(text: &str) -> Option<usize> {
    text.match_indices(' ').map(|(at, _)| at + 1).find(|at| {
        text.get(*at..)
            .is_some_and(|rest| KEYS.iter().any(|key| rest.starts_with(key)))
    })
}

/// Is the piece in front of this one full and of the number before (29 before 60), so that a
/// value may go on?
fn goes_on(pieces: &[(u8, &str)], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| pieces.get(before));
    match (before, pieces.get(index)) {
        (Some((29, before)), Some((60, _))) => PIECE <= before.chars().count(),
        (Some((number, before)), Some((next, _))) => {
            number + 1 == *next && PIECE <= before.chars().count()
        }
        _ => false,
    }
}

/// The same where no key says that these are pieces of one text: a bank whose pieces are longer has
/// other pieces than the standard's.
fn is_cut(pieces: &[(u8, &str)], index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| pieces.get(before));
    goes_on(pieces, index) && before.is_some_and(|(_, before)| before.chars().count() == PIECE)
}

fn add(
    spans: &mut Vec<(Option<&str>, String)>,
    value: &str,
    opens: bool,
    (goes_on, is_cut): (bool, bool),
) {
    match spans.last_mut() {
        Some((Some(_), so_far)) if opens => so_far.push_str(value),
        // Remittance text always goes on; ids and text without a key only from a full piece.
        Some((Some("SVWZ+"), so_far)) => join(so_far, value, goes_on),
        Some((Some(_), so_far)) if goes_on => so_far.push_str(value),
        Some((None, so_far)) if is_cut => so_far.push_str(value),
        _ => spans.push((None, value.to_owned())),
    }
}

/// Puts the next piece behind a text: in the middle of a word, or as a word of its own.
fn join(so_far: &mut String, value: &str, goes_on: bool) {
    let apart = so_far.is_empty() || so_far.ends_with(' ') || value.starts_with(' ');
    if !goes_on && !apart {
        so_far.push(' ');
    }
    so_far.push_str(value);
}

fn store(details: &mut Details, key: Option<&str>, value: String) {
    let slot = match key {
        Some("EREF+") => &mut details.end_to_end,
        Some("MREF+") => &mut details.mandate,
        Some("ABWA+" | "ABWE+") => &mut details.ultimate,
        Some("IBAN+") => &mut details.account,
        Some("BIC+") => &mut details.bank,
        Some("OAMT+" | "OCMT+") => &mut details.instructed,
        Some("COAM+" | "CHGS+") => &mut details.charges,
        Some("SVWZ+") | None => {
            if !value.trim().is_empty() {
                details.text.push(value);
            }
            return;
        }
        Some("KREF+") => {
            details.traces.extend(filled(&value));
            return;
        }
        // Creditor and debtor ids, purpose: nothing to match with.
        Some(_) => return,
    };
    if let Some(value) = filled(&value)
        && slot.is_none()
    {
        *slot = Some(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(text: &str) -> Details {
        parse(text, mark_of(text).expect("structured"))
    }

    #[test]
    fn full_pieces_go_on_without_a_blank_and_others_end() {
        let found = details(
            "166?00GUTSCHRIFT?109?20EREF+NOTPROVIDED?21SVWZ+Invoices 100470, 10047?221 thank you\
             ?23very much?30BANKDEFF?31DE89370400440532013000?32Example Trading and Mfg. Gm\
             ?33bH and Co.",
        );
        assert_eq!(found.text, ["Invoices 100470, 100471 thank you very much"]);
        assert_eq!(found.end_to_end.as_deref(), Some("NOTPROVIDED"));
        let name = "Example Trading and Mfg. GmbH and Co.";
        assert_eq!(found.name.as_deref(), Some(name));
        assert_eq!(found.account.as_deref(), Some("DE89370400440532013000"));
        assert_eq!(found.bank.as_deref(), Some("BANKDEFF"));

        let found = details("166?20SVWZ+?21RE-100471?22 RE-100472?32Example Trading?33GmbH");
        assert_eq!(found.text, ["RE-100471 RE-100472"]);
        assert_eq!(found.name.as_deref(), Some("Example Trading GmbH"));
    }

    #[test]
    fn ids_go_on_from_full_pieces_only() {
        let full = details("171?20EREF+TRX-0A4A47C3-F846-4729?21-8A1B?22MREF+M1?23SVWZ+FOO");
        assert_eq!(
            full.end_to_end.as_deref(),
            Some("TRX-0A4A47C3-F846-4729-8A1B")
        );
        assert_eq!(full.mandate.as_deref(), Some("M1"));
        assert_eq!(full.text, ["FOO"]);
        let short = details("159?20EREF+TFNR 40005?21MTLG:Grund");
        assert_eq!(short.end_to_end.as_deref(), Some("TFNR 40005"));
        assert_eq!(short.text, ["MTLG:Grund"]);
        let gap = details("105?20EREF+123/123/12345-----L110?60000 BIC: X");
        assert_eq!(gap.end_to_end.as_deref(), Some("123/123/12345-----L110"));
    }

    #[test]
    fn keys_behind_a_blank_and_other_marks_are_seen() {
        let found = details("109>00R>20EREF+A1 KREF+K2 SVWZ+AC04 Konto>21 aufgehoben ABWA+Zoe");
        assert_eq!(found.end_to_end.as_deref(), Some("A1"));
        assert_eq!(found.text, ["AC04 Konto aufgehoben "]);
        assert_eq!(found.ultimate.as_deref(), Some("Zoe"));
        assert_eq!(found.return_reason.as_deref(), Some("AC04"));
        assert_eq!(found.traces, ["K2"]);
    }

    #[test]
    fn without_keys_the_pieces_stay() {
        let found = details("020?20Rechnung 12?21Kunde 7?34000");
        assert_eq!(found.text, ["Rechnung 12", "Kunde 7"]);
        let full = details("020?20Rechnungen 100470 und 10047?211 Kunde 7?24Danke");
        assert_eq!(full.text, ["Rechnungen 100470 und 100471 Kunde 7", "Danke"]);
        assert_eq!(mark_of("911 TRANSAKCJA"), None);
        assert_eq!(mark_of("no"), None);
    }
}
