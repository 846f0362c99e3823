//! `:86:`, what the bank says of a movement, in the dialects in use.

use domain::money::Currency;
use domain::parties::looks_like_iban;

use crate::bank::fields::filled;

use super::{german, slashes};

/// What was found in `:86:` and `:NS:`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Details {
    /// Name of the other side.
    pub(super) name: Option<String>,
    /// Its account.
    pub(super) account: Option<String>,
    /// Its bank.
    pub(super) bank: Option<String>,
    /// On whose behalf.
    pub(super) ultimate: Option<String>,
    /// End-to-end id.
    pub(super) end_to_end: Option<String>,
    /// Mandate.
    pub(super) mandate: Option<String>,
    /// Creditor reference that is marked as such.
    pub(super) creditor: Option<String>,
    /// ISO return reason.
    pub(super) return_reason: Option<String>,
    /// Further references by which banks trace the payment.
    pub(super) traces: Vec<String>,
    /// German business transaction code.
    pub(super) transaction_code: Option<String>,
    /// `EUR12,30` that the payer ordered.
    pub(super) instructed: Option<String>,
    /// `EUR1,50` that banks kept.
    pub(super) charges: Option<String>,
    /// Free text in the file's pieces.
    pub(super) text: Vec<String>,
}

/// Width at which banks break the lines of `:86:`, in the middle of words.
const WIDTH: usize = 65;

/// Reads the lines of one `:86:`.
pub(super) fn parse(lines: &[String]) -> Details {
    let mut details = in_dialect(lines);
    let coded = |codes| details.text.iter().find_map(|text| sum_behind(text, codes));
    let instructed = coded(&["OCMT", "OAMT"]);
    let charges = coded(&["CHGS", "COAM"]);
    let at_end = || details.text.last().and_then(|text| charges_at_end(text));
    let charges = charges.or_else(at_end);
    details.instructed = details.instructed.or(instructed);
    details.charges = details.charges.or(charges);
    details
}

/// `OCMT/EUR100,00`: the sum behind the first of these codes that has one; the text keeps it.
fn sum_behind(text: &str, codes: &[&str]) -> Option<String> {
    let behind = |(at, code): (usize, &str)| {
        let (before, rest) = (text.get(..at)?, text.get(at + code.len()..)?);
        let is_apart = !before.ends_with(char::is_alphanumeric);
        let sum = rest.strip_prefix(['/', '+', ':']).filter(|_| is_apart)?;
        sum_at_start(sum.trim_start())
    };
    let mut codes = codes.iter();
    codes.find_map(|code| text.match_indices(code).find_map(behind))
}

/// `EUR100,00` or `100,00` at the start, as it stands there.
fn sum_at_start(text: &str) -> Option<String> {
    let code = text.split_at_checked(3).map_or("", |(code, _)| code);
    let coded = code.len() == 3 && Currency::parse(code).is_some();
    let (code, rest) = text.split_at_checked(if coded { 3 } else { 0 })?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.'));
    let sum = rest.get(..end.unwrap_or(rest.len()))?.trim_end_matches('.');
    let (whole, places) = sum.split_once([',', '.'])?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_sum = !whole.is_empty() && digits(whole) && digits(places) && places.len() <= 2;
    is_sum.then(|| format!("{code}{sum}"))
}

/// `… CHGS 15.00`, which banks put behind the payer's text; the text keeps it.
fn charges_at_end(text: &str) -> Option<String> {
    let (before, sum) = text.trim_end().rsplit_once(' ')?;
    let (_, places) = sum.split_once(['.', ','])?;
    let digits = sum.bytes().filter(u8::is_ascii_digit).count();
    let shaped = places.len() == 2 && digits + 1 == sum.len() && places.len() < digits;
    let marked = before == "CHGS" || before.ends_with(" CHGS");
    (shaped && marked).then(|| sum.to_owned())
}

fn in_dialect(lines: &[String]) -> Details {
    let joined: String = lines.concat();
    if let Some(mark) = german::mark_of(&joined) {
        return german::parse(&joined, mark);
    }
    if let Some(details) = slashes::parse(&joined) {
        return details;
    }
    if let Some(details) = faster_payment(&joined) {
        return details;
    }
    if let Some(details) = account_first(lines) {
        return details;
    }
    let text = unwrapped(lines);
    Details {
        return_reason: returned(&joined),
        text,
        ..Details::default()
    }
}

/// Lines of full width go on in the next one without a blank, as does one in front of a line
/// that begins with the blank; others are pieces of their own.
pub(super) fn unwrapped(lines: &[String]) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut is_full = false;
    for line in lines {
        let goes_on = is_full || (line.starts_with(' ') && !line.trim().is_empty());
        match pieces.last_mut() {
            Some(last) if goes_on => last.push_str(line),
            _ => pieces.push(line.clone()),
        }
        is_full = WIDTH <= line.chars().count();
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// `FPI name REF text`: faster payments inward (`FPO` outward) of British banks.
fn faster_payment(text: &str) -> Option<Details> {
    let rest = text
        .strip_prefix("FPI")
        .or_else(|| text.strip_prefix("FPO"))
        .filter(|rest| rest.starts_with(' '))?;
    let (name, reference) = rest.split_once(" REF ")?;
    Some(Details {
        name: filled(name),
        text: Some(reference.to_owned())
            .filter(|text| filled(text).is_some())
            .into_iter()
            .collect(),
        ..Details::default()
    })
}

/// The account of the other side and its name on the first line, the text below (ASN, SNS).
fn account_first(lines: &[String]) -> Option<Details> {
    let (first, below) = lines.split_first()?;
    let (account, name) = first.split_once(' ')?;
    if !looks_like_iban(account) || below.is_empty() {
        return None;
    }
    Some(Details {
        name: filled(name),
        account: Some(account.to_owned()),
        text: unwrapped(below),
        ..Details::default()
    })
}

/// `RETURNED PAYMENT AC04 …`: the reason where it follows a word for a return.
fn returned(text: &str) -> Option<String> {
    let rest = ["RETURNED PAYMENT ", "RETURN ", "RETOURE "]
        .iter()
        .find_map(|word| text.strip_prefix(word))?;
    reason_at_start(rest)
}

/// An ISO 20022 return reason (two letters, two digits, or one of the few words) at the start.
pub(super) fn reason_at_start(text: &str) -> Option<String> {
    let word = text.split([' ', '/', ':', ',']).next()?;
    let bytes = word.as_bytes();
    let coded = bytes.len() == 4
        && bytes.iter().take(2).all(u8::is_ascii_uppercase)
        && bytes.iter().skip(2).all(u8::is_ascii_digit);
    let worded = [
        "AGNT", "ARDT", "CURR", "CUST", "DUPL", "FOCR", "FRAD", "TECH", "UPAY",
    ];
    (coded || worded.contains(&word)).then(|| word.to_owned())
}

/// Adds what a further `:86:` of the same movement says.
pub(super) fn merge(into: &mut Details, more: Details) {
    let Details {
        name,
        account,
        bank,
        ultimate,
        end_to_end,
        mandate,
        creditor,
        return_reason,
        transaction_code,
        instructed,
        charges,
        traces,
        text,
    } = more;
    let fill = |slot: &mut Option<String>, value: Option<String>| {
        if slot.is_none() {
            *slot = value;
        }
    };
    fill(&mut into.name, name);
    fill(&mut into.account, account);
    fill(&mut into.bank, bank);
    fill(&mut into.ultimate, ultimate);
    fill(&mut into.end_to_end, end_to_end);
    fill(&mut into.mandate, mandate);
    fill(&mut into.creditor, creditor);
    fill(&mut into.return_reason, return_reason);
    fill(&mut into.transaction_code, transaction_code);
    fill(&mut into.instructed, instructed);
    fill(&mut into.charges, charges);
    into.traces.extend(traces);
    into.text.extend(text);
}

/// `:NS:` below a `:61:` (MultiCash): numbered lines. 01–14 remittance, 15–16 name, 33 bank
/// and 34 account of the other side; 17–32 are the bank's own bookkeeping and left out.
pub(super) fn non_swift(lines: &[String]) -> Details {
    let mut details = Details::default();
    let mut name = String::new();
    for line in lines {
        let Some((number, text)) = line.split_at_checked(2) else {
            continue;
        };
        match number.parse::<u8>() {
            Ok(1..=14) => details.text.extend(filled(text)),
            Ok(15 | 16) => name.push_str(text),
            Ok(33) => details.bank = filled(text),
            Ok(34) => details.account = filled(text),
            Ok(_) => {}
            Err(_) => details.text.extend(filled(line)),
        }
    }
    details.name = filled(&name);
    details
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_amount_before_charges_stands_in_a_code_or_in_the_text() {
        for (text, instructed) in [
            ("/TRTP/RETURN/OCMT/EUR100,00/REMI/OCMT/EUR1,00", "EUR100,00"),
            (
                "109?20SVWZ+RETOURE?21OCMT+EUR100,00 CHGS+EUR3,00",
                "EUR100,00",
            ),
            ("109?20RETOURE?21OAMT/EUR100,00", "EUR100,00"),
            (
                "109?20EREF+E7?21SVWZ+AC04 OAMT: EUR 100,00 CHGS: EUR 3",
                "EUR100,00",
            ),
        ] {
            let found = parse(&[text.to_owned()]).instructed;
            assert_eq!(found.as_deref(), Some(instructed), "{text}");
        }
    }

    #[test]
    fn charges_stand_in_a_code_or_behind_the_text() {
        for (text, charges) in [
            ("166?20SVWZ+Ref 7 CHGS ?2115.00?30BANKDEFF", Some("15.00")),
            ("166?20SVWZ+CHGS 7,50", Some("7,50")),
            (
                "/TRTP/CREDIT/NAME/X/CHGS/EUR12,50/REMI/CHGS 3.00",
                Some("EUR12,50"),
            ),
            (
                "166?20SVWZ+RETURN /OCMT/EUR100,00//CHGS/EUR3,00/",
                Some("EUR3,00"),
            ),
            ("109?20RETOURE?21CHGS/EUR3,5", Some("EUR3,5")),
            (
                "109?20RETOURE OCMT/EUR100,00 CHGS?21/EUR3,00",
                Some("EUR3,00"),
            ),
            ("109?20SVWZ+RETOURE?21OAMT+100,00 CHGS+3,00", Some("3,00")),
            ("Returned, CHGS: 3,00.", Some("3,00")),
            ("166?20SVWZ+CHGS/EUR1.234,56", None),
            ("166?20SVWZ+XCHGS/EUR3,00", None),
            ("166?20SVWZ+CHGS/INV 3,00", None),
            ("166?20SVWZ+no CHGS 15", None),
            ("166?20SVWZ+XCHGS 15.00", None),
            ("166?20SVWZ+CHGS 1.5.00", None),
            ("166?20SVWZ+CHGS .00", None),
            ("166?20SVWZ+CHGS 15.00 of 2025", None),
        ] {
            let found = parse(&[text.to_owned()]).charges;
            assert_eq!(found.as_deref(), charges, "{text}");
        }
    }
}
