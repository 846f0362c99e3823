//! Credit in stories: limits, the policy, holds, and how customers stand.

use books::approvals::{self, Wish};
use books::reports::Table;
use books::{Failure, credit};
use domain::calendar::Date;

use super::steps::{Desk, Words};

impl Desk<'_> {
    /// `limit PARTY 500.00 EUR`, `credit warn|ask|refuse`, `hold PARTY "reason"`, `release PARTY`.
    pub(super) fn credit(
        &mut self,
        verb: &str,
        _on: Date,
        mut words: Words,
    ) -> Result<(), Failure> {
        let named = words.next();
        let context = self.context();
        let db = &self.fixture.db;
        match verb {
            "limit" => {
                let wish = Wish::CreditLimit {
                    party: named,
                    limit: Some(words.next_money()),
                };
                db.write(&context, None, |work| approvals::ask(work, &wish, "told"))?;
            }
            "credit" => {
                db.write(&context, None, |work| {
                    credit::set_policy(work, &named, "told")
                })?;
            }
            "hold" => {
                let reason = words.next();
                db.write(&context, None, |work| credit::hold(work, &named, &reason))?;
            }
            _ => {
                let wish = Wish::ReleaseHold { party: named };
                db.write(&context, None, |work| approvals::ask(work, &wish, "told"))?;
            }
        }
        words.done();
        Ok(())
    }
}

/// Each customer with limit, exposure, headroom, what is overdue, and why they are held.
pub(super) fn standings(table: &Table) -> Vec<String> {
    let row = |row: &Vec<books::reports::Cell>| {
        let cell = |place: usize| row[place].to_string();
        let line = format!(
            "{:<6} limit {:>9}  owes {:>9}  headroom {:>9}  overdue {:>9}  {}",
            cell(0),
            cell(3),
            cell(4),
            cell(5),
            cell(6),
            cell(7)
        );
        line.trim_end().to_owned()
    };
    table.rows.iter().map(row).collect()
}
