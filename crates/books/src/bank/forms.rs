//! The same statement in another form: banks give one day as camt and as MT940, with references
//! in the one and without in the other. It is the same money, and must not come twice.
//!
//! A statement is known again by its account, last day and both balances; its lines by day,
//! amount and, where both forms have one, the bank's reference.

use std::collections::HashMap;

use domain::calendar::Date;
use domain::money::{Currency, Money};

/// A statement that is there, with the balances of the one at hand.
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) reference: String,
    /// The name of its file.
    pub(super) file: String,
}

impl Known {
    /// As messages name it.
    pub(super) fn name(&self) -> String {
        match self.reference.as_str() {
            "" => self.file.clone(),
            reference => format!("{reference} in {}", self.file),
        }
    }
}

/// A booked line of a statement.
pub(super) struct Booked {
    pub(super) statement_id: i64,
    pub(super) booked_on: Date,
    pub(super) amount: i64,
    pub(super) reference: String,
}

/// What a statement is to one that is there with the same balances.
pub(super) enum Form {
    /// The same: each of its lines is there.
    Same,
    /// Another one, or the rest of one that is there in part.
    Another,
    /// The same money in other lines, in words.
    Differs(String),
}

/// Compares the booked lines of a statement with those that are there of its days. `moved` is
/// what lies between its balances.
pub(super) fn compare(known: &Known, rows: &[Booked], lines: Vec<Booked>, moved: Money) -> Form {
    let own = lines.iter().filter(|line| line.statement_id == known.id);
    let is_whole = own.clone().count() != 0
        && own.map(|line| i128::from(line.amount)).sum::<i128>() == i128::from(moved.minor());
    let (missing, left) = unmatched(rows, lines);
    if missing.is_empty() {
        return Form::Same;
    }
    // Reports of a day bring its lines in parts, with the balances of the whole.
    if !is_whole {
        return Form::Another;
    }
    let key = |line: &Booked| (line.booked_on, line.amount);
    let missing: Vec<(Date, i64)> = missing.into_iter().map(key).collect();
    let left = left.iter().filter(|line| line.statement_id == known.id);
    let left: Vec<(Date, i64)> = left.map(key).collect();
    let name = known.name();
    let currency = moved.currency();
    Form::Differs(format!(
        "is there already as statement {name}, with the same balances and other lines: {} here \
         instead of {}; leave it out, or its money comes twice",
        listed(&missing, currency),
        listed(&left, currency),
    ))
}

/// The lines that are not there, and what is there beside those that are.
fn unmatched(rows: &[Booked], lines: Vec<Booked>) -> (Vec<&Booked>, Vec<Booked>) {
    let mut there: HashMap<(Date, i64), Vec<Booked>> = HashMap::new();
    for line in lines {
        let key = (line.booked_on, line.amount);
        there.entry(key).or_default().push(line);
    }
    // What fits surely goes first, so that a line without a reference takes none from another.
    let passes: [fn(&str, &str) -> bool; 3] = [
        |own, other| !own.is_empty() && is_same_reference(own, other),
        |own, other| !own.is_empty() && other.is_empty(),
        |own, _| own.is_empty(),
    ];
    let mut missing: Vec<&Booked> = rows.iter().collect();
    for fits in passes {
        missing.retain(|row| {
            let Some(equal) = there.get_mut(&(row.booked_on, row.amount)) else {
                return true;
            };
            let own = named(&row.reference);
            let found = equal
                .iter()
                .position(|line| fits(own, named(&line.reference)));
            found.map(|place| equal.swap_remove(place)).is_none()
        });
    }
    let mut left: Vec<Booked> = there.into_values().flatten().collect();
    left.sort_by_key(|line| (line.booked_on, line.amount));
    (missing, left)
}

/// The reference of the bank; nothing where it only says that there is none.
fn named(reference: &str) -> &str {
    match reference {
        "NONREF" => "",
        other => other,
    }
}

/// How much of a reference MT940 has room for.
const ROOM: usize = 16;

fn is_same_reference(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    short == long || (short.len() == ROOM && long.starts_with(short))
}

/// How many lines a message names.
const NAMED: usize = 3;

fn listed(lines: &[(Date, i64)], currency: Currency) -> String {
    let shown = |(day, minor): &(Date, i64)| format!("{} on {day}", Money::new(*minor, currency));
    let mut words: Vec<String> = lines.iter().take(NAMED).map(shown).collect();
    match lines.len().saturating_sub(NAMED) {
        0 if words.is_empty() => return "nothing".to_owned(),
        0 => {}
        more => words.push(format!("{more} more")),
    }
    words.join(", ")
}
