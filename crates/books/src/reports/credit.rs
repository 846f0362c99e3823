//! Credit: what each customer may owe and owes, what is overdue, and who is held.
//!
//! Exposure is what is open in functional currency as of the date: credits and cash that waits
//! lower it. Limits and holds are those that stood at the end of the day; who belongs to whom is
//! what the books know now. Headroom is that of the limit that leaves least.

use std::collections::{BTreeMap, HashMap};

use domain::credit::{Accounts, Covers, Limit};
use domain::ids::PartyId;
use domain::money::Money;
use domain::parties::Tree;
use jiff::Timestamp;
use jiff::civil::time;
use jiff::tz::TimeZone;

use crate::credit::sql::limit;
use crate::failure::{Fault, Outcome};
use crate::parties;
use crate::reports::known;
use crate::reports::table::{Column, date, money, text};
use crate::reports::{Cell, Question, Table};
use crate::work::Work;

const COLUMNS: &[Column] = &[
    text("party_id"),
    text("party_name"),
    text("currency"),
    money("credit_limit"),
    money("exposure"),
    money("headroom"),
    money("overdue"),
    text("hold"),
    date("held_on"),
    text("covers"),
    money("group_exposure"),
    text("limit_of"),
];

/// What is open in functional currency, and what of it is overdue, by party. `$1` entity, `$2`
/// as of, `$3` known at.
const EXPOSURE_AT: &str = "
    SELECT o.party_id, CAST(SUM(o.open) AS BIGINT),
        CAST(SUM(CASE WHEN o.open > 0 AND o.due_on < $2 THEN o.open ELSE 0 END) AS BIGINT)
    FROM (SELECT i.party_id, i.due_on, i.open_functional + COALESCE(l.amount, 0) AS open
        FROM open_item i
        LEFT JOIN (SELECT item_id, CAST(SUM(amount) AS BIGINT) AS amount
            FROM (SELECT debit_item_id AS item_id, debit_functional AS amount FROM application
                WHERE entity_id = $1 AND (applied_on > $2 OR recorded_at > $3)
                UNION ALL
                SELECT credit_item_id, -credit_functional FROM application
                WHERE entity_id = $1 AND (applied_on > $2 OR recorded_at > $3)) later
            GROUP BY item_id) l ON l.item_id = i.id
        WHERE i.entity_id = $1 AND i.opened_on <= $2 AND i.recorded_at <= $3
            AND i.side = 'receivable' AND i.party_id IS NOT NULL) o
    WHERE o.open <> 0
    GROUP BY o.party_id";

/// How one customer stands.
#[derive(Default)]
struct Line {
    limit: Option<Limit>,
    exposure: i64,
    overdue: i64,
    hold: Option<(String, Timestamp)>,
}

/// What is open of each party in functional currency, and what of it is overdue.
pub(super) type Exposures = HashMap<i64, (i64, i64)>;

/// Answers it.
pub(super) fn run(work: &mut Work<'_>, question: &Question) -> Outcome<Table> {
    let exposures = exposures(work, question)?;
    table(work, question, exposures)
}

/// The report of what is open.
pub(super) fn table(
    work: &mut Work<'_>,
    question: &Question,
    exposures: Exposures,
) -> Outcome<Table> {
    let lines = lines(work, question, exposures)?;
    let names = known::parties(work)?;
    let functional = work.functional();
    let sum = |minor: i64| Cell::Money(Money::new(minor, functional));
    let accounts = accounts(work, &lines)?;
    let mut table = Table::new(format!("Credit, {}", known::as_of(question)), COLUMNS);
    let mut rows: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    let (mut exposures, mut overdue) = (0_i64, 0_i64);
    for (party, line) in lines {
        let named = names
            .get(&party)
            .ok_or_else(|| Fault::new("a limit belongs to a party that is not there"))?;
        if question
            .party
            .as_ref()
            .is_some_and(|asked| **asked != *named.code)
        {
            continue;
        }
        exposures = exposures.saturating_add(line.exposure);
        overdue = overdue.saturating_add(line.overdue);
        let standing = accounts.standing(PartyId(party), Money::zero(functional));
        let own = standing.rooms.iter().find(|room| room.of.0 == party);
        let of_group = own.filter(|room| room.limit.covers == Covers::Group);
        let limit_of = standing.tightest().filter(|room| room.of.0 != party);
        let limit_of = limit_of.and_then(|room| names.get(&room.of.0));
        let (hold, since) = match line.hold {
            Some((reason, at)) => {
                let on = at.to_zoned(TimeZone::UTC).date();
                (Cell::from(reason), Cell::Date(on))
            }
            None => (Cell::Empty, Cell::Empty),
        };
        let row = vec![
            Cell::Text(named.code.clone()),
            Cell::Text(named.name.clone()),
            Cell::from(functional.code()),
            own.map_or(Cell::Empty, |room| Cell::Money(room.limit.amount)),
            sum(line.exposure),
            standing.headroom().map_or(Cell::Empty, Cell::Money),
            sum(line.overdue),
            hold,
            since,
            own.map_or(Cell::Empty, |room| Cell::from(room.limit.covers.code())),
            of_group.map_or(Cell::Empty, |room| Cell::Money(room.exposure)),
            limit_of.map_or(Cell::Empty, |named| Cell::Text(named.code.clone())),
        ];
        rows.insert(named.code.to_string(), row);
    }
    for row in rows.into_values() {
        table.push(row);
    }
    let mut total = vec![Cell::Empty; COLUMNS.len()];
    for (place, cell) in [
        (0, Cell::from("TOTAL")),
        (2, Cell::from(functional.code())),
        (4, sum(exposures)),
        (6, sum(overdue)),
    ] {
        total[place] = cell;
    }
    table.push(total);
    Ok(table)
}

/// The limits that cover each customer, with what counts against them.
fn accounts(work: &mut Work<'_>, lines: &HashMap<i64, Line>) -> Result<Accounts, Fault> {
    let functional = work.functional();
    let limits = lines
        .iter()
        .filter_map(|(party, line)| Some((PartyId(*party), line.limit?)));
    let limits: HashMap<PartyId, Limit> = limits.collect();
    let has_groups = limits.values().any(|limit| limit.covers == Covers::Group);
    let tree = if has_groups {
        parties::tree(work)?
    } else {
        Tree::default()
    };
    let owed = lines
        .iter()
        .map(|(party, line)| (PartyId(*party), Money::new(line.exposure, functional)));
    Ok(Accounts::new(
        &lines.keys().copied().map(PartyId).collect(),
        &tree,
        &limits,
        owed.collect(),
        HashMap::new(),
    ))
}

fn exposures(work: &mut Work<'_>, question: &Question) -> Result<Exposures, Fault> {
    let params = [
        work.entity_id().into(),
        question.as_of.into(),
        known::known_at(question).into(),
    ];
    let mut exposures = Exposures::new();
    work.connection.each(EXPOSURE_AT, &params, |row| {
        exposures.insert(row.int(0)?, (row.int(1)?, row.int(2)?));
        Ok(())
    })?;
    Ok(exposures)
}

fn lines(
    work: &mut Work<'_>,
    question: &Question,
    exposures: Exposures,
) -> Outcome<HashMap<i64, Line>> {
    let (entity, functional) = (work.entity_id(), work.functional());
    let known_at = known::known_at(question);
    let lines = exposures.into_iter().map(|(party, (exposure, overdue))| {
        let line = Line {
            exposure,
            overdue,
            ..Line::default()
        };
        (party, line)
    });
    let mut lines: HashMap<i64, Line> = lines.collect();
    let midnight = question.as_of.to_datetime(time(23, 59, 59, 999_999_000));
    let midnight = midnight.to_zoned(TimeZone::UTC).map(|at| at.timestamp());
    let until = midnight.map_or(known_at, |at| at.min(known_at));
    work.connection.each(
        "SELECT party_id, amount, covers FROM credit_limit
         WHERE entity_id = $1 AND recorded_at <= $2 ORDER BY id",
        &[entity.into(), until.into()],
        |row| {
            let limit = limit(row.opt_int(1)?, &row.text(2)?, functional)?;
            lines.entry(row.int(0)?).or_default().limit = limit;
            Ok(())
        },
    )?;
    work.connection.each(
        "SELECT party_id, action, actor, reason, recorded_at FROM credit_hold
         WHERE entity_id = $1 AND recorded_at <= $2 ORDER BY id",
        &[entity.into(), until.into()],
        |row| {
            let held = row.text(1)? == "held";
            let told = format!("{}: {}", row.text(2)?, row.text(3)?);
            let at = row.at(4)?;
            lines.entry(row.int(0)?).or_default().hold = held.then_some((told, at));
            Ok(())
        },
    )?;
    lines.retain(|_, line| line.limit.is_some() || line.hold.is_some() || line.exposure != 0);
    Ok(lines)
}
