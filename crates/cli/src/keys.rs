//! Where the keys of a book's secrets are: in the environment, or in a file that only its owner
//! reads. Secrets and keys never stand in one database.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ::books::keys::Keyring;
use ::books::{Context, Db};

use crate::errors::Failure;

/// Where the keys come from.
pub(crate) enum Place {
    /// `DUEBOOK_KEYS`: the keys themselves.
    Environment(String),
    /// The file of `DUEBOOK_KEY_FILE`.
    Named(PathBuf),
    /// The file beside the book, or in the current folder where the book is on a server.
    Beside(PathBuf),
}

impl Place {
    /// The place of a book's keys.
    #[expect(clippy::disallowed_methods, reason = "configuration is read in `cli`")]
    pub(crate) fn of(db: &str) -> Place {
        let set = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        if let Some(keys) = set("DUEBOOK_KEYS") {
            return Place::Environment(keys);
        }
        if let Some(file) = set("DUEBOOK_KEY_FILE") {
            return Place::Named(file.into());
        }
        Place::Beside(match db.strip_prefix("sqlite:") {
            Some(path) => format!("{path}.keys").into(),
            None => "duebook.keys".into(),
        })
    }

    /// The file, where there is one to write.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Place::Environment(_) => None,
            Place::Named(file) | Place::Beside(file) => Some(file),
        }
    }

    /// The keys that are there; none where there is no file.
    pub(crate) fn load(&self) -> Result<Keyring, Failure> {
        let text = match self {
            Place::Environment(text) => text.clone(),
            Place::Named(file) | Place::Beside(file) => match fs::read_to_string(file) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return match self {
                        Place::Named(_) => Err(unreadable(file, &error)),
                        Place::Environment(_) | Place::Beside(_) => Ok(Keyring::default()),
                    };
                }
                // Who may read the book and not its keys may still do all that needs none.
                Err(error)
                    if error.kind() == io::ErrorKind::PermissionDenied
                        && matches!(self, Place::Beside(_)) =>
                {
                    return Ok(Keyring::default());
                }
                Err(error) => return Err(unreadable(file, &error)),
            },
        };
        if let Place::Beside(file) = self {
            is_private(file)?;
        }
        let keys = Keyring::parse(&text).map_err(|refusal| {
            let failure: Failure = ::books::Failure::from(refusal).into();
            match self.file() {
                Some(file) => failure.file(file),
                None => failure.field("DUEBOOK_KEYS"),
            }
        })?;
        Ok(keys)
    }
}

fn unreadable(file: &Path, error: &io::Error) -> Failure {
    Failure::refused("keys_not_readable", format!("{error}."))
        .file(file)
        .hint("Bring the key file back, or name another in DUEBOOK_KEY_FILE.")
}

/// A file of keys that others can read keeps no secret.
#[cfg(unix)]
fn is_private(file: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    /// What of the mode lets the group and everybody else in.
    const OTHERS: u32 = 0o077;
    let mode = fs::metadata(file).map_or(0, |data| data.permissions().mode());
    if (mode & OTHERS).count_ones() == 0 {
        return Ok(());
    }
    Err(
        Failure::refused("keys_not_private", "Others can read the keys of this book.")
            .file(file)
            .hint(format!("Run chmod 600 {}.", file.display())),
    )
}

#[cfg(not(unix))]
fn is_private(_: &Path) -> Result<(), Failure> {
    Ok(())
}

/// Writes keys so that only their owner reads them: whole or not at all.
pub(crate) fn save(file: &Path, keys: &Keyring) -> Result<(), Failure> {
    let written = write(file, keys).and_then(|partial| fs::rename(partial, file));
    written.map_err(|error| unwritable(file, &error))
}

/// The same where there is no file yet; whether it was so. Of several programs that make the keys
/// of one book at once the first wins, and no secret is sealed with keys that nobody kept.
pub(crate) fn save_first(file: &Path, keys: &Keyring) -> Result<bool, Failure> {
    let written = write(file, keys).and_then(|partial| {
        let linked = fs::hard_link(&partial, file);
        fs::remove_file(&partial)?;
        linked
    });
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(unwritable(file, &error)),
    }
}

fn unwritable(file: &Path, error: &io::Error) -> Failure {
    Failure::fault(
        "output_failed",
        format!("The keys cannot be written: {error}."),
    )
    .file(file)
    .hint("Check the folder and the rights to write there.")
}

/// Writes a file of this program's own beside the one that is meant.
fn write(file: &Path, keys: &Keyring) -> io::Result<PathBuf> {
    let partial = file.with_extension(format!("keys-partial-{}", std::process::id()));
    let mut out = private(&partial)?;
    out.write_all(
        b"# Keys of the secrets in a Duebook: the first seals, all of them open.\n\
          # Without them log-ins by code, webhooks and the provider of log-ins do not work.\n\
          # Keep a copy, apart from the copies of the database.\n",
    )?;
    out.write_all(keys.text().as_bytes())?;
    out.sync_all()?;
    Ok(partial)
}

#[cfg(unix)]
fn private(file: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // What a crash left behind may have been made by hand with other rights.
    let _gone = fs::remove_file(file);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)
}

#[cfg(not(unix))]
fn private(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(file)
}

/// Makes the key file of an embedded book that has neither keys nor sealed secrets yet, and
/// refuses a book whose secrets the keys do not open.
pub(crate) fn ready(url: &str, db: Db, context: &Context) -> Result<Db, Failure> {
    let place = Place::of(url);
    let has_keys = db.keys().ids().next().is_some();
    let db = match &place {
        Place::Beside(file) if !has_keys && url.starts_with("sqlite:") => {
            ::books::keys::check(&db, context)?;
            let made = db.keys().with_new().map_err(::books::Failure::from)?;
            let is_first = save_first(file, &made)?;
            db.with_keys(if is_first { made } else { place.load()? })
        }
        Place::Beside(_) | Place::Named(_) | Place::Environment(_) => db,
    };
    ::books::keys::check(&db, context)?;
    ::books::keys::seal_clear(&db, context)?;
    Ok(db)
}
