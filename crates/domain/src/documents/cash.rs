//! Documents of one amount against one account, on either side: receipts, payments, refunds,
//! write-offs, deductions, transfers.

use std::borrow::Cow;

use crate::calendar::Date;
use crate::documents::{DocumentDraft, DocumentKind, DocumentReferences, Offset};
use crate::ids::{DocumentId, PartyId};
use crate::ledger::Role;
use crate::money::Money;

/// A document of one amount as it is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CashPaper {
    /// Receipt, payment, …
    pub kind: DocumentKind,
    /// Whose money it is; nobody's while a payer is not known.
    pub party: Option<PartyId>,
    /// The control account of its item.
    pub control: Role,
    /// The day it counts.
    pub on: Date,
    /// How much, unsigned.
    pub amount: Money,
    /// The same in functional currency.
    pub functional: Money,
    /// Where its other side goes: the bank, a loss, a discount.
    pub account: Cow<'static, str>,
    /// What it quotes.
    pub references: DocumentReferences,
    /// The document that it takes back, wholly or in part.
    pub reverses: Option<DocumentId>,
}

/// Makes its draft. The number comes from the series of its kind.
pub fn cash_draft(paper: CashPaper) -> DocumentDraft {
    DocumentDraft {
        kind: paper.kind,
        number: String::new(),
        party: paper.party,
        control: paper.control,
        issued_on: paper.on,
        posted_on: paper.on,
        due_on: paper.on,
        discount: None,
        gross: paper.amount,
        tax: Money::zero(paper.amount.currency()),
        functional: paper.functional,
        references: paper.references,
        lines: Vec::new(),
        offsets: vec![Offset {
            account: paper.account,
            amount: paper.amount,
            functional: paper.functional,
        }],
        reverses: paper.reverses,
    }
}
