//! A plan that nobody objects to is done: each act by the function that does it without approval.

use domain::documents::Document;
use domain::ids::PartyId;
use serde_json::{Value as Json, json};

use crate::approvals::plan::{Act, Plan};
use crate::approvals::{credit as beyond, sql};
use crate::cash::desk;
use crate::credit;
use crate::documents;
use crate::failure::Outcome;
use crate::imports;
use crate::ledger::{self, Posting, periods};
use crate::open_items;
use crate::parties;
use crate::revaluation;
use crate::short_pays;
use crate::work::Work;

/// Does it.
pub(super) fn perform(work: &mut Work<'_>, plan: Plan) -> Outcome<String> {
    match plan.act {
        Act::Post(posting) => adjusted(work, *posting, plan.subject, &plan.effect),
        Act::CreditShortPay {
            short_pay, memo, ..
        } => Ok(short_pays::credit_now(work, &short_pay, &memo)?.number),
        Act::ShortPay {
            proposal, reason, ..
        } => short_pays::carry_out(work, &proposal, &reason),
        Act::ApplyLine { line, division, .. } => {
            desk::apply(work, &line, &division)?;
            Ok(plan.subject)
        }
        Act::Settle { order, .. } => {
            open_items::apply(work, std::slice::from_ref(&*order))?;
            Ok(plan.subject)
        }
        Act::Reopen { period, reason } => {
            periods::reopen(work, &period, &reason)?;
            Ok(period)
        }
        Act::Close { period, reason } => {
            periods::close_despite(work, &period, &reason, &plan.effect)?;
            Ok(period)
        }
        Act::Release {
            party,
            code,
            reason,
            ..
        } => {
            credit::release(work, party, &code, &reason)?;
            Ok(plan.subject)
        }
        Act::NewParties { side, rows } => {
            imports::add_parties(work, side, &rows)?;
            Ok(plan.subject)
        }
        Act::Issue(ready) | Act::OverLimit { ready, .. } => {
            Ok(numbers_of(&documents::record(work, ready)?))
        }
        Act::Reverse(posting) => Ok(numbers_of(&documents::record_reverse(work, *posting)?)),
        Act::Revalue(on) => {
            let done = revaluation::commit(work, on)?;
            Ok(done.run.map(|run| run.to_string()).unwrap_or_default())
        }
        Act::AddAccounts(accounts) => {
            record_accounts(work, accounts)?;
            Ok(plan.subject)
        }
        Act::Terms(changes) => {
            parties::change_terms(work, &changes)?;
            Ok(plan.subject)
        }
        Act::Handling { checked, reason } => {
            parties::record(work, &checked, &reason)?;
            Ok(plan.subject)
        }
        Act::CreditLimit { limits, reason } => {
            for (party, code, limit) in limits {
                parties::set_credit_limit(work, party, limit, &reason)?;
                let after = beyond::limit_shown(limit);
                work.note("party.credit_limit", code, json!({ "after": after }));
            }
            Ok(plan.subject)
        }
    }
}

/// Posts what was decided, and tells the numbers of its documents.
fn adjusted(
    work: &mut Work<'_>,
    mut posting: Posting,
    subject: String,
    effect: &Json,
) -> Outcome<String> {
    ledger::post(work, &mut posting)?;
    let done = match numbers_of(&posting.documents) {
        numbers if numbers.is_empty() => subject,
        numbers => numbers,
    };
    work.note("adjust.post", &done, json!({ "effect": effect }));
    Ok(done)
}

fn numbers_of(documents: &[Document]) -> String {
    let numbers: Vec<&str> = documents.iter().map(|one| one.number.as_str()).collect();
    numbers.join(", ")
}

fn record_accounts(work: &mut Work<'_>, accounts: Vec<(PartyId, String, String)>) -> Outcome<()> {
    for (party, code, number) in accounts {
        sql::insert_party_account(work, party, &number)?;
        work.note("party.bank_account", code, json!({ "number": number }));
    }
    Ok(())
}
