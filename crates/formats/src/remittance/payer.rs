//! Who pays, and for whom, as letters and names say it.

use super::columns::folded;

/// The line after the greeting that ends the letter.
pub(super) fn signature(body: &str) -> Option<String> {
    const CLOSINGS: &[&str] = &[
        "mit freundlichen grusen",
        "freundliche gruse",
        "mit freundlichen gruessen",
        "kind regards",
        "best regards",
        "regards",
        "yours sincerely",
        "sincerely",
        "yours faithfully",
        "cordialement",
        "bien cordialement",
        "saludos",
        "saludos cordiales",
        "atentamente",
        "cordiali saluti",
        "distinti saluti",
        "met vriendelijke groet",
        "met vriendelijke groeten",
        "z powazaniem",
        "pozdrawiam",
        "viele gruse",
        "beste gruse",
    ];
    let mut lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.find(|line| CLOSINGS.contains(&folded(line).as_str()))?;
    lines
        .next()
        .filter(|line| line.len() <= 140)
        .map(str::to_owned)
}

const PHRASES: &[&str] = &[
    " on behalf of ",
    " o/b/o ",
    " im auftrag von ",
    " im auftrag der ",
    " im auftrag des ",
    " im namen von ",
    " im namen der ",
    " fur rechnung von ",
    " fur rechnung der ",
    " für rechnung von ",
    " für rechnung der ",
    " pour le compte de ",
    " en nombre de ",
    " por cuenta de ",
    " per conto di ",
    " namens ",
    " in opdracht van ",
    " w imieniu ",
    " na rzecz ",
];

/// The name in the name: `Finance Hub GmbH (Müller KG)`, `Hub Ltd on behalf of Smith Ltd`.
pub(super) fn on_behalf(name: &str) -> Option<String> {
    if let Some(after) = after_phrase(name) {
        return kept(after);
    }
    let inner = name.trim().strip_suffix(')')?.rsplit_once('(')?.1.trim();
    // `(UK)` is a place, `(haftungsbeschränkt)` a form.
    (4 <= inner.chars().count()
        && inner.starts_with(char::is_uppercase)
        && inner.chars().any(char::is_lowercase))
    .then(|| kept(inner))
    .flatten()
}

/// The same in a sentence: the name ends with its last capital word.
pub(super) fn on_behalf_in_prose(line: &str) -> Option<String> {
    const WITHIN: &[&str] = &[
        "&", "und", "and", "et", "y", "e", "en", "i", "de", "di", "van", "of",
    ];
    let after = after_phrase(&format!(" {line} "))?.to_owned();
    let mut words: Vec<&str> = Vec::new();
    for word in after.split_whitespace().take(8) {
        let bare = word.trim_end_matches([',', ';', ':']);
        if !bare.starts_with(char::is_uppercase) && !WITHIN.contains(&bare) {
            break;
        }
        words.push(bare);
        if bare.len() < word.len() {
            break;
        }
    }
    while words.last().is_some_and(|word| WITHIN.contains(word)) {
        words.pop();
    }
    kept(words.join(" ").trim_end_matches('.'))
}

fn kept(name: &str) -> Option<String> {
    let name = name.trim().trim_end_matches([')', ',', ';']);
    (!name.is_empty() && name.len() <= 140).then(|| name.to_owned())
}

fn after_phrase(text: &str) -> Option<&str> {
    // Where a sign has a lower case of another length the places would not fit.
    let lower = text.to_lowercase();
    if lower.len() != text.len() {
        return None;
    }
    PHRASES.iter().find_map(|phrase| {
        let at = lower.find(phrase)?;
        text.get(at + phrase.len()..)
    })
}
