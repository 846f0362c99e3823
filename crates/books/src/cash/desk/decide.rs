//! What a person decides about a line: documents, a proposal, or only whose money it is.

use std::collections::HashMap;

use domain::cash::{
    Confidence, Decision, Evidence, Kind, Outcome as Decided, Proposal, Row, Weight,
};
use domain::ids::LineId;
use domain::money::Money;
use serde_json::json;

use crate::cash::desk::{DeskRefusal, open_unit};
use crate::cash::load::{self, Names};
use crate::cash::record::{self, Chosen};
use crate::cash::sql::{self, ProposalRow};
use crate::cash::units::Unit;
use crate::failure::Outcome;
use crate::work::Work;

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

/// The parties and documents that a person named: not the whole book, which may be large.
struct Known {
    names: Names,
    items: Vec<NamedItem>,
}

/// An open document that a person named.
struct NamedItem {
    id: u64,
    customer: usize,
    number: String,
    open: Money,
}

impl Known {
    fn parties(work: &mut Work<'_>, codes: &[&str]) -> Outcome<Known> {
        let parties = sql::parties_by_code(work, codes)?;
        let names = Names {
            parties,
            numbers: HashMap::new(),
        };
        Ok(Known {
            names,
            items: Vec::new(),
        })
    }

    /// Loads what `NUMBER` and `PARTY/NUMBER` may mean.
    fn documents(work: &mut Work<'_>, documents: &[&str]) -> Outcome<Known> {
        let after_slash = documents.iter().filter_map(|text| text.split_once('/'));
        let numbers: Vec<&str> = documents
            .iter()
            .copied()
            .chain(after_slash.map(|(_, number)| number))
            .collect();
        let mut names = Names {
            parties: Vec::new(),
            numbers: HashMap::new(),
        };
        let mut items = Vec::new();
        for row in sql::open_by_number(work, &numbers)? {
            let customer = place_of(&names, &row.party_code).unwrap_or_else(|| {
                names.parties.push((row.party, row.party_code.clone()));
                names.parties.len() - 1
            });
            let id = row.item.0.cast_unsigned();
            names.numbers.insert(id, row.number.clone());
            items.push(NamedItem {
                id,
                customer,
                number: row.number,
                open: row.open,
            });
        }
        Ok(Known { names, items })
    }

    fn find(&self, document: &str) -> Outcome<&NamedItem> {
        let of_party = document
            .split_once('/')
            .and_then(|(party, number)| Some((place_of(&self.names, party)?, number)));
        let means = |item: &&NamedItem| match of_party {
            Some((party, number)) => item.customer == party && item.number == number,
            None => item.number == document,
        };
        let mut found = self.items.iter().filter(means);
        let number = of_party.map_or(document, |(_, number)| number).to_owned();
        let first = found.next().ok_or_else(|| DeskRefusal::UnknownDocument {
            number: number.clone(),
        })?;
        if found.next().is_some() {
            return Err(DeskRefusal::AmbiguousDocument { number }.into());
        }
        Ok(first)
    }
}

fn place_of(names: &Names, code: &str) -> Option<usize> {
    names.parties.iter().position(|(_, known)| known == code)
}

/// Applies a line as a person says: to documents, or as one of its proposals.
pub fn apply(work: &mut Work<'_>, line: &str, parts: &[Part]) -> Outcome<()> {
    let unit = open_unit(work, line)?;
    let documents: Vec<&str> = parts.iter().map(|part| part.document.as_str()).collect();
    let known = Known::documents(work, &documents)?;
    let rows = rows_of(&known, &unit, parts)?;
    decide(work, &known.names, unit, rows, "applied_by_hand")
}

/// Applies a line as one of its proposals.
pub fn accept(work: &mut Work<'_>, line: &str, rank: i64) -> Outcome<()> {
    let unit = open_unit(work, line)?;
    let before = unit.before.as_ref().map(|before| before.decision);
    let mut stored: Vec<ProposalRow> =
        sql::proposals(work, &before.into_iter().collect::<Vec<_>>())?
            .into_values()
            .flatten()
            .collect();
    stored.retain(|row| row.rank == rank);
    if stored.is_empty() {
        return Err(DeskRefusal::NoProposal { rank }.into());
    }
    let codes: Vec<&str> = stored.iter().map(|row| row.party_code.as_str()).collect();
    let mut names = Known::parties(work, &codes)?.names;
    names.numbers = stored
        .iter()
        .filter_map(|row| Some((row.item?.cast_unsigned(), row.document_number.clone())))
        .collect();
    let currency = unit.payment.amount.currency();
    let rows: Vec<Row> = stored
        .into_iter()
        .map(|row| Row {
            customer: place_of(&names, &row.party_code),
            item: row.item.map(i64::cast_unsigned),
            amount: Money::new(row.amount, currency),
            document_amount: row.document_amount,
            kind: load::kind_of_word(&row.kind),
        })
        .collect();
    decide(work, &names, unit, rows, "applied_by_hand")
}

/// Says whose money a line is; it stays unapplied, on account where that is the decision.
pub fn assign(work: &mut Work<'_>, line: &str, party: &str, on_account: bool) -> Outcome<()> {
    let unit = open_unit(work, line)?;
    let names = Known::parties(work, &[party])?.names;
    let customer = place_of(&names, party).ok_or_else(|| DeskRefusal::UnknownParty {
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
        &names,
        unit,
        rows,
        if on_account {
            "on_account"
        } else {
            "unapplied"
        },
    )
}

/// Turns a person's parts into rows; what is left of the line stays on account.
fn rows_of(known: &Known, unit: &Unit, parts: &[Part]) -> Outcome<Vec<Row>> {
    let currency = unit.payment.amount.currency();
    let mut left = unit.payment.amount;
    let mut rows = Vec::new();
    let mut first_customer = None;
    for part in parts {
        let item = known.find(&part.document)?;
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

/// Posts a person's decision.
fn decide(
    work: &mut Work<'_>,
    names: &Names,
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
    let refused = record::write_one(work, names, unit, decision, &chosen)?;
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
