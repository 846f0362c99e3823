//! The one shape into which every bank file is read.

use domain::calendar::Date;
use domain::money::{AmountError, Currency, Money};

/// A bank's report on one account: balances and the lines between them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BankStatement {
    /// The bank's own identification of the statement, as written.
    pub id: String,
    /// Whose account it is about.
    pub account: BankAccountId,
    /// First day covered, where the file says.
    pub from: Option<Date>,
    /// Last day covered, where the file says.
    pub to: Option<Date>,
    /// Booked balance before the first line.
    pub opening: Option<Balance>,
    /// Booked balance after the last booked line.
    pub closing: Option<Balance>,
    /// The lines in file order.
    pub lines: Vec<BankLine>,
}

impl BankStatement {
    /// Does opening balance + booked lines = closing balance? `None` when a balance is missing.
    pub fn ties_out(&self) -> Option<bool> {
        let (opening, closing) = (self.opening?, self.closing?);
        let mut sum = i128::from(opening.amount.minor());
        for line in &self.lines {
            if line.status == LineStatus::Booked {
                if line.amount.currency() != opening.amount.currency() {
                    return Some(false);
                }
                sum += i128::from(line.amount.minor());
            }
        }
        let same = opening.amount.currency() == closing.amount.currency();
        Some(same && sum == i128::from(closing.amount.minor()))
    }
}

/// An account as the bank names it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BankAccountId {
    /// IBAN or the bank's own number, without spaces.
    pub id: String,
    /// What kind of number `id` is.
    pub scheme: Scheme,
    /// The currency of the account, where known.
    pub currency: Option<Currency>,
    /// BIC, routing number or sort code of the bank that keeps it.
    pub bank: Option<String>,
}

/// What kind of account number it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scheme {
    /// An international bank account number (ISO 13616) with right check digits.
    Iban,
    /// Any other number.
    #[default]
    Other,
}

/// A balance on a day; negative when the account is overdrawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Balance {
    /// The signed sum.
    pub amount: Money,
    /// The day it is the balance of.
    pub on: Option<Date>,
}

/// Has the bank booked the line, or only announced it?
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LineStatus {
    /// It is in the booked balance.
    #[default]
    Booked,
    /// It is expected (`PDNG`, `INFO`, an intraday or floor-limit line).
    Pending,
}

/// One movement on the account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BankLine {
    /// The bank's reference of the movement, as written; empty where the bank gives none.
    pub reference: String,
    /// The day the bank booked it.
    pub booked_on: Option<Date>,
    /// The day it bears interest from.
    pub value_on: Option<Date>,
    /// Signed: above zero came in, below zero went out.
    pub amount: Money,
    /// Booked or pending.
    pub status: LineStatus,
    /// The bank's transaction code in its own words: `PMNT/RCDT/ESCT`, `NTRF`, `142`.
    pub code: String,
    /// Does the line take back an earlier one?
    pub reversal: bool,
    /// Who is on the other side.
    pub counterparty: Counterparty,
    /// What the payment quotes.
    pub references: References,
    /// Free text of the remittance, in the file's pieces and order.
    pub remittance: Vec<String>,
    /// Amount the payer ordered, where it differs in amount or currency.
    pub instructed: Option<Money>,
    /// What banks kept from the payment, positive.
    pub charges: Option<Money>,
    /// Number of payments that the line sums up, where the bank says so.
    pub batch_count: Option<u32>,
    /// The bank's identification of the batch that the line sums up.
    pub batch_id: Option<String>,
    /// The single payments that the line sums up; empty for a single payment.
    pub details: Vec<LineDetail>,
}

impl BankLine {
    /// A booked line that says nothing but its amount.
    pub fn of(amount: Money) -> BankLine {
        BankLine {
            reference: String::new(),
            booked_on: None,
            value_on: None,
            amount,
            status: LineStatus::Booked,
            code: String::new(),
            reversal: false,
            counterparty: Counterparty::default(),
            references: References::default(),
            remittance: Vec::new(),
            instructed: None,
            charges: None,
            batch_count: None,
            batch_id: None,
            details: Vec::new(),
        }
    }
}

impl BankLine {
    /// The line with its sums in this currency where they are in none (`XXX`), which refuses more
    /// decimals than the currency has.
    pub fn with_currency(mut self, currency: Currency) -> Result<BankLine, AmountError> {
        let named = |sum: &mut Money| -> Result<(), AmountError> {
            if sum.currency().is_none() {
                *sum = Money::exactly(sum.decimal(), currency)?;
            }
            Ok(())
        };
        let in_listed = |references: &mut References| -> Result<(), AmountError> {
            for document in &mut references.listed {
                let sums = [
                    &mut document.gross,
                    &mut document.deduction,
                    &mut document.paid,
                ];
                sums.into_iter().flatten().try_for_each(named)?;
                let parts = document.parts.iter_mut();
                parts.map(|part| &mut part.amount).try_for_each(named)?;
            }
            Ok(())
        };
        named(&mut self.amount)?;
        let sums = [&mut self.instructed, &mut self.charges];
        sums.into_iter().flatten().try_for_each(named)?;
        in_listed(&mut self.references)?;
        for detail in &mut self.details {
            named(&mut detail.amount)?;
            let sums = [&mut detail.instructed, &mut detail.charges];
            sums.into_iter().flatten().try_for_each(named)?;
            in_listed(&mut detail.references)?;
        }
        Ok(self)
    }
}

/// One payment of a line that sums up several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineDetail {
    /// The bank's reference of the payment; empty where it gives none.
    pub reference: String,
    /// Signed like the line.
    pub amount: Money,
    /// Does it take back an earlier payment?
    pub reversal: bool,
    /// Who is on the other side.
    pub counterparty: Counterparty,
    /// What the payment quotes.
    pub references: References,
    /// Free text of the remittance.
    pub remittance: Vec<String>,
    /// Amount the payer ordered, where it differs.
    pub instructed: Option<Money>,
    /// What banks kept from the payment, positive.
    pub charges: Option<Money>,
}

/// The other side of a payment, as far as the bank names it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counterparty {
    /// Name as shown.
    pub name: Option<String>,
    /// IBAN or other account number, without spaces.
    pub account: Option<String>,
    /// BIC or routing number.
    pub bank: Option<String>,
    /// The party on whose behalf it was paid (ultimate debtor or creditor).
    pub ultimate: Option<String>,
}

/// Structured references of a payment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct References {
    /// End-to-end id that the payer gave; `NOTPROVIDED` is left out.
    pub end_to_end: Option<String>,
    /// Creditor reference (`RF…`, QR reference, OGM) that we gave.
    pub creditor: Option<String>,
    /// Check number.
    pub check: Option<String>,
    /// Direct-debit mandate.
    pub mandate: Option<String>,
    /// Document numbers that the payer listed as such.
    pub documents: Vec<String>,
    /// Documents that the payment lists with their sums, where it gives any.
    pub listed: Vec<ListedDocument>,
    /// Why a payment came back: an ISO 20022 or NACHA return reason.
    pub return_reason: Option<String>,
    /// Further references by which banks trace the payment; of one that came back, those of the
    /// payment that it was.
    pub traces: Vec<String>,
}

/// One document that a payment lists, with what it says about its sums.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListedDocument {
    /// The number as quoted; it stands in [`References::documents`] too.
    pub number: String,
    /// Sum of the document; negative for a credit memo.
    pub gross: Option<Money>,
    /// What the payer took off, above zero.
    pub deduction: Option<Money>,
    /// What was paid on the document.
    pub paid: Option<Money>,
    /// Why something was taken off, in the payer's words or code.
    pub reason: Option<String>,
    /// What the deduction is made of, where more than one is named: they add up to it.
    pub parts: Vec<Deducted>,
}

/// One of several sums that were taken off a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deducted {
    /// How much, signed as the deduction.
    pub amount: Money,
    /// Why, in the payer's words or code; empty where nothing is said.
    pub reason: String,
}

impl ListedDocument {
    /// The document, if anything is said of it besides its number. A sum of zero with nothing
    /// paid on it is how banks fill a field that the payer left out, and says nothing.
    pub(crate) fn that_says_something(mut self) -> Option<ListedDocument> {
        let none = |sum: Option<Money>| sum.is_none_or(Money::is_zero);
        if self.gross.is_some_and(Money::is_zero) && none(self.paid) {
            (self.gross, self.paid) = (None, None);
        }
        let sums = self.gross.or(self.deduction).or(self.paid);
        (sums.is_some() || self.reason.is_some()).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_in_no_currency_are_named_and_others_kept() {
        let [none, usd, jpy] = ["XXX", "USD", "JPY"].map(|code| Currency::parse(code).unwrap());
        let sum = |minor| Money::new(minor, none);
        let mut line = BankLine::of(sum(12_300));
        line.charges = Some(sum(400));
        line.instructed = Some(Money::new(99, usd));
        line.details = vec![LineDetail {
            reference: String::new(),
            amount: sum(12_300),
            reversal: false,
            counterparty: Counterparty::default(),
            references: References {
                listed: vec![ListedDocument {
                    gross: Some(sum(12_700)),
                    ..ListedDocument::default()
                }],
                ..References::default()
            },
            remittance: Vec::new(),
            instructed: None,
            charges: None,
        }];
        let named = line.clone().with_currency(jpy).unwrap();
        assert_eq!(named.amount, Money::new(123, jpy));
        assert_eq!(named.charges, Some(Money::new(4, jpy)));
        assert_eq!(named.instructed, Some(Money::new(99, usd)));
        let listed = &named.details[0].references.listed[0];
        assert_eq!(listed.gross, Some(Money::new(127, jpy)));
        assert_eq!(listed.paid, None);
        line.charges = Some(sum(450));
        assert!(line.with_currency(jpy).is_err(), "yen have no decimals");
    }
}
