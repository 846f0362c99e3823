//! Opening cases: with the decisions of a run, or by a person; and taking back what a person
//! parted off.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::calendar::Date;
use domain::documents::DocumentKind;
use domain::ids::{DocumentId, ItemId};
use domain::money::Money;
use domain::open_items::{ItemState, Undo, undo};
use domain::receipts::Batch;
use domain::short_pays::{self as rules, PartOff, PartRefusal, Reason};
use serde_json::json;

use crate::documents::find;
use crate::failure::{Fault, Outcome};
use crate::ledger;
use crate::open_items::load;
use crate::short_pays::{
    Fresh, ShortPay, ShortPayRefusal, State, defaults, find as find_case, sql,
};
use crate::work::Work;

/// What a decision about a bank line found held back.
#[derive(Clone, Debug)]
pub(crate) struct HeldBack {
    /// The item of the document that was paid short.
    pub(crate) item: ItemId,
    /// What was held back, in its currency.
    pub(crate) amount: Money,
    /// The day of the payment.
    pub(crate) on: Date,
    /// The decision.
    pub(crate) decision: i64,
    /// Why, as far as it is told.
    pub(crate) reason: Reason,
    /// The payer's words.
    pub(crate) stated: String,
    /// Did a person decide?
    pub(crate) is_by_hand: bool,
}

/// Cases that a batch opened, to be kept when it is posted.
#[derive(Default)]
pub(crate) struct Opened {
    rows: Vec<Fresh>,
}

impl Opened {
    /// The documents that the cases of each decision made.
    pub(crate) fn documents(&self) -> BTreeMap<i64, Vec<DocumentId>> {
        let mut all: BTreeMap<i64, Vec<DocumentId>> = BTreeMap::new();
        for row in &self.rows {
            if let Some(decision) = row.decision {
                let made = [row.parted.document, row.parted.credit_document];
                all.entry(decision).or_default().extend(made);
            }
        }
        all
    }
}

/// Parts off what is still open of what was held back. What was paid meanwhile is no case.
pub(crate) fn part_off_all(
    work: &mut Work<'_>,
    batch: &mut Batch<'_>,
    held: &[HeldBack],
) -> Outcome<Opened> {
    let open = |batch: &Batch<'_>, one: &HeldBack| {
        let state = batch.states.get(&one.item)?;
        let same = state.open.currency() == one.amount.currency();
        let rest = state.open.minor().min(one.amount.minor());
        (same && 0 < rest).then(|| Money::new(rest, one.amount.currency()))
    };
    let items: Vec<ItemId> = held
        .iter()
        .filter(|one| open(batch, one).is_some())
        .map(|one| one.item)
        .collect();
    if items.is_empty() {
        return Ok(Opened::default());
    }
    let papers = sql::papers(work, &items)?;
    let (usual, answer_by) = defaults::load(work)?;
    let customers: BTreeSet<_> = papers.values().filter_map(|paper| paper.party).collect();
    let owners = defaults::owners(work, &customers, &usual.owner)?;
    let mut opened = Opened::default();
    for one in held {
        let (Some(amount), Some(paper)) = (open(batch, one), papers.get(&one.item)) else {
            continue;
        };
        let Some(from_document) = batch.states.get(&one.item).map(|s| s.item.document) else {
            continue;
        };
        let mut references = paper.references.clone();
        references.memo = memo(&paper.number, one.reason, &one.stated).into();
        let order = PartOff {
            from: one.item,
            amount,
            on: one.on,
            references,
        };
        let parted = rules::part_off(batch, &order).map_err(|why| ShortPayRefusal::Part {
            number: paper.number.clone(),
            why,
        })?;
        let owner = paper.party.and_then(|party| owners.get(&party));
        opened.rows.push(Fresh {
            parted,
            from_document,
            from_item: one.item,
            decision: Some(one.decision),
            reason: one.reason,
            stated: one.stated.clone(),
            owner: owner.unwrap_or(&usual.owner).clone(),
            answer_by,
            is_by_hand: one.is_by_hand,
        });
    }
    Ok(opened)
}

/// `short-pay of RG-1, damaged or faulty goods: "two were broken"`.
fn memo(number: &str, reason: Reason, stated: &str) -> String {
    let mut text = format!("short-pay of {number}, {}", reason.title().to_lowercase());
    if !stated.is_empty() {
        text.push_str(": ");
        text.push_str(stated);
    }
    text
}

/// Keeps cases whose documents are posted.
pub(crate) fn keep(work: &mut Work<'_>, opened: &Opened) -> Result<(), Fault> {
    if opened.rows.is_empty() {
        return Ok(());
    }
    sql::insert(work, &opened.rows)
}

/// What a person parts off a document that was paid in part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewShortPay {
    /// The document: its number or id.
    pub document: String,
    /// What was held back; all that is open where not named.
    pub amount: Option<Money>,
    /// Why; read from the payer's words where not named.
    pub reason: Option<Reason>,
    /// The payer's words.
    pub stated: String,
    /// Who answers for it; who looks after the customer where not named.
    pub owner: Option<String>,
    /// Until when; as the defaults say where not named.
    pub answer_by: Option<Date>,
    /// The day it counts; today where not named.
    pub on: Option<Date>,
}

/// Parts a short-pay off a document that was paid in part.
pub fn part_off(work: &mut Work<'_>, new: &NewShortPay) -> Outcome<ShortPay> {
    work.gate()?;
    let asked = BTreeSet::from([new.document.as_str()]);
    let found = find::find(work, &asked)?;
    let rows = found.get(&new.document).map_or(&[][..], Vec::as_slice);
    let number = rows
        .first()
        .map(|row| row.number.clone())
        .unwrap_or_default();
    let is_trade = |kind| matches!(kind, DocumentKind::Invoice | DocumentKind::DebitMemo);
    if !rows.iter().all(|row| is_trade(row.kind)) {
        return Err(ShortPayRefusal::NotParted { number }.into());
    }
    let items: Vec<ItemId> = rows.iter().map(|row| row.item).collect();
    let items = load::states(work, &items)?;
    let (item, open) =
        short_item(&items.states, new.amount).ok_or_else(|| ShortPayRefusal::NotPaidInPart {
            number: number.clone(),
        })?;
    let (usual, by) = defaults::load(work)?;
    let papers = sql::papers(work, &[item])?;
    let paper = papers.get(&item);
    let owner = match &new.owner {
        Some(login) => {
            let login = login.trim();
            defaults::require_person(work, login)?;
            login.to_owned()
        }
        None => {
            let customer = paper.and_then(|paper| paper.party).into_iter().collect();
            let owners = defaults::owners(work, &customer, &usual.owner)?;
            owners.into_values().next().unwrap_or(usual.owner)
        }
    };
    let stated = new.stated.trim().to_owned();
    let reason = new.reason.unwrap_or_else(|| Reason::of_words(&stated));
    let mut references = paper
        .map(|paper| paper.references.clone())
        .unwrap_or_default();
    references.memo = memo(&number, reason, &stated).into();
    let order = PartOff {
        from: item,
        amount: new.amount.unwrap_or(open),
        on: new.on.unwrap_or(work.day()),
        references,
    };
    let (parted, mut posting) = load::decide(work, items, |desk| {
        let parted = rules::part_off(&mut desk.batch, &order);
        Ok(parted.map_err(|why| ShortPayRefusal::Part { number, why })?)
    })?;
    let from_document = rows[0].document;
    ledger::post(work, &mut posting)?;
    let fresh = Fresh {
        parted,
        from_document,
        from_item: item,
        decision: None,
        reason,
        stated,
        owner,
        answer_by: new.answer_by.unwrap_or(by),
        is_by_hand: true,
    };
    sql::insert(work, &[fresh])?;
    let case = find_case(work, &parted.document.to_string())?;
    let detail = json!({ "of": case.from_number, "amount": case.amount.to_string(),
        "currency": case.amount.currency().code(), "reason": reason.code(), "owner": case.owner });
    work.note("short_pay.open", case.number.clone(), detail);
    Ok(case)
}

/// The item of a document that was paid short, and what is open of it: the first that was settled
/// in part, or the first open one of several instalments of which another was settled.
fn short_item(
    states: &HashMap<ItemId, ItemState>,
    amount: Option<Money>,
) -> Option<(ItemId, Money)> {
    let in_order: BTreeMap<_, _> = states
        .values()
        .map(|state| ((state.item.due_on, state.item.id), state))
        .collect();
    let is_touched = |state: &&ItemState| state.open != state.item.amount;
    let enough = |state: &&ItemState| {
        let asked = amount.map_or(1, Money::minor);
        state.open.is_positive() && asked <= state.open.minor()
    };
    let all = || in_order.values().copied();
    all().find(is_touched)?;
    let found = all()
        .find(|state| is_touched(state) && enough(state))
        .or_else(|| all().find(enough))
        .or_else(|| all().find(|state| state.open.is_positive()))?;
    Some((found.item.id, found.open))
}

/// Takes back what a person parted off: the document is open again for what was held back.
pub fn take_back(
    work: &mut Work<'_>,
    asked: &str,
    on: Option<Date>,
    why: &str,
) -> Outcome<ShortPay> {
    work.gate()?;
    let why = why.trim();
    if why.is_empty() {
        return Err(ShortPayRefusal::NothingTold.into());
    }
    let case = find_case(work, asked)?;
    let number = case.number.clone();
    if case.state == State::TakenBack {
        let state = case.state.title();
        return Err(ShortPayRefusal::NotOpen { number, state }.into());
    }
    if let Some(line) = case.line_name().filter(|_| case.is_of_line()) {
        return Err(ShortPayRefusal::OfBankLine { number, line }.into());
    }
    let credit = find::find(work, &BTreeSet::from([case.credit.to_string().as_str()]))?;
    let credit: Vec<ItemId> = credit.values().flatten().map(|row| row.item).collect();
    let standing = load::standing(work, &credit)?;
    let own = standing
        .iter()
        .filter(|one| credit.contains(&one.application.credit));
    let own: Vec<_> = own.map(|one| one.application.clone()).collect();
    let mut items = credit.clone();
    items.extend(own.iter().map(|one| one.debit));
    let items = load::states(work, &items)?;
    let on = on.unwrap_or(work.day());
    let ((), mut posting) = load::decide(work, items, |desk| {
        let batch = &mut desk.batch;
        for application in own {
            let on = on.max(application.applied_on);
            let undone = undo(
                &mut batch.states,
                &[Undo { application, on }],
                batch.functional,
                batch.ids,
            );
            let undone = undone.map_err(|why| ShortPayRefusal::Part {
                number: number.clone(),
                why: PartRefusal::Apply(why),
            })?;
            batch.applied.applications.extend(undone.applications);
            batch.applied.entries.extend(undone.entries);
        }
        for item in &credit {
            let taken = rules::take_back(batch, *item, on, why);
            taken.map_err(|why| ShortPayRefusal::Part {
                number: number.clone(),
                why,
            })?;
        }
        Ok(())
    })?;
    ledger::post(work, &mut posting)?;
    work.note("short_pay.take_back", &case.number, json!({ "why": why }));
    find_case(work, asked)
}
