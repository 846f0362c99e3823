//! The queue at the cash desk: the places of what waits, in the order in which it is worked, so
//! that it can be counted and paged through without reading every line.

mod sql;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::ids::LineId;

use crate::access;
use crate::cash::desk::{self, DeskLine};
use crate::failure::Outcome;
use crate::work::Work;

/// Where something waits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The day it was booked: what is older comes first.
    pub booked_on: Date,
    /// The bank line.
    pub line: LineId,
    /// Which item of a deposit; empty for the line itself.
    pub unit: String,
    /// `new`, `proposed`, `waiting` or `held`.
    pub outcome: String,
}

/// Everything that waits, in order.
pub fn waiting(work: &mut Work<'_>) -> Outcome<Vec<Place>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let mut places = sql::decided(work)?;
    places.extend(sql::undecided(work)?);
    places.sort_unstable();
    Ok(places)
}

/// The lines at some places, in their order.
pub fn lines(work: &mut Work<'_>, places: &[Place]) -> Outcome<Vec<DeskLine>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let mut lines = sql::lines(work, places)?;
    lines.retain(|line| {
        let at = |place: &Place| place.line == line.line && place.unit == line.unit;
        places.iter().any(at)
    });
    lines.sort_by(|one, other| {
        (one.booked_on, one.line, &one.unit).cmp(&(other.booked_on, other.line, &other.unit))
    });
    Ok(lines)
}

/// Lines whatever became of them, the latest first, after the line of a name.
pub fn latest(work: &mut Work<'_>, after: Option<&str>, limit: i64) -> Outcome<Vec<DeskLine>> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let after = match after {
        None => None,
        Some(name) => {
            let (line, unit) = desk::parse_line(name)?;
            sql::day_of(work, line)?.map(|day| (day, line, unit))
        }
    };
    Ok(sql::latest(work, after, limit)?)
}
