//! What a text says of money that is missing: a claim, or the payer's own money.

use rust_decimal::Decimal;

use super::context::Context;
use super::names;
use super::references::{Mention, Reading};
use super::text;

/// What a text says of a shortfall.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stated {
    /// Just this amount, or none and a word for a claim.
    This,
    /// A word for a claim, and another amount.
    Another,
}

/// What the text says of a shortfall, where it claims one.
pub(super) fn stated(context: &Context<'_>, short: i64) -> Option<Stated> {
    if state(context, short) {
        return Some(Stated::This);
    }
    are_made(context).then(|| match unknown_amounts(context)[..] {
        [] => Stated::This,
        _ => Stated::Another,
    })
}

/// Does the text state this amount?
pub(super) fn state(context: &Context<'_>, amount: i64) -> bool {
    text::amounts(context.own_pieces()).contains(&amount)
}

/// The amounts that the text states and that are neither the payment's nor a document's.
fn unknown_amounts(context: &Context<'_>) -> Vec<i64> {
    let mut amounts = text::amounts(context.own_pieces());
    let known = |amount: i64| {
        let of = |d: &u32| {
            let doc = context.doc(*d);
            [doc.open, doc.amount].iter().any(|of| of.abs() == amount)
        };
        context.docs.iter().any(of) || amount == context.amount
    };
    amounts.retain(|amount| !known(*amount));
    amounts
}

/// Does the text state an amount that is not this one, nor the payment's, nor a document's?
pub(super) fn state_another_amount(context: &Context<'_>, than: i64) -> bool {
    unknown_amounts(context)
        .iter()
        .any(|amount| *amount != than)
}

/// Words with which payers claim something, whole.
const CLAIMS: &[&str] = &[
    "BOTE", "CASSE", "CLAIM", "CLAIMS", "CLM", "DED", "DANNI", "DANNO",
];

/// Beginnings of such words.
const CLAIM_STEMS: &[&str] = &[
    "ABZUG",
    "AFTREK",
    "AMMANCO",
    "AVARIE",
    "BEANSTAND",
    "BELASTUNG",
    "CHARGEBACK",
    "CONTESTA",
    "DAMAGE",
    "DEDUCC",
    "DEDUCT",
    "DEDOTT",
    "DEDUZION",
    "DEFAUT",
    "DEFECT",
    "DESCONTA",
    "DETRATT",
    "DETRAZION",
    "DIFETT",
    "DISPUTE",
    "EINBEHALT",
    "FALTANTE",
    "FEHLMENGE",
    "GEKURZT",
    "GESCHIL",
    "INGEHOUDEN",
    "INHOUDING",
    "KLACHT",
    "KURZUNG",
    "LITIGE",
    "MANCANZA",
    "MANGEL",
    "MANQUANT",
    "MINDERMENGE",
    "MINDERUNG",
    "PENALE",
    "PENALI",
    "PENALTY",
    "POTRAC",
    "PREISDIFFERENZ",
    "RECLAM",
    "REKLAM",
    "RETENTION",
    "RETENU",
    "ROTURA",
    "SCHADE",
    "SHORTAGE",
    "TEKORT",
    "TRATTENUT",
    "USZKODZ",
    "VERTRAGSSTRAFE",
];

/// Such words as the ends of longer ones.
const CLAIM_ENDS: &[&str] = &["EINBEHALT", "KURZUNG", "MINDERUNG", "SCHADEN"];

/// Words that announce the code of a reason.
const CODES: &[&str] = &[
    "ABZUGSGRUND",
    "CAUSA",
    "CAUSALE",
    "CODE",
    "GRUND",
    "MOTIF",
    "MOTIVO",
    "RC",
    "REASON",
    "REASONCODE",
    "REDEN",
    "REDENCODE",
    "RSN",
];

/// Does the text claim a deduction, with a word or with the code of a reason?
pub(super) fn are_made(context: &Context<'_>) -> bool {
    speaks(&context.p.text) || names_a_code(context)
}

/// Has a text a word for a claim?
pub(super) fn speaks(text: &str) -> bool {
    let words = names::words(text);
    let claim = |word: &String| {
        CLAIMS.contains(&word.as_str())
            || CLAIM_STEMS.iter().any(|stem| word.starts_with(stem))
            || CLAIM_ENDS.iter().any(|end| word.ends_with(end))
    };
    let note = |pair: &[String]| {
        matches!(pair[0].as_str(), "NOTA" | "NOTE" | "DEBIT" | "DEBITO")
            && matches!(pair[1].as_str(), "DEBIT" | "DEBITO" | "NOTE")
    };
    let spoken: Vec<String> = words.iter().filter(|w| w.len() > 2).cloned().collect();
    words.iter().any(claim) || spoken.windows(2).any(note)
}

/// Beginnings of words for what a payer had paid too much.
const CREDITS: &[&str] = &[
    "ECCEDENZ", "EXCESO", "GUTHABEN", "OVERPA", "SURPLUS", "TROP", "UBERZAHL",
];

/// Does the text say that what is missing is the payer's own money?
pub(super) fn of_a_credit(context: &Context<'_>) -> bool {
    let words = names::words(&context.p.text);
    let credit = |word: &String| CREDITS.iter().any(|stem| word.starts_with(stem));
    let balance = |pair: &[String]| pair[0] == "CREDIT" && pair[1] == "BALANCE";
    words.iter().any(credit) || words.windows(2).any(balance)
}

/// Beginnings of words for tax that the payer keeps for its own tax office.
const TAXES: &[&str] = &[
    "BRONBELAST",
    "IRPF",
    "QULLENST",
    "RETENCION",
    "RITENUTA",
    "TDS",
    "WHT",
    "WITHH",
];

/// Does the text say that tax was withheld?
pub(super) fn of_tax(text: &str) -> bool {
    let words = names::words(text);
    let tax = |word: &String| TAXES.iter().any(|stem| word.starts_with(stem));
    words.iter().any(tax)
}

/// A word that announces a code and at most four digits, glued or next to each other, that are no
/// document's number.
fn names_a_code(context: &Context<'_>) -> bool {
    context.own_pieces().windows(2).any(|pair| {
        let [word, code] = pair else { return false };
        let document = |m: &Mention| {
            m.reading >= Reading::Serial && m.start <= code.start && code.end <= m.end
        };
        CODES.contains(&word.text.as_ref())
            && code.digits
            && !code.other()
            && code.text.len() <= 4
            && code.start - word.end <= 2
            && !context.mentions.iter().any(document)
    })
}

/// The percentages below half that a text states, `5 %`, `2,5%`, `10 PCT`: half may be what is paid.
pub(super) fn percentages(text: &str) -> Vec<Decimal> {
    let mut plain = text.to_uppercase().replace(',', ".");
    for word in ["PERCENT", "PROZENT", "PCT"] {
        plain = plain.replace(word, "%");
    }
    let half = Decimal::from(50);
    let number = |before: &str| -> Option<Decimal> {
        let before = before.trim_end();
        let of_number = |c: char| c.is_ascii_digit() || c == '.';
        let rest = before.trim_end_matches(of_number);
        before[rest.len()..].parse().ok()
    };
    plain
        .match_indices('%')
        .filter_map(|(at, _)| number(&plain[..at]))
        .filter(|percent| *percent < half)
        .collect()
}

/// Beginnings of words for what is charged for paying late, whole in themselves.
const LATE_CHARGES: &[&str] = &[
    "INTERES",
    "INTERET",
    "MAHNGEB",
    "MAHNKOST",
    "MAHNPAUSCH",
    "MAHNSPES",
    "ODSETK",
    "VERZUG",
    "ZINS",
];

/// Beginnings of words for a charge.
const CHARGES: &[&str] = &[
    "CHARGE", "FEE", "FRAIS", "GASTOS", "GEBUHR", "KOSTEN", "KOSZT", "SPESE",
];

/// Beginnings of words for asking late payers.
const REMINDERS: &[&str] = &[
    "ANMANING",
    "DUNNING",
    "LATE",
    "MAHN",
    "MORA",
    "PRZYPOMN",
    "RECLAMACION",
    "RECORDATORI",
    "RELANCE",
    "REMINDER",
    "RETARD",
    "SOLLECIT",
];

/// Does the text speak of a charge for paying late?
pub(super) fn of_a_late_charge(context: &Context<'_>) -> bool {
    let words = names::words(&context.p.text);
    let any = |stems: &[&str]| {
        let begins = |word: &String| stems.iter().any(|stem| word.starts_with(stem));
        words.iter().any(begins)
    };
    any(LATE_CHARGES) || any(CHARGES) && any(REMINDERS)
}

/// Does the text say what is paid on top: by just this amount, or by a charge for paying late
/// without any?
pub(super) fn are_topped_up(context: &Context<'_>, excess: i64) -> bool {
    state(context, excess) || of_a_late_charge(context) && unknown_amounts(context).is_empty()
}

/// Beginnings of words for a part of what is due.
const PARTS: &[&str] = &[
    "ABSCHLAG",
    "ACCONTO",
    "ACOMPTE",
    "AKONTO",
    "CUOTA",
    "DEELBETAL",
    "INSTAL",
    "PARCIAL",
    "PARTIAL",
    "PARTPAY",
    "PARZIAL",
    "RATENZAHL",
    "TEILBETR",
    "TEILZAHL",
];

/// Which of how many instalments the text says that this is: `instalment 2 of 4`, `Rate 2/4`.
pub(super) fn instalment(context: &Context<'_>) -> Option<(u8, u8)> {
    let words = names::words(&context.p.text);
    let called = |word: &str| {
        ["INSTAL", "TEILZAHL", "CUOTA", "TERMIJN", "ECHEANCE"]
            .iter()
            .any(|stem| word.starts_with(stem))
            || ["RATE", "RATA", "TEIL"].contains(&word)
    };
    let at = words.iter().position(|word| called(word))?;
    let between = ["OF", "VON", "DE", "DI", "SUR", "VAN", "Z", "AV", "NR", "NO"];
    let behind = words.iter().skip(at + 1);
    let mut behind = behind.filter(|word| !between.contains(&word.as_str()));
    let which: u8 = behind.next()?.parse().ok()?;
    let all: u8 = behind.next()?.parse().ok()?;
    (0 < which && which <= all && (2..=60).contains(&all)).then_some((which, all))
}

/// Does the text say that it is a part payment, or which instalment?
pub(super) fn in_part(context: &Context<'_>) -> bool {
    let words = names::words(&context.p.text);
    let part = |word: &String| PARTS.iter().any(|stem| word.starts_with(stem));
    let number = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    words.iter().any(part)
        || words.windows(2).any(|pair| {
            let [a, b] = pair else { return false };
            match a.as_str() {
                "A" => b == "CONTO" || b == "CUNTA",
                "ON" => b == "ACCOUNT",
                "PART" => b.starts_with("PAY"),
                "RATE" | "RATA" => number(b),
                _ => false,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::super::names::never_met;
    use super::*;

    #[test]
    fn its_words_are_spelled_as_texts_are_read() {
        let late = [LATE_CHARGES, CHARGES, REMINDERS];
        let lists = [CLAIMS, CLAIM_STEMS, CLAIM_ENDS, CREDITS, TAXES, PARTS];
        for list in lists.into_iter().chain(late) {
            assert_eq!(never_met(list), [""; 0]);
        }
    }

    #[test]
    fn percentages_are_read_in_every_notation() {
        let percent = |tenths: i64| Decimal::new(tenths, 1);
        for (text, expected) in [
            ("less 5% retention", vec![percent(50)]),
            (
                "abzgl. 2,5 % und 10 Prozent",
                vec![percent(25), percent(100)],
            ),
            ("TDS 10 PCT", vec![percent(100)]),
            ("100 units, all % included", vec![]),
            ("deposit 50%", vec![]),
        ] {
            assert_eq!(percentages(text), expected, "{text}");
        }
    }
}
