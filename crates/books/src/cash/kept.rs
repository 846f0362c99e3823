//! What is kept of a decision: its own row, with the documents it issued, and the rows of what it
//! proposes.

use std::collections::BTreeMap;

use domain::cash::{Decision, Evidence, Outcome as Decided, Proposal, Weight};
use domain::ids::{DocumentId, EntryId, PartyId};
use domain::ledger::JournalEntry;
use serde::Serialize;

use crate::cash::load::{Names, is_here};
use crate::cash::post::Posted;
use crate::cash::sql::{DecisionRow, ProposalRow};
use crate::cash::units::Unit;
use crate::failure::Fault;

/// A decision with what it posted.
pub(super) struct Kept {
    id: i64,
    unit: Unit,
    decision: Decision,
    /// The word under which it is kept.
    outcome: &'static str,
    /// Why it is not posted as decided.
    demoted: Option<String>,
    party: Option<PartyId>,
    receipt: Option<DocumentId>,
    /// Its entry beside documents.
    entry: Option<EntryId>,
    documents: Vec<DocumentId>,
}

impl Kept {
    /// A decision under an identity, kept under a word and perhaps not posted as decided.
    pub(super) fn of(
        (id, unit, decision): (i64, Unit, Decision),
        (outcome, demoted): (&'static str, Option<String>),
        posted: Posted,
        entry: Option<&JournalEntry>,
    ) -> Kept {
        Kept {
            id,
            unit,
            decision,
            outcome,
            demoted,
            party: posted.party,
            receipt: posted.receipt,
            entry: entry.map(|entry| entry.id),
            documents: posted.documents,
        }
    }

    /// Does it only say again what stands?
    pub(super) fn repeats(&self, names: &Names, stands: &BTreeMap<i64, Vec<ProposalRow>>) -> bool {
        self.unit.before.as_ref().is_some_and(|before| {
            self.outcome == before.outcome
                && self.entry.is_none()
                && self.receipt.map(|receipt| receipt.0) == before.receipt
                && stands.get(&before.decision) == Some(&proposals_of(names, &self.decision))
        })
    }

    /// The rows.
    pub(super) fn row(self, names: &Names) -> Result<DecisionRow, Fault> {
        let (unit, decision) = (self.unit, self.decision);
        let class = match decision.outcome {
            Decided::NotCustomerCash(class) => class.word(),
            Decided::Posted | Decided::Proposed | Decided::Waiting => "",
        };
        let best = decision.alternatives.first();
        Ok(DecisionRow {
            id: self.id,
            line_id: unit.line_id,
            unit: unit.unit,
            entry_ref: unit.entry_ref,
            statement_name: unit.statement_name,
            outcome: self.outcome,
            class,
            amount: unit.payment.amount,
            party: self.party,
            receipt: self.receipt,
            documents: self.documents,
            entry: self.entry,
            confidence: match decision.outcome {
                Decided::NotCustomerCash(_) => OTHER_CASH_CONFIDENCE,
                Decided::Posted | Decided::Proposed | Decided::Waiting => {
                    best.map_or(0, millionths)
                }
            },
            evidence: evidence_of(&decision)?,
            replaces: unit.before.as_ref().map(|before| before.decision),
            advice: decision
                .advice
                .and_then(|advice| names.advices.get(usize::try_from(advice).ok()?).copied()),
            proposals: proposals_of(names, &decision),
            reason: self.demoted.unwrap_or(decision.waits),
        })
    }
}

/// How sure a line is that is told apart as no customer's money, in millionths: the matcher
/// answers it only on evidence of its own (own account, bank code, words of the bank).
const OTHER_CASH_CONFIDENCE: i64 = 990_000;

fn millionths(proposal: &Proposal) -> i64 {
    i64::from(proposal.confidence.ten_thousandths()) * 100
}

/// The alternatives as they are stored.
pub(super) fn proposals_of(names: &Names, decision: &Decision) -> Vec<ProposalRow> {
    let mut all = Vec::new();
    for (rank, proposal) in decision.alternatives.iter().enumerate() {
        for (place, row) in proposal.rows.iter().enumerate() {
            let party = row
                .customer
                .map(|customer| names.parties[customer].1.clone());
            let number = row.item.and_then(|item| names.numbers.get(&item).cloned());
            let here = row.item.filter(|item| is_here(*item));
            all.push(ProposalRow {
                rank: rank as i64 + 1,
                row_number: place as i64 + 1,
                party_code: party.unwrap_or_default(),
                document_number: number.unwrap_or_default(),
                item: here.map(u64::cast_signed),
                kind: row.kind.word().to_owned(),
                amount: row.amount.minor(),
                document_amount: row.document_amount,
                confidence: millionths(proposal),
            });
        }
    }
    all
}

/// What was looked at, found and missed, as it is stored.
#[derive(Serialize)]
struct Facts<'a> {
    alternatives: Vec<Vec<Fact<'a>>>,
    line: Vec<Fact<'a>>,
}

#[derive(Serialize)]
struct Fact<'a> {
    text: &'a str,
    weight: &'static str,
}

/// The evidence of the line and of each alternative, as JSON.
fn evidence_of(decision: &Decision) -> Result<String, Fault> {
    let alternatives = decision.alternatives.iter();
    let facts = Facts {
        alternatives: alternatives.map(|one| facts_of(&one.evidence)).collect(),
        line: facts_of(&decision.evidence),
    };
    let text = serde_json::to_string(&facts);
    text.map_err(|why| Fault::new(format!("evidence is no JSON: {why}")))
}

fn facts_of(evidence: &[Evidence]) -> Vec<Fact<'_>> {
    let facts = evidence.iter().map(|fact| Fact {
        text: &fact.text,
        weight: match fact.weight {
            Weight::For => "for",
            Weight::Against => "against",
            Weight::Absent => "absent",
        },
    });
    facts.collect()
}

#[cfg(test)]
mod tests {
    use domain::cash::{Confidence, Outcome};
    use serde_json::Value as Json;

    use super::*;

    #[test]
    fn evidence_is_json_with_its_fields_in_their_order() {
        let fact = |weight, text: &str| Evidence {
            weight,
            text: text.to_owned(),
        };
        let proposal = |evidence| Proposal {
            rows: Vec::new(),
            confidence: Confidence::new(9_900),
            evidence,
        };
        let decision = Decision {
            outcome: Outcome::Proposed,
            alternatives: vec![
                proposal(vec![
                    fact(Weight::For, "it says \"A\\B\"\n"),
                    fact(Weight::Absent, "ü"),
                ]),
                proposal(Vec::new()),
            ],
            advice: None,
            payer: None,
            evidence: vec![fact(Weight::Against, "\u{1}")],
            waits: String::new(),
        };
        let text = evidence_of(&decision).expect("written");
        let read: Json = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read.to_string(), text);
        assert_eq!(read["alternatives"][0][0]["text"], "it says \"A\\B\"\n");
        assert_eq!(read["alternatives"][1], Json::Array(Vec::new()));
        assert_eq!(read["line"][0]["weight"], "against");
    }
}
