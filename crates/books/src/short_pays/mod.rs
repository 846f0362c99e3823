//! Short-pays: what payers held back for a reason, worked by somebody until it is settled.
//!
//! A case is opened with the decision about a bank line that finds something held back, or by a
//! person from a document that was paid in part. Its open item is what is asked for; who answers
//! for it, why it was held back and what was decided are facts beside it. What became of it is
//! told by what settled its item.

mod defaults;
mod open;
mod propose;
mod refusal;
mod settle;
pub(crate) mod sql;
mod work_on;

pub use defaults::{Defaults, defaults, set_defaults};
pub(crate) use open::{HeldBack, keep, part_off_all};
pub use open::{NewShortPay, part_off, take_back};
pub use propose::Proposal;
pub(crate) use propose::{carry_out, proposed};
pub use refusal::ShortPayRefusal;
pub use settle::{Credit, credit, write_off};
pub(crate) use settle::{credit_now, require_justified};
pub use work_on::{Change, assign, correct, decide, note, put_off};

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::ids::{DocumentId, EventId, ItemId, LineId, PartyId};
use domain::money::Money;
use domain::short_pays::{Parted, Reason};
use jiff::Timestamp;

use crate::access;
use crate::failure::Outcome;
use crate::work::Work;

macro_rules! words {
    ($(#[$outer:meta])* $name:ident: $($(#[$doc:meta])* $variant:ident $code:literal $title:literal,)*) => {
        $(#[$outer])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The word in tables, URLs and answers.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)* }
            }

            /// For people.
            pub fn title(self) -> &'static str {
                match self { $($name::$variant => $title,)* }
            }

            /// What a word says.
            pub fn parse(code: &str) -> Option<$name> {
                $name::ALL.iter().find(|one| one.code() == code).copied()
            }
        }
    };
}

words! {
    /// What was decided about a short-pay.
    Verdict:
    /// The payer is right: it is credited or given up.
    Justified "justified" "Justified",
    /// The payer owes it.
    Unjustified "unjustified" "Unjustified",
}

words! {
    /// What became of a short-pay: told by its item, while that is open by what was decided.
    State:
    /// Nobody decided about it.
    Open "open" "Open",
    /// Justified, and not settled yet.
    Justified "justified" "Justified",
    /// Unjustified: the payer owes it.
    Unjustified "unjustified" "Unjustified",
    /// Settled with money, or with what else the payer had coming.
    Paid "paid" "Paid",
    /// Settled with a credit memo.
    Credited "credited" "Credited",
    /// Given up.
    WrittenOff "written_off" "Written off",
    /// Taken back with what it came of.
    TakenBack "taken_back" "Taken back",
}

words! {
    /// What people did about a short-pay.
    EventKind:
    /// Somebody answers for it from now on, or nobody does.
    Assigned "assigned" "Owner",
    /// It should be answered until another day.
    AnswerBy "answer_by" "Answer by",
    /// Something was noted.
    Noted "noted" "Note",
    /// The reason was corrected.
    Reason "reason" "Reason",
    /// It was decided who is right.
    Decided "decided" "Decided",
}

/// A short-pay with all that is computed of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShortPay {
    /// Its document: the identity of the case.
    pub document: DocumentId,
    /// Its number.
    pub number: String,
    /// Who held it back.
    pub party: PartyId,
    /// Their code.
    pub party_code: String,
    /// Their name.
    pub party_name: String,
    /// The number of the document that was paid short.
    pub from_number: String,
    /// That document.
    pub from: DocumentId,
    /// Its item.
    pub item: ItemId,
    /// What was held back.
    pub amount: Money,
    /// What of it is open.
    pub open: Money,
    /// The same in functional currency.
    pub open_functional: Money,
    /// The day from which it counts.
    pub opened_on: Date,
    /// The day on which it fell due with the document that was paid short.
    pub due_on: Date,
    /// The payer's words.
    pub stated: String,
    /// Why it was held back, as last corrected.
    pub reason: Reason,
    /// Who answers for it; nobody where empty.
    pub owner: String,
    /// Until when it should be answered.
    pub answer_by: Date,
    /// What was decided, if anything.
    pub verdict: Option<Verdict>,
    /// What became of it.
    pub state: State,
    /// Did a person part it off?
    pub is_by_hand: bool,
    /// Whoever split it off, or whose run did.
    pub actor: String,
    /// When.
    pub recorded_at: Timestamp,
    /// The bank line that paid short, with its unit.
    pub line: Option<(LineId, String)>,
    /// The receipt of that line.
    pub receipt: Option<(DocumentId, String)>,
    /// The number of the credit that settles what was held back of the document.
    pub credit_number: String,
    /// That credit.
    pub credit: DocumentId,
    /// Does the payment that was short no longer stand, with the short-pay settled meanwhile?
    pub payment_gone: bool,
    /// The number of what settled the short-pay last; empty where nothing did.
    pub settled_by: String,
    decision: Option<i64>,
}

impl ShortPay {
    /// Is something of it still asked for?
    pub fn is_open(&self) -> bool {
        !self.open.is_zero() && self.state != State::TakenBack
    }

    /// Should it have been answered before a day?
    pub fn is_late(&self, on: Date) -> bool {
        self.is_open() && self.verdict.is_none() && self.answer_by < on
    }

    /// The bank line that paid short, as it is named: with the unit of a deposit.
    pub fn line_name(&self) -> Option<String> {
        let (line, unit) = self.line.as_ref()?;
        Some(if unit.is_empty() {
            line.to_string()
        } else {
            format!("{line}.{unit}")
        })
    }

    /// What stands and what a person must do, where the payment that was short no longer stands.
    ///
    /// What was settled meanwhile is not undone with the payment: a credit memo has told the
    /// customer (and the tax office) something, and a write-off was approved.
    pub fn to_do(&self) -> Option<String> {
        if !self.payment_gone {
            return None;
        }
        let (document, by) = (&self.from_number, &self.settled_by);
        let stands = match self.state {
            State::Credited => format!(
                "credit memo {by} stands: collect {document}, and reverse {by} if the \
                 customer's claim does not hold without the payment"
            ),
            State::WrittenOff => format!(
                "write-off {by} stands: reverse it if what was given up is to be collected with \
                 {document}"
            ),
            State::Paid => format!("{by} has settled it and stands: collect {document}"),
            State::Open | State::Justified | State::Unjustified => format!(
                "{by} settled a part and stands, the rest is asked for here: collect {document} \
                 and that, or reverse {by}"
            ),
            State::TakenBack => return None,
        };
        Some(format!("The payment no longer stands; {stands}."))
    }

    /// Was it found by a decision about a bank line?
    pub fn is_of_line(&self) -> bool {
        self.decision.is_some()
    }
}

/// Something that somebody did about a short-pay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its identity.
    pub id: EventId,
    /// What was done.
    pub kind: EventKind,
    /// The owner, the day, the reason's word or the verdict.
    pub content: String,
    /// Why, or what was noted.
    pub told: String,
    /// Who did it.
    pub actor: String,
    /// When.
    pub recorded_at: Timestamp,
}

/// A case to keep: its documents are posted.
pub(crate) struct Fresh {
    parted: Parted,
    from_document: DocumentId,
    from_item: ItemId,
    decision: Option<i64>,
    reason: Reason,
    stated: String,
    owner: String,
    answer_by: Date,
    is_by_hand: bool,
}

/// Every case, oldest first.
pub fn all(work: &mut Work<'_>) -> Outcome<Vec<ShortPay>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    Ok(sql::all(work)?)
}

/// A case by its number or id, with what people did about it.
pub fn show(work: &mut Work<'_>, asked: &str) -> Outcome<(ShortPay, Vec<Event>)> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let found = find(work, asked)?;
    let events = sql::events(work, found.document)?;
    Ok((found, events))
}

/// How many short-pays nobody has decided about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Undecided {
    /// All of which something is open.
    pub all: i64,
    /// Those that should have been answered before.
    pub late: i64,
}

/// How many short-pays nobody has decided about, on a day.
pub fn undecided(work: &mut Work<'_>, on: Date) -> Outcome<Undecided> {
    Ok(sql::undecided(work, on)?)
}

/// Which acts the actor of the work may do on a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each act is permitted by itself"
)]
pub struct May {
    /// Assign, note, correct the reason.
    pub work_on: bool,
    /// Decide whether it is justified.
    pub decide: bool,
    /// Ask for a credit memo.
    pub credit: bool,
    /// Ask for a write-off.
    pub write_off: bool,
    /// Part off and take back.
    pub part_off: bool,
}

/// What the actor may do about a case, for faces that leave out what would be refused.
pub fn may(work: &mut Work<'_>, case: &ShortPay) -> Outcome<May> {
    Ok(May {
        work_on: work_on::may(work, case, false)?,
        decide: work_on::may(work, case, true)?,
        credit: access::may(work, Area::CreditMemos, Verb::Do)?,
        write_off: access::may(work, Area::WriteOffs, Verb::Do)?,
        part_off: access::may(work, Area::Cash, Verb::Do)?,
    })
}

fn find(work: &mut Work<'_>, asked: &str) -> Outcome<ShortPay> {
    let found = sql::one(work, asked.trim())?;
    Ok(found.ok_or_else(|| ShortPayRefusal::Unknown {
        asked: asked.to_owned(),
    })?)
}
