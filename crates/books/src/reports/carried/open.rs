//! Open items and the applications that settle them, by their identities.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use domain::calendar::Date;
use domain::documents::Side;
use domain::money::Currency;

use crate::audit::Reach;
use crate::db::{Row, Value};
use crate::failure::Fault;
use crate::reports::carried::aging::Groups;
use crate::reports::carried::{Part, add_to};
use crate::reports::credit::Exposures;
use crate::reports::known;
use crate::work::Work;

/// Items with what is open on them now. `$1` entity, `$2` the first id.
const ITEMS: &str = "
    SELECT i.id, i.document_id, i.party_id, i.side, i.currency, i.opened_on, i.due_on,
        i.open_amount, d.region, i.open_functional
    FROM open_item i JOIN document d ON d.entity_id = i.entity_id AND d.id = i.document_id
    WHERE i.entity_id = $1 AND i.id >= $2";

const APPLICATIONS: &str = "
    SELECT id, debit_item_id, credit_item_id, debit_amount, credit_amount, applied_on,
        debit_functional, credit_functional
    FROM application WHERE entity_id = $1 AND id >= $2";

/// Items that were valued later. `$2` the first id of the entry that did it.
const VALUED: &str = "
    SELECT v.item_id FROM item_valuation v
    JOIN journal_entry e ON e.entity_id = v.entity_id AND e.id = v.entry_id
    WHERE e.entity_id = $1 AND e.id >= $2 AND e.source = 'opening'";

const OPENINGS: &str = "
    SELECT COUNT(*) FROM journal_entry WHERE entity_id = $1 AND id >= $2 AND source = 'opening'";

const OPEN_NOW: &str = "
    SELECT id, open_amount, open_functional FROM open_item WHERE entity_id = $1 AND id IN (/*keys*/)";

/// One item; closed ones are kept, as they were open at earlier dates.
pub(super) struct Item {
    id: i64,
    pub(super) document: i64,
    /// What is open now, signed like the item.
    pub(super) open: i64,
    /// The same in functional currency.
    functional: i64,
    /// Whose it is: a place in [`Open::parties`].
    pub(super) party: u32,
    /// A place in [`Open::places`].
    pub(super) place: u16,
    /// A place in [`Open::regions`].
    pub(super) region: u16,
    pub(super) opened_on: Date,
    pub(super) due_on: Date,
}

struct Application {
    debit: u32,
    credit: u32,
    debit_amount: i64,
    credit_amount: i64,
    debit_functional: i64,
    credit_functional: i64,
    applied_on: Date,
}

/// Every item and application.
#[derive(Default)]
pub(super) struct Open {
    known: Option<i64>,
    items: Vec<Item>,
    place_of: HashMap<i64, u32>,
    applications: Vec<Application>,
    applied: HashSet<i64>,
    /// Sides and currencies.
    pub(super) places: Vec<(Side, Currency)>,
    /// Parties; nobody is one of them.
    pub(super) parties: Vec<Option<i64>>,
    party_of: HashMap<Option<i64>, u32>,
    /// The items of each party.
    of_party: Vec<Vec<u32>>,
    /// Regions; nowhere is one of them.
    pub(super) regions: Vec<Option<Arc<str>>>,
    /// What was grouped since the last change.
    pub(super) groups: Vec<(Side, Date, Arc<Groups>)>,
}

impl Part for Open {
    fn known(&mut self) -> &mut Option<i64> {
        &mut self.known
    }

    fn fill(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        self.items(work, i64::MIN)?;
        self.applications(work, i64::MIN)?;
        Ok(())
    }

    fn add(&mut self, work: &mut Work<'_>, reach: Reach) -> Result<(), Fault> {
        let before = self.applications.len();
        self.items(work, reach.first_id)?;
        self.applications(work, reach.first_id)?;
        // What the new applications settled has something else open now.
        let fresh = self.applications.iter().skip(before);
        let places: BTreeSet<u32> = fresh.flat_map(|one| [one.debit, one.credit]).collect();
        let items = places.iter().filter_map(|at| self.items.get(*at as usize));
        let mut changed: Vec<i64> = items.map(|item| item.id).collect();
        let params = [work.entity_id().into(), reach.first_id.into()];
        if 0 < work.count(OPENINGS, &params)? {
            changed.extend(work.rows(VALUED, &params, |row| row.int(0))?);
        }
        self.open_now(work, &changed)?;
        self.groups.clear();
        Ok(())
    }
}

impl Open {
    /// Reads items from an id on; of one that is known what is open now.
    fn items(&mut self, work: &mut Work<'_>, first: i64) -> Result<(), Fault> {
        let entity = work.entity_id();
        let params = [entity.into(), first.into()];
        work.connection.each(ITEMS, &params, |row| self.item(row))
    }

    fn item(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let (id, open) = (row.int(0)?, row.int(7)?);
        if let Some(known) = self.place_of.get(&id) {
            let item = self.items.get_mut(*known as usize);
            if let Some(item) = item {
                (item.open, item.functional) = (open, row.int(9)?);
            }
            return Ok(());
        }
        let (side, currency) = (row.text(3)?, row.text(4)?);
        let at = place(self.items.len())?;
        let party = self.party(row.opt_int(2)?)?;
        let item = Item {
            id,
            document: row.int(1)?,
            open,
            functional: row.int(9)?,
            party,
            place: self.place(&side, &currency)?,
            region: self.region(row.opt_text(8)?)?,
            opened_on: row.date(5)?,
            due_on: row.date(6)?,
        };
        self.items.push(item);
        self.place_of.insert(id, at);
        if let Some(own) = self.of_party.get_mut(party as usize) {
            own.push(at);
        }
        Ok(())
    }

    /// Reads the applications from an id on that are not known.
    fn applications(&mut self, work: &mut Work<'_>, first: i64) -> Result<(), Fault> {
        let entity = work.entity_id();
        let params = [entity.into(), first.into()];
        work.connection.each(APPLICATIONS, &params, |row| {
            if !self.applied.insert(row.int(0)?) {
                return Ok(());
            }
            let item = |id: i64| {
                let place = self.place_of.get(&id).copied();
                place.ok_or_else(|| Fault::new("an application settles an item that is not there"))
            };
            self.applications.push(Application {
                debit: item(row.int(1)?)?,
                credit: item(row.int(2)?)?,
                debit_amount: row.int(3)?,
                credit_amount: row.int(4)?,
                applied_on: row.date(5)?,
                debit_functional: row.int(6)?,
                credit_functional: row.int(7)?,
            });
            Ok(())
        })
    }

    fn open_now(&mut self, work: &mut Work<'_>, ids: &[i64]) -> Result<(), Fault> {
        let entity = work.entity_id();
        let keys: Vec<Value<'_>> = ids.iter().map(|id| Value::Int(*id)).collect();
        work.connection
            .each_in(OPEN_NOW, &[entity.into()], &keys, |row| {
                let at = self.place_of.get(&row.int(0)?).map(|at| *at as usize);
                if let Some(item) = at.and_then(|at| self.items.get_mut(at)) {
                    (item.open, item.functional) = (row.int(1)?, row.int(2)?);
                }
                Ok(())
            })
    }

    /// Shows each item of a side that was open at a date, with what was open on it.
    pub(super) fn each(
        &self,
        side: Side,
        as_of: Date,
        mut take: impl FnMut(&Item, Currency, i64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let later = self.later(as_of);
        for (at, item) in self.items.iter().enumerate() {
            let Some((own, currency)) = self.places.get(usize::from(item.place)) else {
                continue;
            };
            if *own != side || as_of < item.opened_on {
                continue;
            }
            let open = later.open(at as u32, item.open)?;
            if open != 0 {
                take(item, *currency, open)?;
            }
        }
        Ok(())
    }

    /// The items of one party that were open at a date, of a side and currency.
    pub(super) fn of(
        &self,
        party: u32,
        (side, as_of): (Side, Date),
        currency: Currency,
        later: &Later,
    ) -> Result<Vec<(&Item, i64)>, Fault> {
        let own = self.of_party.get(party as usize).into_iter().flatten();
        let mut found = Vec::new();
        for at in own {
            let Some(item) = self.items.get(*at as usize) else {
                continue;
            };
            let is_there = self.places.get(usize::from(item.place)) == Some(&(side, currency));
            if !is_there || as_of < item.opened_on {
                continue;
            }
            let open = later.open(*at, item.open)?;
            if open != 0 {
                found.push((item, open));
            }
        }
        Ok(found)
    }

    /// What the receipts of customers have open now, and whether their payer is known, by document.
    pub(super) fn receipts(&self) -> HashMap<i64, (i64, bool)> {
        let is_credit = |item: &&Item| {
            let place = self.places.get(usize::from(item.place));
            item.open < 0 && place.is_some_and(|(side, _)| *side == Side::Receivable)
        };
        let credits = self.items.iter().filter(is_credit);
        let known = |item: &Item| {
            let party = self.parties.get(item.party as usize);
            party.is_some_and(Option::is_some)
        };
        credits
            .map(|item| (item.document, (item.open, known(item))))
            .collect()
    }

    /// What each customer has open in functional currency, and what of it is overdue.
    pub(super) fn exposures(&self, as_of: Date) -> Result<Exposures, Fault> {
        let later = self.later_by(as_of, |one| (one.debit_functional, one.credit_functional));
        let mut all = Exposures::new();
        for (at, item) in self.items.iter().enumerate() {
            let place = self.places.get(usize::from(item.place));
            let is_owed = place.is_some_and(|(side, _)| *side == Side::Receivable);
            let party = self.parties.get(item.party as usize).copied().flatten();
            let (true, Some(party)) = (is_owed && item.opened_on <= as_of, party) else {
                continue;
            };
            let open = later.open(at as u32, item.functional)?;
            if open != 0 {
                let (exposure, overdue) = all.entry(party).or_default();
                add_to(exposure, open)?;
                if 0 < open && item.due_on < as_of {
                    add_to(overdue, open)?;
                }
            }
        }
        Ok(all)
    }

    /// What counts later than a date, by item: it was open then.
    pub(super) fn later(&self, as_of: Date) -> Later {
        self.later_by(as_of, |one| (one.debit_amount, one.credit_amount))
    }

    fn later_by(&self, as_of: Date, amounts: impl Fn(&Application) -> (i64, i64)) -> Later {
        let mut sums: HashMap<u32, i128> = HashMap::new();
        let later = self.applications.iter();
        for one in later.filter(|one| as_of < one.applied_on) {
            let (debit, credit) = amounts(one);
            *sums.entry(one.debit).or_default() += i128::from(debit);
            *sums.entry(one.credit).or_default() -= i128::from(credit);
        }
        Later(sums)
    }

    fn party(&mut self, id: Option<i64>) -> Result<u32, Fault> {
        if let Some(known) = self.party_of.get(&id) {
            return Ok(*known);
        }
        let at = place(self.parties.len())?;
        self.parties.push(id);
        self.of_party.push(Vec::new());
        self.party_of.insert(id, at);
        Ok(at)
    }

    fn place(&mut self, side: &str, currency: &str) -> Result<u16, Fault> {
        let is_it = |(own, its): &(Side, Currency)| own.code() == side && its.code() == currency;
        if let Some(known) = self.places.iter().position(is_it) {
            return few(known);
        }
        let own = Side::parse(side).ok_or_else(|| Fault::new(format!("`{side}` is no side")))?;
        let currency = known::sum(0, currency)?.currency();
        self.places.push((own, currency));
        few(self.places.len() - 1)
    }

    fn region(&mut self, region: Option<String>) -> Result<u16, Fault> {
        let is_it = |known: &Option<Arc<str>>| known.as_deref() == region.as_deref();
        if let Some(known) = self.regions.iter().position(is_it) {
            return few(known);
        }
        self.regions.push(region.map(Arc::from));
        few(self.regions.len() - 1)
    }
}

/// What applications that count later took off items.
pub(super) struct Later(HashMap<u32, i128>);

impl Later {
    fn open(&self, at: u32, now: i64) -> Result<i64, Fault> {
        if self.0.is_empty() {
            return Ok(now);
        }
        let later = self.0.get(&at).copied().unwrap_or_default();
        i64::try_from(i128::from(now) + later)
            .map_err(|_| Fault::new("an open amount leaves the range of amounts"))
    }
}

fn place(count: usize) -> Result<u32, Fault> {
    u32::try_from(count).map_err(|_| Fault::new("there are too many items to be carried forward"))
}

fn few(place: usize) -> Result<u16, Fault> {
    u16::try_from(place).map_err(|_| Fault::new("there are too many regions or currencies"))
}
