//! The access review: who holds what, whether duties meet, and when they wrote last.

use std::collections::BTreeMap;

use domain::access::{Area, Role, Verb, conflicts_of};
use domain::money::Money;
use jiff::Timestamp;

use crate::access;
use crate::failure::{Fault, Outcome};
use crate::reports::table::{Column, count, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("login"),
    text("name"),
    text("comes_in_by"),
    text("role"),
    money("limit"),
    text("portfolio"),
    text("duties_that_meet"),
    count("writes"),
    text("last_write"),
];

/// Who wrote how often, and when last. `$1` entity.
const WRITES: &str = "
    SELECT actor, COUNT(*), MAX(recorded_at) FROM audit_log WHERE entity_id = $1 GROUP BY actor";

/// Answers: a row for each role that somebody holds, and one for whoever holds none.
pub(in crate::reports) fn run(work: &mut Work<'_>, _: &Question) -> Outcome<Table> {
    access::demand(work, Area::Users, Verb::See, None)?;
    let writes = writes(work)?;
    let functional = work.functional();
    let mut table = Table::new("Access review".to_owned(), COLUMNS);
    for person in access::people(work)? {
        let roles: Vec<&Role> = person.roles.iter().map(|grant| grant.role).collect();
        let conflicts: Vec<&str> = conflicts_of(&roles).iter().map(|found| found.why).collect();
        let comes = if person.is_token {
            "token"
        } else if person.has_password {
            "password"
        } else {
            "nothing yet"
        };
        let (count, last) = match writes.get(&person.login) {
            Some((count, last)) => (*count, Cell::from(last.to_string())),
            None => (0, Cell::Empty),
        };
        let mut row = |role: Cell, limit: Option<i64>, portfolio: Cell| {
            table.push(vec![
                person.login.as_str().into(),
                person.name.as_str().into(),
                comes.into(),
                role,
                limit.map_or(Cell::Empty, |limit| Money::new(limit, functional).into()),
                portfolio,
                conflicts.join("; ").into(),
                Cell::Count(count),
                last.clone(),
            ]);
        };
        if person.roles.is_empty() {
            row(Cell::Empty, None, Cell::Empty);
        }
        for grant in &person.roles {
            let portfolio = grant.portfolio.as_ref().map(ToString::to_string);
            row(grant.role.code.into(), grant.limit, portfolio.into());
        }
    }
    Ok(table)
}

fn writes(work: &mut Work<'_>) -> Result<BTreeMap<String, (i64, Timestamp)>, Fault> {
    let entity = work.entity_id();
    let rows = work.rows(WRITES, &[entity.into()], |row| {
        Ok((row.text(0)?, (row.int(1)?, row.at(2)?)))
    })?;
    Ok(rows.into_iter().collect())
}
