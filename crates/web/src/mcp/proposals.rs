//! What agents may propose: requests for approval with reason, evidence and journal effect.

use std::fmt;

use books::approvals::{self, Asked, Request, Wish};
use books::{Context, Outcome};
use domain::ids::RequestId;
use domain::money::{Currency, Money};
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

use crate::mcp::Desk;
use crate::mcp::tools::money;
use crate::rest::described::{
    CREDIT_ON, CREDIT_TAX, INSTEAD_OF, LINE_ON_ACCOUNT, LINE_PART, SHORT_PAY_OWNER,
    SHORT_PAY_REASON, SHORT_PAY_VERDICT,
};
use crate::rest::shape::Holds::{Date, Money as Sum, Several, Text, Texts};
use crate::rest::shape::{Field, may, must};

/// A tool that proposes.
pub(super) struct Proposal {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) takes: &'static [Field],
    /// The kind of wish; empty for what withdraws one.
    kind: &'static str,
}

const REASON: Field = must("reason", Text, "Why, for the person who decides");
const EVIDENCE: Field = must(
    "evidence",
    Texts,
    "What it rests on: ids, references, figures, each in a sentence",
);
const KEY: Field = must(
    "key",
    Text,
    "New for each proposal, the same when it is sent again; it is taken once",
);

pub(super) const PROPOSALS: &[Proposal] = &[
    Proposal {
        name: "propose_applying_bank_line",
        about: "Propose to apply a bank line that waits to documents; a person decides",
        kind: "apply_line",
        takes: &[
            must("line", Text, "line_… or line_….unit"),
            may("parts", Several(LINE_PART), "What it pays, in this order"),
            may(
                "on_account",
                Several(LINE_ON_ACCOUNT),
                "What of it stays with parties",
            ),
            REASON,
            EVIDENCE,
            KEY,
        ],
    },
    Proposal {
        name: "propose_credit_memo",
        about: "Propose a credit memo that lowers what a customer owes; a person decides",
        kind: "credit_memo",
        takes: &[
            must("party", Text, "Code of the customer"),
            must("amount", Sum, ""),
            must("on", Date, "The day it counts"),
            REASON,
            EVIDENCE,
            KEY,
        ],
    },
    Proposal {
        name: "propose_write_off",
        about: "Propose to give up what is open on an item, or a part of it; a person decides",
        kind: "write_off",
        takes: &[
            must("item", Text, "itm_…"),
            may("amount", Sum, "All that is open where not named"),
            must("on", Date, "The day it counts"),
            REASON,
            EVIDENCE,
            KEY,
        ],
    },
    Proposal {
        name: "propose_refund",
        about: "Propose to pay a customer's credit out; a person decides",
        kind: "refund",
        takes: &[
            must("item", Text, "itm_… of the credit"),
            may("amount", Sum, "All that is open where not named"),
            must("bank_account", Text, "Code of our bank account"),
            must("on", Date, "The day it counts"),
            REASON,
            EVIDENCE,
            KEY,
        ],
    },
    Proposal {
        name: "propose_short_pay",
        about: "Propose what becomes of a short-pay: its reason, its owner, who is right, and the \
                credit memo for what is justified; a person decides",
        kind: "short_pay",
        takes: &[
            must("short_pay", Text, "Number or id"),
            SHORT_PAY_REASON,
            SHORT_PAY_OWNER,
            SHORT_PAY_VERDICT,
            INSTEAD_OF,
            CREDIT_ON,
            CREDIT_TAX,
            REASON,
            EVIDENCE,
            KEY,
        ],
    },
    Proposal {
        name: "withdraw_proposal",
        about: "Withdraw a proposal of one's own that still waits",
        kind: "",
        takes: &[must("id", Text, "req_…"), REASON, KEY],
    },
];

/// An argument that does not suit its tool.
#[derive(Debug)]
pub(super) struct NotAnArgument {
    name: String,
    why: String,
}

impl NotAnArgument {
    pub(super) fn of(name: &str, why: &str) -> NotAnArgument {
        NotAnArgument {
            name: name.to_owned(),
            why: why.to_owned(),
        }
    }
}

impl fmt::Display for NotAnArgument {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`: {}.", self.name, self.why)
    }
}

impl Refusal for NotAnArgument {
    fn code(&self) -> &'static str {
        "not_an_argument"
    }

    fn hint(&self) -> Option<String> {
        Some("the input schema of the tool shows what it takes".into())
    }
}

fn text<'a>(arguments: &'a Json, name: &str) -> Outcome<&'a str> {
    let text = arguments.get(name).and_then(Json::as_str).map(str::trim);
    let text = text.filter(|text| !text.is_empty() && !text.contains('\0'));
    Ok(text.ok_or_else(|| NotAnArgument::of(name, "a text is wanted"))?)
}

/// The reason with its evidence, as the person reads it who decides.
fn reason_of(proposal: &Proposal, arguments: &Json) -> Outcome<String> {
    let mut reason = text(arguments, "reason")?.to_owned();
    let takes = proposal.takes.iter().any(|field| field.name == "evidence");
    if !takes {
        return Ok(reason);
    }
    let lines = arguments.get("evidence").and_then(Json::as_array);
    let lines: Vec<&str> = lines
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.contains('\0'))
        .collect();
    if lines.is_empty() {
        return Err(NotAnArgument::of("evidence", "at least one sentence is wanted").into());
    }
    reason.push_str(" Evidence: ");
    reason.push_str(&lines.join("; "));
    Ok(reason)
}

/// Makes the proposal, once by its key.
pub(super) fn call(desk: &Desk<'_>, proposal: &Proposal, arguments: &Json) -> Outcome<Json> {
    let unknown = arguments.as_object().and_then(|fields| {
        let is_known = |name: &String| proposal.takes.iter().any(|field| field.name == name);
        fields.keys().find(|name| !is_known(name))
    });
    if let Some(name) = unknown {
        return Err(NotAnArgument::of(name, "the tool takes no such thing").into());
    }
    let key = text(arguments, "key")?;
    let reason = reason_of(proposal, arguments)?;
    let wish = match proposal.kind {
        "" => None,
        kind => {
            let wish = Wish::parse(kind, arguments);
            Some(wish.ok_or_else(|| NotAnArgument::of("arguments", "they do not fit the tool"))?)
        }
    };
    let withdrawn = match wish {
        Some(_) => None,
        None => {
            let id = text(arguments, "id")?.parse::<RequestId>();
            Some(id.map_err(|_| NotAnArgument::of("id", "an id like req_… is wanted"))?)
        }
    };
    let context = Context {
        reason: reason.clone(),
        ..desk.context.clone()
    };
    let content = format!("{} {arguments}", proposal.name);
    let now = desk.context.now;
    desk.db.write(&context, desk.entity.as_deref(), |work| {
        books::requests::once(work, key, &content, |work| {
            if let Some(id) = withdrawn {
                approvals::decide(work, id, approvals::Verdict::Withdraw, &reason)?;
                return Ok(json!({ "state": "withdrawn", "id": id.to_string() }));
            }
            let Some(wish) = &wish else {
                return Ok(json!({}));
            };
            match approvals::ask(work, wish, &reason)? {
                Asked::Done(outcome) => Ok(json!({ "state": "done", "outcome": outcome })),
                Asked::Waits(id) => {
                    let functional = work.functional();
                    let request = approvals::request(work, id)?;
                    Ok(shown(&request, functional, now))
                }
            }
        })
    })
}

/// A request as agents see it.
pub(super) fn shown(request: &Request, functional: Currency, now: Timestamp) -> Json {
    json!({
        "id": request.id.to_string(), "kind": request.kind, "subject": request.subject,
        "state": request.state(now), "maker": request.maker, "reason": request.reason,
        "amount": money(Money::new(request.amount, functional)), "effect": request.effect,
        "needed": request.needed, "expires_at": request.expires_at.to_string(),
    })
}
