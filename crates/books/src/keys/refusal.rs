//! Why a secret is neither sealed nor opened.

use std::fmt;

use domain::refusal::Refusal;

/// Why a secret is neither sealed nor opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyRefusal {
    /// What should be a key is none.
    NotAKey {
        /// Which of the keys given, from 1.
        place: usize,
    },
    /// There is no key at all.
    NoKey,
    /// The key that sealed something is not there.
    KeyMissing {
        /// Which key.
        id: String,
    },
    /// The key is there, and the text was changed or moved.
    NotOpened {
        /// Which key.
        id: String,
    },
}

impl fmt::Display for KeyRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyRefusal::NotAKey { place } => {
                write!(
                    out,
                    "Number {place} of the keys is not a key: a key has 64 hexadecimal digits."
                )
            }
            KeyRefusal::NoKey => write!(out, "There is no key to encrypt secrets with."),
            KeyRefusal::KeyMissing { id } => {
                write!(
                    out,
                    "Secrets of this book were encrypted with the key {id}, which is missing."
                )
            }
            KeyRefusal::NotOpened { id } => write!(
                out,
                "A secret encrypted with the key {id} cannot be decrypted: it was changed or moved."
            ),
        }
    }
}

impl Refusal for KeyRefusal {
    fn code(&self) -> &'static str {
        match self {
            KeyRefusal::NotAKey { .. } => "not_a_key_ring",
            KeyRefusal::NoKey => "no_key",
            KeyRefusal::KeyMissing { .. } => "key_missing",
            KeyRefusal::NotOpened { .. } => "secret_not_opened",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            KeyRefusal::NotAKey { .. } => "`duebook keys make` writes a good one".to_owned(),
            KeyRefusal::NoKey => {
                "run `duebook keys make`, or name the keys in DUEBOOK_KEYS or their \
                file in DUEBOOK_KEY_FILE"
                    .to_owned()
            }
            KeyRefusal::KeyMissing { .. } => "bring the key file of this book back (beside it, or \
                in DUEBOOK_KEY_FILE), or the key into DUEBOOK_KEYS"
                .to_owned(),
            KeyRefusal::NotOpened { .. } => "restore the row from a backup, or set the secret \
                anew"
                .to_owned(),
        })
    }
}
