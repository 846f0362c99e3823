//! Business papers that change what is owed, and the entry that each of them posts.
//!
//! Every kind is one row of [`KINDS`]: its side, whether it opens a debit or a credit item, and
//! its number series. Receivables and payables are mirror images of each other.

mod kinds;
mod posting;

pub use kinds::{Direction, DocumentKind, KINDS, Kind, Side};
pub use posting::{DocumentDraft, Issued, Offset, issue, take_over};

use std::borrow::Cow;

use crate::calendar::Date;
use crate::ids::{DocumentId, PartyId};
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
    /// Quantity times unit price, rounded once.
    pub net: Money,
    /// Tax on it.
    pub tax: Money,
}
