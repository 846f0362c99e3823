//! What a form would do, shown before the button that does it.

use books::access;
use books::approvals::Preview;
use books::ledger::Foreseen;
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::html::Form;
use crate::pages::approvals::effect;
use crate::session::{Posted, Signed};

/// What is only sent along and says nothing about what is wanted.
const UNSAID: [&str; 3] = ["csrf", "act", "seen"];

/// What would be posted, and the proof that just this was shown.
pub(crate) struct Ahead {
    effect: Json,
    waits: bool,
    seen: String,
}

/// A form as it was sent, and to where.
#[derive(Clone)]
pub(crate) struct Sent {
    said: String,
    act: String,
    seen: String,
}

impl Sent {
    /// What somebody sent to a path.
    pub(crate) fn of(action: &str, posted: &Posted) -> Sent {
        Sent::of_rows(action, posted, &[])
    }

    /// The same of a form with rows, of which a page shows some empty ones more each time: the
    /// field that tells whether a row says anything, and those beside it.
    pub(crate) fn of_rows(action: &str, posted: &Posted, rows: &[(&str, &[&str])]) -> Sent {
        let Signed { secret, .. } = &posted.signed;
        let mut fields = posted.fields().clone();
        for (key, beside) in rows {
            fields.drop_empty_rows(key, beside);
        }
        Sent {
            said: format!("{secret} {action} {}", fields.said(&UNSAID)),
            act: fields.get("act").to_owned(),
            seen: fields.get("seen").to_owned(),
        }
    }

    /// What it would do.
    pub(crate) fn ahead(&self, effect: Json, waits: bool) -> Ahead {
        Ahead {
            seen: access::mark(&format!("{} {effect}", self.said)),
            effect,
            waits,
        }
    }

    /// The same of a request.
    pub(crate) fn preview(&self, found: Preview) -> Ahead {
        self.ahead(found.effect, found.waits)
    }

    /// The same of a rehearsal.
    pub(crate) fn foreseen<T>(&self, found: Foreseen<T>) -> Ahead {
        self.ahead(found.effect, found.waits)
    }

    /// Was the button pressed that only looks?
    pub(crate) fn looks(&self) -> bool {
        self.act == "check"
    }

    /// Was the button pressed that does it, by somebody who had seen just this?
    pub(crate) fn agrees(&self, ahead: &Ahead) -> bool {
        self.act == "do" && self.seen == ahead.seen
    }
}

impl Ahead {
    /// The entry, and that it was shown.
    pub(crate) fn shown(&self) -> Markup {
        let is_empty = self.effect.as_array().is_none_or(Vec::is_empty);
        html! {
            div.proposal role="status" {
                @if is_empty { p { "No entry is posted: only what settles what changes." } } @else {
                    p { "Would be posted" @if self.waits { " once somebody else approves it" } ":" }
                    (effect(&self.effect))
                }
            }
            input type="hidden" name="seen" value=(self.seen);
        }
    }
}

impl Form<'_> {
    /// The entry where it was asked for, the button that does it, and the one that only looks;
    /// stands last in the form.
    pub(crate) fn look_first(&self, deed: &str, more: &Markup) -> Markup {
        let ahead = self.ahead();
        html! {
            (self.refusal())
            @if let Some(ahead) = ahead { (ahead.shown()) }
            p.act {
                @if ahead.is_some() { button.main name="act" value="do" autofocus { (deed) } }
                button.main[ahead.is_none()] name="act" value="check" { "Look at the entry" }
                (more)
            }
        }
    }
}
