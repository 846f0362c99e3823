//! What must hold before a close, looked at in the background: on a large book it takes longer
//! than anybody waits for a page. Each state of the books is looked at once, for whoever comes
//! first; others who come meanwhile see what was found before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use books::access::Who;
use books::close::{self, CloseCheck};
use books::{Failure, Outcome};

use crate::app::{App, Door, read};

/// How long the first one waits for it; on a book of usual size it is there sooner.
const PATIENCE: Duration = Duration::from_secs(1);

/// Periods kept at most.
const MOST: usize = 24;

/// What was found of each period, by entity and period.
#[derive(Default)]
pub(crate) struct Looks(Mutex<BTreeMap<String, Look>>);

#[derive(Default)]
struct Look {
    /// The newest link then, and what was found.
    found: Option<(i64, Arc<Vec<CloseCheck>>)>,
    is_running: bool,
}

/// What a page shows.
pub(crate) struct Seen {
    /// What was found last; none while it is looked at for the first time.
    pub(crate) checks: Option<Arc<Vec<CloseCheck>>>,
    /// Whether the books have not changed since.
    pub(crate) is_current: bool,
}

/// The checks of a period, or the last that are known while they are looked at anew.
pub(crate) async fn look(app: &Arc<App>, who: &Who, period: &str) -> Outcome<Seen> {
    let key = format!("{} {period}", who.entity);
    let sequence = read(app, Door::Html, who, |work| {
        Ok(books::audit::sequence(work)?)
    })
    .await?;
    let seen = app.looks.seen(&key, sequence);
    if seen.is_current {
        return Ok(seen);
    }
    if app.looks.begin(&key) {
        let (their, who, period, own) =
            (Arc::clone(app), who.clone(), period.to_owned(), key.clone());
        let running = tokio::spawn(async move {
            let found = read(&their, Door::Html, &who, move |work| {
                let sequence = books::audit::sequence(work)?;
                Ok((sequence, close::checks(work, &period)?))
            });
            their.looks.end(&own, found.await)
        });
        if let Ok(Ok(done)) = tokio::time::timeout(PATIENCE, running).await {
            done?;
        }
    }
    Ok(app.looks.seen(&key, sequence))
}

impl Looks {
    fn seen(&self, key: &str, sequence: i64) -> Seen {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all.get(key).and_then(|look| look.found.as_ref());
        Seen {
            checks: found.map(|(_, checks)| Arc::clone(checks)),
            is_current: found.is_some_and(|(known_at, _)| sequence <= *known_at),
        }
    }

    /// Takes the look upon the caller; not where somebody is at it.
    fn begin(&self, key: &str) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if MOST <= all.len() && !all.contains_key(key) {
            let idle = all.iter().find(|(_, look)| !look.is_running);
            if let Some(idle) = idle.map(|(key, _)| key.clone()) {
                all.remove(&idle);
            }
        }
        let look = all.entry(key.to_owned()).or_default();
        !std::mem::replace(&mut look.is_running, true)
    }

    fn end(&self, key: &str, found: Outcome<(i64, Vec<CloseCheck>)>) -> Result<(), Failure> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok((sequence, checks)) => {
                let look = all.entry(key.to_owned()).or_default();
                look.found = Some((sequence, Arc::new(checks)));
                look.is_running = false;
                Ok(())
            }
            Err(failure) => {
                all.remove(key);
                Err(failure)
            }
        }
    }
}
