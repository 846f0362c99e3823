//! Where each command stands in REST, or why it does not: a test fails for a command that has
//! neither, and for a row whose command or operation is gone.

use std::collections::BTreeSet;

use clap::CommandFactory;

use crate::Arguments;

/// Where else a command is to be found.
enum Face {
    /// Method and path below `/api/v1/`.
    Rest(&'static str, &'static str),
    /// Nowhere, because.
    Only(&'static str),
}

use Face::{Only, Rest};

const ASK: Face = Rest("post", "approvals");
const DECIDE: Face = Rest("post", "approvals/{id}/decision");
const DESK: Face = Rest("post", "bank-lines/{key}/{verb}");
const TAKE: Face = Rest("post", "imports/{what}");
const SHORT_PAY: Face = Rest("post", "short-pays/{key}/{verb}");
const HOOK: Face = Rest("post", "webhook-endpoints/{id}/{verb}");

const FACES: &[(&str, Face)] = &[
    ("approvals list", Rest("get", "approvals")),
    ("approvals show", Rest("get", "approvals/{id}")),
    ("approvals ask", ASK),
    ("approvals approve", DECIDE),
    ("approvals deny", DECIDE),
    ("approvals withdraw", DECIDE),
    ("approvals delegate", Rest("post", "delegations")),
    ("approvals delegations", Rest("get", "delegations")),
    (
        "approvals end-delegation",
        Rest("post", "delegations/{id}/end"),
    ),
    ("approvals remind", Rest("post", "approval-reminders")),
    ("audit list", Rest("get", "audit")),
    ("audit export", Rest("get", "audit-export")),
    ("audit sample", Rest("get", "audit-sample")),
    ("bank inspect", Rest("post", "bank-inspections")),
    ("export journal", Rest("get", "journal-export")),
    (
        "init",
        Only("founds a book: there is nobody yet who could hold a token of it"),
    ),
    ("cash apply", Rest("post", "cash-runs")),
    ("cash export", Rest("get", "cash-export")),
    ("cash lines", Rest("get", "cash-lines")),
    ("cash show", Rest("get", "bank-lines/{key}/evidence")),
    ("cash accept", DESK),
    ("cash park", DESK),
    ("cash move", DESK),
    ("cash undo", DESK),
    ("cash release", DESK),
    ("cash note", DESK),
    ("cash replay", Rest("post", "cash-replays")),
    ("remittance list", Rest("get", "remittances")),
    ("remittance show", Rest("get", "remittances/{key}")),
    ("import", TAKE),
    ("short-pay list", Rest("get", "short-pays")),
    ("short-pay show", Rest("get", "short-pays/{key}/events")),
    ("short-pay open", Rest("post", "short-pays")),
    ("short-pay defaults", Rest("post", "short-pay-defaults")),
    ("short-pay assign", SHORT_PAY),
    ("short-pay credit", SHORT_PAY),
    ("short-pay decide", SHORT_PAY),
    ("short-pay note", SHORT_PAY),
    ("short-pay put-off", SHORT_PAY),
    ("short-pay reason", SHORT_PAY),
    ("short-pay take-back", SHORT_PAY),
    ("short-pay write-off", SHORT_PAY),
    ("certificate add", Rest("post", "certificates")),
    ("certificate list", Rest("get", "certificates")),
    ("certificate show", Rest("get", "certificates/{key}/covers")),
    (
        "certificate cover",
        Rest("post", "certificates/{key}/{verb}"),
    ),
    (
        "certificate uncover",
        Rest("post", "certificates/{key}/{verb}"),
    ),
    (
        "certificate withdraw",
        Rest("post", "certificates/{key}/{verb}"),
    ),
    ("certificate ask", Rest("post", "certificate-askings")),
    (
        "certificate letter",
        Rest("get", "certificate-askings/{key}/letter"),
    ),
    (
        "certificate charge-back",
        Rest("post", "documents/{key}/charge-back"),
    ),
    ("certificate policy", Rest("post", "certificate-policy")),
    ("contact list", Rest("get", "parties/{key}/contacts")),
    ("contact add", Rest("post", "parties/{key}/contacts")),
    ("contact change", Rest("post", "contacts/{key}/{verb}")),
    ("contact end", Rest("post", "contacts/{key}/{verb}")),
    ("contact erase", Rest("post", "contacts/{key}/{verb}")),
    ("note list", Rest("get", "parties/{key}/notes")),
    ("note add", Rest("post", "parties/{key}/notes")),
    ("credit hold", Rest("post", "customers/{key}/hold")),
    ("credit policy", Rest("post", "credit-policy")),
    ("credit release", ASK),
    ("credit show", Rest("get", "customers/{key}/credit")),
    ("document issue", ASK),
    ("document show", Rest("get", "documents/{key}")),
    ("document reverse", ASK),
    ("item apply", Rest("post", "applications")),
    ("item unapply", Rest("post", "unapplications")),
    ("item net", Rest("post", "nettings")),
    (
        "keys list",
        Only("keys stand on the machine, apart from the book that REST shows"),
    ),
    (
        "keys make",
        Only("keys stand on the machine, apart from the book that REST shows"),
    ),
    (
        "keys rotate",
        Only("keys stand on the machine, apart from the book that REST shows"),
    ),
    ("receipt move", Rest("post", "receipts/{key}/move")),
    ("receipt return", Rest("post", "returns")),
    ("revalue", Rest("post", "revaluations")),
    ("people list", Rest("get", "people")),
    ("people add", Rest("post", "people")),
    ("people give", Rest("post", "people/{login}/roles")),
    (
        "people take",
        Rest("post", "people/{login}/roles/{role}/take"),
    ),
    (
        "people deactivate",
        Rest("post", "people/{login}/deactivate"),
    ),
    ("period check", Rest("get", "periods/{period}/checks")),
    ("period close", Rest("post", "periods/{period}/close")),
    ("period reopen", ASK),
    ("period list", Rest("get", "periods")),
    ("policy list", Rest("get", "approval-policies")),
    ("policy history", Rest("get", "approval-policy-versions")),
    ("policy set", Rest("post", "approval-policies")),
    ("policy class", Rest("post", "class-policies")),
    ("policy lift", Rest("post", "approval-policies")),
    ("report", Rest("get", "reports/{name}")),
    ("simulate", Only("writes made-up files; it knows no book")),
    ("demo", Only("makes a book of its own and serves it")),
    ("verify", Rest("get", "verification")),
    ("serve", Only("is what answers REST")),
    ("mcp", Only("the door of agents; over HTTP it is POST /mcp")),
    ("sign-in show", Rest("get", "sign-in-policy")),
    ("sign-in set", Rest("post", "sign-in-policy")),
    ("sign-in reset-code", Rest("post", "people/{login}/{verb}")),
    (
        "sign-in openid",
        Only("bears a secret; answers and requests of REST are kept"),
    ),
    (
        "sign-in link-openid",
        Rest("post", "people/{login}/openid-subject"),
    ),
    ("sign-in sign-out", Rest("post", "people/{login}/{verb}")),
    ("webhooks add", Rest("post", "webhook-endpoints")),
    ("webhooks list", Rest("get", "webhook-endpoints")),
    ("webhooks enable", HOOK),
    ("webhooks disable", HOOK),
    ("webhooks remove", HOOK),
    (
        "webhooks new-secret",
        Rest("post", "webhook-endpoints/{id}/secrets"),
    ),
    ("webhooks events", Rest("get", "webhook-events")),
    ("webhooks attempts", Rest("get", "webhook-attempts")),
    (
        "webhooks replay",
        Rest("post", "webhook-endpoints/{id}/replays"),
    ),
    (
        "webhooks deliver",
        Only("a server delivers by itself, once a second"),
    ),
];

/// The words of every command that does something. The kinds that one can ask for are fields of
/// one request in REST.
fn commands(command: &clap::Command, words: &str, all: &mut BTreeSet<String>) {
    let mut below = command.get_subcommands().peekable();
    if below.peek().is_none() || words == "approvals ask" {
        all.insert(words.to_owned());
        return;
    }
    for one in below {
        let words = format!("{words} {}", one.get_name());
        commands(one, words.trim(), all);
    }
}

#[test]
fn every_command_stands_in_rest_or_says_why_not() {
    let mut all = BTreeSet::new();
    commands(&Arguments::command(), "", &mut all);
    let known: BTreeSet<String> = FACES.iter().map(|(words, _)| (*words).to_owned()).collect();
    let missing: Vec<_> = all.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "name their REST operation or a reason: {missing:?}"
    );
    let gone: Vec<_> = known.difference(&all).collect();
    assert!(gone.is_empty(), "no such commands: {gone:?}");
    assert_eq!(known.len(), FACES.len(), "each once");
    let described = web::openapi();
    for (words, face) in FACES {
        match face {
            Rest(method, path) => {
                let operation = &described["paths"][format!("/api/v1/{path}")][*method];
                assert!(operation.is_object(), "{words}: no {method} {path}");
            }
            Only(reason) => assert!(!reason.is_empty(), "{words}"),
        }
    }
}
