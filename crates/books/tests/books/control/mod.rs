//! Control: what waits for others and how it is done, who stands in for whom, what holds a
//! close back, and what must not pass, on both engines.

mod absence;
mod closing;
mod wishes;

use books::approvals::{self, Asked, Verdict, Wish};
use books::{Context, Failure, Outcome, Work};
use domain::ids::RequestId;

use crate::desk::{at_noon, day};
use crate::engines::Fixture;

/// Somebody at the noon of a day.
pub(crate) fn on(login: &str, on: &str) -> Context {
    Context {
        actor: login.into(),
        ..at_noon(day(on))
    }
}

/// Somebody at the noon of the last day of the quarter.
pub(crate) fn by(login: &str) -> Context {
    on(login, "03-31")
}

/// Writes, or tells the code of the refusal.
pub(crate) fn write<T>(
    fixture: &Fixture,
    context: &Context,
    act: impl FnMut(&mut Work<'_>) -> Outcome<T>,
) -> Result<T, &'static str> {
    fixture.db.write(context, None, act).map_err(|failure| {
        assert!(matches!(failure, Failure::Refused(_)), "{failure}");
        failure.code()
    })
}

/// Reads, or tells the code of the refusal.
pub(crate) fn read<T>(
    fixture: &Fixture,
    context: &Context,
    act: impl FnOnce(&mut Work<'_>) -> Outcome<T>,
) -> Result<T, &'static str> {
    fixture.db.read(context, None, act).map_err(|failure| {
        assert!(matches!(failure, Failure::Refused(_)), "{failure}");
        failure.code()
    })
}

/// Asks, and expects it to wait.
pub(crate) fn waits(fixture: &Fixture, context: &Context, wish: &Wish) -> RequestId {
    let asked = write(fixture, context, |work| {
        approvals::ask(work, wish, "there is a reason")
    });
    match asked {
        Ok(Asked::Waits(id)) => id,
        other => panic!("expected to wait: {other:?}"),
    }
}

/// Approves.
pub(crate) fn approve(
    fixture: &Fixture,
    context: &Context,
    id: RequestId,
) -> Result<String, &'static str> {
    write(fixture, context, |work| {
        approvals::decide(work, id, Verdict::Approve, "seen")
    })
}

/// Imports a file of master data.
pub(crate) fn import(
    fixture: &Fixture,
    context: &Context,
    kind: formats::exchange::Kind,
    text: &'static str,
) -> Result<books::imports::ImportReport, &'static str> {
    let open = || -> std::io::Result<Box<dyn std::io::Read>> { Ok(Box::new(text.as_bytes())) };
    let source = books::imports::Source {
        name: "test.csv".into(),
        open: &open,
    };
    let options = books::imports::Options {
        partial: false,
        side: domain::documents::Side::Receivable,
    };
    books::imports::import(&fixture.db, context, None, kind, &source, options)
        .map_err(|failure| failure.code())
}
