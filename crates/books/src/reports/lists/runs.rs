//! Runs, and the audit log.

use domain::ids::RunId;

use crate::reports::Cell;
use crate::reports::lists::{FilterKind, Key, List, filter};
use crate::reports::table::{count, date, text};

/// Runs that were committed.
pub(super) const RUNS: List = List {
    name: "runs",
    about: "Runs with who committed them and what they reported",
    columns: &[
        text("id"),
        text("kind"),
        date("counted_on"),
        text("actor"),
        text("recorded_at"),
        text("report"),
    ],
    filters: &[filter(
        "kind",
        FilterKind::Text,
        "r.kind = {}",
        "Kind of run",
    )],
    is_control: false,
    select: "
    SELECT r.id, r.kind, r.counted_on, r.actor, r.recorded_at, r.report
    FROM run r WHERE r.entity_id = $1",
    key_column: "r.id",
    key: Key::Id(|text| text.parse::<RunId>().ok().map(|id| id.0)),
    read: |row| {
        Ok(vec![
            RunId(row.int(0)?).to_string().into(),
            row.text(1)?.into(),
            row.date(2)?.into(),
            row.text(3)?.into(),
            row.at(4)?.to_string().into(),
            row.text(5)?.into(),
        ])
    },
};

/// The audit log, newest first.
pub(super) const AUDIT: List = List {
    name: "audit",
    about: "Who did what, when, by which door and why: a chain of hashes",
    columns: &[
        count("sequence"),
        text("recorded_at"),
        text("actor"),
        text("door"),
        text("action"),
        text("subject"),
        text("reason"),
        text("detail"),
        text("hash"),
    ],
    filters: &[
        filter("actor", FilterKind::Text, "a.actor = {}", "Who"),
        filter("action", FilterKind::Text, "a.action = {}", "What"),
        filter("subject", FilterKind::Text, "a.subject = {}", "To what"),
        filter("door", FilterKind::Text, "a.door = {}", "By which door"),
        filter(
            "text",
            FilterKind::Contains,
            "(LOWER(a.subject || ' ' || a.reason || ' ' || a.detail) LIKE {} ESCAPE '\\')",
            "Words of the subject, the reason or the detail",
        ),
        filter(
            "from",
            FilterKind::Since,
            "a.recorded_at >= {}",
            "Recorded on this day or later",
        ),
        filter(
            "to",
            FilterKind::Until,
            "a.recorded_at < {}",
            "Recorded on this day or before",
        ),
    ],
    is_control: true,
    select: "
    SELECT a.sequence, a.recorded_at, a.actor, a.door, a.action, a.subject, a.reason, a.detail,
        a.hash
    FROM audit_log a WHERE a.entity_id = $1",
    key_column: "a.sequence",
    key: Key::Id(|text| text.parse().ok()),
    read: |row| {
        Ok(vec![
            Cell::Count(row.int(0)?),
            row.at(1)?.to_string().into(),
            row.text(2)?.into(),
            row.text(3)?.into(),
            row.text(4)?.into(),
            row.text(5)?.into(),
            row.text(6)?.into(),
            row.text(7)?.into(),
            row.text(8)?.into(),
        ])
    },
};
