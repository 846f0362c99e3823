//! Sentences and list entries: documents and their sums, in the order in which they stand.
//!
//! A word such as "invoice" makes numbers after it documents, until another word says otherwise;
//! it holds over the line ends of a wrapped sentence. A number in groups is read whole where a
//! sign of a document leads it: `RE 2026 118`, `INV 10 482`.

use domain::money::Currency;
use rust_decimal::Decimal;

use super::amounts::{Notation, looks_like_amount};
use super::columns::{Role, folded, looks_like_document, role_of};
use super::model::{Advice, AdvisedItem};

/// Words after which a sum is one that was taken off.
const DEDUCTION: &str = "less minus abzgl abzuglich skonto abzug discount deduction deducted moins \
    escompte retenue remise deduction menos descuento retencion meno sconto trattenuta korting \
    inhouding aftrek min rabat potracenie minus skonta short kurzung";
/// Those among them that say: what stands before is the sum of the document.
const SUBTRACTED: &str = "less minus abzgl abzuglich moins menos meno min";
/// Words that make numbers after them documents, beside the headings of such columns.
const DOCUMENTS: &str = "invoices rechnungen belege factures facturas fatture facturen facturen \
    faktury faktur faktura fakture fakturach fakture inv re rg rechnungsnummern fra fact fatt \
    facturas documenti belegen";
/// Words that name a credit memo.
const CREDITS: &str = "credit credits creditnote creditmemo gutschrift gutschriften avoir avoirs \
    abono abonos nota notas note creditnota creditnotas korekta korekty korygujaca accredito";
/// Words that name something else: numbers after them are no documents.
const OTHERS: &str = "kundennummer kundennr debitor debitorennummer customer client cliente klant \
    klantnummer account konto kontonummer compte cuenta conto rekening rachunek iban bic po order \
    bestellung auftrag commande pedido ordine bestelling zamowienie tel telefon phone fax vat ust \
    nip siret siren hrb street";
/// Signs that lead the number of a document.
const LEADS: &str = "INV RE RG R RN GS GU CN CM CR FA F FC FV FT FS FAC FACT FRA AV AB NC KOR VF SI \
    SC CI DN DR SINV SCN";

fn is_in(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// Does a text name a credit memo?
pub(super) fn names_credit(text: &str) -> bool {
    let folded = folded(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let sure = |word: &&str| is_in(CREDITS, word) && !matches!(*word, "nota" | "notas" | "note");
    words.iter().any(sure)
        || words
            .windows(3)
            .any(|three| matches!(three, ["nota" | "note", "di" | "de", "credito" | "credit"]))
}

/// What the words before a number make of it.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Cue {
    #[default]
    Nothing,
    Document,
    CreditMemo,
}

/// Reads line after line; knows what a sentence that was wrapped has said so far.
#[derive(Default)]
pub(super) struct Prose {
    /// Which items of the advice are credit memos by their words.
    pub(super) credits: Vec<usize>,
    /// What numbers are now.
    cue: Cue,
    /// The next sum is taken off, for this reason (empty where none is said yet).
    deducted: Option<String>,
    /// The next sum is that of all documents.
    total: bool,
    /// `less` moved the sum of the last document from paid to gross.
    moved: bool,
    /// The sentence began at this item.
    before: Option<usize>,
}

impl Prose {
    /// The sentence is over.
    pub(super) fn stop(&mut self) {
        let credits = std::mem::take(&mut self.credits);
        *self = Prose {
            credits,
            ..Prose::default()
        };
    }

    /// Takes the documents and sums of a line.
    pub(super) fn line(
        &mut self,
        line: &str,
        notation: &Notation,
        place: &str,
        advice: &mut Advice,
    ) {
        let bare = line.trim();
        let listed = bare.starts_with(['-', '*', '•', '–', '·', '>', '+']);
        if bare.is_empty() || listed {
            self.stop();
        }
        let found = words(line);
        let has_sum = found.iter().any(|word| matches!(word, Word::Sum(_)));
        let before = *self.before.get_or_insert(advice.items.len());
        let fresh = advice.items.len();
        for (at, word) in found.iter().enumerate() {
            match word {
                Word::Other(text) => self.other(text, before, advice),
                Word::Document(text)
                    if self.cue != Cue::Nothing
                        || (has_sum && has_letters_or_leads(text, line)) =>
                {
                    self.document(text, place, advice);
                }
                Word::Document(_) => {}
                Word::Percent(text) => self.percent(&found, at, text, before, advice),
                Word::Sum(text) => self.sum(notation.amount(text), before, advice),
            }
        }
        for item in advice.items.iter_mut().skip(fresh) {
            item.settle_deduction();
            if item.deduction.is_some() && item.reason.is_none() {
                item.reason = remark(line);
            }
        }
        if bare.ends_with(['.', '!', '?', ':', ';']) || listed || bare.len() < 30 {
            self.stop();
        }
    }

    fn other(&mut self, text: &str, before: usize, advice: &mut Advice) {
        let word = folded(text);
        if is_in(OTHERS, &word) {
            self.cue = Cue::Nothing;
            return;
        }
        if is_in(CREDITS, &word) {
            self.cue = Cue::CreditMemo;
            return;
        }
        if role_of(&word) == Some(Role::Document) || is_in(DOCUMENTS, &word) {
            self.cue = Cue::Document;
        }
        self.total |= role_of(&word) == Some(Role::Total);
        if let Some(reason) = &mut self.deducted
            && !is_in(SUBTRACTED, &word)
        {
            // `less TDS 4,500.00`: what stands before the sum says why.
            let bare = text.trim_matches([',', '.', ':', ';', '(', ')', '=', '€', '£', '$']);
            let is_currency = Currency::parse(bare).is_some();
            if !bare.is_empty() && !is_currency && reason.len() < 80 {
                let blank = if reason.is_empty() { "" } else { " " };
                reason.push_str(&format!("{blank}{bare}"));
            }
        } else if is_in(DEDUCTION, &word) {
            let bare = text.trim_matches([',', '.', ':', ';', '(', ')']);
            let says_why = !is_in(SUBTRACTED, &word);
            self.deducted = Some(if says_why { bare } else { "" }.to_owned());
            // `400.00 less 8.00`: what stood before is the sum of the document.
            if is_in(SUBTRACTED, &word)
                && let Some(item) = advice.items.get_mut(before..).and_then(<[_]>::last_mut)
                && item.gross.is_none()
            {
                item.gross = item.paid.take();
                self.moved = item.gross.is_some();
            }
        }
        if text.ends_with('.') && 5 <= word.len() && !is_in(SUBTRACTED, &word) {
            self.deducted = None;
        }
    }

    fn document(&mut self, text: &str, place: &str, advice: &mut Advice) {
        if self.deducted.take().is_some() && self.moved {
            // `1,500.00 and 250.00 less credit memo 7`: nothing was taken off the last document.
            if let Some(item) = advice.items.last_mut() {
                item.paid = item.gross.take();
            }
        }
        self.moved = false;
        if self.cue == Cue::CreditMemo {
            self.credits.push(advice.items.len());
        }
        advice.items.push(AdvisedItem {
            document: text.to_owned(),
            place: place.to_owned(),
            ..AdvisedItem::default()
        });
    }

    /// `less 2 % discount`: why, for all documents of the sentence that say no sum.
    fn percent(
        &mut self,
        found: &[Word],
        at: usize,
        text: &str,
        before: usize,
        advice: &mut Advice,
    ) {
        let next = found
            .get(at + 1..)
            .unwrap_or_default()
            .iter()
            .find_map(|word| match word {
                Word::Other(text) => Some(trimmed(text)),
                Word::Document(_) | Word::Sum(_) | Word::Percent(_) => None,
            });
        let names = next.filter(|word| is_in(DEDUCTION, &folded(word)));
        if self.deducted.is_none() && names.is_none() {
            return;
        }
        let reason = match names {
            Some(name) => format!("{text} {name}"),
            None => text.to_owned(),
        };
        if let Some(before) = &mut self.deducted
            && before.is_empty()
        {
            before.push_str(text);
        }
        for item in advice.items.iter_mut().skip(before) {
            if item.gross.is_none() && item.paid.is_none() && item.reason.is_none() {
                item.reason = Some(reason.clone());
            }
        }
    }

    fn sum(&mut self, sum: Option<Decimal>, before: usize, advice: &mut Advice) {
        if std::mem::take(&mut self.total) {
            advice.total = advice.total.or(sum);
            return;
        }
        let Some(item) = advice.items.get_mut(before..).and_then(<[_]>::last_mut) else {
            return;
        };
        if let Some(reason) = self.deducted.take() {
            item.deduction = item.deduction.or(sum);
            let reason = Some(reason).filter(|reason| !reason.is_empty());
            item.reason = item.reason.take().or(reason);
        } else {
            item.paid = item.paid.or(sum);
        }
    }
}

/// `(short delivery)` at the end of a line: why something was taken off.
fn remark(line: &str) -> Option<String> {
    let line = line.trim().trim_end_matches(['.', ',', ';']);
    let inner = line.strip_suffix(')')?.rsplit_once('(')?.1.trim();
    // `(400,00 less 8,00 discount)`: what stands behind the last sum says why.
    let mut behind: Vec<String> = Vec::new();
    for word in words(inner) {
        match word {
            Word::Sum(_) => behind.clear(),
            Word::Document(text) | Word::Percent(text) => behind.push(text),
            Word::Other(text) => behind.push(text.to_owned()),
        }
    }
    let inner = behind.join(" ");
    let has_words = inner.chars().any(char::is_alphabetic);
    (has_words && inner.len() <= 140).then_some(inner)
}

/// The first sum of a text.
pub(super) fn first_sum(text: &str, notation: &Notation) -> Option<Decimal> {
    words(text).into_iter().find_map(|word| match word {
        Word::Sum(text) => notation.amount(&text),
        Word::Document(_) | Word::Percent(_) | Word::Other(_) => None,
    })
}

enum Word<'a> {
    Document(String),
    Sum(String),
    Percent(String),
    Other(&'a str),
}

/// A word without what sentences put around it.
pub(super) fn trimmed(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ';', ':', ')', '!'])
        .trim_start_matches(['(', '*', '•', '#'])
}

/// The words of a sentence; the groups of `3 382,99` come together, so do those of `RE 2026 118`.
fn words(line: &str) -> Vec<Word<'_>> {
    let all: Vec<&str> = line.split_whitespace().take(2_000).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = all.get(at) {
        let rest = all.get(at..).unwrap_or_default();
        if let Some((text, count)) = percent(rest) {
            found.push(Word::Percent(text));
            at += count;
        } else if let Some((text, count)) = grouped(rest) {
            found.push(Word::Document(text));
            at += count;
        } else if let Some((text, count)) = sum(rest) {
            found.push(Word::Sum(text));
            at += count;
        } else {
            let bare = trimmed(word);
            let digits = bare.bytes().filter(u8::is_ascii_digit).count();
            let end = bare.find(|sign: char| !sign.is_ascii_alphabetic());
            let lead = bare.get(..end.unwrap_or_default()).unwrap_or_default();
            let least = if is_in(LEADS, lead) { 2 } else { 3 };
            let is_document = least <= digits && !is_iban(bare) && looks_like_document(bare);
            found.push(if is_document {
                Word::Document(bare.to_owned())
            } else {
                Word::Other(word)
            });
            at += 1;
        }
    }
    found
}

fn is_iban(word: &str) -> bool {
    let mut bytes = word.bytes();
    word.len() >= 15
        && bytes.by_ref().take(2).all(|byte| byte.is_ascii_uppercase())
        && bytes.take(2).all(|byte| byte.is_ascii_digit())
}

fn sum(rest: &[&str]) -> Option<(String, usize)> {
    (1..=4).rev().find_map(|count| {
        let pieces = rest.get(..count)?;
        let text = trimmed(&pieces.join(" ")).to_owned();
        let begins =
            text.starts_with(|sign: char| sign.is_ascii_digit() || "-−€£$(".contains(sign));
        let digits = pieces
            .iter()
            .all(|piece| piece.bytes().any(|byte| byte.is_ascii_digit()));
        (begins && digits && looks_like_amount(&text)).then_some((text, count))
    })
}

/// `2%`, `2,00 %`.
fn percent(rest: &[&str]) -> Option<(String, usize)> {
    let first = rest.first()?.trim_start_matches('(');
    let (number, count) = match first
        .trim_end_matches([',', ';', ')', '.'])
        .strip_suffix('%')
    {
        Some(number) => (number, 1),
        None => (first, rest.get(1)?.starts_with('%').then_some(2)?),
    };
    let is_number = !number.is_empty()
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".,".contains(&byte));
    is_number.then(|| (format!("{number} %"), count))
}

/// A sign of a document and the groups of its number.
fn grouped(rest: &[&str]) -> Option<(String, usize)> {
    let digits_only = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let lead = rest.first()?.trim_start_matches('(');
    if !is_in(LEADS, lead) {
        return None;
    }
    let mut groups: Vec<&str> = Vec::new();
    for word in rest.get(1..).unwrap_or_default().iter().take(4) {
        let bare = trimmed(word);
        if !digits_only(bare) {
            break;
        }
        groups.push(bare);
        if bare.len() < word.len() {
            break;
        }
    }
    let year =
        |group: &str| group.len() == 4 && (group.starts_with("20") || group.starts_with("19"));
    let count = match groups.as_slice() {
        [first, second, ..] if year(first) && second.len() != 4 => 2,
        [first, second, ..] if year(first) && !year(second) => 2,
        [first, rest @ ..] if first.len() <= 3 && rest.first().is_some_and(|g| g.len() == 3) => {
            1 + rest.iter().take_while(|group| group.len() == 3).count()
        }
        // A single number after a sign that is no word for an invoice: `CN 88`.
        [first, ..] if 2 <= first.len() && !is_in(DOCUMENTS, &lead.to_lowercase()) => 1,
        _ => return None,
    };
    let groups = groups.get(..count)?.join(" ");
    Some((format!("{lead} {groups}"), count + 1))
}

fn has_letters_or_leads(word: &str, line: &str) -> bool {
    word.chars().any(char::is_alphabetic)
        || line
            .trim_start_matches(|sign: char| !sign.is_alphanumeric())
            .starts_with(word)
}
