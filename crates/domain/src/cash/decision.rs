//! The words of cash application: what comes out of the matcher.

use super::model::Confidence;
use crate::money::Money;

/// What an application row means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Clears the document by its gross amount, or by what was paid of it.
    Payment,
    /// Discount for paying early, granted.
    EarlyPaymentDiscount,
    /// Charges a bank or another intermediary kept.
    BankFee,
    /// Tax the payer withheld.
    WithholdingTax,
    /// A deduction that is not accepted: stays open as a dispute.
    ShortPayDispute,
    /// A small difference of either sign, written off.
    Rounding,
    /// What is given up for good; a person decides it, never the matcher.
    WriteOff,
    /// A credit memo used up.
    CreditMemoTaken,
    /// More than the documents ask: stays with the customer.
    OverpaymentOnAccount,
    /// Paid before there is an invoice.
    PrepaymentNoInvoice,
    /// No money of a customer.
    NotCustomerCash,
    /// Nobody can say whose it is.
    Unidentifiable,
}

impl Kind {
    /// Every kind with its word in files, tables and decisions.
    pub const ALL: &'static [(&'static str, Kind)] = &[
        ("payment", Kind::Payment),
        ("early_payment_discount", Kind::EarlyPaymentDiscount),
        ("bank_fee", Kind::BankFee),
        ("withholding_tax", Kind::WithholdingTax),
        ("short_pay_dispute", Kind::ShortPayDispute),
        ("rounding", Kind::Rounding),
        ("write_off", Kind::WriteOff),
        ("credit_memo_taken", Kind::CreditMemoTaken),
        ("overpayment_on_account", Kind::OverpaymentOnAccount),
        ("prepayment_no_invoice", Kind::PrepaymentNoInvoice),
        ("not_customer_cash", Kind::NotCustomerCash),
        ("unidentifiable", Kind::Unidentifiable),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, kind)| *kind == self);
        found.map_or("", |(word, _)| word)
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Kind> {
        let found = Self::ALL.iter().find(|(known, _)| *known == word);
        found.map(|(_, kind)| *kind)
    }

    /// Does a row of this kind take its amount off what is open of its document?
    pub fn takes(self) -> bool {
        matches!(
            self,
            Kind::Payment | Kind::CreditMemoTaken | Kind::ShortPayDispute
        )
    }
}

/// One row of an application; the rows of a proposal add up to the payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// Index into [`Book::customers`]; none for fees of an intermediary.
    pub customer: Option<usize>,
    /// The document, by the caller's identity.
    pub item: Option<u64>,
    /// In the currency of our account, signed.
    pub amount: Money,
    /// What it takes off the document, in the document's currency, where that is another one.
    pub document_amount: Option<Money>,
    /// What it means.
    pub kind: Kind,
}

/// One way to apply the payment.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The applications.
    pub rows: Vec<Row>,
    /// How sure it is that all of it is right.
    pub confidence: Confidence,
    /// Why, in words an auditor reads.
    pub evidence: Vec<Evidence>,
}

/// One fact for or against a proposal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// Does it speak for, against, or is it merely missing?
    pub weight: Weight,
    /// The fact in words.
    pub text: String,
}

/// What a piece of evidence does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// Speaks for it.
    For,
    /// Speaks against it.
    Against,
    /// Would have helped and is absent; never raises a score.
    Absent,
}

/// Money that is no customer's payment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OtherCash {
    /// Between our own accounts.
    OwnTransfer,
    /// The bank's charges.
    BankFee,
    /// Interest, earned or charged.
    Interest,
    /// We paid a vendor.
    VendorPayment,
    /// We paid wages.
    Payroll,
    /// To or from a tax office.
    Tax,
    /// Refunds of insurers, utilities and the like.
    OtherIncome,
}

impl OtherCash {
    /// The word under which it is stored and shown.
    pub fn word(self) -> &'static str {
        match self {
            OtherCash::OwnTransfer => "own_transfer",
            OtherCash::BankFee => "bank_fee",
            OtherCash::Interest => "interest",
            OtherCash::VendorPayment => "vendor_payment",
            OtherCash::Payroll => "payroll",
            OtherCash::Tax => "tax",
            OtherCash::OtherIncome => "other_income",
        }
    }
}

/// What shall happen with the payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Sure enough to post without a person: the first proposal.
    Posted,
    /// A person chooses among the proposals.
    Proposed,
    /// Nothing to propose: it waits, with the payer where one is known.
    Waiting,
    /// No money of a customer.
    NotCustomerCash(OtherCash),
}

/// What the matcher makes of one payment.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What shall happen.
    pub outcome: Outcome,
    /// Ways to apply it, best first, at most three.
    pub alternatives: Vec<Proposal>,
    /// The advice from elsewhere that the first proposal rests on.
    pub advice: Option<u64>,
    /// The payer, where one is known though nothing can be proposed.
    pub payer: Option<usize>,
    /// What holds for the payment as a whole.
    pub evidence: Vec<Evidence>,
    /// Why it is not posted; empty when it is.
    pub waits: String,
}
