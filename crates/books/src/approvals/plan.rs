//! From a wish to what would be posted, shown before anybody approves, and done in the same way.

use std::collections::{BTreeMap, BTreeSet};

use domain::adjustments::{self, Terms};
use domain::calendar::Date;
use domain::credit::Limit;
use domain::documents::{DocumentKind, Side};
use domain::ids::{ItemId, PartyId};
use domain::money::Money;
use domain::open_items::{ItemState, apply};
use domain::parties::is_mistyped_iban;
use formats::exchange::PartyRow;
use serde_json::{Value as Json, json};

use crate::access;
use crate::approvals::{
    ApprovalRefusal, Wish, credit as beyond, handling, line, new_parties, settle, short_pay, sql,
};
use crate::bank;
use crate::cash::desk;
use crate::close;
use crate::documents::{self, NewDocument, Reverse};
use crate::failure::{Fault, Outcome};
use crate::ledger::Posting;
use crate::ledger::rehearsal::effect_of;
use crate::open_items;
use crate::parties;
use crate::rates;
use crate::revaluation;
use crate::short_pays;
use crate::work::Work;

/// What would be done.
pub(super) struct Plan {
    /// What it is about, for people.
    pub(super) subject: String,
    /// What it posts.
    pub(super) effect: Json,
    /// How much, in minor units of the functional currency.
    pub(super) amount: i64,
    pub(super) act: Act,
}

pub(super) enum Act {
    Post(Box<Posting>),
    Issue(documents::Ready),
    CreditShortPay {
        short_pay: String,
        memo: Box<NewDocument>,
        ready: documents::Ready,
    },
    ShortPay {
        proposal: Box<short_pays::Proposal>,
        party: PartyId,
        reason: String,
    },
    Reverse(Box<Posting>),
    ApplyLine {
        line: String,
        division: desk::Division,
        parties: BTreeSet<PartyId>,
        /// All that it posts, in minor units of the functional currency.
        whole: i64,
    },
    NewParties {
        side: Side,
        rows: Vec<PartyRow>,
    },
    OverLimit {
        ready: documents::Ready,
        /// The largest of the documents, in minor units of the functional currency.
        whole: i64,
    },
    Release {
        party: PartyId,
        code: String,
        reason: String,
        held_by: String,
    },
    Settle {
        order: Box<open_items::Apply>,
        parties: BTreeSet<PartyId>,
        whole: i64,
    },
    Reopen {
        period: String,
        reason: String,
    },
    Close {
        period: String,
        reason: String,
    },
    Revalue(Date),
    AddAccounts(Vec<(PartyId, String, String)>),
    Terms(Vec<parties::TermsChange>),
    Handling {
        checked: Box<parties::Checked>,
        reason: String,
    },
    CreditLimit {
        limits: Vec<(PartyId, String, Option<Limit>)>,
        reason: String,
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
        Wish::ApplyLine { line, division } => line::plan(work, line, division),
        Wish::Settle(order) => settle::plan(work, order),
        Wish::NewParties { side, rows } => new_parties::plan(work, *side, rows),
        Wish::OverLimit(orders) => beyond::over_limit(work, orders),
        Wish::ReleaseHold { party } => beyond::release(work, party, reason),
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
        Wish::ClosePeriod { period } => close_period(work, period, reason),
        Wish::Revalue { on } => revalue(work, *on),
        Wish::BankDetails { accounts } => add_accounts(work, accounts),
        Wish::Terms { changes } => {
            let changes = parties::terms_changes(work, changes)?;
            let effect: Vec<Json> = changes.iter().map(parties::TermsChange::shown).collect();
            Ok(Plan {
                subject: listed(changes.iter().map(|change| change.code.as_str())),
                effect: Json::Array(effect),
                amount: 1,
                act: Act::Terms(changes),
            })
        }
        Wish::Handling { party, change } => {
            let changes = [(party.clone(), change.clone())];
            let plan = handling::plans(work, &changes, reason)?.pop();
            Ok(plan.ok_or_else(|| Fault::new("a change was not worked out"))?)
        }
        Wish::CreditLimit { changes } => beyond::limits(work, changes, reason),
        Wish::Document(order) => document(work, order),
        Wish::CreditShortPay { short_pay, memo } => credited(work, short_pay, memo),
        Wish::ShortPay(proposal) => short_pay::plan(work, proposal, reason),
        Wish::Reverse { document, kind, on } => reverse(work, (document, *kind), *on, reason),
    }
}

impl Plan {
    /// Whose work it is.
    pub(super) fn parties(&self, work: &mut Work<'_>) -> Outcome<BTreeSet<PartyId>> {
        Ok(match &self.act {
            Act::Post(posting) | Act::Reverse(posting) => access::parties_of(work, posting)?,
            Act::Issue(ready)
            | Act::CreditShortPay { ready, .. }
            | Act::OverLimit { ready, .. } => {
                let mut all = BTreeSet::new();
                for posting in &ready.postings {
                    all.extend(access::parties_of(work, posting)?);
                }
                all
            }
            Act::AddAccounts(accounts) => accounts.iter().map(|(party, ..)| *party).collect(),
            Act::Terms(changes) => changes.iter().map(|change| change.party).collect(),
            Act::Handling { checked, .. } => [checked.party].into(),
            Act::CreditLimit { limits, .. } => limits.iter().map(|(party, ..)| *party).collect(),
            Act::Release { party, .. } | Act::ShortPay { party, .. } => [*party].into(),
            Act::ApplyLine { parties, .. } | Act::Settle { parties, .. } => parties.clone(),
            // Who is not there yet is in nobody's portfolio.
            Act::NewParties { .. } | Act::Reopen { .. } | Act::Close { .. } | Act::Revalue(_) => {
                BTreeSet::new()
            }
        })
    }

    /// How much who asks does themselves: what their own limit is for.
    pub(super) fn whole(&self) -> i64 {
        match &self.act {
            Act::ApplyLine { whole, .. }
            | Act::Settle { whole, .. }
            | Act::OverLimit { whole, .. } => *whole,
            Act::Post(_)
            | Act::Issue(_)
            | Act::CreditShortPay { .. }
            | Act::ShortPay { .. }
            | Act::Reverse(_)
            | Act::Reopen { .. }
            | Act::Close { .. }
            | Act::Revalue(_)
            | Act::AddAccounts(_)
            | Act::Terms(_)
            | Act::Handling { .. }
            | Act::Release { .. }
            | Act::NewParties { .. }
            | Act::CreditLimit { .. } => self.amount,
        }
    }

    /// Must somebody other than the actor say yes, whatever the policy?
    pub(super) fn is_undoing_of(&self, actor: &str) -> bool {
        matches!(&self.act, Act::Release { held_by, .. } if held_by == actor)
    }

    /// The same plan, its posting done in another way.
    fn with(self, way: fn(Box<Posting>) -> Act) -> Plan {
        match self.act {
            Act::Post(posting) => Plan {
                act: way(posting),
                ..self
            },
            _ => self,
        }
    }
}

/// The first few of many names.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.len() {
        0..=5 => names.join(", "),
        count => format!("{} and {} more", names[..5].join(", "), count - 5),
    }
}

/// A period that is closed although checks fail: they are shown to whoever approves it.
fn close_period(work: &mut Work<'_>, period: &str, reason: &str) -> Outcome<Plan> {
    let checks = close::checks(work, period)?;
    let failed = checks.iter().filter(|check| !check.passed);
    let effect: Vec<Json> = failed
        .map(|check| json!({ "check": check.name, "found": check.found }))
        .collect();
    Ok(Plan {
        subject: period.to_owned(),
        effect: Json::Array(effect),
        amount: 1,
        act: Act::Close {
            period: period.to_owned(),
            reason: reason.to_owned(),
        },
    })
}

/// The revaluation run of a period's end, with the entry that it would post.
fn revalue(work: &mut Work<'_>, on: Date) -> Outcome<Plan> {
    let report = revaluation::preview(work, on)?;
    let entry = revaluation::entry_of(work, &report);
    let amount = revaluation::worth(&report);
    Ok(Plan {
        subject: format!("{on}: {} items", report.items.len()),
        effect: effect_of(work, entry.iter())?,
        amount,
        act: Act::Revalue(on),
    })
}

fn add_accounts(work: &mut Work<'_>, accounts: &[(String, String)]) -> Outcome<Plan> {
    let codes: Vec<&str> = accounts.iter().map(|(code, _)| code.as_str()).collect();
    let found = parties::ids(work, &codes)?;
    let sides = parties::sides(work, &found.iter().copied().collect())?;
    let mut all = Vec::with_capacity(accounts.len());
    for ((code, number), party) in accounts.iter().zip(found) {
        let number = bank::plain_number(number);
        if sides.get(&party).is_some_and(|(_, is_vendor)| *is_vendor) {
            must_be_payable(code, &number)?;
        }
        if number.is_empty() || 64 < number.len() {
            let what = "account number".to_owned();
            return Err(ApprovalRefusal::Missing { what }.into());
        }
        all.push((party, code.clone(), number));
    }
    let names: Vec<String> = all
        .iter()
        .map(|(_, code, number)| format!("{code}: {number}"))
        .collect();
    Ok(Plan {
        subject: listed(names.iter().map(String::as_str)),
        effect: accounts_after(work, &all)?,
        amount: 1,
        act: Act::AddAccounts(all),
    })
}

/// An account that we pay to must be one that can be.
pub(super) fn must_be_payable(party: &str, number: &str) -> Result<(), ApprovalRefusal> {
    if is_mistyped_iban(number) {
        return Err(ApprovalRefusal::CheckDigits {
            party: party.to_owned(),
            number: number.to_owned(),
        });
    }
    Ok(())
}

/// The bank accounts of each party as they are and as they would be.
fn accounts_after(work: &mut Work<'_>, added: &[(PartyId, String, String)]) -> Outcome<Json> {
    let parties = added.iter().map(|(party, ..)| *party).collect();
    let known = parties::accounts_of(work, &parties)?;
    let told = |numbers: &BTreeSet<String>| match numbers.len() {
        0 => "no bank account".to_owned(),
        _ => numbers
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", "),
    };
    let mut after = known.clone();
    let mut codes = BTreeMap::new();
    for (party, code, number) in added {
        after.entry(*party).or_default().insert(number.clone());
        codes.insert(*party, code);
    }
    let effect = after.iter().map(|(party, numbers)| {
        let before = known.get(party).cloned().unwrap_or_default();
        json!({ "party": codes.get(party), "before": told(&before), "after": told(numbers) })
    });
    Ok(effect.collect())
}

fn document(work: &mut Work<'_>, order: &NewDocument) -> Outcome<Plan> {
    let ready = documents::prepare(work, std::slice::from_ref(order))?;
    let values = ready.postings.iter().flat_map(Posting::values);
    let amount = values.map(|(_, value)| value).max().unwrap_or_default();
    let effect = ready.postings.iter().flat_map(|posting| &posting.entries);
    let effect = effect_of(work, effect)?;
    let whose = order.party.as_deref().unwrap_or("nobody known");
    let kind = order.kind.code().replace('_', " ");
    Ok(Plan {
        subject: match order.number.as_deref() {
            Some(number) => format!("{kind} {number} of {whose}"),
            None => format!("{kind} of {whose}"),
        },
        effect,
        amount,
        act: Act::Issue(ready),
    })
}

/// The credit memo of a short-pay, which is decided to be justified.
fn credited(work: &mut Work<'_>, short_pay: &str, memo: &NewDocument) -> Outcome<Plan> {
    short_pays::require_justified(work, short_pay)?;
    let plan = document(work, memo)?;
    let Act::Issue(ready) = plan.act else {
        return Ok(plan);
    };
    Ok(Plan {
        subject: format!("{short_pay}: {}", plan.subject),
        act: Act::CreditShortPay {
            short_pay: short_pay.to_owned(),
            memo: Box::new(memo.clone()),
            ready,
        },
        ..plan
    })
}

/// A document that is taken back; of this kind only, for which the right was asked.
fn reverse(
    work: &mut Work<'_>,
    (document, kind): (&str, DocumentKind),
    on: Date,
    reason: &str,
) -> Outcome<Plan> {
    let order = Reverse {
        document: document.to_owned(),
        on,
        reason: reason.to_owned(),
    };
    let posting = documents::prepare_reverse(work, &[order])?;
    let subject = format!("{} {document}", kind.code());
    if posting.documents.iter().any(|one| one.kind != kind) {
        return Err(ApprovalRefusal::Missing { what: subject }.into());
    }
    let amount = posting.values().values().copied().max().unwrap_or_default();
    Ok(plan_of(work, subject, amount, posting)?.with(Act::Reverse))
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
    plan_of(work, subject, value, posting)
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
    plan_of(work, party.to_owned(), value.minor(), posting)
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
    plan_of(work, reason.to_owned(), amount, posting)
}

fn plan_of(work: &mut Work<'_>, subject: String, amount: i64, posting: Posting) -> Outcome<Plan> {
    Ok(Plan {
        subject,
        effect: effect_of(work, posting.entries.iter())?,
        amount,
        act: Act::Post(Box::new(posting)),
    })
}

fn party_of(work: &mut Work<'_>, code: &str) -> Outcome<PartyId> {
    let found = sql::party(work, code)?;
    Ok(found.ok_or_else(|| ApprovalRefusal::Missing {
        what: format!("party {code}"),
    })?)
}
