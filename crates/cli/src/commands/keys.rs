//! `duebook keys …`: the keys that seal the secrets of a book.

use ::books::keys;
use clap::Subcommand;
use serde::Serialize;

use super::Globals;
use crate::errors::Failure;
use crate::keys::{Place, save, save_first};
use crate::output::{self, Align, Table};

/// What can be done with keys.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the keys and how many secrets each encrypts
    List,
    /// Create the first key
    Make,
    /// Add a new key and encrypt every secret with it; the old keys stay for old backups
    Rotate,
}

#[derive(Serialize)]
struct KeyJson {
    key: String,
    seals: bool,
    is_there: bool,
    secrets: usize,
}

#[derive(Serialize)]
struct KeysJson {
    keys: Vec<KeyJson>,
    in_clear: usize,
}

impl Command {
    /// Does it, and shows the keys.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let place = Place::of(&globals.db);
        match self {
            Command::List => {}
            Command::Make => make(globals, &place)?,
            Command::Rotate => rotate(globals, &place)?,
        }
        show(globals)
    }
}

fn make(globals: &Globals, place: &Place) -> Result<(), Failure> {
    let exist = || {
        Failure::refused("keys_exist", "There are keys already.")
            .hint("Run `duebook keys rotate` to seal with a new one.")
    };
    // The file named may be the one to be made.
    let file = place.file().filter(|file| !file.exists());
    let file = file.ok_or_else(exist)?;
    let (db, context) = globals.open_without_keys()?;
    keys::check(&db, &context)?;
    let made = db.keys().with_new().map_err(::books::Failure::from)?;
    if save_first(file, &made)? {
        Ok(())
    } else {
        Err(exist())
    }
}

fn rotate(globals: &Globals, place: &Place) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    keys::check(&db, &context)?;
    let db = match place.file() {
        None => db,
        Some(file) => {
            let grown = db.keys().with_new().map_err(::books::Failure::from)?;
            // The file first: what is sealed must never be without its key.
            save(file, &grown)?;
            db.with_keys(grown)
        }
    };
    let count = keys::reseal(&db, &context)?;
    output::note(format!("{count} secrets sealed anew"));
    Ok(())
}

fn show(globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let standing = keys::standing(&db, &context)?;
    let sealed_by = |id: &str| {
        let found = standing.iter().find(|one| one.key.as_deref() == Some(id));
        found.map_or(0, |one| one.secrets)
    };
    let known = db.keys().ids().enumerate().map(|(place, id)| KeyJson {
        key: id.to_owned(),
        seals: place == 0,
        is_there: true,
        secrets: sealed_by(id),
    });
    let mut keys: Vec<KeyJson> = known.collect();
    let missing = standing.iter().filter_map(|one| {
        let key = one.key.clone()?;
        let is_known = db.keys().ids().any(|id| id == key);
        (!is_known).then_some(KeyJson {
            key,
            seals: false,
            is_there: false,
            secrets: one.secrets,
        })
    });
    keys.extend(missing);
    let in_clear = standing.iter().filter(|one| one.key.is_none());
    let in_clear: usize = in_clear.map(|one| one.secrets).sum();
    let mut table = Table::new(&[
        ("key", Align::Left),
        ("state", Align::Left),
        ("secrets", Align::Right),
    ]);
    for key in &keys {
        let state = match (key.seals, key.is_there) {
            (true, _) => "seals",
            (false, true) => "opens",
            (false, false) => "missing",
        };
        table.row([key.key.as_str(), state, &key.secrets.to_string()]);
    }
    if 0 < in_clear {
        table.row(["", "in clear", &in_clear.to_string()]);
    }
    output::print(globals.format, &[table], &KeysJson { keys, in_clear })
}
