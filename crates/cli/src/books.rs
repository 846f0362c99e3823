//! From the global options to open books: the database, and who works on it when.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;

use books::{Context, Db, Engine};
use jiff::Timestamp;

use crate::commands::Globals;
use crate::errors::Failure;
use crate::keys::Place;

/// What `--db` may be.
const EXPECTED: &str = "Check --db and DUEBOOK_DB: sqlite:PATH or postgres://user@host/name.";

impl Globals {
    /// Opens the database with the keys of its secrets and says who works, now. Looking for a
    /// book where there is none makes none.
    pub(crate) fn open(&self) -> Result<(Db, Context), Failure> {
        if let Some(path) = self.db.strip_prefix("sqlite:").map(Path::new)
            && !path.exists()
            // Without the folder no book can be made there either: that is a fault, told below.
            && path.parent().is_none_or(|folder| folder.as_os_str().is_empty() || folder.is_dir())
        {
            return Err(Failure::refused("no_book", "There is no book here yet.")
                .file(path)
                .hint(
                    "Check --db and DUEBOOK_DB, or create one: `duebook init --name NAME \
                     --currency CUR --country CC`",
                ));
        }
        self.open_with_keys()
    }

    /// The same where the book may still have to be made: its key file is made with it, and keys
    /// that do not fit are refused.
    pub(crate) fn open_new(&self) -> Result<(Db, Context), Failure> {
        let (db, context) = self.open_with_keys()?;
        Ok((crate::keys::ready(&self.db, db, &context)?, context))
    }

    /// Opens a book that is there for work that needs its keys; ones that do not fit are refused.
    pub(crate) fn open_ready(&self) -> Result<(Db, Context), Failure> {
        let (db, context) = self.open()?;
        Ok((crate::keys::ready(&self.db, db, &context)?, context))
    }

    fn open_with_keys(&self) -> Result<(Db, Context), Failure> {
        let keys = Place::of(&self.db).load()?;
        let (db, context) = self.open_without_keys()?;
        Ok((db.with_keys(keys), context))
    }

    /// Opens the database without its keys.
    pub(crate) fn open_without_keys(&self) -> Result<(Db, Context), Failure> {
        if Engine::of(&self.db).is_none() {
            // The URL may hold a password: only what stands before it is told.
            let kind = self.db.split("://").next().unwrap_or_default();
            let message = format!("`{kind}` is not a database that Duebook works with.");
            return Err(Failure::usage("unknown_database", message).hint(EXPECTED));
        }
        let db = Db::open(&self.db).map_err(|fault| {
            Failure::fault("database_not_opened", format!("{fault}.")).hint(EXPECTED)
        })?;
        Ok((db, self.context()))
    }

    /// Who works, by the command line, at this moment.
    #[expect(clippy::disallowed_methods, reason = "the clock is read here, once")]
    pub(crate) fn context(&self) -> Context {
        Context {
            actor: self.user.clone().unwrap_or_else(login),
            door: "cli",
            reason: String::new(),
            now: Timestamp::now(),
            writer: writer(),
        }
    }

    /// The entity named, if any.
    pub(crate) fn entity(&self) -> Option<&str> {
        self.entity.as_deref()
    }
}

/// The user of the operating system.
#[expect(clippy::disallowed_methods, reason = "configuration is read in `cli`")]
fn login() -> String {
    std::env::var("USER")
        .ok()
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "owner".into())
}

/// A mark that tells concurrent writers apart; the hasher's seed is the randomness at hand.
fn writer() -> u16 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    (hasher.finish() & 0xfff) as u16
}

impl From<books::Failure> for Failure {
    fn from(failure: books::Failure) -> Failure {
        let hint = failure.hint();
        let told = match &failure {
            books::Failure::Refused(refusal) => {
                let told = Failure::refused(refusal.code(), refusal.to_string());
                match refusal.field() {
                    Some(field) => told.field(field),
                    None => told,
                }
            }
            books::Failure::Fault(fault) => Failure::fault("fault", format!("{fault}.")),
        };
        match hint {
            Some(hint) => told.hint(hint),
            None => told,
        }
    }
}
