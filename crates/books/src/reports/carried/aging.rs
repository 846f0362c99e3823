//! The aging from what is carried forward: its rows, and a window on those of single documents.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::calendar::Date;
use domain::documents::Side;
use domain::money::Currency;

use crate::db::Value;
use crate::failure::{Fault, Outcome};
use crate::reports::aging::{self, Line, PARTS};
use crate::reports::carried::names::Names;
use crate::reports::carried::open::{Item, Open};
use crate::reports::carried::{Window, add_to};
use crate::reports::known::Named;
use crate::reports::{By, Cell, Question};
use crate::work::Work;

const NUMBERS: &str = "
    SELECT id, number FROM document WHERE entity_id = $1 AND id IN (/*keys*/)";

/// How many documents of each party are open at a date, in the order of the rows.
pub(super) struct Groups {
    totals: BTreeMap<Currency, [i64; PARTS]>,
    parties: Vec<(Currency, u32, usize)>,
}

/// Where the parts of one row are summed up: its party, its region, its currency.
type Key = (u32, u16, Currency);

impl Open {
    /// The rows of the aging, by party, region or currency.
    pub(super) fn lines(
        &self,
        names: &Names,
        question: &Question,
        by: By,
    ) -> Result<BTreeMap<Currency, Vec<Line>>, Fault> {
        let borders = aging::borders(question.as_of);
        let sign = question.side.sign();
        let mut sums: HashMap<Key, [i64; PARTS]> = HashMap::new();
        self.each(question.side, question.as_of, |item, currency, open| {
            let key = match by {
                By::Currency => (u32::MAX, 0, currency),
                By::Region => (item.party, item.region, currency),
                By::Party | By::Document | By::Reason | By::Owner | By::Age => {
                    (item.party, 0, currency)
                }
            };
            let part = aging::part_of(&borders, item.due_on, open * sign);
            let sums = sums.entry(key).or_insert([0; PARTS]);
            match sums.get_mut(part) {
                Some(sum) => add_to(sum, open * sign),
                None => Ok(()),
            }
        })?;
        let mut lines: BTreeMap<Currency, Vec<Line>> = BTreeMap::new();
        for ((party, region, currency), parts) in sums {
            let extra = match by {
                By::Region => {
                    let region = self.regions.get(usize::from(region)).cloned().flatten();
                    vec![region.map_or(Cell::Empty, Cell::Text)]
                }
                By::Party | By::Currency | By::Document | By::Reason | By::Owner | By::Age => {
                    Vec::new()
                }
            };
            lines.entry(currency).or_default().push(Line {
                party: self.named(names, party)?.cloned(),
                extra,
                parts,
            });
        }
        Ok(lines)
    }

    fn named<'a>(&self, names: &'a Names, party: u32) -> Result<Option<&'a Named>, Fault> {
        let id = self.parties.get(party as usize).copied().flatten();
        id.map(|id| names.of(id)).transpose()
    }

    /// Some rows of the aging by document.
    pub(super) fn window(
        &mut self,
        work: &mut Work<'_>,
        names: &Names,
        question: &Question,
        start: usize,
        most: usize,
    ) -> Outcome<Window> {
        let groups = self.groups(names, question)?;
        let later = self.later(question.as_of);
        let mut before = 0;
        let mut rows = Vec::with_capacity(most);
        let mut all = 0;
        for (currency, party, count) in &groups.parties {
            all += count;
            let from = start.saturating_sub(before).min(*count);
            let wanted = (*count - from).min(most - rows.len());
            before += count;
            if 0 < wanted {
                let named = self.named(names, *party)?;
                let on = (question.side, question.as_of);
                let items = self.of(*party, on, *currency, &later)?;
                for (item, number, open) in numbered(work, items, from, wanted)? {
                    let line = line_of(question, named, item, number, open);
                    rows.push(aging::shown(line, *currency));
                }
            }
        }
        let totals = groups.totals.iter();
        let totals = totals.map(|(currency, parts)| aging::total(*parts, *currency, By::Document));
        Ok(Window {
            columns: aging::columns(By::Document),
            totals: totals.collect(),
            has_more: start.saturating_add(rows.len()) < all,
            rows,
        })
    }

    /// The groups of a question, kept until something changes.
    fn groups(&mut self, names: &Names, question: &Question) -> Result<Arc<Groups>, Fault> {
        const MOST: usize = 4;
        let (side, as_of) = (question.side, question.as_of);
        let is_it = |(its, on, _): &&(Side, Date, Arc<Groups>)| *its == side && *on == as_of;
        if let Some((_, _, groups)) = self.groups.iter().find(is_it) {
            return Ok(Arc::clone(groups));
        }
        let (borders, sign) = (aging::borders(as_of), side.sign());
        let mut totals: BTreeMap<Currency, [i64; PARTS]> = BTreeMap::new();
        let mut counts: HashMap<(Currency, u32), usize> = HashMap::new();
        self.each(side, as_of, |item, currency, open| {
            *counts.entry((currency, item.party)).or_default() += 1;
            let parts = totals.entry(currency).or_insert([0; PARTS]);
            let part = aging::part_of(&borders, item.due_on, open * sign);
            match parts.get_mut(part) {
                Some(sum) => add_to(sum, open * sign),
                None => Ok(()),
            }
        })?;
        let mut named = Vec::with_capacity(counts.len());
        for ((currency, party), count) in counts {
            let code = self
                .named(names, party)?
                .map(|named| Arc::clone(&named.code));
            named.push(((currency, code.is_none(), code), party, count));
        }
        named.sort_unstable();
        let parties = named.into_iter();
        let parties = parties.map(|((currency, _, _), party, count)| (currency, party, count));
        let groups = Arc::new(Groups {
            totals,
            parties: parties.collect(),
        });
        if MOST <= self.groups.len() {
            self.groups.remove(0);
        }
        self.groups.push((side, as_of, Arc::clone(&groups)));
        Ok(groups)
    }
}

fn line_of(
    question: &Question,
    named: Option<&Named>,
    item: &Item,
    number: String,
    open: i64,
) -> Line {
    let sign = question.side.sign();
    let mut parts = [0; PARTS];
    let place = aging::part_of(&aging::borders(question.as_of), item.due_on, open * sign);
    if let Some(part) = parts.get_mut(place) {
        *part = open * sign;
    }
    Line {
        party: named.cloned(),
        extra: vec![number.into(), Cell::Date(item.due_on)],
        parts,
    }
}

/// The items of one party from one on, by the day they are due and by number. Numbers are looked
/// up for those days alone that are shown.
fn numbered<'a>(
    work: &mut Work<'_>,
    mut items: Vec<(&'a Item, i64)>,
    from: usize,
    wanted: usize,
) -> Result<Vec<(&'a Item, String, i64)>, Fault> {
    items.sort_by_key(|(item, _)| item.due_on);
    let day_of = |at: usize| items.get(at).map(|(item, _)| item.due_on);
    let (first, last) = (day_of(from), day_of(from + wanted - 1));
    let earlier = items
        .iter()
        .take_while(|(item, _)| Some(item.due_on) < first);
    let earlier = earlier.count();
    let is_shown =
        |(item, _): &&(&Item, i64)| first <= Some(item.due_on) && Some(item.due_on) <= last;
    let shown: Vec<(&Item, i64)> = items.iter().filter(is_shown).copied().collect();
    let entity = work.entity_id();
    let keys: Vec<Value<'_>> = shown
        .iter()
        .map(|(item, _)| Value::Int(item.document))
        .collect();
    let mut numbers: HashMap<i64, String> = HashMap::new();
    work.connection
        .each_in(NUMBERS, &[entity.into()], &keys, |row| {
            numbers.insert(row.int(0)?, row.text(1)?);
            Ok(())
        })?;
    let mut all: Vec<(&Item, String, i64)> = Vec::with_capacity(shown.len());
    for (item, open) in shown {
        let number = numbers.get(&item.document).cloned();
        let number = number.ok_or_else(|| Fault::new("an item without its document"))?;
        all.push((item, number, open));
    }
    all.sort_by(|(one, its, _), (other, own, _)| (one.due_on, its).cmp(&(other.due_on, own)));
    Ok(all.into_iter().skip(from - earlier).take(wanted).collect())
}
