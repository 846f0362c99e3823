//! The server on a loopback port, on both engines: pages, REST, and attempts that must fail.

mod account;
mod attacks;
mod certificates;
mod client;
mod control;
mod doors;
mod forms;
mod imported;
mod issuing;
mod mcp;
mod offers;
mod openid;
mod people;
mod provider;
mod remittances;
mod rest;
mod server;
mod settling;
mod short_pays;
mod uploads;
mod webhooks;
mod work;
