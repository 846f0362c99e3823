//! Documents by hand or from other programs: issued in batches, shown, taken back.
//!
//! Trade documents have lines; receipts, payments, refunds and write-offs have one amount.
//! Deductions, returns and transfers come about by settling and are not issued here.

mod ask;
mod decide;
pub(crate) mod find;
pub(crate) mod kept;
mod numbers;
mod refusal;
mod reverse;
mod show;
pub(crate) mod sql;

pub use ask::{Issuing, issue_or_ask, preview_reverse, reverse_or_ask};
pub(crate) use decide::bank_account;
pub use find::FindRefusal;
pub use kept::typed_line;
pub(crate) use numbers::{Alike, Paper as VendorPaper};
pub use refusal::{InBatch, IssueRefusal, ReverseRefusal};
pub use reverse::{Reverse, reverse};
pub(crate) use reverse::{prepare as prepare_reverse, record as record_reverse};
pub use show::{AppliedHere, EntryLine, Paper, Shown, ShownItem, paper, show};

use std::collections::HashMap;

use domain::calendar::{Date, DueInstalment};
use domain::documents::{
    Document, DocumentDraft, DocumentKind, DocumentLine, DocumentReferences, Issued, TradeLine,
    issue_in_parts,
};
use domain::ids::DocumentId;
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde_json::json;

use crate::failure::{Fault, Outcome};
use crate::ledger::{self, Origin, Posting};
use crate::work::Work;

/// A document to issue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewDocument {
    /// Invoice, bill, receipt, …
    pub kind: DocumentKind,
    /// The vendor's own number; ours comes from the series.
    pub number: Option<String>,
    /// The code of the party; none for a receipt whose payer is not known.
    pub party: Option<String>,
    /// The day it was issued.
    pub issued_on: Date,
    /// The day it is posted; that of issue where not named.
    pub posted_on: Option<Date>,
    /// When it falls due; the party's terms where not named.
    pub terms: Option<String>,
    /// The due date, where the paper prints one.
    pub due_on: Option<Date>,
    /// The day the goods arrived, from which some terms count.
    pub goods_received_on: Option<Date>,
    /// The currency of the lines; the party's where not named.
    pub currency: Option<Currency>,
    /// Functional currency for one unit; from the books' rates where not named.
    pub rate: Option<Decimal>,
    /// What it quotes.
    pub references: DocumentReferences,
    /// Why it is another paper although its number is like an earlier one of the vendor.
    pub no_duplicate: Option<String>,
    /// What it is about.
    pub content: Content,
}

/// What a document is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// The lines of a trade document.
    Lines(Vec<TradeLine>),
    /// The amount of a receipt, payment, refund or write-off.
    Amount {
        /// How much, above zero.
        amount: Money,
        /// The code or number of the own bank account, or bank clearing for money that a bank line
        /// brought already; the only account in its currency where not named.
        bank: Option<String>,
    },
}

/// What a batch would post, and in which order its documents were asked for.
pub(crate) struct Ready {
    order: Vec<DocumentId>,
    /// Numbers like earlier ones that are other papers, as was said.
    no_duplicates: Vec<numbers::NoDuplicate>,
    /// The postings: those of our series, and those with a vendor's number.
    pub(crate) postings: Vec<Posting>,
}

/// Issues documents: all of them, or none and the first refusal. They come back in their order.
pub fn issue(work: &mut Work<'_>, orders: &[NewDocument]) -> Outcome<Vec<Document>> {
    let ready = prepare(work, orders)?;
    record(work, ready)
}

/// Decides on a batch. Writes nothing.
pub(crate) fn prepare(work: &mut Work<'_>, orders: &[NewDocument]) -> Outcome<Ready> {
    work.gate()?;
    let (known, mut numbers) = decide::load(work, orders)?;
    let mut drafts = Vec::with_capacity(orders.len());
    for (place, order) in orders.iter().enumerate() {
        let draft = known.draft(order, &mut numbers).map_err(|why| InBatch {
            place: (1 < orders.len()).then_some(place + 1),
            why,
        })?;
        drafts.push(draft);
    }
    let mut ready = postings_of(work, drafts);
    ready.no_duplicates = numbers.alike.no_duplicates();
    Ok(ready)
}

/// Postings of drafts; those with a vendor's number and those of our series are of two origins.
fn postings_of(work: &mut Work<'_>, drafts: Vec<(DocumentDraft, Vec<DueInstalment>)>) -> Ready {
    let mut ids = work.ids.clone();
    let all: Vec<Issued> = drafts
        .into_iter()
        .map(|(draft, parts)| issue_in_parts(draft, &parts, &mut ids))
        .collect();
    work.ids = ids;
    let order: Vec<DocumentId> = all.iter().map(|issued| issued.document.id).collect();
    let (vendors, own): (Vec<Issued>, Vec<Issued>) = all
        .into_iter()
        .partition(|issued| !issued.document.number.is_empty());
    let mut postings = Vec::new();
    for (origin, issued) in [(Origin::Issued, own), (Origin::Vendor, vendors)] {
        if issued.is_empty() {
            continue;
        }
        let mut posting = Posting {
            origin,
            ..Posting::default()
        };
        posting.issued(issued);
        postings.push(posting);
    }
    Ready {
        order,
        no_duplicates: Vec::new(),
        postings,
    }
}

/// Posts what was decided.
pub(crate) fn record(work: &mut Work<'_>, ready: Ready) -> Outcome<Vec<Document>> {
    let mut documents: HashMap<DocumentId, Document> = HashMap::new();
    for mut posting in ready.postings {
        ledger::post(work, &mut posting)?;
        documents.extend(posting.documents.into_iter().map(|one| (one.id, one)));
    }
    let order = ready.order.iter();
    let documents: Vec<Document> = order.filter_map(|id| documents.remove(id)).collect();
    note(work, "document.issue", &documents);
    for one in ready.no_duplicates {
        one.note(work);
    }
    Ok(documents)
}

/// The printed lines of a document.
pub(crate) fn lines_of(
    work: &mut Work<'_>,
    document: DocumentId,
) -> Result<Vec<DocumentLine>, Fault> {
    let mut found = sql::documents(work, &[document])?;
    Ok(found
        .pop()
        .map(|one| one.document.lines)
        .unwrap_or_default())
}

/// One link in the audit log for the batch.
pub(crate) fn note(work: &mut Work<'_>, action: &'static str, documents: &[Document]) {
    let Some(first) = documents.first() else {
        return;
    };
    let named: Vec<&str> = documents
        .iter()
        .take(100)
        .map(|document| document.number.as_str())
        .collect();
    let detail = json!({ "count": documents.len(), "documents": named });
    let subject = first.number.clone();
    work.note(action, subject, detail);
}
