//! The books on both engines. One binary; each area has its module.

mod access;
mod agents;
mod approvals;
mod auditor;
mod bank;
mod carried;
mod cash;
mod cash_runs;
mod control;
mod crashes;
mod desk;
mod dividing;
mod documents;
mod engines;
mod exports;
mod keys;
mod lists;
mod people;
mod reports;
mod sign_in;
mod statements;
mod stories;
mod traffic;
mod verify;
mod webhooks;
mod writers;
