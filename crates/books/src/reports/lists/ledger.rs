//! Journal entries and their lines.

use domain::ids::{DocumentId, EntryId, ItemId};

use crate::reports::lists::{FilterKind, Key, List, filter};
use crate::reports::table::{count, date, money, text};
use crate::reports::{Cell, known};

/// The heads of entries.
pub(super) const ENTRIES: List = List {
    name: "journal-entries",
    about: "Journal entries, newest first",
    columns: &[
        text("id"),
        count("number"),
        date("posted_on"),
        text("source"),
        text("memo"),
        money("debits"),
        text("reverses"),
    ],
    filters: &[
        filter(
            "source",
            FilterKind::Text,
            "e.source = {}",
            "What it is the consequence of",
        ),
        filter(
            "from",
            FilterKind::Date,
            "e.posted_on >= {}",
            "Posted on this day or later",
        ),
        filter(
            "to",
            FilterKind::Date,
            "e.posted_on <= {}",
            "Posted on this day or before",
        ),
    ],
    is_control: false,
    select: "
    SELECT e.id, e.number, e.posted_on, e.source, e.memo, e.reverses_id, n.currency,
        (SELECT CAST(SUM(l.functional) AS BIGINT) FROM journal_line l
         WHERE l.entity_id = $1 AND l.entry_id = e.id AND l.functional > 0)
    FROM journal_entry e JOIN entity n ON n.id = e.entity_id
    WHERE e.entity_id = $1",
    key_column: "e.id",
    key: Key::Id(|text| text.parse::<EntryId>().ok().map(|id| id.0)),
    read: |row| {
        Ok(vec![
            EntryId(row.int(0)?).to_string().into(),
            Cell::Count(row.int(1)?),
            row.date(2)?.into(),
            row.text(3)?.into(),
            row.text(4)?.into(),
            known::sum(row.opt_int(7)?.unwrap_or(0), &row.text(6)?)?.into(),
            row.opt_int(5)?
                .map_or(Cell::Empty, |id| EntryId(id).to_string().into()),
        ])
    },
};

/// The legs of entries; page through one entry or all.
pub(super) const LINES: List = List {
    name: "journal-lines",
    about: "The legs of journal entries; a debit is above zero",
    columns: &[
        text("id"),
        text("entry_id"),
        count("line_number"),
        date("posted_on"),
        text("account"),
        text("account_name"),
        text("party_code"),
        text("document_id"),
        text("document_number"),
        text("item_id"),
        money("amount"),
        money("functional"),
    ],
    filters: &[
        filter(
            "entry",
            FilterKind::Id,
            "l.entry_id = {}",
            "Id of the entry",
        ),
        filter(
            "account",
            FilterKind::Text,
            "l.account = {}",
            "Number of the account",
        ),
        filter(
            "from",
            FilterKind::Date,
            "l.posted_on >= {}",
            "Posted on this day or later",
        ),
        filter(
            "to",
            FilterKind::Date,
            "l.posted_on <= {}",
            "Posted on this day or before",
        ),
        filter(
            "document",
            FilterKind::Id,
            "l.item_id IN (SELECT o.id FROM open_item o
            WHERE o.entity_id = $1 AND o.document_id = {})",
            "Id of the document",
        ),
        filter(
            "entries_of",
            FilterKind::Id,
            "l.entry_id IN (SELECT own.entry_id FROM open_item o
            JOIN journal_line own ON own.entity_id = o.entity_id AND own.item_id = o.id
            WHERE o.entity_id = $1 AND o.document_id = {})",
            "Id of a document: every leg of the entries that touch it",
        ),
    ],
    is_control: false,
    select: "
    SELECT l.entry_id, l.line_number, l.posted_on, l.account, a.name, p.code, i.document_id,
        d.number, l.item_id, l.amount, l.currency, l.functional, n.currency
    FROM journal_line l
    JOIN entity n ON n.id = l.entity_id
    LEFT JOIN account a ON a.entity_id = l.entity_id AND a.code = l.account
    LEFT JOIN party p ON p.entity_id = l.entity_id AND p.id = l.party_id
    LEFT JOIN open_item i ON i.entity_id = l.entity_id AND i.id = l.item_id
    LEFT JOIN document d ON d.entity_id = l.entity_id AND d.id = i.document_id
    WHERE l.entity_id = $1",
    key_column: "",
    key: Key::Line,
    read: |row| {
        let (entry, line) = (EntryId(row.int(0)?), row.int(1)?);
        Ok(vec![
            format!("{entry}.{line}").into(),
            entry.to_string().into(),
            Cell::Count(line),
            row.date(2)?.into(),
            row.text(3)?.into(),
            row.opt_text(4)?.into(),
            row.opt_text(5)?.into(),
            row.opt_int(6)?
                .map_or(Cell::Empty, |id| DocumentId(id).to_string().into()),
            row.opt_text(7)?.into(),
            row.opt_int(8)?
                .map_or(Cell::Empty, |id| ItemId(id).to_string().into()),
            known::sum(row.int(9)?, &row.text(10)?)?.into(),
            known::sum(row.int(11)?, &row.text(12)?)?.into(),
        ])
    },
};
