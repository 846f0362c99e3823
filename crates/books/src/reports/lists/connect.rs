//! Endpoints of other programs, the events that they are told of, and how telling went.

use domain::ids::{AttemptId, EndpointId, EventId};

use crate::reports::Cell;
use crate::reports::lists::{FilterKind, Key, List, filter};
use crate::reports::table::{count, text};

/// Where events are sent; secrets are not shown.
pub(super) const ENDPOINTS: List = List {
    name: "webhook-endpoints",
    about: "Where events are sent, and since when it fails",
    columns: &[
        text("id"),
        text("url"),
        text("events"),
        text("about"),
        text("state"),
        text("why"),
        text("recorded_at"),
    ],
    filters: &[filter(
        "state",
        FilterKind::OneOf(&["enabled", "disabled"]),
        "e.state = {}",
        "Whether it is sent to",
    )],
    is_control: true,
    select: "
    SELECT e.id, e.url, e.events, e.about, e.state, e.why, e.recorded_at
    FROM webhook_endpoint e WHERE e.entity_id = $1 AND e.state <> 'removed'",
    key_column: "e.id",
    key: Key::Id(|text| text.parse::<EndpointId>().ok().map(|id| id.0)),
    read: |row| {
        Ok(vec![
            EndpointId(row.int(0)?).to_string().into(),
            row.text(1)?.into(),
            row.text(2)?.into(),
            row.text(3)?.into(),
            row.text(4)?.into(),
            row.text(5)?.into(),
            row.at(6)?.to_string().into(),
        ])
    },
};

/// What happened, as it is told.
pub(super) const EVENTS: List = List {
    name: "webhook-events",
    about: "Events that endpoints wanted to be told of, with the message as it is sent",
    columns: &[
        text("id"),
        text("kind"),
        text("recorded_at"),
        text("content"),
    ],
    filters: &[filter(
        "kind",
        FilterKind::Text,
        "v.kind = {}",
        "Kind of event",
    )],
    is_control: true,
    select: "
    SELECT v.id, v.kind, v.recorded_at, v.content
    FROM webhook_event v WHERE v.entity_id = $1",
    key_column: "v.id",
    key: Key::Id(|text| text.parse::<EventId>().ok().map(|id| id.0)),
    read: |row| {
        Ok(vec![
            EventId(row.int(0)?).to_string().into(),
            row.text(1)?.into(),
            row.at(2)?.to_string().into(),
            row.text(3)?.into(),
        ])
    },
};

/// Every attempt to deliver, newest first.
pub(super) const ATTEMPTS: List = List {
    name: "webhook-attempts",
    about: "Attempts to deliver events and what became of each",
    columns: &[
        text("id"),
        text("event"),
        text("kind"),
        text("endpoint"),
        count("status"),
        text("outcome"),
        text("recorded_at"),
    ],
    filters: &[
        filter(
            "event",
            FilterKind::Id,
            "a.event_id = {}",
            "Id of the event",
        ),
        filter(
            "endpoint",
            FilterKind::Id,
            "a.endpoint_id = {}",
            "Id of the endpoint",
        ),
    ],
    is_control: true,
    select: "
    SELECT a.id, a.event_id, v.kind, a.endpoint_id, a.status, a.outcome, a.recorded_at
    FROM webhook_attempt a
    JOIN webhook_event v ON v.entity_id = a.entity_id AND v.id = a.event_id
    WHERE a.entity_id = $1",
    key_column: "a.id",
    key: Key::Id(|text| text.parse::<AttemptId>().ok().map(|id| id.0)),
    read: |row| {
        Ok(vec![
            AttemptId(row.int(0)?).to_string().into(),
            EventId(row.int(1)?).to_string().into(),
            row.text(2)?.into(),
            EndpointId(row.int(3)?).to_string().into(),
            row.opt_int(4)?.map_or(Cell::Empty, Cell::Count),
            row.text(5)?.into(),
            row.at(6)?.to_string().into(),
        ])
    },
};
