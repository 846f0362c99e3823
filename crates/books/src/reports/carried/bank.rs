//! Bank lines with what was decided about them: for the reconciliation and the cash desk.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::calendar::Date;
use domain::ids::LineId;

use crate::audit::Reach;
use crate::bank;
use crate::cash::queue::Place;
use crate::db::{Row, Value};
use crate::failure::Fault;
use crate::reports::bank_reconciliation::Days;
use crate::reports::carried::sums::Sums;
use crate::reports::carried::{Part, add_to};
use crate::reports::cash_position::{self, ByAge, Payment};
use crate::work::Work;

const LINES: &str = "
    SELECT id, bank_account_id, booked_on, amount, status, part, detail_count, currency
    FROM bank_line WHERE entity_id = $1 AND id >= $2";

/// Decisions that stand, and whether they left a posting.
const STANDING: &str = "
    SELECT d.line_id, d.unit, d.outcome, d.amount,
        CAST(CASE WHEN d.receipt_id IS NOT NULL OR d.entry_id IS NOT NULL
            OR EXISTS (SELECT 1 FROM cash_decision_document c
                WHERE c.entity_id = d.entity_id AND c.decision_id = d.id)
            THEN 1 ELSE 0 END AS BIGINT),
        d.receipt_id
    FROM cash_decision d
    LEFT JOIN cash_decision n ON n.entity_id = d.entity_id AND n.replaces_id = d.id
    WHERE d.entity_id = $1 AND n.id IS NULL";

const DECIDED: &str = "
    SELECT line_id FROM cash_decision WHERE entity_id = $1 AND id >= $2";

/// What has something to do for the cash desk.
const WAITS: [&str; 3] = ["proposed", "waiting", "held"];

struct Line {
    account: i64,
    booked_on: Date,
    amount: i64,
    currency: Arc<str>,
    is_booked: bool,
    /// A movement by itself, not a payment of one.
    is_movement: bool,
    /// Applied as it is, not payment by payment.
    is_applied: bool,
    units: Vec<Unit>,
}

struct Unit {
    unit: Box<str>,
    outcome: Arc<str>,
    amount: i64,
    is_posted: bool,
    receipt: Option<i64>,
}

/// Every bank line.
#[derive(Default)]
pub(super) struct Lines {
    known: Option<i64>,
    all: HashMap<i64, Line>,
    /// Outcomes and currencies: few words that stand on every line.
    words: BTreeSet<Arc<str>>,
}

impl Part for Lines {
    fn known(&mut self) -> &mut Option<i64> {
        &mut self.known
    }

    fn fill(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        self.lines(work, i64::MIN)?;
        let entity = work.entity_id();
        work.connection
            .each(STANDING, &[entity.into()], |row| self.decision(row))
    }

    fn add(&mut self, work: &mut Work<'_>, reach: Reach) -> Result<(), Fault> {
        self.lines(work, reach.first_id)?;
        let entity = work.entity_id();
        let params = [entity.into(), reach.first_id.into()];
        let decided: BTreeSet<i64> = work
            .rows(DECIDED, &params, |row| row.int(0))?
            .into_iter()
            .collect();
        // What stands about a line is read whole: the new decision may replace another.
        for line in &decided {
            if let Some(line) = self.all.get_mut(line) {
                line.units.clear();
            }
        }
        let keys: Vec<Value<'_>> = decided.into_iter().map(Value::Int).collect();
        let sql = format!("{STANDING} AND d.line_id IN (/*keys*/)");
        work.connection
            .each_in(&sql, &[entity.into()], &keys, |row| self.decision(row))
    }
}

impl Lines {
    /// Reads lines from an id on; those that are known keep what was decided.
    fn lines(&mut self, work: &mut Work<'_>, first: i64) -> Result<(), Fault> {
        let entity = work.entity_id();
        work.connection
            .each(LINES, &[entity.into(), first.into()], |row| {
                let currency = self.word(row.text(7)?);
                let line = Line {
                    account: row.int(1)?,
                    booked_on: row.date(2)?,
                    amount: row.int(3)?,
                    currency,
                    is_booked: row.text(4)? == "booked",
                    is_movement: row.int(5)? == 0,
                    is_applied: row.int(6)? == 0,
                    units: Vec::new(),
                };
                self.all.entry(row.int(0)?).or_insert(line);
                Ok(())
            })
    }

    fn decision(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let outcome = self.word(row.text(2)?);
        let unit = Unit {
            unit: row.text(1)?.into(),
            outcome,
            amount: row.int(3)?,
            is_posted: row.int(4)? == 1,
            receipt: row.opt_int(5)?,
        };
        let line = self.all.get_mut(&row.int(0)?);
        line.ok_or_else(|| Fault::new("a decision about a bank line that is not there"))?
            .units
            .push(unit);
        Ok(())
    }

    /// A word that stands on many lines, kept once.
    fn word(&mut self, word: String) -> Arc<str> {
        if let Some(known) = self.words.get(word.as_str()) {
            return Arc::clone(known);
        }
        let fresh: Arc<str> = word.into();
        self.words.insert(Arc::clone(&fresh));
        fresh
    }

    /// What came in and what of it waits, with what receipts have open.
    pub(super) fn position(&self, as_of: Date, receipts: &HashMap<i64, (i64, bool)>) -> ByAge {
        let mut all = ByAge::new();
        let lines = self.all.values();
        let is_payment =
            |line: &&Line| line.is_booked && line.is_applied && line.booked_on <= as_of;
        for line in lines.filter(is_payment) {
            let mut add = |amount: i64, outcome: &str, receipt: Option<i64>| {
                if amount <= 0 || outcome == "not_customer_cash" {
                    return;
                }
                let open = receipt.and_then(|receipt| receipts.get(&receipt));
                let (open, is_known) = open.copied().unwrap_or_default();
                let payment = Payment {
                    booked_on: line.booked_on,
                    currency: &line.currency,
                    amount,
                    outcome,
                    has_receipt: receipt.is_some(),
                    open,
                    is_known,
                };
                cash_position::add(&mut all, as_of, &payment);
            };
            if line.units.is_empty() {
                add(line.amount, "new", None);
            }
            for unit in &line.units {
                add(unit.amount, &unit.outcome, unit.receipt);
            }
        }
        all
    }

    /// What the reconciliation looks at, by bank account and day.
    pub(super) fn days(
        &self,
        work: &mut Work<'_>,
        as_of: Date,
        sums: &Sums,
    ) -> Result<BTreeMap<i64, Days>, Fault> {
        let mut all: BTreeMap<i64, Days> = BTreeMap::new();
        for line in self.all.values().filter(|line| line.booked_on <= as_of) {
            let days = all.entry(line.account).or_default();
            if line.is_booked && line.is_movement {
                add_to(days.moved.entry(line.booked_on).or_default(), line.amount)?;
            }
            for unit in line.units.iter().filter(|unit| unit.is_posted) {
                add_to(days.posted.entry(line.booked_on).or_default(), unit.amount)?;
            }
            if line.is_booked && line.is_applied {
                let open = line.units.iter().filter(|unit| !unit.is_posted).count();
                let open = if line.units.is_empty() {
                    1
                } else {
                    open as i64
                };
                if 0 < open {
                    add_to(days.waiting.entry(line.booked_on).or_default(), open)?;
                }
            }
        }
        let mut taken = BTreeSet::new();
        for account in bank::accounts(work)? {
            // As the statement does: of several bank accounts on one account the first.
            if taken.insert(account.account.clone()) {
                let ledger = sums.days_of(&account.account, as_of)?;
                all.entry(account.id).or_default().ledger = ledger;
            }
        }
        Ok(all)
    }

    /// What waits at the cash desk, in order.
    pub(super) fn waiting(&self) -> Vec<Place> {
        let mut places = Vec::new();
        let lines = self.all.iter();
        for (id, line) in lines.filter(|(_, line)| line.is_booked && line.is_applied) {
            let place = |unit: &str, outcome: &str| Place {
                booked_on: line.booked_on,
                line: LineId(*id),
                unit: unit.to_owned(),
                outcome: outcome.to_owned(),
            };
            if line.units.is_empty() {
                places.push(place("", "new"));
            }
            let waits = line.units.iter();
            let waits = waits.filter(|unit| WAITS.contains(&&*unit.outcome));
            places.extend(waits.map(|unit| place(&unit.unit, &unit.outcome)));
        }
        places.sort_unstable();
        places
    }
}
