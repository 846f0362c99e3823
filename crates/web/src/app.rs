//! What handlers share: the database, the clock, and the way onto a thread that may block.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use books::access::Who;
use books::close::{self, Closing, Looked};
use books::{Context, Db, Failure, Fault, Outcome, Work};
use domain::calendar::Date;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{OnceCell, Semaphore, oneshot};

use crate::Options;
use crate::cache::Cache;
use crate::limits::Limits;
use crate::looks::Looks;

/// The state of the server.
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) limits: Limits,
    /// Passwords are looked at a few at a time: each costs memory and a core.
    pub(crate) hashing: Semaphore,
    pub(crate) cache: Cache,
    pub(crate) looks: Looks,
    pub(crate) counts: Counts,
    pub(crate) to_private: bool,
    files_read: OnceCell<()>,
    template: Context,
    clock: fn() -> Timestamp,
}

/// What `/metrics` tells.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) requests: AtomicU64,
    pub(crate) refusals: AtomicU64,
    pub(crate) faults: AtomicU64,
}

impl Counts {
    pub(crate) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// How a request came in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Door {
    Html,
    Rest,
    Mcp,
}

impl Door {
    fn code(self) -> &'static str {
        match self {
            Door::Html => "html",
            Door::Rest => "rest",
            Door::Mcp => "mcp",
        }
    }
}

impl App {
    pub(crate) fn new(db: Db, options: Options) -> App {
        App {
            db,
            limits: Limits::default(),
            hashing: Semaphore::new(4),
            cache: Cache::default(),
            looks: Looks::default(),
            counts: Counts::default(),
            to_private: options.webhooks_to_private,
            files_read: OnceCell::new(),
            template: options.context,
            clock: options.clock,
        }
    }

    pub(crate) fn clock(&self) -> fn() -> Timestamp {
        self.clock
    }

    /// The machinery's own work, now.
    pub(crate) fn job_context(&self) -> Context {
        Context {
            door: "job",
            now: self.now(),
            ..self.template.clone()
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// Who works, by which door, now.
    pub(crate) fn context(&self, door: Door, actor: &str, reason: &str) -> Context {
        Context {
            actor: actor.to_owned(),
            door: door.code(),
            reason: reason.to_owned(),
            now: self.now(),
            writer: self.template.writer,
        }
    }
}

/// Runs work that blocks on a thread of its own. A panic there is a fault of this request alone.
pub(crate) async fn blocking<T: Send + 'static>(
    app: &Arc<App>,
    act: impl FnOnce(&App) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let app = Arc::clone(app);
    match tokio::task::spawn_blocking(move || act(&app)).await {
        Ok(outcome) => outcome,
        Err(problem) => Err(Failure::from(Fault::new(format!(
            "a request ended in a bug: {problem}"
        )))),
    }
}

/// Does long work that nobody waits for, on a thread that leaves the processors to all others.
async fn aside<T: Send + 'static>(
    app: &Arc<App>,
    act: impl FnOnce(&App) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let app = Arc::clone(app);
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new()
        .name("aside".into())
        .spawn(move || {
            give_way();
            // Whoever stops the server waits for nothing any more.
            let _nobody = tell.send(act(&app));
        })
        .map_err(Fault::from)?;
    told.await
        .unwrap_or_else(|_| Err(Fault::new("work aside ended in a bug").into()))
}

/// Lowers the priority of this thread, and of those that it starts, for good. Linux alone knows
/// priorities of threads; elsewhere the system shares as it likes.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(problem) = rustix::process::setpriority_process(None, NICE) {
        eprintln!("cash: work aside keeps its priority: {problem}");
    }
}

/// A tenth of the share of others where they want all of it, so that who waits for it waits not
/// forever.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Reads what pages ask for, so that whoever opens the first one does not wait for it.
pub(crate) async fn warm_up(app: Arc<App>) {
    let sums = of_each_entity(&app, |app, work| app.cache.warm_up(work));
    let (sums, files) = tokio::join!(sums, files_read(&app));
    for done in [sums, files] {
        // The first who asks reads it then.
        if let Err(failure) = done {
            eprintln!("warming up: {failure}");
        }
    }
}

/// Waits until the files were read that tell what bank lines sum up. Whoever decides about a line
/// does so before the gate of the books is taken: many files take long, and hold up all who write.
pub(crate) async fn files_read(app: &Arc<App>) -> Outcome<()> {
    let read = || of_each_entity(app, |_, work| books::cash::desk::warm_up(work));
    app.files_read.get_or_try_init(read).await.copied()
}

/// Reads something of the books of each entity.
async fn of_each_entity(
    app: &Arc<App>,
    act: impl Fn(&App, &mut Work<'_>) -> Outcome<()> + Send + 'static,
) -> Outcome<()> {
    blocking(app, move |app| {
        let context = app.job_context();
        for code in books::entities::codes(&app.db, &context)? {
            let entity = Some(code.as_str());
            app.db.read(&context, entity, |work| act(app, work))?;
        }
        Ok(())
    })
    .await
}

/// How often the server looks whether the books moved.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Keeps a run of cash application on its way for as long as the server runs, so that the lines
/// that come are decided at once. Where people work it waits until nothing was written for a
/// while.
pub(crate) async fn keep_ready(app: Arc<App>) {
    let mut known: BTreeMap<String, i64> = BTreeMap::new();
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let before = std::mem::take(&mut known);
        let begun = app.now();
        let done = aside(&app, move |app| {
            let context = app.job_context();
            let mut now = BTreeMap::new();
            for code in books::entities::codes(&app.db, &context)? {
                let sequence = app.db.read(&context, Some(&code), |work| {
                    let sequence = books::audit::sequence(work)?;
                    if before.get(&code) == Some(&sequence) {
                        books::cash::begin(work)?;
                    }
                    Ok(sequence)
                })?;
                now.insert(code, sequence);
            }
            Ok(now)
        });
        match done.await {
            Ok(now) => known = now,
            // The run begins anew when somebody asks for it.
            Err(failure) => eprintln!("cash: {failure}"),
        }
        let took = Duration::try_from(app.now().duration_since(begun));
        // Who works all day leaves the server as much time to others as this takes.
        tokio::time::sleep(took.unwrap_or_default()).await;
    }
}

/// Reads the books of somebody's entity.
pub(crate) async fn read<T: Send + 'static>(
    app: &Arc<App>,
    door: Door,
    who: &Who,
    act: impl FnOnce(&mut Work<'_>) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let who = who.clone();
    blocking(app, move |app| {
        let context = app.context(door, &who.login, "");
        app.db.read(&context, Some(&who.entity), act)
    })
    .await
}

/// Reads the books of somebody's entity, with the answers that were kept at hand.
pub(crate) async fn read_with<T: Send + 'static>(
    app: &Arc<App>,
    who: &Who,
    act: impl FnOnce(&App, &mut Work<'_>) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let who = who.clone();
    blocking(app, move |app| {
        let context = app.context(Door::Html, &who.login, "");
        app.db
            .read(&context, Some(&who.entity), |work| act(app, work))
    })
    .await
}

/// Looks at what is about to be closed before the gate of the books is taken for it.
pub(crate) async fn look_ahead(
    app: &Arc<App>,
    door: Door,
    who: &Who,
    closing: Closing,
) -> Outcome<Option<Looked>> {
    read(app, door, who, move |work| close::looked(work, &closing)).await
}

/// Writes to the books of somebody's entity.
pub(crate) async fn write<T: Send + 'static>(
    app: &Arc<App>,
    door: Door,
    who: &Who,
    reason: &str,
    act: impl FnMut(&mut Work<'_>) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let (who, reason) = (who.clone(), reason.to_owned());
    blocking(app, move |app| {
        let context = app.context(door, &who.login, &reason);
        app.db.write(&context, Some(&who.entity), act)
    })
    .await
}
