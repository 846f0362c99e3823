//! Business papers that change what is owed, and the entry that each of them posts.
//!
//! Every kind is one row of [`KINDS`]: its side, whether it opens a debit or a credit item, and
//! its number series. Receivables and payables are mirror images of each other.

mod cash;
mod kinds;
mod numbers;
mod posting;
#[cfg(test)]
mod tests;
mod trade;

pub use cash::{CashPaper, cash_draft};
pub use kinds::{Direction, DocumentKind, KINDS, Kind, Side};
pub use numbers::{forms_of_number, keys_of_number};
pub use posting::{
    DocumentDraft, Issued, Offset, issue, issue_in_parts, issue_pair, reversal, take_over,
};
pub use trade::{TradeLine, TradePaper, TradeRefusal, trade_draft};

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::calendar::Date;
use crate::ids::{DocumentId, EntryId, PartyId};
use crate::money::Money;

/// An issued document. It never changes; it is credited or reversed by another one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its identity.
    pub id: DocumentId,
    /// Invoice, receipt, …
    pub kind: DocumentKind,
    /// Which side of the house it belongs to.
    pub side: Side,
    /// Its number in the series of its kind, or the number under which it was taken over.
    pub number: String,
    /// Whom it is from or to; nobody for a receipt whose payer is not known.
    pub party: Option<PartyId>,
    /// The day it was issued; terms and tax count from here.
    pub issued_on: Date,
    /// The day it is posted.
    pub posted_on: Date,
    /// Sum without tax, unsigned.
    pub net: Money,
    /// Tax, unsigned.
    pub tax: Money,
    /// What it is good for in all, unsigned.
    pub gross: Money,
    /// The document that this one takes back.
    pub reverses: Option<DocumentId>,
    /// The entry that it posted.
    pub entry: Option<EntryId>,
    /// What it quotes.
    pub references: DocumentReferences,
    /// The lines as printed; empty for cash documents and adjustments.
    pub lines: Vec<DocumentLine>,
}

/// What a document quotes from elsewhere. Empty texts are not stored.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DocumentReferences {
    /// The customer's purchase order.
    pub purchase_order: String,
    /// The contract.
    pub contract: String,
    /// Sales region.
    pub region: String,
    /// Why it exists, for people: a reason, a bank reference.
    pub memo: Cow<'static, str>,
}

/// One line of a trade document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentLine {
    /// What is charged.
    pub description: String,
    /// Revenue or expense account.
    pub account: Cow<'static, str>,
    /// How many.
    pub quantity: Decimal,
    /// The exact price of one, in major units.
    pub unit_price: Decimal,
    /// Quantity times unit price, rounded once.
    pub net: Money,
    /// Its share of the tax of its rate and category.
    pub tax: Money,
    /// Percent of tax.
    pub tax_rate: Decimal,
    /// Why the rate is so: `S` standard, `Z` zero, `E` exempt, `AE` reverse charge … (UNCL 5305).
    pub tax_category: String,
}
