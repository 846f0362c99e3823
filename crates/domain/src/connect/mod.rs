//! Connect: what other programs are told of, where to, and when a delivery is tried again.
//!
//! Pure rules of outgoing webhooks as Standard Webhooks 1.0 describes them. Nothing here sends.

mod url;

pub use url::{Reach, UrlRefusal, check_url, is_public};

use jiff::{SignedDuration, Timestamp};

/// Something that happens in the books and that programs can be told of.
#[derive(PartialEq, Eq, Debug)]
pub struct EventKind {
    /// The `type` of the message: `document.issued`.
    pub code: &'static str,
    /// What happened, in a sentence.
    pub about: &'static str,
}

/// Stands for every kind of event, those that come later included.
pub const EVERYTHING: &str = "*";

/// Every kind of event.
pub const EVENTS: &[EventKind] = &[
    kind(
        "document.issued",
        "A document was issued, or one of a vendor was entered.",
    ),
    kind("document.reversed", "A document took an earlier one back."),
    kind("cash.applied", "One open item settled another."),
    kind("cash.unapplied", "An application was taken back."),
    kind(
        "cash_run.finished",
        "A cash application run was committed, with its counts.",
    ),
    kind("approval.requested", "Somebody asked for an approval."),
    kind(
        "approval.decided",
        "Somebody approved, denied or withdrew a request.",
    ),
    kind("import.finished", "A file was taken in, with its counts."),
    kind(
        "period.closed",
        "A period was closed: nothing is posted into it any more.",
    ),
    kind("period.reopened", "A closed period was opened again."),
];

const fn kind(code: &'static str, about: &'static str) -> EventKind {
    EventKind { code, about }
}

/// The kind of a code.
pub fn event(code: &str) -> Option<&'static EventKind> {
    EVENTS.iter().find(|kind| kind.code == code)
}

/// Seconds to wait after the first, second, … attempt that failed: three days in all.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 64_800, 86_400];

/// An endpoint that answered nothing well for so long is switched off.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);

/// How long to wait after an attempt that failed, the first being 1; nothing when it was the last.
/// Up to a fifth more by `seed`, so that not all come back at one moment.
pub fn wait_after(attempt: i64, seed: i64) -> Option<SignedDuration> {
    let place = usize::try_from(attempt.max(1) - 1).ok()?;
    let wait = *WAITS.get(place)?;
    let spread = (wait / 5).max(1);
    // A step of a linear congruential generator spreads neighbouring ids over the span.
    let mixed = seed
        .wrapping_add(attempt)
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    let more = (mixed >> 33).rem_euclid(spread);
    Some(SignedDuration::from_secs(wait + more))
}

/// The longest that a receiver's `Retry-After` is heeded; more would lose events for one bad header.
pub const LONGEST_REST: SignedDuration = SignedDuration::from_hours(24);

/// How long a receiver asks to be left alone: seconds or a date (RFC 9110, 10.2.3), a day at most.
/// What cannot be read, and what is over already, asks for nothing.
pub fn rest_asked(text: &str, now: Timestamp) -> Option<SignedDuration> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let rest = if is_number {
        let seconds = text.parse().unwrap_or(i64::MAX);
        SignedDuration::from_secs(seconds)
    } else {
        let until = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text);
        until.ok()?.duration_since(now)
    };
    (SignedDuration::ZERO < rest).then(|| rest.min(LONGEST_REST))
}

/// What an answer means for the delivery and its endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Taken: any status from 200 to 299.
    Taken,
    /// The receiver wants no more: 410.
    Gone,
    /// Anything else, a redirect included, and no answer at all.
    Failed,
}

/// What a status means; nothing stands for no answer.
pub fn meaning(status: Option<u16>) -> Answer {
    match status {
        Some(200..=299) => Answer::Taken,
        Some(410) => Answer::Gone,
        Some(_) | None => Answer::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_spread_and_end() {
        let mut last = SignedDuration::ZERO;
        for (place, wait) in WAITS.iter().enumerate() {
            let attempt = place as i64 + 1;
            let found: Vec<i64> = (0..50)
                .filter_map(|seed| wait_after(attempt, seed << 10))
                .map(|wait| wait.as_secs())
                .collect();
            assert_eq!(found.len(), 50);
            assert!(
                found
                    .iter()
                    .all(|secs| (*wait..=wait + wait / 5 + 1).contains(secs)),
                "{found:?}"
            );
            let spread = found.iter().max() > found.iter().min();
            assert!(spread || attempt == 1, "{found:?}");
            let now = SignedDuration::from_secs(*wait);
            assert!(last < now);
            last = now;
        }
        assert_eq!(wait_after(10, 7), None);
        assert_eq!(wait_after(1, 7), wait_after(1, 7), "the same each time");
    }

    #[test]
    fn receivers_ask_for_rest_in_seconds_or_until_a_date() {
        let now: Timestamp = "2025-03-31T12:00:00Z".parse().expect("an instant");
        let cases = [
            ("120", Some(120)),
            (" 5 ", Some(5)),
            ("0", None),
            ("86401", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("Mon, 31 Mar 2025 12:01:00 GMT", Some(60)),
            ("Mon, 31 Mar 2025 11:59:00 GMT", None),
            ("Tue, 31 Mar 2026 12:00:00 GMT", Some(86_400)),
            ("-3", None),
            ("soon", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let found = rest_asked(text, now).map(|rest| rest.as_secs());
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn answers_mean_what_the_standard_says() {
        let cases = [
            (Some(200), Answer::Taken),
            (Some(204), Answer::Taken),
            (Some(301), Answer::Failed),
            (Some(404), Answer::Failed),
            (Some(410), Answer::Gone),
            (Some(500), Answer::Failed),
            (None, Answer::Failed),
        ];
        for (status, expected) in cases {
            assert_eq!(meaning(status), expected, "{status:?}");
        }
    }
}
