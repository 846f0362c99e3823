//! The words in which people of several languages write terms, made into those of the reader and
//! put into its order: `14 Tage 2 % Skonto, 30 Tage netto` becomes `2% 14 DAYS , NET 30 DAYS`.

use super::reading::{number, percentage};

/// The reader's words and what is written for them, without accents, in capitals and without a
/// full stop at the end. Of two phrases that fit, the longer one is meant. `FDM` is the end of
/// the month in which the days before it end, as on the continent; nothing stands for what adds
/// nothing to the terms.
const WORDS: &[(&str, &[&str])] = &[
    (
        "DAYS",
        &[
            // English, German, French, Italian, Spanish and Portuguese, Dutch, Scandinavian,
            // Finnish, Polish and Czech.
            "DAYS", "DAY", "D", "TAGE", "TAGEN", "TAG", "TG", "JOURS", "JOUR", "JRS", "J", "GIORNI",
            "GIORNO", "GG", "DIAS", "DIA", "DAGEN", "DAG", "DGN", "DAGAR", "DAGE", "DAGER",
            "PAIVAA", "PV", "DNI", "DNU",
        ],
    ),
    (
        "NET",
        &[
            "NET",
            "N",
            "NETTO",
            "NETO",
            "NETT",
            "A NET",
            "REIN NETTO",
            "OHNE ABZUG",
            "SANS ESCOMPTE",
            "STRICTLY NET",
            "NET AMOUNT",
            "WITHOUT DEDUCTION",
        ],
    ),
    (
        "DISCOUNT",
        &[
            "DISCOUNT",
            "CASH DISCOUNT",
            "SKONTO",
            "SKTO",
            "ESCOMPTE",
            "D'ESCOMPTE",
            "SCONTO",
            "DESCUENTO",
            "DE DESCUENTO",
            "DESCONTO",
            "KORTING",
            "BETALINGSKORTING",
            "KASSARABATT",
        ],
    ),
    (
        "EOM",
        &[
            "EOM",
            "END OF MONTH",
            "END OF THE MONTH",
            "AFTER EOM",
            "FROM EOM",
            "AFTER END OF MONTH",
            "AFTER END OF THE MONTH",
            "AFTER THE END OF THE MONTH",
            "FROM END OF MONTH",
            "FROM THE END OF THE MONTH",
            "MONTH END",
            "AFTER MONTH END",
            "NACH MONATSENDE",
            "NACH ENDE DES MONATS",
            "APRES FIN DE MOIS",
            "APRES LA FIN DU MOIS",
            "DOPO FINE MESE",
            "NA EINDE MAAND",
            "DESPUES DE FIN DE MES",
        ],
    ),
    (
        "FDM",
        &[
            "FDM",
            "FIN DE MOIS",
            "FIN DU MOIS",
            "FM",
            "FINE MESE",
            "DFFM",
            "D.F.F.M",
            "DF FM",
            "FIN DE MES",
            "FIM DO MES",
            "EINDE MAAND",
            "EINDE VAN DE MAAND",
            "MONATSENDE",
            "ZUM MONATSENDE",
            "ENDE DES MONATS",
        ],
    ),
    (
        "EOM+1M",
        &[
            "END OF NEXT MONTH",
            "END OF THE NEXT MONTH",
            "END OF FOLLOWING MONTH",
            "END OF THE FOLLOWING MONTH",
            "ENDE DES FOLGEMONATS",
            "ENDE FOLGEMONAT",
            "FIN DU MOIS SUIVANT",
            "FINE MESE SUCCESSIVO",
            "FIN DEL MES SIGUIENTE",
            "EINDE VOLGENDE MAAND",
        ],
    ),
    (
        "PROX",
        &[
            "PROX",
            "PROXIMO",
            "MFI",
            "MONTH FOLLOWING INVOICE",
            "OF NEXT MONTH",
            "OF THE NEXT MONTH",
            "OF FOLLOWING MONTH",
            "OF THE FOLLOWING MONTH",
            "DES FOLGEMONATS",
            "DES NACHSTEN MONATS",
            "DU MOIS SUIVANT",
            "DEL MESE SUCCESSIVO",
            "DEL MES SIGUIENTE",
            "VAN DE VOLGENDE MAAND",
        ],
    ),
    (
        "RECEIPT",
        &[
            "RECEIPT",
            "ON RECEIPT",
            "UPON RECEIPT",
            "DUE ON RECEIPT",
            "DUE UPON RECEIPT",
            "IMMEDIATE",
            "IMMEDIATELY",
            "NOW",
            "AT SIGHT",
            "CASH",
            "NET CASH",
            "COD",
            "CASH ON DELIVERY",
            "CIA",
            "CASH IN ADVANCE",
            "CWO",
            "CASH WITH ORDER",
            "PIA",
            "PAYMENT IN ADVANCE",
            "IN ADVANCE",
            "ADVANCE",
            "PREPAID",
            "PREPAYMENT",
            "SOFORT",
            "NETTO KASSE",
            "BAR",
            "NACHNAHME",
            "VORKASSE",
            "VORAUSKASSE",
            "COMPTANT",
            "AU COMPTANT",
            "A RECEPTION",
            "A RECEPTION DE FACTURE",
            "CONTANTI",
            "A VISTA",
            "ANTICIPATO",
            "PAGAMENTO ANTICIPATO",
            "CONTADO",
            "AL CONTADO",
            "ANTICIPADO",
            "PAGO ANTICIPADO",
            "CONTANT",
            "PER DIRECT",
            "VOORUITBETALING",
        ],
    ),
    (
        "ROG",
        &[
            "ROG",
            "RECEIPT OF GOODS",
            "ON RECEIPT OF GOODS",
            "AFTER RECEIPT OF GOODS",
            "FROM RECEIPT OF GOODS",
            "NACH WARENEINGANG",
            "NACH ERHALT DER WARE",
        ],
    ),
    (",", &["AND", "UND", "ET"]),
    (
        "",
        &[
            "TERMS",
            "PAYMENT",
            "PAYABLE",
            "PAID",
            "PAYMENT TERMS",
            "DUE",
            "WITHIN",
            "IN",
            "IF",
            "LESS",
            "WITH",
            "OR",
            "OTHERWISE",
            "THEN",
            "ON THE",
            "BY THE",
            "INVOICE DATE",
            "FROM INVOICE DATE",
            "AFTER INVOICE DATE",
            "OF INVOICE DATE",
            "DATE OF INVOICE",
            "FROM DATE OF INVOICE",
            "AFTER DATE OF INVOICE",
            "FROM THE INVOICE DATE",
            "ZAHLBAR",
            "ZAHLUNG",
            "BEI ZAHLUNG",
            "FALLIG",
            "INNERHALB",
            "INNERHALB VON",
            "BINNEN",
            "ABZUGLICH",
            "MIT",
            "ODER",
            "SONST",
            "DANACH",
            "ZIEL",
            "ZAHLUNGSZIEL",
            "ZUM",
            "AM",
            "NACH RECHNUNGSDATUM",
            "AB RECHNUNGSDATUM",
            "RECHNUNGSDATUM",
            "PAYABLE A",
            "PAIEMENT",
            "PAIEMENT A",
            "A",
            "SOUS",
            "LE",
            "DATE DE FACTURE",
            "DATE FACTURE",
            "DATE D'EMISSION DE LA FACTURE",
            "PAGAMENTO",
            "DATA FATTURA",
            "D.F",
            "DF",
            "PAGO",
            "FECHA FACTURA",
            "FECHA DE FACTURA",
            "BETALING",
            "NA FACTUURDATUM",
            "FACTUURDATUM",
        ],
    ),
];

/// A text in the reader's words and order, one word or separator each.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let words = translated(&pieces(&folded(text)));
    let mut ordered = Vec::with_capacity(words.len());
    for clause in words.split_inclusive(|word| is_separator(word)) {
        ordered.extend(in_order(clause));
    }
    ordered
}

pub(super) fn is_separator(word: &str) -> bool {
    matches!(word, "," | ";")
}

/// In capitals and without accents; signs stay as they are.
fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '’' => plain.push('\''),
            _ if letter.is_alphabetic() && !letter.is_ascii() => {
                plain.push_str(deunicode::deunicode_char(letter).unwrap_or("?"));
            }
            _ => plain.push(letter),
        }
    }
    plain.to_uppercase()
}

/// The words, signs that stand between them, and counts of days apart from their unit.
fn pieces(text: &str) -> Vec<String> {
    let mut spaced = with_points(text);
    for sign in [",", ";", "+"] {
        spaced = spaced.replace(sign, &format!(" {sign} "));
    }
    for (loose, tight) in [("( ", "("), (" /", "/"), ("/ ", "/"), (" %", "%")] {
        while spaced.contains(loose) {
            spaced = spaced.replace(loose, tight);
        }
    }
    let mut pieces = Vec::new();
    for word in spaced.replace(['(', ')', ':'], " ").split_whitespace() {
        let word = word.strip_suffix('.').unwrap_or(word);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = word.split_at(digits);
        match unit {
            "ST" | "ND" | "RD" | "TH" if !count.is_empty() => pieces.push(count.to_owned()),
            _ if !count.is_empty() && is_day(unit) => {
                pieces.extend([count.to_owned(), "DAYS".to_owned()]);
            }
            // `N/END OF MONTH`: what a later word makes a rule.
            _ => match word.strip_prefix("N/") {
                Some(rest) if number(rest).is_none() => {
                    pieces.extend(["NET".to_owned(), rest.to_owned()]);
                }
                _ => pieces.push(word.to_owned()),
            },
        }
    }
    pieces
}

fn is_day(word: &str) -> bool {
    let mut words = WORDS.iter().filter(|(meant, _)| *meant == "DAYS");
    words.any(|(_, written)| written.contains(&word))
}

/// A decimal comma as a point: `2,5 %`. Between terms a comma has a blank or a word before it.
fn with_points(text: &str) -> String {
    let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    for place in 0..words.len() {
        let (written, percent) = match words[place].split_once('%') {
            Some((written, _)) => (written, true),
            None => (words[place].as_str(), false),
        };
        let next = words.get(place + 1);
        let is_percent = percent || next.is_some_and(|next| next.starts_with('%'));
        let decimal = written.replacen(',', ".", 1);
        if is_percent && percentage(&decimal).is_some() {
            words[place] = words[place].replacen(',', ".", 1);
        }
    }
    words.join(" ")
}

/// Each phrase as the reader's word for it; what is in no language's list stays.
fn translated(pieces: &[String]) -> Vec<String> {
    let mut words = Vec::with_capacity(pieces.len());
    let mut rest = pieces;
    while let Some(first) = rest.first() {
        let found = WORDS.iter().flat_map(|(meant, written)| {
            let fits = written.iter().filter_map(|phrase| length(phrase, rest));
            fits.map(move |length| (length, *meant))
        });
        let (length, meant) = found
            .max_by_key(|(length, _)| *length)
            .unwrap_or((1, first.as_str()));
        if !meant.is_empty() {
            words.push(meant.to_owned());
        }
        rest = &rest[length..];
    }
    words
}

/// How many pieces a phrase is, where they begin with it.
fn length(phrase: &str, pieces: &[String]) -> Option<usize> {
    let mut rest = pieces.iter();
    let mut words = phrase.split(' ');
    words
        .all(|word| rest.next().is_some_and(|piece| piece == word))
        .then(|| phrase.split(' ').count())
}

/// One clause with the percent and `NET` before the days that they are about.
fn in_order(clause: &[String]) -> Vec<String> {
    let clause = tied(clause);
    let mut ordered: Vec<String> = Vec::with_capacity(clause.len());
    // Where days stand of which nothing has been said yet.
    let mut days: Option<usize> = None;
    let mut place = 0;
    while let Some(word) = clause.get(place) {
        let next = clause.get(place + 1).map(String::as_str);
        place += 1;
        match word.as_str() {
            "DISCOUNT" => {}
            "NET" if next.is_none_or(|next| !begins_rule(next)) => match days.take() {
                Some(before) => ordered.insert(before, word.clone()),
                // A share is net, too, and so is what is due at once.
                None if !ordered.is_empty() => {}
                None => ordered.push(word.clone()),
            },
            _ if is_percent(word) => {
                let is_said = next == Some("DISCOUNT");
                let later = clause.get(place + usize::from(is_said));
                let has_later = later.is_some_and(|later| number(later).is_some());
                match days.filter(|_| is_said || !has_later) {
                    Some(before) => {
                        ordered.insert(before, word.clone());
                        days = None;
                    }
                    None => {
                        ordered.push(word.clone());
                        place += usize::from(is_said);
                        // The number that follows is this percent's.
                        ordered.extend(later.filter(|_| has_later).cloned());
                        place += usize::from(has_later);
                    }
                }
            }
            _ if number(word).is_some() && matches!(next, Some("DAYS" | "NET")) => {
                if ordered.last().is_none_or(|last| last != "NET") {
                    days = Some(ordered.len());
                }
                ordered.push(word.clone());
            }
            _ => ordered.push(word.clone()),
        }
    }
    ordered
}

/// Sums as one word, and with them the end of the month after days: `NET30+EOM`, `EOM+30`.
fn tied(clause: &[String]) -> Vec<String> {
    let mut tied: Vec<String> = Vec::with_capacity(clause.len());
    let mut place = 0;
    while let Some(word) = clause.get(place) {
        let next = clause.get(place + 1);
        place += 1;
        match (word.as_str(), next) {
            ("+", Some(next)) if !tied.is_empty() => {
                let last = tied.len() - 1;
                let added = if next == "FDM" { "EOM" } else { next };
                tied[last] = format!("{}+{added}", tied[last]);
                place += 1;
            }
            ("FDM", _) => {
                let net = tied.pop_if(|last| last == "NET");
                let days = tied.pop_if(|last| last == "DAYS");
                if let Some(before) = tied.pop_if(|last| number(last).is_some()) {
                    tied.push(format!("NET{before}+EOM"));
                } else {
                    tied.extend(days);
                    tied.extend(net);
                    let after = next.filter(|next| number(next).is_some());
                    tied.push(after.map_or("EOM".to_owned(), |after| format!("EOM+{after}")));
                    place += usize::from(after.is_some());
                }
            }
            _ => tied.push(word.clone()),
        }
    }
    tied
}

fn is_percent(word: &str) -> bool {
    word.strip_suffix('%')
        .is_some_and(|percent| percentage(percent).is_some())
}

/// Can a due date begin with this word after `NET`?
fn begins_rule(word: &str) -> bool {
    let heads = ["EOM", "PROX", "RECEIPT", "NET"];
    let first = word.split(['+', '-']).next().unwrap_or(word);
    number(first).is_some() || heads.iter().any(|head| first.starts_with(head))
}
