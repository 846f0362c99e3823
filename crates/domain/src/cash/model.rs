//! The words of cash application: what goes into the matcher.
//!
//! Plain values without behaviour. The caller keeps files, tables and identities; here a customer
//! is an index into [`Book::customers`] and a document is the caller's own number for it.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::decision::{Kind, Row};
use crate::certificates::Held;
use crate::money::{Currency, Money};

/// Everything the matcher knows before it sees a payment.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// Who may pay.
    pub customers: Vec<Customer>,
    /// Documents: the open ones, and the closed ones that returns and duplicates may speak of.
    pub items: Vec<Item>,
    /// Other numbers that documents are called by, with their identity: those of their short-pays.
    pub also_called: Vec<(u64, String)>,
    /// What of documents is no sales tax, by their identity; of others nothing is.
    pub taxed: HashMap<u64, Taxed>,
    /// Orders and pro-forma invoices that a prepayment may quote.
    pub orders: Vec<Order>,
    /// Earlier payments as a person posted them: aliases, accounts and habits are learned here.
    pub history: Vec<PastPayment>,
    /// Payments that earlier runs posted, in their order: they are remembered, and teach nothing.
    pub settled: Vec<Settled>,
    /// Daily exchange rates.
    pub rates: Vec<Rate>,
    /// Our own bank accounts, as banks write them.
    pub own_accounts: Vec<String>,
    /// Our own names.
    pub own_names: Vec<String>,
    /// What the company has decided about differences.
    pub policy: Policy,
}

/// A customer as the master data knows it.
#[derive(Clone, Debug, Default)]
pub struct Customer {
    /// The customer number that payers quote.
    pub number: String,
    /// Registered name.
    pub name: String,
    /// ISO 3166 country, or empty.
    pub country: String,
    /// Index of the parent company that may pay for this one.
    pub parent: Option<usize>,
    /// Mail address that remittances and payout reports name.
    pub email: String,
    /// Bank accounts known to be the customer's.
    pub accounts: Vec<String>,
    /// Other names the customer pays under.
    pub aliases: Vec<String>,
    /// The class whose tolerances hold for it, or empty.
    pub class: String,
    /// The rates in percent by which it withholds tax, each from a day on; none takes one back.
    pub withholding: Vec<(Date, Option<Decimal>)>,
    /// Its certificates of exemption.
    pub exemptions: Vec<Held>,
}

/// A document that bears sales tax.
#[derive(Clone, Debug)]
pub struct Taxed {
    /// What of it is no tax, in minor units.
    pub net: i64,
    /// All of it.
    pub gross: i64,
    /// The state or region that it was sold to, or empty.
    pub region: String,
}

/// What kind of document an item is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ItemKind {
    /// We are owed.
    Invoice,
    /// We owe: the amount is negative.
    CreditMemo,
    /// A later charge.
    DebitMemo,
}

/// A document of the receivables ledger.
#[derive(Clone, Debug)]
pub struct Item {
    /// The caller's own identity of the document.
    pub id: u64,
    /// Index into [`Book::customers`].
    pub customer: usize,
    /// The number printed on the document.
    pub number: String,
    /// Invoice, credit memo or debit memo.
    pub kind: ItemKind,
    /// Date of the document.
    pub issued: Date,
    /// Due date.
    pub due: Date,
    /// Face amount; negative for credit memos.
    pub amount: Money,
    /// What is still open, in the document's currency; zero once closed.
    pub open: Money,
    /// The customer's purchase order, or empty.
    pub po: String,
    /// The contract it bills, or empty.
    pub contract: String,
    /// Early-payment discount offered on the face amount.
    pub discount: Option<Discount>,
    /// The smaller one that follows when it has ended.
    pub later_discount: Option<Discount>,
}

/// An early-payment discount: `amount` off until and including `until`.
#[derive(Clone, Copy, Debug)]
pub struct Discount {
    /// What may be deducted from the face amount.
    pub amount: Money,
    /// The last day it may be taken, before the days of grace.
    pub until: Date,
}

/// An order that may be prepaid.
#[derive(Clone, Debug)]
pub struct Order {
    /// Index into [`Book::customers`].
    pub customer: usize,
    /// The order number and the pro-forma number, whichever there are.
    pub numbers: Vec<String>,
    /// Date of the order.
    pub ordered: Date,
    /// Value of the order.
    pub amount: Money,
}

/// An earlier payment with its applications.
#[derive(Clone, Debug)]
pub struct PastPayment {
    /// When it was booked.
    pub booked: Date,
    /// Payer as the bank named it.
    pub payer: String,
    /// Payer's account as the bank showed it.
    pub account: String,
    /// Remittance text.
    pub text: String,
    /// What came in.
    pub amount: Money,
    /// How a person applied it.
    pub rows: Vec<PastRow>,
}

impl PastPayment {
    /// A payment as it was applied here.
    pub fn of(payment: &Payment, rows: &[Row]) -> PastPayment {
        let rows = rows.iter().map(|row| PastRow {
            customer: row.customer,
            item: row.item,
            amount: row.amount,
            kind: row.kind,
        });
        PastPayment {
            booked: payment.booked,
            payer: payment.payer.clone(),
            account: payment.account.clone(),
            text: payment.text.clone(),
            amount: payment.amount,
            rows: rows.collect(),
        }
    }

    /// The customers it was applied to, each once.
    pub(super) fn customers(&self) -> Vec<usize> {
        let mut customers: Vec<usize> = self.rows.iter().filter_map(|row| row.customer).collect();
        customers.sort_unstable();
        customers.dedup();
        customers
    }
}

/// One application of an earlier payment.
#[derive(Clone, Debug)]
pub struct PastRow {
    /// Index into [`Book::customers`].
    pub customer: Option<usize>,
    /// The document, where there was one.
    pub item: Option<u64>,
    /// Applied, in the payment's currency; deductions are negative.
    pub amount: Money,
    /// What the application was.
    pub kind: Kind,
}

/// A payment that an earlier run posted on its own, and that still stands.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The payment as it was decided.
    pub payment: Payment,
    /// How it was applied; the documents are open by what that left of them.
    pub rows: Vec<Row>,
    /// The advice that it used up.
    pub advice: Option<u64>,
    /// Its period was closed: persons have looked at what stands in it.
    pub is_closed: bool,
}

/// A day's exchange rate: units of `into` for one `from`.
#[derive(Clone, Debug)]
pub struct Rate {
    /// The day it is for.
    pub on: Date,
    /// Currency given.
    pub from: Currency,
    /// Currency got.
    pub into: Currency,
    /// Units of `into` for one `from`.
    pub rate: Decimal,
}

/// What the company has decided about differences, and how sure the matcher must be to post.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Days after the discount date on which a discount is still granted.
    pub discount_grace_days: u16,
    /// A late discount is granted once history shows it granted this often.
    pub late_discount_after: u32,
    /// Largest shortfall that is taken for a bank's fee, one amount per currency.
    pub fee_tolerance: Vec<Money>,
    /// Withholding tax by country of the customer, in percent.
    pub withholding: Vec<(String, Decimal)>,
    /// Percent withheld by other customers whose history shows withholding.
    pub withholding_otherwise: Option<Decimal>,
    /// Largest difference, either way, that is written off as rounding, one amount per currency.
    pub rounding_tolerance: Vec<Money>,
    /// What else holds for the customers of a class.
    pub classes: BTreeMap<String, Tolerances>,
    /// A decision at least this sure is posted without a person.
    pub post_from: Confidence,
}

impl Default for Policy {
    /// No grace, no tolerance, nothing withheld; posts from 97 % on.
    fn default() -> Policy {
        Policy {
            discount_grace_days: 0,
            late_discount_after: 2,
            fee_tolerance: Vec::new(),
            withholding: Vec::new(),
            withholding_otherwise: None,
            rounding_tolerance: Vec::new(),
            classes: BTreeMap::new(),
            post_from: Confidence::new(9700),
        }
    }
}

/// What is tolerated of the customers of one class.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tolerances {
    /// Days after the discount date on which a discount is still granted.
    pub discount_grace_days: u16,
    /// Largest shortfall that is taken for a bank's fee, one amount per currency.
    pub fee_tolerance: Vec<Money>,
    /// Largest difference that is written off as rounding, one amount per currency.
    pub rounding_tolerance: Vec<Money>,
}

impl Policy {
    /// What a class is tolerated where that is not what everybody is.
    fn of_class(&self, class: &str) -> Option<&Tolerances> {
        if class.is_empty() {
            return None;
        }
        self.classes.get(class)
    }

    /// Days of grace of a class.
    pub(super) fn grace_days(&self, class: &str) -> u16 {
        let own = self.of_class(class);
        own.map_or(self.discount_grace_days, |own| own.discount_grace_days)
    }

    /// The tolerances of a class for banks' fees.
    pub(super) fn fees(&self, class: &str) -> &[Money] {
        let own = self.of_class(class);
        own.map_or(&self.fee_tolerance, |own| &own.fee_tolerance)
    }

    /// The tolerances of a class for rounding.
    pub(super) fn roundings(&self, class: &str) -> &[Money] {
        let own = self.of_class(class);
        own.map_or(&self.rounding_tolerance, |own| &own.rounding_tolerance)
    }
}

/// How sure a decision is, in ten-thousandths: 9 800 = right in 98 of 100 cases.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Confidence(u16);

impl Confidence {
    /// Ten-thousandths, at most 10 000.
    pub const fn new(ten_thousandths: u16) -> Confidence {
        Confidence(if ten_thousandths > 10_000 {
            10_000
        } else {
            ten_thousandths
        })
    }

    /// Of each of several, one of which is right.
    pub(super) fn shared(self, several: usize) -> Confidence {
        let several = u16::try_from(several).unwrap_or(u16::MAX).max(1);
        Confidence(self.0 / several)
    }

    /// Ten-thousandths.
    pub const fn ten_thousandths(self) -> u16 {
        self.0
    }
}

/// One unit of money to decide about: a bank line, a detail of a batch, an item of a deposit.
#[derive(Clone, Debug)]
pub struct Payment {
    /// The caller's own identity of the payment.
    pub id: u64,
    /// The account of ours it moved on, as the caller names it.
    pub own_account: String,
    /// Booking date.
    pub booked: Date,
    /// Signed: positive came in, negative went out.
    pub amount: Money,
    /// The other side's name, or empty.
    pub payer: String,
    /// Whom the payer pays for (ultimate debtor), or empty.
    pub ultimate: String,
    /// The other side's account, or empty.
    pub account: String,
    /// Remittance text.
    pub text: String,
    /// End-to-end reference, or empty.
    pub end_to_end: String,
    /// What banks call it; of a payment that came back also what they called the one it was.
    pub references: Vec<String>,
    /// Documents quoted in fields made for them.
    pub quoted: Vec<String>,
    /// The bank's transaction code, as the statement gives it.
    pub code: String,
    /// Is it marked as a return or reversal of an earlier booking?
    pub reversal: bool,
    /// What the payer instructed, where the bank shows it (other currency, before charges).
    pub instructed: Option<Money>,
    /// Charges the bank shows to have kept; zero or positive.
    pub charges: Option<Money>,
    /// Number of payments behind a sum that the statement does not itemise; zero otherwise.
    pub batch_count: u32,
    /// Advices that belong to this payment for certain (stub of a cheque, advice in the line).
    pub advices: Vec<Advice>,
    /// The processor's report of a payout.
    pub payout: Vec<PayoutItem>,
}

/// What a payer said about a payment apart from the bank.
#[derive(Clone, Debug)]
pub struct Advice {
    /// The caller's own identity of the advice.
    pub id: u64,
    /// When it came.
    pub received: Date,
    /// The sender's address, or empty.
    pub sender: String,
    /// The payer it names, or empty.
    pub payer: String,
    /// References to the payment or to itself (advice number, payment reference).
    pub references: Vec<String>,
    /// The day the money should come, where it says so.
    pub value_date: Option<Date>,
    /// The sum it announces.
    pub total: Option<Money>,
    /// The documents it pays.
    pub lines: Vec<AdviceLine>,
}

/// One document of an advice.
#[derive(Clone, Debug)]
pub struct AdviceLine {
    /// The document as the payer wrote it.
    pub reference: String,
    /// Before deductions.
    pub gross: Option<Money>,
    /// What was deducted, positive.
    pub deduction: Option<Money>,
    /// What is paid.
    pub net: Option<Money>,
    /// Why something was deducted, or empty.
    pub reason: String,
    /// What the deduction is made of, where the payer names more than one: they add up to it.
    pub parts: Vec<Deducted>,
}

/// One of several sums that a payer deducts from a document.
#[derive(Clone, Debug)]
pub struct Deducted {
    /// How much, positive as the deduction is.
    pub amount: Money,
    /// Why, or empty.
    pub reason: String,
}

/// One entry of a processor's payout.
#[derive(Clone, Debug)]
pub struct PayoutItem {
    /// What it is.
    pub kind: PayoutItemKind,
    /// The document or order as the processor knows it.
    pub reference: String,
    /// The buyer's address, or empty.
    pub email: String,
    /// What the buyer paid; below zero what went back to the buyer.
    pub gross: Money,
    /// What the processor kept, positive; below zero what it gave back of a fee.
    pub fee: Money,
}

/// What an entry of a payout is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PayoutItemKind {
    /// A buyer paid.
    Charge,
    /// We paid a buyer back.
    Refund,
    /// A buyer took a payment back through the bank of the card, or that failed.
    Dispute,
    /// What the processor kept, for no charge in particular: the gross is zero.
    Fee,
}
