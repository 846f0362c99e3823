//! Words around a name: for whom somebody pays, and titles.
//!
//! Compared with words as [`super::names::words`] gives them.

/// Between who pays and whom it is paid for: what stands behind is the debtor.
pub(super) const ON_BEHALF: &[&[&str]] = &[
    &["ON", "BEHALF", "OF"],
    &["AS", "AGENT", "FOR"],
    &["O", "B", "O"],
    &["OBO"],
    &["IM", "AUFTRAG"],
    &["IM", "NAMEN"],
    &["IA"],
    &["FUR", "RECHNUNG"],
    &["FRG"],
    &["FR", "RG"],
    &["INSOLVENZVERWALTER"],
    &["INSO", "VERW"],
    &["VERWALTER"],
    &["LIQUIDATOR", "OF"],
    &["ADMINISTRATOR", "OF"],
    &["TRUSTEE", "OF"],
    &["POUR", "LE", "COMPTE"],
    &["PER", "CONTO"],
    &["POR", "CUNTA"],
    &["EN", "NOMBRE"],
    &["IN", "OPDRACHT", "VAN"],
    &["NAMENS"],
    &["W", "IMIENIU"],
    &["NA", "RZECZ"],
];
/// Words that may say the same, and may stand in a name.
pub(super) const FOR: &[&[&str]] = &[
    &["FOR"],
    &["FUR"],
    &["POUR"],
    &["PER"],
    &["VOOR"],
    &["PARA"],
];
/// Words before a name that are no part of it.
const TITLES: &[&str] = &[
    "DITTA", "DR", "FA", "FIRMA", "FIRM", "FRAU", "HERR", "HERRN", "MESSRS", "MR", "MRS", "MS",
    "SOCIETE", "STE",
];
/// Words between such a phrase and the name.
const ARTICLES: &[&str] = &[
    "DER", "DES", "VON", "DE", "DI", "DEL", "DELLA", "DU", "LA", "THE",
];

/// What stands behind the first of these phrases.
pub(super) fn behind<'a>(words: &'a [String], phrases: &[&[&str]]) -> Option<&'a [String]> {
    (1..words.len()).find_map(|at| {
        let rest = words.get(at..)?;
        let said = phrases.iter().find(|phrase| {
            phrase.len() < rest.len() && phrase.iter().zip(rest).all(|(word, own)| word == own)
        })?;
        let mut rest = rest.get(said.len()..)?;
        while let [first, more @ ..] = rest
            && !more.is_empty()
            && ARTICLES.contains(&first.as_str())
        {
            rest = more;
        }
        Some(rest)
    })
}

/// The words behind the titles that a name begins with.
pub(super) fn without_title(words: &[String]) -> &[String] {
    let titles = words
        .iter()
        .take_while(|word| TITLES.contains(&word.as_str()));
    words.get(titles.count()..).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::super::names::never_met;
    use super::*;

    #[test]
    fn its_words_are_spelled_as_texts_are_read() {
        let phrases = ON_BEHALF.iter().chain(FOR).copied();
        for list in phrases.chain([TITLES, ARTICLES]) {
            assert_eq!(never_met(list), [""; 0]);
        }
    }
}
