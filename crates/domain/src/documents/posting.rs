//! From a draft to an issued document: its open item and its journal entry.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::calendar::Date;
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
    /// The item it opens.
    pub item: OpenItem,
    /// The entry it posts; none where the taker posts one for many (opening items).
    pub entry: Option<JournalEntry>,
}

/// Issues a draft: opens its item on the control account and posts the other side.
pub fn issue(draft: DocumentDraft, ids: &mut Ids) -> Issued {
    let direction = direction_of(&draft);
    let entry_id = EntryId(ids.take());
    let offsets = draft.offsets.clone();
    let mut issued = open(draft, ids);
    let memo = issued.document.kind.kind().title;
    let (amount, functional) = (issued.item.amount, issued.item.functional);
    let mut entry = EntryDraft::on(entry_id, issued.document.posted_on, Source::Document, memo)
        .leg(JournalLine {
            account: issued.item.account.clone(),
            party: issued.item.party,
            item: Some(issued.item.id),
            amount,
            functional,
        });
    for offset in offsets {
        let (amount, functional) = match direction {
            Direction::Debit => (-offset.amount, -offset.functional),
            Direction::Credit => (offset.amount, offset.functional),
        };
        entry = entry.line(offset.account, amount, functional);
    }
    issued.entry = Some(entry.balanced());
    issued
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
            references: draft.references,
            lines: draft.lines,
        },
        item,
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
    for ((posted_on, _), group) in groups {
        let id = EntryId(ids.take());
        let mut entry = EntryDraft::on(id, posted_on, Source::Opening, "Opening items");
        let mut sums: Option<(Money, Money)> = None;
        for issued in &group {
            let item = &issued.item;
            sums = Some(match sums {
                None => (item.amount, item.functional),
                Some((amount, functional)) => (amount + item.amount, functional + item.functional),
            });
            entry = entry.leg(JournalLine {
                account: item.account.clone(),
                party: item.party,
                item: Some(item.id),
                amount: item.amount,
                functional: item.functional,
            });
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
