//! What is proposed about a short-pay, as one wish: another reason, somebody who answers for it,
//! who is right, and the credit memo that follows.

use domain::calendar::Date;
use domain::ids::PartyId;
use domain::short_pays::Reason;
use serde_json::{Value as Json, json};

use crate::failure::Outcome;
use crate::short_pays::settle::{credit_now, order_of};
use crate::short_pays::work_on::{Change, change};
use crate::short_pays::{Credit, ShortPay, Verdict, find};
use crate::work::Work;

/// What is proposed; nothing is done of what is not named.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Proposal {
    /// The short-pay: its number or id.
    pub short_pay: String,
    /// The reason was another one.
    pub reason: Option<Reason>,
    /// Somebody answers for it; nobody where empty.
    pub owner: Option<String>,
    /// Who is right.
    pub verdict: Option<Verdict>,
    /// The verdict that it replaces, where one stands.
    pub instead_of: Option<Verdict>,
    /// All that is open is credited on a day; for what is justified.
    pub credit_on: Option<Date>,
    /// The percent of tax in the credit memo; that of the document that was paid short where not
    /// named.
    pub tax_rate: Option<String>,
}

impl Proposal {
    /// Does it say that something is to be done?
    pub(crate) fn says_something(&self) -> bool {
        self.reason.is_some()
            || self.owner.is_some()
            || self.verdict.is_some()
            || self.credit_on.is_some()
    }
}

/// What would change about a short-pay: whose it is, what it is worth, and before and after in
/// words.
pub(crate) struct Proposed {
    pub(crate) number: String,
    pub(crate) party: PartyId,
    /// What of it is open, in minor units of the functional currency; 1 where only who answers
    /// for it and why change.
    pub(crate) amount: i64,
    pub(crate) shown: Vec<Json>,
}

/// What would change.
pub(crate) fn proposed(work: &mut Work<'_>, proposal: &Proposal) -> Outcome<Proposed> {
    let case = find(work, &proposal.short_pay)?;
    let decides = proposal.verdict.is_some() || proposal.credit_on.is_some();
    Ok(Proposed {
        // Who answers for it, and why it was held back, moves no money: no limit is too low.
        amount: if decides {
            case.open_functional.minor()
        } else {
            0
        },
        shown: shown(&case, proposal),
        party: case.party,
        number: case.number,
    })
}

fn shown(case: &ShortPay, proposal: &Proposal) -> Vec<Json> {
    let number = &case.number;
    let line = |what: &str, before: &str, after: &str| {
        json!({ "party": case.party_code, "before": format!("{number}: {what} {before}"),
            "after": after })
    };
    let nobody = |login: &str| match login {
        "" => "nobody".to_owned(),
        login => login.to_owned(),
    };
    let mut all = Vec::new();
    if let Some(reason) = proposal.reason {
        all.push(line("reason", case.reason.code(), reason.code()));
    }
    if let Some(owner) = &proposal.owner {
        all.push(line("owner", &nobody(&case.owner), &nobody(owner)));
    }
    if let Some(verdict) = proposal.verdict {
        let before = case.verdict.map_or("undecided", Verdict::code);
        all.push(line("verdict", before, verdict.code()));
    }
    all
}

/// Does what was proposed, in this order: the reason, the owner, the verdict, the credit memo.
pub(crate) fn carry_out(work: &mut Work<'_>, proposal: &Proposal, why: &str) -> Outcome<String> {
    let asked = &proposal.short_pay;
    let mut number = find(work, asked)?.number;
    if let Some(reason) = proposal.reason {
        change(work, asked, &Change::Reason(reason), why)?;
    }
    if let Some(owner) = &proposal.owner {
        change(work, asked, &Change::Assign(owner.trim()), why)?;
    }
    if let Some(verdict) = proposal.verdict {
        let decided = Change::Decide {
            verdict,
            instead_of: proposal.instead_of,
        };
        change(work, asked, &decided, why)?;
    }
    if let Some(on) = proposal.credit_on {
        let order = Credit {
            short_pay: asked.clone(),
            amount: None,
            tax_rate: proposal.tax_rate.clone(),
            on: Some(on),
        };
        let (_, memo) = order_of(work, &order)?;
        number = credit_now(work, asked, &memo)?.number;
    }
    Ok(number)
}
