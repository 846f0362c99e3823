//! How parties are treated, as a wish: their class, and the rate by which they withhold tax.

use serde_json::{Value as Json, json};

use crate::approvals::Wish;
use crate::approvals::plan::{Act, Plan};
use crate::failure::Outcome;
use crate::parties::{self, HandlingChange};
use crate::work::Work;

/// The word under which it is kept.
pub(super) fn kind(change: &HandlingChange) -> &'static str {
    match change {
        HandlingChange::Class(_) => "party_class",
        HandlingChange::Withholding { .. } => "withholding_rate",
    }
}

/// As it is kept.
pub(super) fn to_json(party: &str, change: &HandlingChange) -> Json {
    match change {
        HandlingChange::Class(class) => json!({ "party": party, "class": class }),
        HandlingChange::Withholding { percent, from } => json!({
            "party": party, "percent": percent.map(|rate| rate.to_string()),
            "from": from.to_string(),
        }),
    }
}

/// What was kept, or what a program sent.
pub(super) fn read(kind: &str, content: &Json) -> Option<Wish> {
    let text = |name: &str| content.get(name).and_then(Json::as_str).map(str::trim);
    let party = text("party")?.to_owned();
    let change = if kind == "party_class" {
        HandlingChange::Class(text("class")?.to_owned())
    } else {
        HandlingChange::Withholding {
            percent: match content.get("percent") {
                None | Some(Json::Null) => None,
                Some(percent) => match percent.as_str()?.trim() {
                    "" => None,
                    text => Some(text.parse().ok()?),
                },
            },
            from: text("from")?.parse().ok()?,
        }
    };
    Some(Wish::Handling { party, change })
}

/// What it would change.
pub(super) fn plan(
    work: &mut Work<'_>,
    party: &str,
    change: &HandlingChange,
    reason: &str,
) -> Outcome<Plan> {
    let checked = parties::works_out(work, party, change)?;
    Ok(Plan {
        subject: party.to_owned(),
        effect: json!([checked.shown()]),
        amount: 1,
        act: Act::Handling {
            checked: Box::new(checked),
            reason: reason.to_owned(),
        },
    })
}
