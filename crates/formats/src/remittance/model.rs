//! The neutral shapes into which every remittance file is read.

use domain::calendar::Date;
use domain::money::Currency;
use rust_decimal::Decimal;

/// What one file, or one part of it, says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Remittance {
    /// One payment and what it is for.
    Advice(Advice),
    /// The payments of one sum on the bank statement: a lockbox deposit, a batch.
    Deposit(Deposit),
    /// What a processor collected, kept and paid.
    Payout(Payout),
}

/// One payment and what it is for, as its payer says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Advice {
    /// Message id or the file's own number of the advice; empty where there is none.
    pub source_ref: String,
    /// Name of the payer.
    pub payer_name: Option<String>,
    /// For whom the payer pays, where it says so: a shared service or factor names its client.
    pub payer_on_behalf: Option<String>,
    /// IBAN or account number of the payer, without spaces.
    pub payer_account: Option<String>,
    /// Routing number or BIC of the payer's bank.
    pub payer_bank: Option<String>,
    /// Mail address of the payer.
    pub payer_email: Option<String>,
    /// Who is paid.
    pub payee: Option<String>,
    /// What may stand on the bank line too: end-to-end id, check number, trace, order number.
    pub payment_references: Vec<String>,
    /// The day the advice was sent.
    pub announced_on: Option<Date>,
    /// The day of payment or value.
    pub paid_on: Option<Date>,
    /// The currency of every sum, where stated.
    pub currency: Option<Currency>,
    /// The sum paid, as stated (never added up here).
    pub total: Option<Decimal>,
    /// The documents, in file order.
    pub items: Vec<AdvisedItem>,
    /// Free text: subject, body, remittance text.
    pub text: Vec<String>,
}

/// One document of an advice.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AdvisedItem {
    /// The number as quoted.
    pub document: String,
    /// The day the document was issued, as the payer says.
    pub issued_on: Option<Date>,
    /// Sum of the document; negative for a credit memo.
    pub gross: Option<Decimal>,
    /// What the payer took off: above zero lowers what is paid, whatever sign the file writes.
    /// What lowers a credit memo, and what was added, is below zero: paid is gross less this.
    pub deduction: Option<Decimal>,
    /// What was paid on the document.
    pub paid: Option<Decimal>,
    /// Why something was taken off.
    pub reason: Option<String>,
    /// What the deduction is made of, where more than one is named: they add up to it.
    pub parts: Vec<Deducted>,
    /// Where it stands, to show as evidence: `line 9`, `row 3`, `advice.csv row 3`.
    pub place: String,
}

/// One of several sums that were taken off a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Deducted {
    /// How much, signed as the deduction.
    pub amount: Decimal,
    /// Why, in the payer's words or code; empty where nothing is said.
    pub reason: String,
}

impl AdvisedItem {
    /// Keeps the parts of the deduction where there are several and they add up to it, whatever
    /// sign the file writes.
    pub(super) fn settle_parts(&mut self) {
        let mut amounts = self.parts.iter().map(|part| part.amount);
        let sum = amounts.try_fold(Decimal::ZERO, Decimal::checked_add);
        match (sum, self.deduction) {
            _ if self.parts.len() < 2 => self.parts.clear(),
            (Some(sum), Some(deduction)) if sum == deduction => {}
            (Some(sum), Some(deduction)) if -sum == deduction => {
                for part in &mut self.parts {
                    part.amount = -part.amount;
                }
            }
            _ => self.parts.clear(),
        }
    }

    /// Gives the deduction its sign. Files write it with either: where gross and paid are both
    /// known they tell, else it is taken off the sum that is known.
    pub(super) fn settle_deduction(&mut self) {
        let Some(written) = self.deduction else {
            return;
        };
        let explains = |deduction: Decimal| {
            self.gross.and_then(|gross| gross.checked_sub(deduction)) == self.paid
        };
        let known = self.gross.is_some() && self.paid.is_some();
        let size = written.abs();
        let is_credit = self
            .gross
            .or(self.paid)
            .is_some_and(|sum| sum.is_sign_negative());
        self.deduction = Some(if known && explains(written) {
            written
        } else if known && explains(-written) {
            -written
        } else if is_credit {
            -size
        } else {
            size
        });
    }
}

/// A sum on the bank statement and the payments in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deposit {
    /// The reference of the sum: deposit reference or batch id.
    pub reference: String,
    /// The payments in file order.
    pub items: Vec<DepositItem>,
}

/// One payment of a deposit.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DepositItem {
    /// Its number within the deposit, as written.
    pub number: String,
    /// The payment, its sum in `total`.
    pub payment: Advice,
}

/// What a processor collected, kept and paid, under one payout id.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Payout {
    /// The processor's id of the payout; empty where entries are not yet paid out.
    pub id: String,
    /// The processor, where the file names it.
    pub processor: Option<String>,
    /// The day of the payout.
    pub paid_on: Option<Date>,
    /// The currency of every sum.
    pub currency: Option<Currency>,
    /// The sum paid out, where the file states it.
    pub net: Option<Decimal>,
    /// What it is made of, in file order, without the payout itself.
    pub entries: Vec<PayoutEntry>,
}

impl Payout {
    /// The nets of all entries added up; `None` when an entry has no net or it is too large.
    pub fn entries_net(&self) -> Option<Decimal> {
        self.entries
            .iter()
            .try_fold(Decimal::ZERO, |sum, entry| sum.checked_add(entry.net?))
    }
}

/// One entry of a payout. Sums are signed as the file does: a refund is below zero.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PayoutEntry {
    /// What it is.
    pub kind: PayoutKind,
    /// What the customer paid for, as quoted: document or order number, description.
    pub reference: String,
    /// The processor's own ids: charge, balance transaction.
    pub processor_refs: Vec<String>,
    /// Mail address of the customer.
    pub customer_email: Option<String>,
    /// Name of the customer.
    pub customer_name: Option<String>,
    /// The day it happened.
    pub on: Option<Date>,
    /// What the customer paid.
    pub gross: Option<Decimal>,
    /// What the processor kept.
    pub fee: Option<Decimal>,
    /// What goes into the payout.
    pub net: Option<Decimal>,
    /// Where it stands: `row 3`.
    pub place: String,
}

/// What an entry of a payout is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum PayoutKind {
    /// Money from a customer.
    Charge,
    /// Money back to a customer.
    Refund,
    /// The processor's fee.
    Fee,
    /// A chargeback or its reversal.
    Dispute,
    /// A correction by the processor.
    Adjustment,
    /// The file does not say.
    #[default]
    Unstated,
    /// Anything else, in the processor's word.
    Other(String),
}
