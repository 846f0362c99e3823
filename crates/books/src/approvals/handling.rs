//! How parties are treated, as a wish: their class, and the rate by which they withhold tax.

use domain::access::{Area, Verb};
use serde_json::{Value as Json, json};

use crate::access;
use crate::approvals::plan::{Act, Plan};
use crate::approvals::policy::Rule;
use crate::approvals::{Wish, put_before, rule_of};
use crate::failure::Outcome;
use crate::parties::{self, Checked, HandlingChange, NewRate};
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

/// What each change would do.
pub(super) fn plans(
    work: &mut Work<'_>,
    changes: &[parties::Change],
    reason: &str,
) -> Outcome<Vec<Plan>> {
    let checked = parties::works_out(work, changes)?.into_iter();
    let plan = |checked: Checked| Plan {
        subject: checked.code().to_owned(),
        effect: json!([checked.shown()]),
        amount: 1,
        act: Act::Handling {
            checked: Box::new(checked),
            reason: reason.to_owned(),
        },
    };
    Ok(checked.map(plan).collect())
}

/// Asks for rates of tax withheld that wait for others, a request for each; answers how many.
pub(crate) fn ask_for_rates(
    work: &mut Work<'_>,
    rates: Vec<NewRate>,
    reason: &str,
) -> Outcome<usize> {
    let changes = rates.into_iter().map(|rate| {
        let change = HandlingChange::from_day(Some(rate.percent), rate.from);
        (rate.code, change)
    });
    let changes: Vec<parties::Change> = changes.collect();
    let permission = (Area::Credit, Verb::Do);
    access::demand_to_ask(work, permission.0, permission.1, None)?;
    work.gate()?;
    let plans = plans(work, &changes, reason)?;
    let amount = plans.iter().map(Plan::whole).max().unwrap_or_default();
    access::demand_to_ask(work, permission.0, permission.1, Some(amount))?;
    // Each names its customer; nothing is looked up.
    let mut whose = Vec::with_capacity(plans.len());
    for plan in &plans {
        whose.push(plan.parties(work)?);
    }
    let all = whose.iter().flatten().copied().collect();
    access::demand_within(work, permission, |_| Ok(all))?;
    let rule = rule_of(work, Area::Credit, amount)?;
    let rule = rule.unwrap_or_else(|| Rule::of_others(Area::Credit));
    let wishes: Vec<Wish> = changes
        .into_iter()
        .map(|(party, change)| Wish::Handling { party, change })
        .collect();
    let planned = plans.into_iter().zip(&wishes).zip(whose);
    let planned = planned.map(|((plan, wish), parties)| (plan, wish, parties));
    Ok(put_before(work, (&rule, reason), planned.collect())?.len())
}
