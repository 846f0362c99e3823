//! Deciding before the gate is taken, on one snapshot of the books: reading every remittance and
//! matching every line takes longer than others should wait.
//!
//! Within the gate it is seen what was written since. What touches neither the payer of a line,
//! nor anybody of the same tree, nor the line itself leaves its decision as it would have been,
//! had the run come before that write. The other lines are left, to be decided anew. Where master
//! data, remittances or settings changed, nothing of what was decided is used.

use std::collections::HashSet;

use domain::cash::{Decision, GroundConfidence};
use domain::ids::PartyId;
use domain::parties::Tree;

use super::load::Names;
use super::units::Late;
use super::{Unit, sql};
use crate::audit;
use crate::failure::{Fault, Outcome};
use crate::parties;
use crate::work::Work;

/// What a run decided, and when.
#[derive(Default)]
pub struct Ready {
    /// The newest link of the audit log then.
    pub(super) sequence: i64,
    pub(super) names: Names,
    pub(super) decided: Vec<(Unit, Decision)>,
    pub(super) confidences: Vec<GroundConfidence>,
    /// Sums among them whose deposit file came since they were decided.
    pub(super) late: Vec<Late>,
    /// Whether it went on with a run that paused.
    pub(super) went_on: bool,
}

/// Actions that change nothing that decides about money, or whose changes are told by the facts
/// that they made: items, applications, decisions about lines, files.
const HARMLESS: &[&str] = &[
    "adjust.",
    "approval.",
    "cash.",
    "code.",
    "credit.",
    "delegation.",
    "document.",
    "import",
    "item.",
    "keys.",
    "openid.",
    "party.contact",
    "party.credit_limit",
    "party.note",
    "password.",
    "period.",
    "person.",
    "policy.",
    "receipt.",
    "request.",
    "revaluation.",
    "role.",
    "session.",
    "short_pay.",
    "token.",
    "webhook.",
];

/// What was touched since.
struct Moved {
    tree: Tree,
    /// Those at the top of the trees of parties whose items moved.
    roots: HashSet<PartyId>,
    /// Bank lines about which somebody decided.
    lines: HashSet<i64>,
    /// Documents whose items were settled.
    documents: HashSet<i64>,
}

impl Ready {
    /// Leaves out what has to be decided anew; answers whether anything of it may be used at all.
    /// The gate must be held.
    pub(super) fn bring_up(&mut self, work: &mut Work<'_>) -> Outcome<bool> {
        let until = audit::sequence(work)?;
        if until == self.sequence {
            return Ok(true);
        }
        let Some(reach) = audit::reach(work, self.sequence, until)? else {
            return Ok(false);
        };
        let actions = sql::actions_since(work, self.sequence)?;
        let is_harmless = |action: &String| HARMLESS.iter().any(|known| action.starts_with(known));
        let is_open = reach.names_changed || !actions.iter().all(is_harmless);
        if is_open || sql::files_since(work, reach.first_id)? {
            return Ok(false);
        }
        let moved = Moved::since(work, reach.first_id)?;
        let parties = &self.names.parties;
        let root_of = |place: usize| parties.get(place).map(|(party, _)| moved.tree.root(*party));
        self.decided
            .retain(|(unit, decision)| !moved.touches(unit, decision, root_of));
        Ok(true)
    }
}

impl Moved {
    fn since(work: &mut Work<'_>, first_id: i64) -> Result<Moved, Fault> {
        let tree = parties::tree(work)?;
        let (parties, documents) = sql::items_since(work, first_id)?;
        Ok(Moved {
            roots: parties.into_iter().map(|party| tree.root(party)).collect(),
            tree,
            lines: sql::lines_since(work, first_id)?,
            documents,
        })
    }

    /// Would the decision perhaps be another one now?
    fn touches(
        &self,
        unit: &Unit,
        decision: &Decision,
        root_of: impl Fn(usize) -> Option<PartyId>,
    ) -> bool {
        let receipt = unit.before.as_ref().and_then(|before| before.receipt);
        let rows = decision.alternatives.iter().flat_map(|one| &one.rows);
        let mut whose = rows.filter_map(|row| row.customer).chain(decision.payer);
        self.lines.contains(&unit.line_id)
            || receipt.is_some_and(|receipt| self.documents.contains(&receipt))
            || whose.any(|place| root_of(place).is_some_and(|root| self.roots.contains(&root)))
    }
}
