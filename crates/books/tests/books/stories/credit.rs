//! Credit in stories: limits, the policy, holds, and how customers stand.

use books::approvals::{self, Wish};
use books::reports::Table;
use books::{Failure, credit};
use domain::calendar::Date;
use domain::credit::{Covers, Limit};

use super::steps::{Desk, Words};

impl Desk<'_> {
    /// `limit PARTY 500.00 EUR [covers group]`, `credit warn|ask|refuse`, `hold PARTY "reason"`, `release PARTY`.
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
                let limit = Limit {
                    amount: words.next_money(),
                    covers: match words.one("covers") {
                        Some(word) => Covers::parse(&word).expect("own or group"),
                        None => Covers::Own,
                    },
                };
                let wish = Wish::CreditLimit {
                    changes: vec![(named, Some(limit))],
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
        let group = match (cell(9).as_str(), cell(11).as_str()) {
            ("group", _) => format!("group owes {}", cell(10)),
            (_, "") => String::new(),
            (_, of) => format!("limit of {of}"),
        };
        let line = format!(
            "{:<6} limit {:>9}  owes {:>9}  headroom {:>9}  overdue {:>9}  {}{group}",
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
