//! Applying a bank line as a wish: what would be posted is found by doing it and taking it back.

use domain::access::Area;
use domain::deductions;

use crate::approvals::plan::{Act, Plan};
use crate::cash::desk::{self, Division};
use crate::failure::Outcome;
use crate::ledger::rehearsal;
use crate::work::Work;

/// What applying the line would post. Writes nothing.
pub(super) fn plan(work: &mut Work<'_>, line: &str, division: &Division) -> Outcome<Plan> {
    let areas = [Area::Cash, Area::WriteOffs];
    for area in areas {
        work.give_warrant(area);
    }
    let rehearsed = rehearsal::rehearsed(work, |work| desk::apply(work, line, division));
    for area in areas {
        work.take_warrant(area);
    }
    let ((), legs) = rehearsed?;
    let debits = legs.iter().map(|leg| leg.functional.max(0));
    let whole = debits.fold(0, i64::saturating_add);
    let given_up = legs
        .iter()
        .filter(|leg| deductions::is_given_up(&leg.account));
    let given_up = given_up.map(|leg| leg.functional.saturating_abs());
    Ok(Plan {
        subject: subject(line, division),
        effect: rehearsal::shown(work, &legs)?,
        // Others approve what is given up; what the line pays is the maker's own work.
        amount: if division.gives_up() {
            given_up.fold(0, i64::saturating_add)
        } else {
            whole
        },
        act: Act::ApplyLine {
            line: line.to_owned(),
            division: division.clone(),
            parties: legs.iter().filter_map(|leg| leg.party).collect(),
            whole,
        },
    })
}

fn subject(line: &str, division: &Division) -> String {
    let documents = division.parts.iter().map(|part| part.document.as_str());
    let parties = division.on_account.iter().map(|part| part.party.as_str());
    let named: Vec<&str> = documents.chain(parties).take(20).collect();
    format!("{line} to {}", named.join(", "))
}
