//! Money that is no customer's payment: our own, the bank's, the tax office's, vendors', wages.

use super::context::Context;
use super::decision::OtherCash;
use super::keys;
use super::model::Book;
use super::names;

/// Words of several languages, compared with whole words or beginnings of words.
const INTEREST: &[&str] = &[
    "ZINS",
    "ZINSEN",
    "HABENZINS",
    "INTEREST",
    "INTERETS",
    "INTERESSI",
    "INTERESES",
    "RENTE",
];
const TAX: &[&str] = &[
    "FINANZAMT",
    "HMRC",
    "IRS",
    "TREAS",
    "FISC",
    "BELASTINGDIENST",
    "AGENZIA ENTRATE",
    "AGENZIA DELLE ENTRATE",
    "AGENCIA TRIBUTARIA",
    "TRESOR PUBLIC",
    "UMSATZSTEUR",
    "VAT REPAY",
    "TAX REF",
    "UST",
    "DGFIP",
    "AAT",
    "SKATTEVERKET",
    "HACIENDA",
];
const WAGES: &[&str] = &[
    "GEHALT", "LOHN", "SALARY", "SALARIES", "PAYROLL", "WAGES", "SALAIRE", "SALARI", "STIPENDI",
    "NOMINA", "SULDO", "LOON",
];
const CHARGES: &[&str] = &[
    "KONTOFUHRUNG",
    "ENTGELT",
    "FEE",
    "FEES",
    "GEBUHR",
    "FRAIS",
    "COMMISSION",
    "CHARGES",
    "ACCOUNT ANALYSIS",
    "SPESE",
    "SPESEN",
    "COMISION",
    "KOSTEN",
];
const INCOME: &[&str] = &[
    "ERSTATTUNG",
    "VERSICHERUNG",
    "INSURANCE",
    "GUTHABEN",
    "CLAIM SETTLEMENT",
    "REBATE",
    "DIVIDEND",
    "BEITRAG",
    "JAHRESABRECHNUNG",
    "REFUND",
    "REMBOURSEMENT",
    "RIMBORSO",
    "REEMBOLSO",
    "TERUGBETALING",
    "ASSURANCE",
    "ASSICURAZION",
    "SEGUROS",
    "VERZEKERING",
];
const TRANSFER: &[&str] = &[
    "CASH POOLING",
    "KONTOAUSGLEICH",
    "INTERCOMPANY",
    "SWEEP",
    "LIQUIDITY TRANSFER",
    "BOOK TRANSFER",
    "UMBUCHUNG",
    "CASH CONCENTRATION",
    "EIGENUBERTRAG",
    "VIREMENT INTERNE",
    "GIROCONTO",
    "TRASPASO",
    "ZBA",
];

/// How we are known ourselves, as keys.
#[derive(Debug, Default)]
pub(super) struct Ours {
    accounts: Vec<String>,
    names: Vec<String>,
}

impl Ours {
    /// Reads it from the book.
    pub(super) fn of(book: &Book) -> Ours {
        Ours {
            accounts: book
                .own_accounts
                .iter()
                .map(|own| keys::alnum(own))
                .collect(),
            names: book.own_names.iter().map(|own| names::key(own)).collect(),
        }
    }
}

fn says(words: &str, list: &[&str]) -> bool {
    let padded = format!(" {words}");
    list.iter().any(|word| {
        let at = format!(" {word}");
        let mut from = 0;
        while let Some(i) = padded[from..].find(&at) {
            let end = from + i + at.len();
            let next = padded[end..].chars().next();
            if word.len() > 4 || next.is_none_or(|c| c == ' ') {
                return true;
            }
            from = end;
        }
        false
    })
}

/// Between our own accounts?
pub(super) fn own_transfer(context: &Context<'_>) -> bool {
    let p = context.p;
    let ours = &context.m.ours;
    let account = keys::alnum(&p.account);
    if !account.is_empty() && ours.accounts.contains(&account) {
        return true;
    }
    let named = names::key(&p.payer);
    if !named.is_empty() {
        return ours.names.contains(&named);
    }
    let text = names::words(&p.text).join(" ");
    let names_us = |own: &String| !own.is_empty() && text.contains(own);
    says(&text, TRANSFER) && ours.names.iter().any(names_us)
}

/// Money that came in, from nobody the book knows and for nothing it knows.
pub(super) fn other_income(context: &Context<'_>) -> Option<OtherCash> {
    let words = names::words(&format!("{} {}", context.p.payer, context.p.text)).join(" ");
    if context.p.payer.is_empty() && says(&words, INTEREST) {
        return Some(OtherCash::Interest);
    }
    if says(&words, TAX) {
        return Some(OtherCash::Tax);
    }
    if says(&words, INCOME) {
        return Some(OtherCash::OtherIncome);
    }
    None
}

/// Money that went out and is neither a return nor a refund.
pub(super) fn outgoing(context: &Context<'_>) -> OtherCash {
    let words = names::words(&format!("{} {}", context.p.payer, context.p.text)).join(" ");
    if says(&words, WAGES) {
        OtherCash::Payroll
    } else if context.p.payer.is_empty() && says(&words, INTEREST) {
        OtherCash::Interest
    } else if context.p.payer.is_empty() && says(&words, CHARGES) {
        OtherCash::BankFee
    } else if says(&words, TAX) {
        OtherCash::Tax
    } else {
        OtherCash::VendorPayment
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::never_met;
    use super::*;

    #[test]
    fn its_words_are_spelled_as_texts_are_read() {
        for list in [INTEREST, TAX, WAGES, CHARGES, INCOME, TRANSFER] {
            assert_eq!(never_met(list), [""; 0]);
        }
    }
}
