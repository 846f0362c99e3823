//! The server on a loopback port, on both engines: pages, REST, and attempts that must fail.

mod account;
mod attacks;
mod client;
mod control;
mod doors;
mod imported;
mod mcp;
mod openid;
mod people;
mod provider;
mod rest;
mod server;
mod webhooks;
mod work;
