//! Rates by which customers withhold tax, that come with the file of customers: taken at once or
//! asked for, as terms are.

use domain::access::{Area, Verb};
use domain::ids::PartyId;
use formats::Problem;
use formats::exchange::PartyRow;

use crate::access;
use crate::approvals;
use crate::failure::Outcome;
use crate::imports::ImportReport;
use crate::parties::{self, NewRate};
use crate::work::Work;

/// What a file says of them.
pub(super) struct Withheld {
    /// Whether others must approve it, and whether whoever imports may do or ask for it.
    waits: bool,
    may: bool,
    rates: Vec<NewRate>,
}

impl Withheld {
    pub(super) fn open(work: &mut Work<'_>) -> Outcome<Withheld> {
        Ok(Withheld {
            waits: approvals::is_needed(work, Area::Credit, 1)?,
            may: access::may(work, Area::Credit, Verb::Do)?,
            rates: Vec::new(),
        })
    }

    /// Keeps the rate of a row until all are known.
    pub(super) fn keep(&mut self, line: usize, row: &PartyRow, party: PartyId) {
        if let Some((percent, from)) = row.withholding {
            self.rates.push(NewRate {
                line,
                party,
                code: row.party_id.clone(),
                percent,
                from,
            });
        }
    }

    /// Takes the rates that are new, or asks for each: one request for each customer.
    pub(super) fn take(self, work: &mut Work<'_>, report: &mut ImportReport) -> Outcome<()> {
        let fresh = parties::unknown_rates(work, self.rates)?;
        if !self.may {
            let refused = |rate: &NewRate| {
                let message = "a rate of tax withheld belongs to credit; let somebody import or \
                               ask for it who may work on that";
                let place = format!("row {}, column withholding_percent", rate.line);
                Problem::error(place, message)
            };
            report.problems.extend(fresh.iter().map(refused));
            return Ok(());
        }
        // A file that is not taken changes nothing.
        if fresh.is_empty() || 0 < report.refused() {
            return Ok(());
        }
        let reason = format!("import of {}", report.name);
        let count = fresh.len();
        if !self.waits {
            parties::take_rates(work, &fresh, &reason)?;
            report
                .notes
                .push(format!("{count} rates of tax withheld were taken"));
            return Ok(());
        }
        let waiting = approvals::ask_for_rates(work, fresh, &reason)?;
        report.notes.push(format!(
            "{waiting} rates of tax withheld wait for approval, a request for each"
        ));
        Ok(())
    }
}
