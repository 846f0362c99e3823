//! The replay: what would be decided today about everything that was decided before.
//!
//! Documents are opened again as they were before any line was applied, and every line is
//! matched anew in its order, under the policy given. Nothing is written: the answer is which
//! decisions would change, to be read before a policy is switched on.

use std::collections::HashMap;

use domain::cash::{Matcher, Payment};
use domain::money::Money;
use formats::exchange::Policy;

use crate::cash::load::{self, Loaded, Names};
use crate::cash::{outcome_word, sql, units};
use crate::failure::Outcome;
use crate::work::Work;

/// One decision that would change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// The bank's reference.
    pub entry_ref: String,
    /// How much.
    pub amount: Money,
    /// What stands.
    pub before: String,
    /// What it would be.
    pub after: String,
}

/// What a replay found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replay {
    /// Decisions looked at.
    pub looked_at: u64,
    /// Those that would change.
    pub changes: Vec<Change>,
}

/// Replays all decisions that stand, under another policy where one is given.
pub fn replay(work: &mut Work<'_>, policy: Option<&Policy>) -> Outcome<Replay> {
    let remittances = crate::remittances::load(work)?;
    let units = units::decided(work, &remittances)?;
    let mut loaded = load::book_before_any_line(work, &remittances)?;
    if let Some(policy) = policy {
        load::set_policy(&mut loaded, policy);
    }
    let ids: Vec<i64> = units
        .iter()
        .filter_map(|unit| Some(unit.before.as_ref()?.decision))
        .collect();
    let stored = sql::proposals(work, &ids)?;
    let Loaded {
        book,
        advices,
        mut names,
    } = loaded;
    let mut matcher = Matcher::new(book);
    matcher.add_advices(advices);
    let mut found = Replay::default();
    let payments: Vec<&Payment> = units.iter().map(|unit| &*unit.payment).collect();
    let decisions = matcher.run(&payments);
    names.keep_numbers(&matcher, &decisions);
    for (unit, decision) in units.iter().zip(decisions) {
        let Some(before) = &unit.before else { continue };
        found.looked_at += 1;
        let rows = stored.get(&before.decision).map_or(&[][..], Vec::as_slice);
        let best = rows.iter().filter(|row| row.rank == 1);
        let was = told(
            &before.outcome,
            best.map(|row| {
                let amount = Money::new(row.amount, unit.payment.amount.currency());
                (
                    row.party_code.clone(),
                    row.document_number.clone(),
                    row.kind.clone(),
                    amount,
                )
            }),
        );
        let first = decision.alternatives.first();
        let now = told(
            outcome_word(decision.outcome),
            first
                .into_iter()
                .flat_map(|first| &first.rows)
                .map(|row| named(&names, row)),
        );
        if was != now {
            found.changes.push(Change {
                entry_ref: unit.entry_ref.clone(),
                amount: unit.payment.amount,
                before: was,
                after: now,
            });
        }
    }
    Ok(found)
}

type Named = (String, String, String, Money);

fn named(names: &Names, row: &domain::cash::Row) -> Named {
    let party = row
        .customer
        .map(|customer| names.parties[customer].1.clone());
    let number = row.item.and_then(|item| names.numbers.get(&item).cloned());
    let kind = row.kind.word().to_owned();
    (
        party.unwrap_or_default(),
        number.unwrap_or_default(),
        kind,
        row.amount,
    )
}

/// An outcome with its rows in words, the same for stored and new ones.
fn told(outcome: &str, rows: impl Iterator<Item = Named>) -> String {
    let mut sums: HashMap<(String, String, String), Money> = HashMap::new();
    for (party, number, kind, amount) in rows {
        let sum = sums
            .entry((party, number, kind))
            .or_insert(Money::zero(amount.currency()));
        *sum += amount;
    }
    let mut words: Vec<String> = sums
        .into_iter()
        .map(|((party, number, kind), sum)| format!("{kind} {party} {number} {sum}"))
        .collect();
    words.sort_unstable();
    let outcome = outcome
        .replace("applied_by_hand", "applied")
        .replace('_', " ");
    format!("{outcome}: {}", words.join(", ").replace("  ", " "))
}
