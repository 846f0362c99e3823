//! Slash codes in `:86:` (ABN AMRO, ING, Rabobank, British banks; the codes of the SWIFT and
//! CGI guides): `/TRTP/…/IBAN/…/NAME/…/REMI/…`.
//!
//! Only known codes end a value, because remittance texts are full of slashes.

use domain::parties::looks_like_iban;

use super::details::{Details, reason_at_start};
use crate::bank::fields::filled;

const CODES: &[&str] = &[
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "KREF", "PREF", "IREF", "MARF", "CSID", "ORDP",
    "BENM", "CNTP", "ULTC", "ULTD", "ULTB", "RTRN", "CHGS", "OCMT", "EXCH", "ISDT", "PURP", "SVCL",
    "NRTX", "ADDR", "ACCT", "ACC", "BENE", "CREF", "RREF", "TYPE", "USTD", "STRD", "IACC", "CHG1",
    "SQTP", "SUBM", "OAMT", "COAM", "TRCD", "INST",
];

/// Reads the text when it begins with a known code.
pub(super) fn parse(text: &str) -> Option<Details> {
    let spans = spans(text);
    let (first, _) = spans.first()?;
    if !text.starts_with('/') || !text.get(1..)?.starts_with(first) {
        return None;
    }
    let mut details = Details::default();
    let mut ultimate_follows = false;
    for (code, value) in spans {
        let plain = value.trim().trim_end_matches('/');
        match code {
            "NAME" if ultimate_follows => set(&mut details.ultimate, plain),
            "NAME" => set(&mut details.name, value),
            "ULTC" | "ULTD" | "ULTB" => ultimate_follows = true,
            "ORDP" | "BENM" | "CNTP" | "BENE" => {
                ultimate_follows = false;
                if code == "CNTP" {
                    counterparty(value, &mut details);
                }
            }
            "IBAN" | "ACCT" | "ACC" => set(&mut details.account, plain),
            "BIC" => set(&mut details.bank, plain),
            "EREF" => set(&mut details.end_to_end, plain),
            "MARF" => set(&mut details.mandate, plain),
            "KREF" | "PREF" | "IREF" | "RREF" => details.traces.extend(filled(plain)),
            "RTRN" => details.return_reason = reason_at_start(plain),
            "OCMT" | "OAMT" => set(&mut details.instructed, plain),
            "CHGS" | "COAM" => set(&mut details.charges, plain),
            "REMI" => details.text.extend(free(value)),
            "USTD" => details.text.extend(free(value.trim_matches('/'))),
            "STRD" => structured(value, &mut details),
            _ => {}
        }
    }
    Some(details)
}

fn set(slot: &mut Option<String>, value: &str) {
    if slot.is_none() {
        *slot = filled(value);
    }
}

fn free(value: &str) -> Option<String> {
    (!value.trim().is_empty()).then(|| value.to_owned())
}

/// ING: `/CNTP/account/BIC/name/city//`.
fn counterparty(value: &str, details: &mut Details) {
    let mut parts = value.split('/');
    let Some(account) = parts.next().filter(|part| looks_like_iban(part)) else {
        return;
    };
    set(&mut details.account, account);
    set(&mut details.bank, parts.next().unwrap_or_default());
    set(&mut details.name, parts.next().unwrap_or_default());
}

/// ING: `/REMI/STRD/CUR/reference`.
fn structured(value: &str, details: &mut Details) {
    let reference = value
        .trim_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    set(&mut details.creditor, reference);
}

/// Codes with their values, in order.
fn spans(text: &str) -> Vec<(&str, &str)> {
    let mut starts: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('/')) {
        let slash = at + found;
        let rest = text.get(slash + 1..).unwrap_or_default();
        let code = CODES.iter().find(|code| {
            rest.strip_prefix(**code)
                .is_some_and(|behind| behind.starts_with('/'))
        });
        match code {
            Some(code) => {
                starts.push((slash, *code));
                at = slash + 1 + code.len();
            }
            None => at = slash + 1,
        }
    }
    let ends = starts
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|((start, code), end)| {
            let value = text.get(start + code.len() + 2..end.max(start + code.len() + 2))?;
            Some((*code, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_at_known_codes_only() {
        let found = parse(
            "/TRTP/CREDIT TRANSFER/IBAN/GB82WEST12345698765432/NAME/Example Ltd/EREF/E1\
             /REMI/Invoice SI/25/001/SI/25/002",
        )
        .expect("slash codes");
        assert_eq!(found.name.as_deref(), Some("Example Ltd"));
        assert_eq!(found.account.as_deref(), Some("GB82WEST12345698765432"));
        assert_eq!(found.end_to_end.as_deref(), Some("E1"));
        assert_eq!(found.text, ["Invoice SI/25/001/SI/25/002"]);
    }

    #[test]
    fn dutch_dialects() {
        let rabo = parse("/EREF/E2/BENM//NAME/JOHN DOE/REMI/Ref 1/ISDT/2013-01-02").expect("codes");
        assert_eq!(rabo.name.as_deref(), Some("JOHN DOE"));
        assert_eq!(rabo.end_to_end.as_deref(), Some("E2"));
        assert_eq!(rabo.text, ["Ref 1"]);
        let back = parse("/RTRN/AM04/KREF/250306-0123/REMI/Ref 1").expect("codes");
        assert_eq!(back.traces, ["250306-0123"]);
        let ing = parse(
            "/RTRN/MS03//EREF/E3//MARF/M1//CSID/C1//CNTP/NL08INGB0000001234/INGBNL2A/Acme/Ede///\
             REMI/USTD//Factuur 1/",
        )
        .expect("codes");
        assert_eq!(ing.return_reason.as_deref(), Some("MS03"));
        assert_eq!(ing.name.as_deref(), Some("Acme"));
        assert_eq!(ing.mandate.as_deref(), Some("M1"));
        assert_eq!(ing.text, ["Factuur 1"]);
        let structured = parse("/REMI/STRD/CUR/9876543210987654/").expect("codes");
        assert_eq!(structured.creditor.as_deref(), Some("9876543210987654"));
        assert_eq!(parse("BETALING /REMI/x"), None);
        assert_eq!(parse("12/03/2025"), None);
    }
}
