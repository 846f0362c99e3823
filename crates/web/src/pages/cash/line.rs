//! One line at the desk: what the bank said, what was decided and why, and what can be done.

use books::approvals::Request;
use domain::money::Money;
use maud::{Markup, html};
use serde_json::Value as Json;

use super::dividing::{self, Tested, Typed};
use super::{notes, percent};
use crate::html::{Ahead, csrf, encoded, moment, sentence, told_amount, words};
use crate::pages::remittances::REMITTANCES;
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
    /// Whether whoever looks may write notes.
    pub(super) may_note: bool,
    /// The mark of the session.
    pub(super) mark: &'a str,
    /// What was asked for and not done: the verb, what was typed, and why.
    pub(super) tried: Option<&'a Tried>,
    /// What is open of whoever may have paid: `PARTY/NUMBER`, how much, since when.
    pub(super) open: &'a [(String, Money, String)],
    /// What waits for approval about the line.
    pub(super) waiting: &'a [Request],
}

/// Something that a person asked for in vain, or only looked at.
pub(super) struct Tried {
    /// What was asked for.
    pub(super) verb: String,
    /// How the line was divided.
    pub(super) typed: Typed,
    /// The party as typed.
    pub(super) party: String,
    /// The note as typed.
    pub(super) note: String,
    /// Why it is not done; nothing where it would be.
    pub(super) told: Option<Told>,
    /// What it would do.
    pub(super) tested: Option<Tested>,
    /// What it would post, where it is no division.
    pub(super) ahead: Option<Ahead>,
}

pub(super) fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

pub(super) fn list<'a>(value: &'a Json, name: &str) -> &'a [Json] {
    let found = value.get(name).and_then(Json::as_array);
    found.map(Vec::as_slice).unwrap_or_default()
}

/// What can be undone.
const UNDONE: [&str; 5] = [
    "applied",
    "applied_by_hand",
    "on_account",
    "unapplied",
    "not_customer_cash",
];

/// Everything about the line.
pub(super) fn detail(shown: &Shown<'_>) -> Markup {
    let line = shown.facts.get("line").unwrap_or(&Json::Null);
    let decisions = list(shown.facts, "decisions");
    let latest = decisions.first();
    let outcome = latest
        .map(|latest| text(latest, "outcome"))
        .unwrap_or_default();
    let is_open = ["", "proposed", "waiting", "held", "on_account", "unapplied"].contains(&outcome);
    let has_proposals = latest.is_some_and(|latest| !list(latest, "alternatives").is_empty());
    let is_told = |verb: &str| match verb {
        "accept" => is_open && shown.may_work && has_proposals,
        "park" | "move" | "apply" | "check" => is_open && shown.may_work,
        "note" => shown.may_note,
        "undo" => shown.may_work && UNDONE.contains(&outcome),
        _ => false,
    };
    // No form of the line as it is now tells it.
    let beyond = shown.tried.filter(|tried| !is_told(&tried.verb));
    html! {
        @if let Some(tried) = beyond { (why_not(tried)) }
        div.card { (facts_of(line)) }
        @if let Some(latest) = latest {
            h2 { (words(outcome)) @if !text(latest, "party").is_empty() {
                ": " a href=(format!("/parties/{}", encoded(text(latest, "party")))) { (text(latest, "party")) }
                " " (text(latest, "party_name"))
            } }
            p { (text(latest, "reason")) }
            @if let Some(advice) = latest.get("advice") {
                p { "Remittance advice: " a href=(format!("{REMITTANCES}/{}", text(advice, "id"))) {
                    (text(advice, "file"))
                } }
            }
            (proposals(shown, latest, is_open))
            @if let Some(about) = latest.get("evidence").and_then(|found| found.get("line")) { (evidence(about)) }
        } @else { h2 { "Not decided yet" } p { "Apply cash, or decide here." } }
        @if shown.may_work { (actions(shown, latest, outcome, is_open)) }
        (notes::notes(shown, latest.map(|latest| text(latest, "party")).unwrap_or_default()))
        @if 1 < decisions.len() {
            h2 { "Earlier decisions" }
            ul { @for decision in decisions.iter().skip(1) {
                li { (moment(text(decision, "decided_at")))
                    ", " (text(decision, "decided_by")) ": "
                    (words(text(decision, "outcome"))) ". " (text(decision, "reason")) }
            } }
        }
    }
}

fn facts_of(line: &Json) -> Markup {
    let money = line.get("amount");
    let amount = money.map(|money| format!("{} {}", told_amount(money), text(money, "currency")));
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
        ("From", text(line, "statement").to_owned()),
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
                        @if 0 < sure { small { "Confidence " (percent(sure)) } }
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
        td { @if !number.is_empty() {
            a href=(format!("/search?q={}", encoded(number))) { (number) }
        } }
        td { (words(text(row, "kind"))) }
        td.number { @if let Some(money) = row.get("amount") {
            (told_amount(money)) " " small { (text(money, "currency")) }
        } }
    } }
}

/// What a form of the line would post, where that was asked.
fn ahead<'a>(shown: &Shown<'a>, verb: &str) -> Option<&'a Ahead> {
    let tried = shown.tried.filter(|tried| tried.verb == verb);
    tried.and_then(|tried| tried.ahead.as_ref())
}

pub(super) fn refused<'a>(shown: &Shown<'a>, verb: &str) -> Option<&'a Tried> {
    let tried = shown.tried.filter(|tried| tried.verb == verb);
    tried.filter(|tried| tried.told.is_some())
}

pub(super) fn why_not(tried: &Tried) -> Markup {
    html! { @if let Some(told) = &tried.told { p.error role="alert" {
        (told.message)
        @if let Some(hint) = &told.hint { " " (sentence(hint)) "." }
    } } }
}

/// How money is given to a party.
struct Giving {
    verb: &'static str,
    label: &'static str,
    deed: &'static str,
    key: &'static str,
}

/// It stays with the party by decision.
const PARK: Giving = Giving {
    verb: "park",
    label: "On account of",
    deed: "Park",
    key: "p",
};

/// It belongs to the party; what it pays is still to be found.
const MOVE: Giving = Giving {
    verb: "move",
    label: "Belongs to",
    deed: "Move",
    key: "m",
};

/// The form that gives the money of the line to a party: `party` where nothing else was typed.
fn give(shown: &Shown<'_>, giving: &Giving, party: &str) -> Markup {
    let Giving { verb, key, .. } = giving;
    let tried = shown.tried.filter(|tried| tried.verb == *verb);
    let refused = refused(shown, verb);
    let ahead = ahead(shown, verb);
    html! {
        form.inline method="post" action=(format!("/cash/{}/{verb}", encoded(shown.name))) {
            (csrf(shown.mark))
            input type="hidden" name="next" value=(shown.next);
            label.field { span { (giving.label) }
                input name="party" value=(tried.map_or(party, |tried| &tried.party)) required
                    size="12" aria-invalid=[refused.map(|_| "true")] autofocus[refused.is_some()];
            }
            @if let Some(ahead) = ahead { (ahead.shown()) }
            button data-key=(key) autofocus[ahead.is_some()] { (giving.deed) " " kbd { (key) } }
            button.quiet name="act" value="check" { "Look at the entry" }
        }
        @if let Some(refused) = refused { (why_not(refused)) }
    }
}

fn actions(shown: &Shown<'_>, latest: Option<&Json>, outcome: &str, is_open: bool) -> Markup {
    let party = latest.map(|latest| text(latest, "party"));
    let party = party.unwrap_or_default();
    // What is with a party already goes to another.
    let other = if ["on_account", "unapplied"].contains(&outcome) {
        ""
    } else {
        party
    };
    let to = |verb: &str| format!("/cash/{}/{verb}", encoded(shown.name));
    html! {
        @if is_open {
            (dividing::form(shown, latest, &to("apply")))
            (give(shown, &PARK, party))
            (give(shown, &MOVE, other))
        }
        @if outcome == "held" {
            form method="post" action=(to("release")) {
                (csrf(shown.mark)) input type="hidden" name="next" value=(shown.next);
                button data-key="l" { "Let the next run decide " kbd { "l" } }
            }
        }
        @if UNDONE.contains(&outcome) {
            form method="post" action=(to("undo")) {
                (csrf(shown.mark))
                @match ahead(shown, "undo") {
                    None => button data-key="u" { "Undo " kbd { "u" } },
                    Some(ahead) => {
                        (ahead.shown())
                        button.main name="act" value="do" autofocus { "Undo" }
                    }
                }
            }
            @if let Some(refused) = refused(shown, "undo") { (why_not(refused)) }
        }
    }
}
