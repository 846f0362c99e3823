//! Company names as keys: no case, accents, punctuation or legal form.
//!
//! Legal forms are words of company law, not of any book.

const LEGAL: &[&str] = &[
    "AB",
    "AG",
    "AS",
    "ASA",
    "APS",
    "BV",
    "BVBA",
    "CO",
    "COMPANY",
    "CORP",
    "CORPORATION",
    "CV",
    "CIE",
    "DAC",
    "EG",
    "EI",
    "EK",
    "EPE",
    "ETS",
    "EURL",
    "EV",
    "GBR",
    "GES",
    "GESELLSCHAFT",
    "GESMBH",
    "GMBH",
    "HB",
    "INC",
    "INCORPORATED",
    "KB",
    "KFT",
    "KG",
    "KGAA",
    "KS",
    "LDA",
    "LIMITED",
    "LLC",
    "LLP",
    "LP",
    "LTD",
    "LTDA",
    "MBH",
    "NV",
    "OE",
    "OG",
    "OHG",
    "OY",
    "OYJ",
    "PC",
    "PLC",
    "PRIVATE",
    "PTE",
    "PTY",
    "PUBLIC",
    "PVT",
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
    "SPRL",
    "SRL",
    "SRO",
    "UG",
    "ULC",
    "VOF",
    "ZOO",
    "ZO",
    "O",
    "AE",
    "IKE",
    "OOO",
    "SPZOO",
    "HAFTUNGSBESCHRAENKT",
    "MIT",
    "BESCHRAENKTER",
    "HAFTUNG",
    "UND",
    "AND",
];

/// The name without case, accents, punctuation and legal form.
pub(super) fn key(name: &str) -> String {
    let words = words(name);
    let kept: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !LEGAL.contains(word))
        .collect();
    if kept.is_empty() {
        words.join(" ")
    } else {
        kept.join(" ")
    }
}

/// The words of a name: upper case ASCII, one spelling for umlauts.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for c in name.chars() {
        if matches!(c, '.' | '\'' | '’') {
            continue;
        }
        if c.is_ascii_alphanumeric() {
            if let Some(last) = out.last_mut() {
                last.push(c.to_ascii_uppercase());
            }
        } else if c.is_alphanumeric() {
            let plain = deunicode::deunicode_char(c).unwrap_or("");
            if let Some(last) = out.last_mut() {
                last.push_str(&plain.to_ascii_uppercase());
            }
        } else {
            out.push(String::new());
        }
    }
    out.retain(|word| !word.is_empty());
    for word in &mut out {
        for (two, one) in [("AE", "A"), ("OE", "O"), ("UE", "U"), ("AA", "A")] {
            if word.len() > 3 && word.contains(two) {
                *word = word.replace(two, one);
            }
        }
    }
    out
}
