//! From a draft to an issued document: its open item and its journal entry.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::calendar::{Date, DueInstalment};
use crate::documents::{Direction, Document, DocumentKind, DocumentLine, DocumentReferences};
use crate::ids::{DocumentId, EntryId, Ids, ItemId, PartyId};
use crate::ledger::{EntryDraft, JournalEntry, JournalLine, Role, Source};
use crate::money::{Currency, Money};
use crate::open_items::{DiscountTerms, OpenItem};

/// Where the other side of a document goes: bank, revenue, tax, expense, discount …
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offset {
    /// The account's number.
    pub account: Cow<'static, str>,
    /// Its share of the document, unsigned unless a line is negative.
    pub amount: Money,
    /// The same in functional currency.
    pub functional: Money,
}

/// A document before it is issued.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentDraft {
    /// Invoice, receipt, …
    pub kind: DocumentKind,
    /// Its number.
    pub number: String,
    /// Whom it is from or to.
    pub party: Option<PartyId>,
    /// The control account of its item.
    pub control: Role,
    /// The day it was issued.
    pub issued_on: Date,
    /// The day it is posted.
    pub posted_on: Date,
    /// The day its item falls due.
    pub due_on: Date,
    /// Early-payment discount of its item.
    pub discount: Option<DiscountTerms>,
    /// What it is good for, unsigned.
    pub gross: Money,
    /// Tax in it, unsigned.
    pub tax: Money,
    /// What the item is carried at in functional currency, unsigned.
    pub functional: Money,
    /// What it quotes.
    pub references: DocumentReferences,
    /// Its printed lines.
    pub lines: Vec<DocumentLine>,
    /// Where its other side goes; together they are the gross.
    pub offsets: Vec<Offset>,
    /// The document that this one takes back; it then stands on the opposite column.
    pub reverses: Option<DocumentId>,
}

/// What issuing a document posts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issued {
    /// The document.
    pub document: Document,
    /// The item it opens; of a document due in instalments, the first.
    pub item: OpenItem,
    /// The items of the further instalments.
    pub further: Vec<OpenItem>,
    /// The entry it posts; none where the taker posts one for many (opening items).
    pub entry: Option<JournalEntry>,
}

/// Issues a draft: opens its item on the control account and posts the other side.
pub fn issue(draft: DocumentDraft, ids: &mut Ids) -> Issued {
    issue_in_parts(draft, &[], ids)
}

/// Issues a draft that is due in instalments: each opens an item. Fewer than two are one item.
pub fn issue_in_parts(draft: DocumentDraft, parts: &[DueInstalment], ids: &mut Ids) -> Issued {
    let direction = direction_of(&draft);
    let entry_id = EntryId(ids.take());
    let offsets = draft.offsets.clone();
    let mut issued = open(draft, ids);
    share_out(&mut issued, parts, ids);
    let title = issued.document.kind.kind().title;
    let memo = match issued.document.reverses {
        Some(_) => Cow::Owned(format!("{title} taken back")),
        None => Cow::Borrowed(title),
    };
    let mut entry = EntryDraft::on(entry_id, issued.document.posted_on, Source::Document, memo);
    for item in std::iter::once(&issued.item).chain(&issued.further) {
        entry = entry.leg(leg_of(item));
    }
    for offset in offsets {
        let (amount, functional) = match direction {
            Direction::Debit => (-offset.amount, -offset.functional),
            Direction::Credit => (offset.amount, offset.functional),
        };
        entry = entry.line(offset.account, amount, functional);
    }
    issued.document.entry = Some(entry_id);
    issued.entry = Some(entry.balanced());
    issued
}

/// Issues two drafts that are each other's other side: one entry carries the legs of both items.
pub fn issue_pair(drafts: [DocumentDraft; 2], memo: &'static str, ids: &mut Ids) -> [Issued; 2] {
    let entry_id = EntryId(ids.take());
    let posted_on = drafts[0].posted_on;
    let mut pair = drafts.map(|draft| open(draft, ids));
    let mut entry = EntryDraft::on(entry_id, posted_on, Source::Document, memo);
    for issued in &mut pair {
        issued.document.entry = Some(entry_id);
        entry = entry.leg(leg_of(&issued.item));
    }
    pair[0].entry = Some(entry.balanced());
    pair
}

/// The leg of an item on its control account.
fn leg_of(item: &OpenItem) -> JournalLine {
    JournalLine {
        account: item.account.clone(),
        party: item.party,
        item: Some(item.id),
        amount: item.amount,
        functional: item.functional,
    }
}

/// Cuts the item of a document into the items of its instalments.
fn share_out(issued: &mut Issued, parts: &[DueInstalment], ids: &mut Ids) {
    if parts.len() < 2 {
        return;
    }
    let weights: Vec<u64> = parts
        .iter()
        .map(|part| part.amount.minor().unsigned_abs())
        .collect();
    let amounts = issued.item.amount.split(&weights);
    let values = issued.item.functional.split(&weights);
    let whole = issued.item.clone();
    for (place, ((part, amount), functional)) in parts.iter().zip(amounts).zip(values).enumerate() {
        let item = OpenItem {
            id: if place == 0 {
                whole.id
            } else {
                ItemId(ids.take())
            },
            amount,
            functional,
            due_on: part.due_on,
            ..whole.clone()
        };
        if place == 0 {
            issued.item = item;
        } else {
            issued.further.push(item);
        }
    }
}

/// The draft that takes a document back on a day: the same amounts on the opposite column,
/// carried at what its items are carried at.
pub fn reversal(
    document: &Document,
    control: Role,
    functional: Money,
    offsets: Vec<Offset>,
    on: Date,
    reason: String,
) -> DocumentDraft {
    DocumentDraft {
        kind: document.kind,
        number: String::new(),
        party: document.party,
        control,
        issued_on: on,
        posted_on: on,
        due_on: on,
        discount: None,
        gross: document.gross,
        tax: document.tax,
        functional,
        references: DocumentReferences {
            memo: Cow::Owned(reason),
            ..document.references.clone()
        },
        lines: document.lines.clone(),
        offsets,
        reverses: Some(document.id),
    }
}

/// Opens the item of a document without an entry of its own.
fn open(draft: DocumentDraft, ids: &mut Ids) -> Issued {
    let sign = direction_of(&draft);
    let signed = |money: Money| match sign {
        Direction::Debit => money,
        Direction::Credit => -money,
    };
    let document = DocumentId(ids.take());
    let side = draft.kind.kind().side;
    let item = OpenItem {
        id: ItemId(ids.take()),
        document,
        side,
        party: draft.party,
        account: Cow::Borrowed(draft.control.code()),
        amount: signed(draft.gross),
        functional: signed(draft.functional),
        opened_on: draft.posted_on,
        due_on: draft.due_on,
        discount: draft.discount,
    };
    Issued {
        document: Document {
            id: document,
            kind: draft.kind,
            side,
            number: draft.number,
            party: draft.party,
            issued_on: draft.issued_on,
            posted_on: draft.posted_on,
            net: draft.gross - draft.tax,
            tax: draft.tax,
            gross: draft.gross,
            reverses: draft.reverses,
            entry: None,
            references: draft.references,
            lines: draft.lines,
        },
        item,
        further: Vec::new(),
        entry: None,
    }
}

fn direction_of(draft: &DocumentDraft) -> Direction {
    let direction = draft.kind.kind().direction;
    if draft.reverses.is_some() {
        direction.opposite()
    } else {
        direction
    }
}

/// Takes over items of another system: each keeps its own dates and opens an item; one entry
/// for all of one posting day and currency stands against the opening balance.
///
/// The entry's functional amounts are those the items are carried at.
pub fn take_over(drafts: Vec<DocumentDraft>, ids: &mut Ids) -> (Vec<Issued>, Vec<JournalEntry>) {
    let mut groups: BTreeMap<(Date, Currency), Vec<Issued>> = BTreeMap::new();
    for draft in drafts {
        let key = (draft.posted_on, draft.gross.currency());
        groups.entry(key).or_default().push(open(draft, ids));
    }
    let mut all = Vec::new();
    let mut entries = Vec::new();
    for ((posted_on, _), mut group) in groups {
        let id = EntryId(ids.take());
        let mut entry = EntryDraft::on(id, posted_on, Source::Opening, "Opening items");
        let mut sums: Option<(Money, Money)> = None;
        for issued in &mut group {
            issued.document.entry = Some(id);
            let item = &issued.item;
            sums = Some(match sums {
                None => (item.amount, item.functional),
                Some((amount, functional)) => (amount + item.amount, functional + item.functional),
            });
            entry = entry.leg(leg_of(item));
        }
        if let Some((amount, functional)) = sums {
            entries.push(
                entry
                    .role(Role::OpeningBalance, -amount, -functional)
                    .balanced(),
            );
        }
        all.extend(group);
    }
    (all, entries)
}
