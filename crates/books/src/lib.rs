//! What people do: use cases and all SQL, synchronous, over SQLite and PostgreSQL alike.
//!
//! Every use case has one shape: load what the batch needs, let a pure rule of `domain`
//! decide, record the outcome through [`ledger::post`], all within one [`Work`].

pub mod access;
pub mod approvals;
pub mod audit;
pub mod bank;
pub mod cash;
pub mod certificates;
pub mod close;
pub mod connect;
pub mod credit;
mod db;
pub mod documents;
pub mod entities;
pub mod exports;
mod failure;
pub mod imports;
pub mod keys;
pub mod ledger;
pub mod open_items;
pub mod parties;
pub mod rates;
pub mod remittances;
pub mod reports;
pub mod requests;
pub mod revaluation;
pub(crate) mod settings;
pub mod short_pays;
pub mod testing;
pub mod verify;
mod work;

pub use db::{Db, Engine};
pub use failure::{Failure, Fault, Outcome};
pub use work::{Context, Entity, Work};
