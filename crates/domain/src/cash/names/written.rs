//! Names as they are written: their words and their keys.
//!
//! A key has no case, accents, punctuation or legal form; legal forms are words of company law,
//! not of any book.

use crate::cash::keys;

/// In alphabetical order.
const LEGAL: &[&str] = &[
    "AB",
    "AE",
    "AG",
    "AKTIEBOLAG",
    "AKTIENGESELLSCHAFT",
    "AND",
    "APS",
    "AS",
    "ASA",
    "BESCHRANKTER",
    "BV",
    "BVBA",
    "CIE",
    "CO",
    "COKG",
    "COMPANY",
    "CORP",
    "CORPORATION",
    "CV",
    "DAC",
    "DE",
    "EG",
    "EI",
    "EK",
    "EKFM",
    "EPE",
    "EURL",
    "EV",
    "GBR",
    "GES",
    "GESELLSCHAFT",
    "GESMBH",
    "GMBH",
    "GMBHCOKG",
    "HAFTUNG",
    "HAFTUNGSBESCHR",
    "HAFTUNGSBESCHRANKT",
    "HB",
    "IKE",
    "INC",
    "INCORPORATED",
    "KB",
    "KFT",
    "KG",
    "KGAA",
    "KOMMANDITGESELLSCHAFT",
    "LDA",
    "LIMITADA",
    "LIMITED",
    "LLC",
    "LLP",
    "LP",
    "LTD",
    "LTDA",
    "MBH",
    "MIT",
    "NV",
    "OE",
    "OG",
    "OHG",
    "OO",
    "OOO",
    "OSAKEYHTIO",
    "OY",
    "OYJ",
    "PC",
    "PLC",
    "PRIVATE",
    "PTE",
    "PTY",
    "PUBLIC",
    "PVT",
    "RL",
    "SA",
    "SARL",
    "SAS",
    "SASU",
    "SCA",
    "SCS",
    "SE",
    "SL",
    "SLU",
    "SNC",
    "SP",
    "SPA",
    "SPJ",
    "SPK",
    "SPOL",
    "SPOLKA",
    "SPRL",
    "SPZOO",
    "SRL",
    "SRO",
    "THE",
    "UG",
    "ULC",
    "UND",
    "VOF",
    "ZO",
    "ZOO",
];

/// The name without case, accents, punctuation and legal form.
pub(in crate::cash) fn key(name: &str) -> String {
    key_of(&words(name))
}

pub(super) fn key_of(words: &[String]) -> String {
    let mut out = String::new();
    for (i, word) in words.iter().enumerate() {
        if (i == 0 || word.len() > 1) && is_name(word) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    if out.is_empty() { words.join(" ") } else { out }
}

fn is_name(word: &str) -> bool {
    LEGAL.binary_search(&word).is_err() && !is_number(word)
}

/// All words but legal forms, and the numbers too.
pub(super) fn with_numbers(words: &[String]) -> String {
    let kept = words.iter().filter(|word| is_name(word) || is_number(word));
    kept.map(String::as_str).collect::<Vec<_>>().join(" ")
}

pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

/// The keys of all ends of a text: from each of its words to the last.
pub(in crate::cash) struct Ends {
    words: Vec<String>,
    /// Where in `words` each word between blanks begins.
    begins: Vec<usize>,
}

impl Ends {
    /// Reads a text.
    pub(in crate::cash) fn new(text: &str) -> Ends {
        let mut ends = Ends {
            words: Vec::new(),
            begins: Vec::new(),
        };
        for word in text.split_whitespace() {
            ends.begins.push(ends.words.len());
            ends.words.extend(words(word));
        }
        ends
    }

    /// The key of the text from a word on.
    pub(in crate::cash) fn key_from(&self, word: usize) -> String {
        let begin = self.begins.get(word).copied();
        let words = begin.and_then(|begin| self.words.get(begin..));
        key_of(words.unwrap_or(&[]))
    }
}

/// The words of a name: upper case ASCII, one spelling for umlauts. Lists of words are spelled like
/// that, too: `UMSATZSTEUER` is never met, but `UMSATZSTEUR`.
pub(in crate::cash) fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in keys::read_once(name).chars() {
        if matches!(c, '.' | '\'' | '’') {
            continue;
        }
        let plain = if c.is_ascii() {
            None
        } else {
            deunicode::deunicode_char(c)
        };
        if !c.is_alphanumeric() {
            out.push(String::new());
        } else if let Some(last) = out.last_mut() {
            match plain {
                Some(plain) => last.push_str(&plain.to_ascii_uppercase()),
                None => last.push(c.to_ascii_uppercase()),
            }
        }
    }
    out.retain(|word| !word.is_empty());
    for word in &mut out {
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        if letters >= 3 && letters < word.len() {
            *word = word.replace('0', "O").replace('1', "I");
        }
        let umlaut = |pair: &[u8]| matches!(pair, b"AE" | b"OE" | b"UE" | b"AA");
        if !word.as_bytes().windows(2).any(umlaut) {
            continue;
        }
        for (two, one) in [("AE", "A"), ("OE", "O"), ("UE", "U"), ("AA", "A")] {
            if word.len() > 3 && word.contains(two) {
                *word = word.replace(two, one);
            }
        }
    }
    out
}

/// Those of a list that no text can have, because they are not spelled as [`words`] reads them.
#[cfg(test)]
pub(in crate::cash) fn never_met<'a>(list: &[&'a str]) -> Vec<&'a str> {
    let is_met = |entry: &&&str| words(entry).join(" ") == **entry;
    list.iter()
        .filter(|entry| !is_met(entry))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_are_in_order_to_be_found() {
        assert!(LEGAL.is_sorted());
    }

    #[test]
    fn legal_forms_and_spelling_do_not_count() {
        for (written, key_expected) in [
            ("Bäckerei Grün Ges.m.b.H. & Co. KG", "BACKEREI GRUN"),
            ("BAECKEREI GRUEN", "BACKEREI GRUN"),
            ("Kowalska Sp. z o.o.", "KOWALSKA"),
            ("Acme S.A. de C.V.", "ACME"),
            ("N0RTHWIND LLC", "NORTHWIND"),
        ] {
            assert_eq!(key(written), key_expected, "{written}");
        }
    }
}
