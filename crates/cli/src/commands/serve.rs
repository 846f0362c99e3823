//! `duebook serve`: pages, REST, health and metrics.

use std::io::{self, Write};
use std::net::SocketAddr;

use clap::Args;
use jiff::Timestamp;

use super::Globals;
use crate::errors::Failure;
use crate::output;

/// Where to serve.
#[derive(Args)]
#[command(after_help = "\
Examples:
  duebook serve
  duebook serve --listen 0.0.0.0:8080")]
pub(crate) struct ServeArgs {
    /// The address and port to listen on
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Allow webhooks to addresses in one's own network
    #[arg(long)]
    pub(crate) webhooks_to_private: bool,
    /// Do not prepare a cash application run in memory
    #[arg(long)]
    pub(crate) no_paused_runs: bool,
}

/// Serves until interrupted.
pub(crate) fn run(args: &ServeArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open_ready()?;
    let invitation = books::access::first_link(&db, &context, globals.entity())?;
    let options = web::Options {
        listen: args.listen,
        context,
        clock: now,
        webhooks_to_private: args.webhooks_to_private,
        paused_runs: !args.no_paused_runs,
    };
    let failed = |error: io::Error| {
        Failure::fault("cannot_listen", format!("{}: {error}.", args.listen))
            .hint("Choose another address or port with --listen.")
    };
    let server = web::Server::bind(db, options).map_err(failed)?;
    let address = server.address().map_err(failed)?;
    let mut out = output::stdout();
    let told = writeln!(out, "Duebook answers at http://{address}/").and_then(|()| {
        if let Some((login, secret)) = invitation {
            writeln!(
                out,
                "First log-in of {login}: http://{address}/welcome/{secret}"
            )?;
        }
        out.flush()
    });
    output::written(told)?;
    drop(out);
    server
        .run()
        .map_err(|error| Failure::fault("server_ended", format!("{error}.")))
}

/// The clock of the server, read once for each request.
#[expect(clippy::disallowed_methods, reason = "the clock is read in `cli`")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
