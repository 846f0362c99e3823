//! Keys: what must be known again in clear (secrets of apps, of webhooks, of the provider of
//! log-ins) is kept sealed, so that a copy of the database alone opens nothing.
//!
//! ChaCha20-Poly1305 (RFC 8439) with a random nonce; a text is bound to the row where it stands, so that
//! it opens nowhere else. The keys stand outside the database. The first key of a ring seals,
//! the others open what they sealed. What is only compared (passwords, tokens, sessions) is kept
//! as a hash and needs no key.

mod keyring;
mod refusal;
mod sealed;
mod sql;

pub use keyring::Keyring;
pub use refusal::KeyRefusal;
pub use sealed::{Sealed, check, reseal, seal_clear, standing};

use crate::failure::Outcome;
use crate::work::Work;

/// Whose secret it is: bound to the sealed text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Owner<'a> {
    /// The app of somebody.
    App(&'a str),
    /// The provider of log-ins.
    Provider,
    /// An endpoint of webhooks, by its id.
    Endpoint(i64),
}

impl Owner<'_> {
    fn place(self, entity: i64) -> String {
        match self {
            Owner::App(login) => format!("app {entity} {login}"),
            Owner::Provider => format!("provider {entity}"),
            Owner::Endpoint(id) => format!("endpoint {entity} {id}"),
        }
    }
}

/// What is kept of a secret.
pub(crate) fn seal(work: &Work<'_>, owner: Owner<'_>, secret: &str) -> Outcome<String> {
    work.keys().seal(&owner.place(work.entity_id()), secret)
}

/// The secret of what is kept.
pub(crate) fn unseal(work: &Work<'_>, owner: Owner<'_>, kept: &str) -> Outcome<String> {
    work.keys().unseal(&owner.place(work.entity_id()), kept)
}
