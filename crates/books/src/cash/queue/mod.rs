//! The queue at the cash desk: the places of what waits, in the order in which it is worked, so
//! that it can be counted and paged through without reading every line.

mod sql;

use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::ids::LineId;

use crate::access;
use crate::cash::desk::{self, DeskLine};
use crate::failure::Outcome;
use crate::reports::lists::{Ask, ListRefusal};
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

/// Some lines and where the next ones begin.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinePage {
    /// The lines.
    pub lines: Vec<DeskLine>,
    /// What to ask after for more; none at the end.
    pub next: Option<String>,
}

/// One page of what waits, the oldest first; or with the filter `all` of everything, the latest
/// first.
pub fn page(work: &mut Work<'_>, ask: &Ask) -> Outcome<LinePage> {
    access::demand(work, Area::Cash, Verb::See, None)?;
    let limit = ask.most_rows()?;
    let mut all = false;
    for (name, text) in &ask.filters {
        all = match (name.as_str(), text.as_str()) {
            ("all", "true") => true,
            ("all", "false") => false,
            ("all", text) => {
                let text = text.to_owned();
                return Err(ListRefusal::NotAValue { name: "all", text }.into());
            }
            _ => return Err(ListRefusal::UnknownFilter { name: name.clone() }.into()),
        };
    }
    let after = ask.after.as_deref();
    let not_a_cursor = || ListRefusal::NotACursor {
        text: after.unwrap_or_default().to_owned(),
    };
    if let Some(name) = after {
        let (line, _) = desk::parse_line(name).map_err(|_| not_a_cursor())?;
        sql::day_of(work, line)?.ok_or_else(not_a_cursor)?;
    }
    let most = usize::try_from(limit).unwrap_or_default();
    let mut lines = if all {
        latest(work, after, limit + 1)?
    } else {
        let places = waiting(work)?;
        let first = match after {
            None => 0,
            Some(name) => {
                let (line, unit) = desk::parse_line(name)?;
                let day = sql::day_of(work, line)?.ok_or_else(not_a_cursor)?;
                places.partition_point(|place| {
                    (place.booked_on, place.line.0, &place.unit) <= (day, line, &unit)
                })
            }
        };
        let last = places.len().min(first + most + 1);
        self::lines(work, places.get(first..last).unwrap_or_default())?
    };
    let has_more = most < lines.len();
    lines.truncate(most);
    let next = lines.last().filter(|_| has_more).map(DeskLine::name);
    Ok(LinePage { lines, next })
}
