//! One line at the desk: what the bank said, what was decided and why, and what can be done.

use maud::{Markup, html};
use serde_json::Value as Json;

use super::percent;
use crate::html::{csrf, encoded, words};
use crate::problem::Told;

/// A line as it is shown.
pub(super) struct Shown<'a> {
    /// Its name in paths.
    pub(super) name: &'a str,
    /// Its facts and decisions.
    pub(super) facts: &'a Json,
    /// The line to go on with.
    pub(super) next: &'a str,
    /// Whether whoever looks may decide.
    pub(super) may_work: bool,
    /// The mark of the session.
    pub(super) mark: &'a str,
    /// What was asked for and refused: the verb, what was typed, and why.
    pub(super) refused: Option<&'a Refused>,
}

/// Something that a person asked for in vain.
pub(super) struct Refused {
    /// What was asked for.
    pub(super) verb: String,
    /// Documents and amounts as typed.
    pub(super) parts: Vec<(String, String)>,
    /// The party as typed.
    pub(super) party: String,
    /// Why not.
    pub(super) told: Told,
}

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Json, name: &str) -> &'a [Json] {
    let found = value.get(name).and_then(Json::as_array);
    found.map(Vec::as_slice).unwrap_or_default()
}

/// Everything about the line.
pub(super) fn detail(shown: &Shown<'_>) -> Markup {
    let line = shown.facts.get("line").unwrap_or(&Json::Null);
    let decisions = list(shown.facts, "decisions");
    let latest = decisions.first();
    let outcome = latest
        .map(|latest| text(latest, "outcome"))
        .unwrap_or_default();
    let is_open = ["", "proposed", "waiting", "held", "on_account", "unapplied"].contains(&outcome);
    html! {
        div.card { (facts_of(line)) }
        @if let Some(latest) = latest {
            h2 { (words(outcome)) @if !text(latest, "party").is_empty() {
                ": " a href=(format!("/parties/{}", encoded(text(latest, "party")))) { (text(latest, "party")) }
            } }
            p { (text(latest, "reason")) }
            (proposals(shown, latest, is_open))
            @if let Some(about) = latest.get("evidence").and_then(|found| found.get("line")) { (evidence(about)) }
        } @else { h2 { "Not decided yet" } p { "Let cash be applied, or decide here." } }
        @if shown.may_work { (actions(shown, latest, outcome, is_open)) }
        @if 1 < decisions.len() {
            h2 { "Before" }
            ul { @for decision in decisions.iter().skip(1) {
                li { (text(decision, "decided_at").get(..16).unwrap_or_default().replace('T', " "))
                    ", " (text(decision, "decided_by")) ": "
                    (words(text(decision, "outcome"))) ". " (text(decision, "reason")) }
            } }
        }
    }
}

fn facts_of(line: &Json) -> Markup {
    let money = line.get("amount");
    let amount =
        money.map(|money| format!("{} {}", text(money, "amount"), text(money, "currency")));
    let payer = line.get("payer").unwrap_or(&Json::Null);
    let facts = [
        ("Amount", amount.unwrap_or_default()),
        ("Booked on", text(line, "booked_on").to_owned()),
        ("Payer", text(payer, "name").to_owned()),
        ("For", text(payer, "ultimate").to_owned()),
        ("Payer's account", text(payer, "account").to_owned()),
        ("Text", text(line, "remittance").to_owned()),
        ("End to end", text(line, "end_to_end").to_owned()),
        ("Our account", text(line, "account").to_owned()),
        ("Bank's reference", text(line, "reference").to_owned()),
    ];
    html! { dl.facts {
        @for (name, value) in facts { @if !value.is_empty() { dt { (name) } dd { (value) } } }
    } }
}

fn evidence(facts: &Json) -> Markup {
    let facts = facts.as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if !facts.is_empty() {
            ul { @for fact in facts {
                li class=(format!("evidence-{}", text(fact, "weight"))) { (text(fact, "text")) }
            } }
        }
    }
}

fn proposals(shown: &Shown<'_>, decision: &Json, is_open: bool) -> Markup {
    let why = |place: usize| {
        let evidence = decision.get("evidence")?.get("alternatives")?;
        evidence.get(place)
    };
    html! {
        @for (place, rows) in list(decision, "alternatives").iter().enumerate() {
            @let rank = place + 1;
            @let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
            div.proposal {
                div.scroll { table { tbody { @for row in rows { (proposed(row)) } } } }
                @if let Some(why) = why(place) { (evidence(why)) }
                div.act {
                    @if shown.may_work && is_open {
                        form method="post" action=(format!("/cash/{}/accept", encoded(shown.name))) {
                            (csrf(shown.mark))
                            input type="hidden" name="next" value=(shown.next);
                            input type="hidden" name="rank" value=(rank);
                            button.main data-key=(rank) { "Accept " kbd { (rank) } }
                        }
                    }
                    @if let Some(sure) = rows.first().and_then(|row| row.get("confidence")?.as_i64()) {
                        @if 0 < sure { small { "Sure to " (percent(sure)) } }
                    }
                }
                @if let Some(refused) = refused(shown, "accept") { @if rank == 1 { (why_not(refused)) } }
            }
        }
    }
}

fn proposed(row: &Json) -> Markup {
    let number = text(row, "document_number");
    html! { tr {
        td { (text(row, "customer_id")) }
        td { a href=(format!("/search?q={}", encoded(number))) { (number) } }
        td { (words(text(row, "kind"))) }
        td.number { @if let Some(money) = row.get("amount") {
            (text(money, "amount")) " " small { (text(money, "currency")) }
        } }
    } }
}

fn refused<'a>(shown: &Shown<'a>, verb: &str) -> Option<&'a Refused> {
    shown.refused.filter(|refused| refused.verb == verb)
}

fn why_not(refused: &Refused) -> Markup {
    html! { p.error role="alert" {
        (refused.told.message)
        @if let Some(hint) = &refused.told.hint { " " (words(hint)) "." }
    } }
}

/// Documents and amounts to begin with: as typed, else as proposed first.
fn parts(shown: &Shown<'_>, latest: Option<&Json>) -> Vec<(String, String)> {
    if let Some(refused) = refused(shown, "apply") {
        return refused.parts.clone();
    }
    let best = latest.and_then(|latest| list(latest, "alternatives").first());
    let rows = best
        .and_then(Json::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let rows = rows
        .iter()
        .filter(|row| !text(row, "document_number").is_empty());
    rows.map(|row| {
        let amount = row.get("amount").map(|money| text(money, "amount"));
        let document = format!(
            "{}/{}",
            text(row, "customer_id"),
            text(row, "document_number")
        );
        (document, amount.unwrap_or_default().to_owned())
    })
    .collect()
}

fn actions(shown: &Shown<'_>, latest: Option<&Json>, outcome: &str, is_open: bool) -> Markup {
    let party = match refused(shown, "park") {
        Some(refused) => refused.party.as_str(),
        None => latest
            .map(|latest| text(latest, "party"))
            .unwrap_or_default(),
    };
    let to = |verb: &str| format!("/cash/{}/{verb}", encoded(shown.name));
    let undone = [
        "applied",
        "applied_by_hand",
        "on_account",
        "unapplied",
        "not_customer_cash",
    ];
    html! {
        @if is_open {
            (divide(shown, latest, &to("apply")))
            form.inline method="post" action=(to("park")) {
                (csrf(shown.mark))
                input type="hidden" name="next" value=(shown.next);
                label.field { span { "On account of" }
                    input name="party" value=(party) required size="12"
                        aria-invalid=[refused(shown, "park").map(|_| "true")];
                }
                button data-key="p" { "Park " kbd { "p" } }
            }
            @if let Some(refused) = refused(shown, "park") { (why_not(refused)) }
        }
        @if outcome == "held" {
            form method="post" action=(to("release")) {
                (csrf(shown.mark)) input type="hidden" name="next" value=(shown.next);
                button data-key="l" { "Let the next run decide " kbd { "l" } }
            }
        }
        @if undone.contains(&outcome) {
            form method="post" action=(to("undo")) {
                (csrf(shown.mark)) button data-key="u" { "Take back " kbd { "u" } }
            }
            @if let Some(refused) = refused(shown, "undo") { (why_not(refused)) }
        }
    }
}

/// The form that divides a line among documents, begun with what is proposed.
fn divide(shown: &Shown<'_>, latest: Option<&Json>, to: &str) -> Markup {
    let mut parts = parts(shown, latest);
    let wrong = refused(shown, "apply");
    let rows = (parts.len() + 1).clamp(2, 200);
    parts.resize(rows, (String::new(), String::new()));
    html! {
        h2 { "Change or divide" }
        form method="post" action=(to) {
            (csrf(shown.mark))
            input type="hidden" name="next" value=(shown.next);
            table.plain.parts {
                thead { tr { th { "Document" } th.number { "Amount, all when empty" } } }
                tbody { @for (place, (document, amount)) in parts.iter().enumerate() { tr {
                    td { input name="document" value=(document) size="22"
                        aria-label=(format!("Document {}", place + 1))
                        required[place == 0]
                        aria-invalid=[wrong.map(|_| "true")]
                        data-key=[(place == 0).then_some("a")]; }
                    td.number { input.number name="amount" value=(amount) size="12" inputmode="decimal"
                        aria-label=(format!("Amount {}", place + 1)); }
                } } }
            }
            @if let Some(refused) = wrong { (why_not(refused)) }
            p { button { "Apply" } " " kbd { "a" } " to the first document, " kbd { "Enter" } " applies" }
        }
    }
}
