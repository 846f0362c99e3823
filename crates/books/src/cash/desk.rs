//! The cash desk: what waits and why, and what a person decides about a line.
//!
//! Everything a person does is a new decision that replaces the one that stood; the matcher
//! learns from it at the next run and leaves the line alone.

use std::collections::HashMap;
use std::fmt;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::cash::{
    Confidence, Decision, Evidence, Kind, Outcome as Decided, Proposal, Row, Weight,
};
use domain::documents::DocumentKind;
use domain::ids::{DocumentId, EntryId, ItemId, LineId};
use domain::ledger::{EntryDraft, JournalEntry, Role, Source};
use domain::money::Money;
use domain::open_items::{Application, Applied, Undo, undo as undo_applications};
use domain::receipts::{Batch, Cash, receive, reverse_deduction, transfer_out};
use domain::refusal::Refusal;
use serde_json::{Value as Json, json};

use crate::access;
use crate::cash::load::Loaded;
use crate::cash::record::{self, Chosen};
use crate::cash::sql::{self, DecisionRow};
use crate::cash::units::{self, Unit};
use crate::cash::{load, post};
use crate::failure::Outcome;
use crate::ledger::{self, Posting};
use crate::work::Work;

/// One line of the desk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeskLine {
    /// The bank line.
    pub line: LineId,
    /// Which item of a deposit; empty for the line itself.
    pub unit: String,
    /// The day it was booked.
    pub booked_on: Date,
    /// Which of our bank accounts.
    pub account: String,
    /// The bank's reference.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// Who paid, as the bank says.
    pub payer: String,
    /// `new`, `proposed`, `waiting`, `held`, `on_account`, `applied`, …
    pub outcome: String,
    /// Whose money it is, where that is known.
    pub party: String,
    /// How sure the best proposal is, in millionths.
    pub confidence: i64,
    /// Why it waits.
    pub reason: String,
}

/// Why the desk refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskRefusal {
    /// No such line.
    UnknownLine {
        /// What was asked for.
        line: String,
    },
    /// The line is settled; it must be undone first.
    Settled {
        /// The line.
        line: LineId,
        /// What it is.
        outcome: String,
    },
    /// The line has nothing to undo.
    NothingToUndo {
        /// The line.
        line: LineId,
    },
    /// Money that went out is not undone here.
    WentOut {
        /// The line.
        line: LineId,
    },
    /// No such party.
    UnknownParty {
        /// Its code.
        code: String,
    },
    /// No such open document of a customer.
    UnknownDocument {
        /// Its number.
        number: String,
    },
    /// The number is that of several documents.
    AmbiguousDocument {
        /// Its number.
        number: String,
    },
    /// There is no such proposal.
    NoProposal {
        /// The rank asked for.
        rank: i64,
    },
    /// The amounts are more than the line.
    TooMuch {
        /// What the line has.
        line: Money,
        /// What was asked.
        asked: Money,
    },
    /// It cannot be posted as asked.
    DoesNotFit {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for DeskRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeskRefusal::UnknownLine { line } => write!(out, "There is no bank line {line}."),
            DeskRefusal::Settled { line, outcome } => {
                write!(out, "{line} is {} already.", outcome.replace('_', " "))
            }
            DeskRefusal::NothingToUndo { line } => write!(out, "{line} has nothing to undo."),
            DeskRefusal::WentOut { line } => write!(out, "{line} is money that went out."),
            DeskRefusal::UnknownParty { code } => write!(out, "There is no party {code}."),
            DeskRefusal::UnknownDocument { number } => {
                write!(out, "There is no open document {number}.")
            }
            DeskRefusal::AmbiguousDocument { number } => {
                write!(out, "Several open documents have the number {number}.")
            }
            DeskRefusal::NoProposal { rank } => write!(out, "There is no proposal {rank}."),
            DeskRefusal::TooMuch { line, asked } => {
                write!(out, "{asked:?} is more than the {line:?} of the line.")
            }
            DeskRefusal::DoesNotFit { reason } => write!(out, "It cannot be posted: {reason}."),
        }
    }
}

impl Refusal for DeskRefusal {
    fn code(&self) -> &'static str {
        match self {
            DeskRefusal::UnknownLine { .. } => "unknown_line",
            DeskRefusal::Settled { .. } => "line_settled",
            DeskRefusal::NothingToUndo { .. } => "nothing_to_undo",
            DeskRefusal::WentOut { .. } => "money_went_out",
            DeskRefusal::UnknownParty { .. } => "unknown_party",
            DeskRefusal::UnknownDocument { .. } => "unknown_document",
            DeskRefusal::AmbiguousDocument { .. } => "ambiguous_document",
            DeskRefusal::NoProposal { .. } => "no_proposal",
            DeskRefusal::TooMuch { .. } => "too_much",
            DeskRefusal::DoesNotFit { .. } => "does_not_fit",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            DeskRefusal::UnknownLine { .. } => "list lines with `cash lines --all`".into(),
            DeskRefusal::Settled { .. } => "take it back first with `cash undo`".into(),
            DeskRefusal::NothingToUndo { .. } => "look at it with `cash show`".into(),
            DeskRefusal::WentOut { .. } => {
                "correct a returned payment with the documents it issued".into()
            }
            DeskRefusal::UnknownParty { .. } => "use the party's code, as in the aging".into(),
            DeskRefusal::UnknownDocument { .. } => {
                "look it up with `report aging --by document`".into()
            }
            DeskRefusal::AmbiguousDocument { .. } => "write it as PARTY/NUMBER".into(),
            DeskRefusal::NoProposal { .. } => "look at the proposals with `cash show`".into(),
            DeskRefusal::TooMuch { .. } => "lower the amounts; the rest may stay unapplied".into(),
            DeskRefusal::DoesNotFit { .. } => "look at the document's open amount".into(),
        })
    }
}

/// A part of a line that a person applies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// The document: `NUMBER` or `PARTY/NUMBER`.
    pub document: String,
    /// What of it is settled, deductions included; all that is open (or all that is left of the
    /// line) when not named.
    pub amount: Option<Money>,
    /// What of that is not cash, with its kind.
    pub deductions: Vec<(Kind, Money)>,
}

/// The lines of the desk: those that wait, or all.
pub fn lines(work: &mut Work<'_>, all: bool) -> Outcome<Vec<DeskLine>> {
    let mut lines = sql::desk_lines(work)?;
    let waits = |line: &DeskLine| {
        matches!(
            line.outcome.as_str(),
            "new" | "proposed" | "waiting" | "held"
        )
    };
    if !all {
        lines.retain(waits);
    }
    Ok(lines)
}

/// Everything about one line: what the bank said, what was decided, why, and the alternatives.
pub fn show(work: &mut Work<'_>, line: &str) -> Outcome<Json> {
    let (id, unit) = parse_line(line)?;
    let facts = sql::line_facts(work, id)?;
    let facts = facts.ok_or_else(|| DeskRefusal::UnknownLine {
        line: line.to_owned(),
    })?;
    let decisions = sql::decisions_of(work, id, &unit)?;
    Ok(json!({ "line": facts, "decisions": decisions }))
}

/// Applies a line as a person says: to documents, or as one of its proposals.
pub fn apply(work: &mut Work<'_>, line: &str, parts: &[Part]) -> Outcome<()> {
    let unit = open_unit(work, line)?;
    let loaded = load_book(work)?;
    let rows = rows_of(&loaded, &unit, parts)?;
    decide(work, &loaded, unit, rows, "applied_by_hand")
}

/// Applies a line as one of its proposals.
pub fn accept(work: &mut Work<'_>, line: &str, rank: i64) -> Outcome<()> {
    let unit = open_unit(work, line)?;
    let loaded = load_book(work)?;
    let before = unit.before.as_ref().map(|before| before.decision);
    let stored = sql::proposals(work, &before.into_iter().collect::<Vec<_>>())?;
    let customers: HashMap<&str, usize> = loaded
        .parties
        .iter()
        .enumerate()
        .map(|(place, (_, code))| (code.as_str(), place))
        .collect();
    let currency = unit.payment.amount.currency();
    let rows: Vec<Row> = stored
        .into_values()
        .flatten()
        .filter(|row| row.rank == rank)
        .map(|row| Row {
            customer: customers.get(row.party_code.as_str()).copied(),
            item: row.item.map(i64::cast_unsigned),
            amount: Money::new(row.amount, currency),
            document_amount: row.document_amount,
            kind: load::kind_of_word(&row.kind),
        })
        .collect();
    if rows.is_empty() {
        return Err(DeskRefusal::NoProposal { rank }.into());
    }
    decide(work, &loaded, unit, rows, "applied_by_hand")
}

/// Says whose money a line is; it stays unapplied, on account where that is the decision.
pub fn assign(work: &mut Work<'_>, line: &str, party: &str, on_account: bool) -> Outcome<()> {
    let unit = open_unit(work, line)?;
    let loaded = load_book(work)?;
    let customer = loaded.parties.iter().position(|(_, code)| code == party);
    let customer = customer.ok_or_else(|| DeskRefusal::UnknownParty {
        code: party.to_owned(),
    })?;
    let rows = vec![Row {
        customer: Some(customer),
        item: None,
        amount: unit.payment.amount,
        document_amount: None,
        kind: Kind::OverpaymentOnAccount,
    }];
    decide(
        work,
        &loaded,
        unit,
        rows,
        if on_account {
            "on_account"
        } else {
            "unapplied"
        },
    )
}

/// Takes a decision back: applications are undone, deductions reversed, and the money waits,
/// unidentified, until a person or the next run after a release decides again.
pub fn undo(work: &mut Work<'_>, line: &str) -> Outcome<()> {
    access::demand(work, Area::Cash, Verb::Do, None)?;
    let (id, unit_number) = parse_line(line)?;
    let line_id = LineId(id);
    let unit = find_unit(work, line, id, &unit_number)?;
    let Some(before) = unit.before.clone() else {
        return Err(DeskRefusal::NothingToUndo { line: line_id }.into());
    };
    let undoable = [
        "applied",
        "applied_by_hand",
        "on_account",
        "unapplied",
        "not_customer_cash",
    ];
    if !undoable.contains(&before.outcome.as_str()) {
        return Err(DeskRefusal::NothingToUndo { line: line_id }.into());
    }
    let other = before.outcome == "not_customer_cash";
    if unit.payment.amount.is_negative() && !other {
        return Err(DeskRefusal::WentOut { line: line_id }.into());
    }
    let mut posting = Posting::default();
    let mut receipt = None;
    if other {
        reverse_entry(work, &unit, before.entry, &mut posting)?;
    } else {
        receipt = Some(take_apart(work, &unit, before.decision, &mut posting)?);
    }
    ledger::post(work, &mut posting)?;
    let documents: Vec<DocumentId> = posting.documents.iter().map(|paper| paper.id).collect();
    let run = work.ids.take();
    let decision = DecisionRow {
        id: work.ids.take(),
        line_id: id,
        unit: unit.unit.clone(),
        entry_ref: unit.entry_ref.clone(),
        statement_name: unit.statement_name.clone(),
        outcome: "held",
        class: "",
        amount: unit.payment.amount,
        party: None,
        receipt,
        documents,
        entry: None,
        confidence: 0,
        reason: format!("Taken back by {}", work.actor()),
        evidence: json!({}).to_string(),
        replaces: Some(before.decision),
        proposals: Vec::new(),
    };
    let today = work.day();
    sql::insert_run(work, run, "cash_desk", today, "{}")?;
    sql::insert_decisions(work, run, &[decision])?;
    work.note(
        "cash.undo",
        line_id.to_string(),
        json!({ "unit": unit.unit }),
    );
    Ok(())
}

/// Takes back the entry of money that was held for nobody of ours.
fn reverse_entry(
    work: &mut Work<'_>,
    unit: &Unit,
    entry: Option<i64>,
    posting: &mut Posting,
) -> Outcome<()> {
    let Some(entry) = entry else { return Ok(()) };
    let id = EntryId(work.ids.take());
    let memo = "Bank line taken back";
    let mut draft = EntryDraft::on(id, unit.payment.booked, Source::BankLine, memo);
    for (account, amount, functional) in sql::legs_of(work, entry)? {
        draft = draft.line(account, -amount, -functional);
    }
    posting.entries.push(draft.balanced());
    Ok(())
}

/// Undoes the applications of a decision's documents and brings all its cash together again as
/// one unidentified receipt.
fn take_apart(
    work: &mut Work<'_>,
    unit: &Unit,
    decision: i64,
    posting: &mut Posting,
) -> Outcome<DocumentId> {
    let documents = sql::documents_of_decision(work, decision)?;
    let live = standing(work, &documents)?;
    let mut touched: Vec<ItemId> = documents.iter().map(|(item, _)| *item).collect();
    let sides = live
        .iter()
        .flat_map(|application| [application.debit, application.credit]);
    touched.extend(sides);
    let states = sql::lock_items(work, &touched)?;
    let functional = work.functional();
    let mut ids = work.ids.clone();
    let mut batch = Batch {
        states,
        ids: &mut ids,
        functional,
        issued: Vec::new(),
        applied: Applied::default(),
    };
    let last = live.iter().map(|application| application.applied_on);
    let day = last.fold(unit.payment.booked, Date::max);
    let undos: Vec<Undo> = live
        .into_iter()
        .map(|application| Undo {
            application,
            on: day,
        })
        .collect();
    let undone = undo_applications(&mut batch.states, &undos, functional, batch.ids)?;
    batch.applied.applications.extend(undone.applications);
    batch.applied.entries.extend(undone.entries);
    let cash = Cash {
        party: None,
        on: day,
        bank: Role::BankClearing.code().into(),
        amount: unit.payment.amount,
        functional: Money::zero(functional),
        memo: format!("{} taken back", unit.entry_ref),
    };
    let (value, entry) = bring_together(&mut batch, &cash, &documents)?;
    let cash = Cash {
        functional: value,
        ..cash
    };
    let item = receive(&mut batch, DocumentKind::TransferIn, &cash);
    let document = batch.states[&item].item.document;
    posting.issued(std::mem::take(&mut batch.issued));
    posting.applied(std::mem::take(&mut batch.applied));
    posting.entries.extend(entry);
    drop(batch);
    work.ids = ids;
    Ok(document)
}

/// The applications of a decision's documents that stand. A transfer that brought the cash to
/// them stays: only what came after it is taken apart.
fn standing(
    work: &mut Work<'_>,
    documents: &[(ItemId, DocumentKind)],
) -> Outcome<Vec<Application>> {
    let items: Vec<ItemId> = documents.iter().map(|(item, _)| *item).collect();
    let mut live = sql::live_applications(work, &items, "credit_item_id")?;
    live.extend(sql::live_applications(work, &items, "debit_item_id")?);
    live.sort_by_key(|found| found.application.id);
    live.dedup_by_key(|found| found.application.id);
    let is_transfer = |item: ItemId| {
        let mut own = documents.iter();
        own.any(|(known, kind)| *known == item && *kind == DocumentKind::TransferOut)
    };
    Ok(live
        .into_iter()
        .map(|found| found.application)
        .filter(|application| !is_transfer(application.debit))
        .collect())
}

/// Reverses deductions and takes all cash of the documents to clearing. What intermediaries
/// kept was posted beside the receipts; it goes back to them. Answers the value of the line.
fn bring_together(
    batch: &mut Batch<'_>,
    cash: &Cash,
    documents: &[(ItemId, DocumentKind)],
) -> Outcome<(Money, Option<JournalEntry>)> {
    let mut value = Money::zero(batch.functional);
    let mut sum = Money::zero(cash.amount.currency());
    for (item, kind) in documents {
        if domain::receipts::deduction_account(*kind).is_some() {
            reverse_deduction(batch, cash, *item, *kind)?;
        } else if matches!(kind, DocumentKind::Receipt | DocumentKind::TransferIn) {
            sum += batch.open(*item).unwrap_or(Money::zero(sum.currency()));
            let carried = transfer_out(batch, *item, cash)?;
            value += carried.unwrap_or(Money::zero(batch.functional));
        }
    }
    let kept = sum - cash.amount;
    if kept.is_zero() {
        return Ok((value, None));
    }
    let own = post::share(value, kept.abs(), sum);
    let own = if kept.is_negative() { -own } else { own };
    let id = EntryId(batch.ids.take());
    let entry = EntryDraft::on(id, cash.on, Source::Reversal, "Fees kept from the payment")
        .role(Role::BankClearing, kept, own)
        .role(Role::BankFees, -kept, -own);
    Ok((value - own, Some(entry.balanced())))
}

/// Lets the next run decide a line again that a person had taken back.
pub fn release(work: &mut Work<'_>, line: &str) -> Outcome<()> {
    let unit = open_unit(work, line)?;
    let before = unit.before.clone().ok_or(DeskRefusal::NothingToUndo {
        line: LineId(unit.line_id),
    })?;
    let run = work.ids.take();
    let party = sql::party_of_receipt(work, before.receipt)?;
    let decision = DecisionRow {
        id: work.ids.take(),
        line_id: unit.line_id,
        unit: unit.unit.clone(),
        entry_ref: unit.entry_ref.clone(),
        statement_name: unit.statement_name.clone(),
        outcome: "waiting",
        class: "",
        amount: unit.payment.amount,
        party,
        receipt: before.receipt.map(DocumentId),
        documents: Vec::new(),
        entry: None,
        confidence: 0,
        reason: format!("Released by {}", work.actor()),
        evidence: json!({}).to_string(),
        replaces: Some(before.decision),
        proposals: Vec::new(),
    };
    let today = work.day();
    sql::insert_run(work, run, "cash_desk", today, "{}")?;
    sql::insert_decisions(work, run, &[decision])?;
    work.note(
        "cash.release",
        LineId(unit.line_id).to_string(),
        json!({ "unit": unit.unit }),
    );
    Ok(())
}

/// `line_…` or `line_….3`.
fn parse_line(text: &str) -> Outcome<(i64, String)> {
    let (id, unit) = text.split_once('.').unwrap_or((text, ""));
    let id: LineId = id.parse().map_err(|_| DeskRefusal::UnknownLine {
        line: text.to_owned(),
    })?;
    Ok((id.0, unit.to_owned()))
}

fn load_book(work: &mut Work<'_>) -> Outcome<Loaded> {
    let remittances = crate::remittances::load(work)?;
    load::book(work, &remittances)
}

fn find_unit(work: &mut Work<'_>, line: &str, id: i64, number: &str) -> Outcome<Unit> {
    let remittances = crate::remittances::load(work)?;
    let found = units::of_line(work, &remittances, id)?;
    let found = found.into_iter().find(|unit| unit.unit == number);
    Ok(found.ok_or_else(|| DeskRefusal::UnknownLine {
        line: line.to_owned(),
    })?)
}

/// A unit about which a person may decide: nothing settled stands on it.
fn open_unit(work: &mut Work<'_>, line: &str) -> Outcome<Unit> {
    access::demand(work, Area::Cash, Verb::Do, None)?;
    let (id, number) = parse_line(line)?;
    let unit = find_unit(work, line, id, &number)?;
    match &unit.before {
        Some(before)
            if !["proposed", "waiting", "held", "on_account", "unapplied"]
                .contains(&before.outcome.as_str()) =>
        {
            Err(DeskRefusal::Settled {
                line: LineId(id),
                outcome: before.outcome.clone(),
            }
            .into())
        }
        _ => Ok(unit),
    }
}

/// Turns a person's parts into rows; what is left of the line stays on account.
fn rows_of(loaded: &Loaded, unit: &Unit, parts: &[Part]) -> Outcome<Vec<Row>> {
    let currency = unit.payment.amount.currency();
    let mut left = unit.payment.amount;
    let mut rows = Vec::new();
    let mut first_customer = None;
    for part in parts {
        let item = find_item(loaded, &part.document)?;
        first_customer = first_customer.or(Some(item.customer));
        let taken = part
            .deductions
            .iter()
            .fold(Money::zero(currency), |sum, (_, money)| sum + *money);
        let same = item.open.currency() == currency;
        let is_credit = item.open.is_negative();
        let whole = match part.amount {
            Some(amount) => amount,
            None if same && is_credit => item.open.abs(),
            None if same => Money::new(item.open.minor().min((left + taken).minor()), currency),
            None => left + taken,
        };
        let document_amount = (!same).then_some(item.open);
        let kind = if is_credit {
            Kind::CreditMemoTaken
        } else {
            Kind::Payment
        };
        let amount = if is_credit { -whole } else { whole };
        rows.push(Row {
            customer: Some(item.customer),
            item: Some(item.id),
            amount,
            document_amount,
            kind,
        });
        left -= amount;
        for (kind, money) in &part.deductions {
            left += *money;
            rows.push(Row {
                customer: Some(item.customer),
                item: Some(item.id),
                amount: -*money,
                document_amount: None,
                kind: *kind,
            });
        }
    }
    if left.is_negative() {
        let asked = unit.payment.amount - left;
        return Err(DeskRefusal::TooMuch {
            line: unit.payment.amount,
            asked,
        }
        .into());
    }
    if left.is_positive() {
        rows.push(Row {
            customer: first_customer,
            item: None,
            amount: left,
            document_amount: None,
            kind: Kind::OverpaymentOnAccount,
        });
    }
    Ok(rows)
}

fn find_item<'a>(loaded: &'a Loaded, document: &str) -> Outcome<&'a domain::cash::Item> {
    let (party, number) = match document.split_once('/') {
        Some((party, number)) if loaded.parties.iter().any(|(_, code)| code == party) => {
            (Some(party), number)
        }
        _ => (None, document),
    };
    let mut found = loaded.book.items.iter().filter(|item| {
        Loaded::is_here(item.id)
            && !item.open.is_zero()
            && item.number == number
            && party.is_none_or(|party| loaded.parties[item.customer].1 == party)
    });
    let number = number.to_owned();
    let first = found.next().ok_or(DeskRefusal::UnknownDocument {
        number: number.clone(),
    })?;
    if found.next().is_some() {
        return Err(DeskRefusal::AmbiguousDocument { number }.into());
    }
    Ok(first)
}

/// Posts a person's decision.
fn decide(
    work: &mut Work<'_>,
    loaded: &Loaded,
    unit: Unit,
    rows: Vec<Row>,
    outcome: &'static str,
) -> Outcome<()> {
    let line = LineId(unit.line_id);
    let by = Evidence {
        weight: Weight::For,
        text: format!("Decided by {}", work.actor()),
    };
    let proposal = Proposal {
        rows,
        confidence: Confidence::new(10_000),
        evidence: vec![by],
    };
    let decision = Decision {
        outcome: Decided::Posted,
        alternatives: vec![proposal],
        payer: None,
        advice: None,
        evidence: Vec::new(),
        waits: String::new(),
    };
    let chosen = Chosen {
        outcome,
        kind: "cash_desk",
    };
    let refused = record::write_one(work, loaded, unit, decision, &chosen)?;
    if let Some(reason) = refused {
        return Err(DeskRefusal::DoesNotFit { reason }.into());
    }
    work.note(
        "cash.decide",
        line.to_string(),
        json!({ "outcome": outcome }),
    );
    Ok(())
}
