//! From a wish to what would be posted, shown before anybody approves, and done in the same way.

use domain::adjustments::{self, Terms};
use domain::calendar::Date;
use domain::ids::{ItemId, PartyId};
use domain::ledger::JournalEntry;
use domain::money::Money;
use domain::open_items::{ItemState, apply};
use serde_json::{Value as Json, json};

use crate::approvals::{ApprovalRefusal, Wish, sql};
use crate::bank;
use crate::failure::{Fault, Outcome};
use crate::ledger::{self, Posting, periods};
use crate::open_items;
use crate::rates;
use crate::work::Work;

/// What would be done.
pub(super) struct Plan {
    /// What it is about, for people.
    pub(super) subject: String,
    /// What it posts.
    pub(super) effect: Json,
    /// How much, in minor units of the functional currency.
    pub(super) amount: i64,
    act: Act,
}

enum Act {
    Post(Box<Posting>),
    Reopen {
        period: String,
        reason: String,
    },
    AddAccount {
        party: PartyId,
        code: String,
        number: String,
    },
}

/// Works out what a wish would do. Writes nothing.
pub(super) fn of(work: &mut Work<'_>, wish: &Wish, reason: &str) -> Outcome<Plan> {
    match wish {
        Wish::WriteOff { item, amount, on } => adjust(work, *item, *amount, *on, reason, None),
        Wish::Refund {
            item,
            amount,
            bank_account,
            on,
        } => {
            let accounts = bank::accounts(work)?;
            let found = accounts
                .into_iter()
                .find(|known| known.code == *bank_account);
            let found = found.ok_or_else(|| ApprovalRefusal::Missing {
                what: format!("bank account {bank_account}"),
            })?;
            adjust(work, *item, *amount, *on, reason, Some(found.account))
        }
        Wish::CreditMemo { party, amount, on } => credit_memo(work, party, *amount, *on, reason),
        Wish::Journal { legs, on } => journal(work, legs, *on, reason),
        Wish::ReopenPeriod { period } => Ok(Plan {
            subject: period.clone(),
            effect: json!([]),
            // Everything that is reopened needs approval, whatever it is worth.
            amount: 1,
            act: Act::Reopen {
                period: period.clone(),
                reason: reason.to_owned(),
            },
        }),
        Wish::BankDetails { party, number } => {
            let id = party_of(work, party)?;
            let number = bank::plain_number(number);
            if number.is_empty() || 64 < number.len() {
                let what = "account number".to_owned();
                return Err(ApprovalRefusal::Missing { what }.into());
            }
            Ok(Plan {
                subject: format!("{party}: {number}"),
                effect: json!([]),
                amount: 1,
                act: Act::AddAccount {
                    party: id,
                    code: party.clone(),
                    number,
                },
            })
        }
    }
}

/// Does it.
pub(super) fn perform(work: &mut Work<'_>, plan: Plan) -> Outcome<String> {
    match plan.act {
        Act::Post(mut posting) => {
            ledger::post(work, &mut posting)?;
            let numbers: Vec<&str> = posting
                .documents
                .iter()
                .map(|d| d.number.as_str())
                .collect();
            let done = if numbers.is_empty() {
                plan.subject
            } else {
                numbers.join(", ")
            };
            work.note("adjust.post", &done, json!({ "effect": plan.effect }));
            Ok(done)
        }
        Act::Reopen { period, reason } => {
            periods::reopen(work, &period, &reason)?;
            Ok(period)
        }
        Act::AddAccount {
            party,
            code,
            number,
        } => {
            sql::insert_party_account(work, party, &number)?;
            work.note("party.bank_account", code, json!({ "number": number }));
            Ok(plan.subject)
        }
    }
}

/// A write-off, or a refund from a bank account.
fn adjust(
    work: &mut Work<'_>,
    item: ItemId,
    amount: Option<Money>,
    on: Date,
    reason: &str,
    bank: Option<String>,
) -> Outcome<Plan> {
    let mut states = open_items::sql::lock(work, &[item])?;
    let terms = Terms { on, memo: reason };
    let functional = work.functional();
    let mut ids = work.ids.clone();
    let made = match bank {
        None => adjustments::write_off(&mut states, item, amount, terms, &mut ids)?,
        Some(bank) => adjustments::refund(&mut states, item, amount, bank.into(), terms, &mut ids)?,
    };
    let value = made.issued.item.functional.abs().minor();
    let applied = apply(&mut states, &[made.group], functional, &mut ids)?;
    work.ids = ids;
    let subject = subject_of(work, states.get(&item))?;
    let mut posting = Posting::default();
    posting.issued([made.issued]);
    posting.applied(applied);
    Ok(plan_of(subject, value, posting))
}

/// Which document of whom.
fn subject_of(work: &mut Work<'_>, state: Option<&ItemState>) -> Result<String, Fault> {
    match state {
        Some(state) => sql::document_name(work, state.item.document),
        None => Ok(String::new()),
    }
}

fn credit_memo(
    work: &mut Work<'_>,
    party: &str,
    amount: Money,
    on: Date,
    reason: &str,
) -> Outcome<Plan> {
    let id = party_of(work, party)?;
    let rates = rates::load(work)?;
    let functional = work.functional();
    let value = rates
        .convert(amount, functional, on)
        .map_err(|problem| Fault::new(problem.to_string()))?;
    let value = value.ok_or_else(|| ApprovalRefusal::Missing {
        what: format!("rate from {} to {functional} on {on}", amount.currency()),
    })?;
    let terms = Terms { on, memo: reason };
    let issued = adjustments::credit_memo(id, amount, value, terms, &mut work.ids)?;
    let mut posting = Posting::default();
    posting.issued([issued]);
    Ok(plan_of(party.to_owned(), value.minor(), posting))
}

fn journal(work: &mut Work<'_>, legs: &[(String, Money)], on: Date, reason: &str) -> Outcome<Plan> {
    let functional = work.functional();
    for (account, amount) in legs {
        if amount.currency() != functional {
            return Err(adjustments::AdjustRefusal::WrongAmount { amount: *amount }.into());
        }
        if !sql::has_account(work, account)? {
            return Err(ApprovalRefusal::Missing {
                what: format!("account {account}"),
            }
            .into());
        }
    }
    let terms = Terms { on, memo: reason };
    let entry = adjustments::journal(legs, terms, &mut work.ids)?;
    let debits = entry
        .lines()
        .iter()
        .map(|line| line.functional.minor().max(0));
    let amount = debits.fold(0, i64::saturating_add);
    let posting = Posting {
        entries: vec![entry],
        ..Posting::default()
    };
    Ok(plan_of(reason.to_owned(), amount, posting))
}

fn plan_of(subject: String, amount: i64, posting: Posting) -> Plan {
    let legs = posting.entries.iter().flat_map(JournalEntry::lines);
    let effect: Vec<Json> = legs
        .map(|line| {
            json!({
                "account": line.account,
                "amount": { "amount": line.amount.to_string(),
                    "currency": line.amount.currency().code() },
            })
        })
        .collect();
    Plan {
        subject,
        effect: Json::Array(effect),
        amount,
        act: Act::Post(Box::new(posting)),
    }
}

fn party_of(work: &mut Work<'_>, code: &str) -> Outcome<PartyId> {
    let found = sql::party(work, code)?;
    Ok(found.ok_or_else(|| ApprovalRefusal::Missing {
        what: format!("party {code}"),
    })?)
}
