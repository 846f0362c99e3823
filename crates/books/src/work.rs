//! One unit of work: an open database transaction with who, when, through which door and why.
//!
//! Everything in it commits together or not at all. A write leaves its links in the audit log
//! when it commits; work that another writer got in the way of is tried again, here alone.

use domain::access::{AGENT_PREFIX, Area, Grants};
use domain::calendar::Date;
use domain::ids::{EntityId, Ids};
use domain::money::Currency;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::audit;
use crate::cash::PausedRuns;
use crate::close::Looked;
use crate::connect;
use crate::db::{Connection, Db, Row, Table, Value};
use crate::failure::{Failure, Fault, FaultKind, Outcome};
use crate::keys::Keyring;
use crate::remittances::ReadFiles;

/// How often work failed for each reason that may pass.
#[derive(Default)]
struct Attempts {
    in_the_way: u32,
    busy: u32,
    twins: u32,
    lost: u32,
}

impl Attempts {
    /// Whether to try again: many times when other writers are in the way, a few times when a key
    /// exists already (a second delivery finds the first one then, or makes other ids) or the
    /// connection went away before the work was kept.
    fn again(&mut self, failure: &Failure) -> bool {
        let Failure::Fault(fault) = failure else {
            return false;
        };
        let (count, limit) = match fault.kind() {
            FaultKind::Transient => (&mut self.in_the_way, 40),
            FaultKind::Busy => (&mut self.busy, 4),
            FaultKind::Twin => (&mut self.twins, 5),
            FaultKind::Lost => (&mut self.lost, 3),
            FaultKind::Other => return false,
        };
        *count += 1;
        *count < limit
    }
}

/// Who does the work, when and how: made at the edge, carried inward.
#[derive(Clone, Debug)]
pub struct Context {
    /// The login of the person, token or agent.
    pub actor: String,
    /// How the write came in: `cli`, `rest`, `html`, `mcp`, `job`.
    pub door: &'static str,
    /// Why, in the actor's words; empty where the action speaks for itself.
    pub reason: String,
    /// The moment of the work. Read once at the edge.
    pub now: Timestamp,
    /// Tells concurrent writers apart in the ids they make.
    pub writer: u16,
}

/// The legal entity whose books are worked on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entity {
    /// Its identity.
    pub id: EntityId,
    /// The short code by which commands name it.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its functional currency.
    pub currency: Currency,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: String,
}

/// An open transaction on the books of one entity.
pub struct Work<'a> {
    pub(crate) connection: &'a mut Connection,
    pub(crate) context: &'a Context,
    keys: &'a Keyring,
    pub(crate) ids: Ids,
    entity: Option<Entity>,
    grants: Option<Grants>,
    warrants: Vec<Area>,
    links: Vec<audit::Link>,
    events: Vec<connect::Event>,
    /// The kinds of events that endpoints want, once they were looked up.
    pub(crate) wanted: Option<Vec<String>>,
    /// The moment under which facts are recorded.
    recorded_at: Timestamp,
    /// The newest link of the audit log, once the gate is held.
    head: Option<audit::Head>,
    /// What this process has read of remittance files.
    pub(crate) read_files: &'a ReadFiles,
    /// Runs of cash application of this process that pause.
    pub(crate) paused: &'a PausedRuns,
    /// Where work that only reads finds a second connection.
    db: Option<&'a Db>,
    /// Below this the work makes no id.
    first_id: i64,
    /// Whether parties came or got other names.
    names_changed: bool,
    /// What was found of a period before this work began.
    looked: Option<Looked>,
}

impl Work<'_> {
    /// Takes the gate of the entity's books, held until the work commits: whoever decides on what
    /// others may change (open amounts, numbers, periods, lines that wait) goes through it first.
    ///
    /// One lock in front of all others leaves no order of locks to get wrong. From here on the
    /// work is recorded no earlier than the work before it and makes later ids, so that what was
    /// known at a moment, and what came first, does not depend on whose clock was behind or who
    /// waited for whom.
    pub(crate) fn gate(&mut self) -> Result<(), Fault> {
        if self.head.is_none() {
            let head = audit::lock(self)?;
            let moment = Timestamp::from_microsecond(head.moment).unwrap_or(self.recorded_at);
            self.recorded_at = self.recorded_at.max(moment);
            self.ids.follow(head.last_id);
            self.head = Some(head);
        }
        Ok(())
    }

    /// The newest link of the audit log, locked. Without the gate before it the moment of the
    /// work stays as it is: something may have been recorded under it.
    pub(crate) fn head(&mut self) -> Result<audit::Head, Fault> {
        match self.head.take() {
            Some(head) => Ok(head),
            None => audit::lock(self),
        }
    }

    /// Changes rows of master data, named by one of their columns: what they were is taken out of
    /// what the audit log sums up, and what they are comes into it.
    ///
    /// The chain is locked before the first look: of two that change one row the second must
    /// see what the first made of it.
    pub(crate) fn change(
        &mut self,
        table: &Table,
        key: &str,
        keys: &[Value<'_>],
        act: impl FnOnce(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.head.is_none() {
            audit::lock(self)?;
        }
        let before = audit::sum_of(self, table, key, keys)?;
        act(self)?;
        let mut change = before.turned();
        change.add(audit::sum_of(self, table, key, keys)?);
        self.connection.add_sum(table, change);
        Ok(())
    }

    /// The entity. Panics before one was chosen, which only `init` does.
    pub fn entity(&self) -> &Entity {
        self.entity
            .as_ref()
            .expect("work on the books names its entity")
    }

    /// The entity's id, the first parameter of nearly every statement.
    pub fn entity_id(&self) -> i64 {
        self.entity().id.0
    }

    /// The entity's functional currency.
    pub fn functional(&self) -> Currency {
        self.entity().currency
    }

    /// The keys that seal and open secrets.
    pub(crate) fn keys(&self) -> &Keyring {
        self.keys
    }

    pub(crate) fn choose(&mut self, entity: Entity) {
        self.entity = Some(entity);
    }

    /// The moment of the work.
    pub fn now(&self) -> Timestamp {
        self.recorded_at
    }

    /// The day of the work (UTC).
    pub fn day(&self) -> Date {
        self.context.now.to_zoned(TimeZone::UTC).date()
    }

    /// Who does the work.
    pub fn actor(&self) -> &str {
        &self.context.actor
    }

    /// Is the actor an agent, or does whoever it is come through the door of agents?
    pub fn is_agent(&self) -> bool {
        self.context.actor.starts_with(AGENT_PREFIX) || self.context.door == "mcp"
    }

    /// What the actor may do, once it was looked up.
    pub(crate) fn grants(&self) -> Option<&Grants> {
        self.grants.as_ref()
    }

    pub(crate) fn remember_grants(&mut self, grants: Grants) {
        self.grants = Some(grants);
    }

    /// Was work of this area approved by others, so that no permission is asked again?
    pub(crate) fn has_warrant(&self, area: Area) -> bool {
        self.warrants.contains(&area)
    }

    /// Only approvals give warrants, for the one thing that was approved.
    pub(crate) fn give_warrant(&mut self, area: Area) {
        self.warrants.push(area);
    }

    /// A warrant covers one thing and no later one.
    pub(crate) fn take_warrant(&mut self, area: Area) {
        self.warrants.retain(|known| *known != area);
    }

    /// Notes a link for the audit log, written when the work commits.
    pub fn note(
        &mut self,
        action: &'static str,
        subject: impl Into<String>,
        detail: serde_json::Value,
    ) {
        let reason = self.context.reason.clone();
        self.links.push(audit::Link {
            action,
            subject: subject.into(),
            detail,
            reason,
        });
    }

    /// Tells an event to the endpoints that want it, when the work commits.
    pub(crate) fn tell(&mut self, event: connect::Event) {
        self.events.push(event);
    }

    /// Tells what was found of a period before the gate, so that the work looks only at what was
    /// written since.
    pub fn knows(&mut self, looked: Option<&Looked>) {
        self.looked = looked.cloned();
    }

    /// What was found of a period before this work began.
    pub(crate) fn looked(&self) -> Option<&Looked> {
        self.looked.as_ref()
    }

    /// Tells that parties came or got other names.
    pub(crate) fn names_change(&mut self) {
        self.names_changed = true;
    }

    /// An id below which this work makes none, and whether it changed names of parties.
    pub(crate) fn reach(&self) -> (i64, bool) {
        (self.first_id, self.names_changed)
    }

    /// Lets work that only reads see the books as they are by now.
    pub(crate) fn look_anew(&mut self) -> Result<(), Fault> {
        self.connection.rollback()?;
        self.connection.begin_read()
    }

    /// Reads two things at once, the first on a connection of its own; one after the other where
    /// that would see other books, or where this work writes.
    pub(crate) fn both<A: Send, B>(
        &mut self,
        first: impl FnOnce(&mut Work<'_>) -> Outcome<A> + Send,
        second: impl FnOnce(&mut Work<'_>) -> Outcome<B>,
    ) -> Outcome<(A, B)> {
        let Some(db) = self.db else {
            return Ok((first(self)?, second(self)?));
        };
        let known = audit::newest(self)?;
        let (context, code) = (self.context, self.entity().code.clone());
        let (beside, second) = std::thread::scope(|scope| {
            let beside = scope.spawn(|| {
                db.read(context, Some(&code), |work| {
                    let is_same = audit::newest(work)? == known;
                    Ok(if is_same {
                        Ok(first(work)?)
                    } else {
                        Err(first)
                    })
                })
            });
            let second = second(self);
            let beside = beside.join();
            (beside, second)
        });
        let broken = |_| Failure::from(Fault::new("reading the books ended in a bug"));
        match beside.map_err(broken)?? {
            Ok(found) => Ok((found, second?)),
            Err(first) => Ok((first(self)?, second?)),
        }
    }

    /// Does something to see what it would lead to, and takes it back: rows, notes and events.
    pub(crate) fn rehearse<T>(
        &mut self,
        act: impl FnOnce(&mut Work<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        // The gate is held by the work, not by the rehearsal.
        self.gate()?;
        let (links, events) = (self.links.len(), self.events.len());
        let sums = self.connection.sums().clone();
        self.connection.batch("SAVEPOINT rehearsal")?;
        let done = act(self);
        self.connection
            .batch("ROLLBACK TO SAVEPOINT rehearsal; RELEASE SAVEPOINT rehearsal")?;
        self.connection.forget_sums(sums);
        self.links.truncate(links);
        self.events.truncate(events);
        done
    }

    /// Runs one statement.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, Fault> {
        self.connection.execute(sql, params)
    }

    /// Runs a query and collects what `read` makes of each row.
    pub(crate) fn rows<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut all = Vec::new();
        self.connection.each(sql, params, |row| {
            all.push(read(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// Runs a query that answers one row or none.
    pub(crate) fn row<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        Ok(self.rows(sql, params, read)?.into_iter().next())
    }

    /// Runs a query that answers one whole number.
    pub(crate) fn count(&mut self, sql: &str, params: &[Value<'_>]) -> Result<i64, Fault> {
        Ok(self
            .row(sql, params, |row| row.opt_int(0))?
            .flatten()
            .unwrap_or(0))
    }
}

impl Db {
    /// Does work that writes. `entity` is chosen by code; with one entity it may be left out.
    ///
    /// The closure may run more than once and must change nothing outside the work.
    pub fn write<T>(
        &self,
        context: &Context,
        entity: Option<&str>,
        mut act: impl FnMut(&mut Work<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        self.keep(context, &mut |work| {
            crate::entities::choose(work, entity)?;
            act(work)
        })
    }

    /// Does work and keeps it, trying again while that may help.
    fn keep<T>(
        &self,
        context: &Context,
        act: &mut impl FnMut(&mut Work<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let mut attempts = Attempts::default();
        loop {
            let mut connection = self.connection()?;
            let turn = self.turn();
            let done = keep_once(&mut connection, context, self, act);
            let done = done.map_err(|failure| (failure, connection.rollback().is_ok()));
            drop(turn);
            match done {
                Ok(value) => {
                    self.give_back(connection);
                    return Ok(value);
                }
                Err((failure, is_well)) => {
                    if is_well {
                        self.give_back(connection);
                    } else {
                        // What broke one connection broke its idle neighbours.
                        self.forget_idle();
                    }
                    if !attempts.again(&failure) {
                        return Err(failure);
                    }
                }
            }
        }
    }

    /// Does work that only reads, on one snapshot.
    pub fn read<T>(
        &self,
        context: &Context,
        entity: Option<&str>,
        act: impl FnOnce(&mut Work<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let mut connection = self.connection()?;
        if connection.begin_read().is_err() {
            // An idle connection may have died with the server's last start; a new one tells.
            self.forget_idle();
            connection = self.connection()?;
            connection.begin_read()?;
        }
        let mut work = open(&mut connection, context, self);
        work.db = Some(self);
        let done = crate::entities::choose(&mut work, entity).and_then(|()| act(&mut work));
        if connection.rollback().is_ok() {
            self.give_back(connection);
        }
        done
    }

    /// Reads before it is known whose books are meant: a secret tells it.
    pub(crate) fn look<T>(
        &self,
        context: &Context,
        act: impl FnOnce(&mut Work<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let mut connection = self.connection()?;
        connection.begin_read()?;
        let mut work = open(&mut connection, context, self);
        let done = act(&mut work);
        if connection.rollback().is_ok() {
            self.give_back(connection);
        }
        done
    }

    /// Does work before there is an entity: `init`.
    pub(crate) fn found<T>(
        &self,
        context: &Context,
        mut act: impl FnMut(&mut Work<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        self.keep(context, &mut act)
    }
}

/// Works of one process differ in their writer's mark, or else in their millisecond.
fn open<'a>(connection: &'a mut Connection, context: &'a Context, db: &'a Db) -> Work<'a> {
    const MARKS: u32 = 1 << 12;
    let count = db.count();
    let milliseconds = context.now.as_millisecond() - 1_577_836_800_000;
    let writer = (u32::from(context.writer) + count) % MARKS;
    let milliseconds = milliseconds.max(0) + i64::from(count / MARKS);
    let ids = Ids::starting(milliseconds, writer as u16);
    Work {
        connection,
        context,
        read_files: &db.read_files,
        paused: &db.paused,
        db: None,
        first_id: ids.last() + 1,
        names_changed: false,
        looked: None,
        keys: db.keys(),
        ids,
        entity: None,
        grants: None,
        warrants: Vec::new(),
        links: Vec::new(),
        events: Vec::new(),
        wanted: None,
        // Microseconds, as the engines keep them.
        recorded_at: Timestamp::from_microsecond(context.now.as_microsecond())
            .unwrap_or(context.now),
        head: None,
    }
}

fn keep_once<T>(
    connection: &mut Connection,
    context: &Context,
    db: &Db,
    act: &mut impl FnMut(&mut Work<'_>) -> Outcome<T>,
) -> Outcome<T> {
    connection.begin_write()?;
    let mut work = open(connection, context, db);
    let value = act(&mut work)?;
    connect::write(&mut work)?;
    audit::write(&mut work)?;
    connection.commit().map_err(Fault::at_commit)?;
    Ok(value)
}

impl Work<'_> {
    pub(crate) fn links(&self) -> &[audit::Link] {
        &self.links
    }

    pub(crate) fn take_events(&mut self) -> Vec<connect::Event> {
        std::mem::take(&mut self.events)
    }

    pub(crate) fn take_links(&mut self) -> Vec<audit::Link> {
        std::mem::take(&mut self.links)
    }
}
