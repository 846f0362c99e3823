//! What people and programs see: HTML pages, REST and their description, over one set of books.
//!
//! The only async crate and the only one that knows HTTP. Handlers read the request, call a use
//! case of `books` on a thread of their own, and show what it answers; every rule stands there.

mod app;
mod cache;
mod connect;
mod html;
pub mod inspect;
mod limits;
mod looks;
mod mcp;
mod openid;
mod pages;
mod problem;
mod rest;
mod routes;
mod security;
mod serving;
mod session;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use books::{Context, Db};
use jiff::Timestamp;

use app::App;

pub use connect::{Sent, deliver};
pub use mcp::serve_stdio;
pub use rest::openapi::document as openapi;
pub use rest::remittances::advice_json;

/// What a server needs to know.
pub struct Options {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Who starts it, and with which writer's mark.
    pub context: Context,
    /// Where the time comes from.
    pub clock: fn() -> Timestamp,
    /// Whether webhooks may be sent into the own network.
    pub webhooks_to_private: bool,
    /// Whether a run of cash application is begun before lines come; it stays in memory.
    pub paused_runs: bool,
}

/// A server that listens and is not yet answering.
pub struct Server {
    listener: std::net::TcpListener,
    app: Arc<App>,
    paused_runs: bool,
}

impl Server {
    /// Binds the address.
    pub fn bind(db: Db, options: Options) -> io::Result<Server> {
        let listener = std::net::TcpListener::bind(options.listen)?;
        listener.set_nonblocking(true)?;
        let paused_runs = options.paused_runs;
        let app = Arc::new(App::new(db, options));
        Ok(Server {
            listener,
            app,
            paused_runs,
        })
    }

    /// Where it listens; the port was chosen when 0 was asked for.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until interrupted.
    pub fn run(self) -> io::Result<()> {
        self.run_until(interrupted())
    }

    /// Answers until something else happens, and lets go of the database then.
    pub fn run_until(self, ended: impl Future<Output = ()>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        // Connections to PostgreSQL must not be closed by the threads of the runtime.
        let last = Arc::clone(&self.app);
        let done = runtime.block_on(async {
            tokio::spawn(connect::watch(Arc::clone(&self.app)));
            tokio::spawn(app::warm_up(Arc::clone(&self.app)));
            if self.paused_runs {
                tokio::spawn(app::keep_ready(Arc::clone(&self.app)));
            }
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let routes = routes::all(self.app);
            serving::serve(listener, routes, serving::HEAD, ended).await;
            Ok(())
        });
        // What is being sent has no more than this; a claim that was cut off is sent again.
        runtime.shutdown_timeout(std::time::Duration::from_secs(5));
        drop(last);
        done
    }
}

/// Waits for the interrupt; when the system has none to give, nothing ends the server but its
/// process.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
