//! Connections: at most so many at once, each with a limit on how long the head of a request may
//! take. A sender that gives a byte now and then holds nothing for long.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_service::Service as _;

/// How long the head of a request may take, and how long a connection may wait for the next one.
pub(crate) const HEAD: Duration = Duration::from_secs(20);

/// Connections that are open at once; the others wait to be accepted.
const SEATS: usize = 2_000;

/// Answers until told to end; what is being answered then is answered to its end.
pub(crate) async fn serve(
    listener: TcpListener,
    routes: Router,
    head: Duration,
    until: impl Future<Output = ()>,
) {
    let open = Arc::new(GracefulShutdown::new());
    let accepting = tokio::spawn(accept(listener, routes, head, Arc::clone(&open)));
    until.await;
    accepting.abort();
    // It answers that it was aborted; then nobody else holds what is open.
    let _aborted = accepting.await;
    if let Some(open) = Arc::into_inner(open) {
        open.shutdown().await;
    }
}

async fn accept(
    listener: TcpListener,
    routes: Router,
    head: Duration,
    open: Arc<GracefulShutdown>,
) {
    let seats = Arc::new(Semaphore::new(SEATS));
    loop {
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else {
            return;
        };
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(problem) => {
                // Out of files, most likely: others close theirs meanwhile.
                eprintln!("a connection was not accepted: {problem}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (routes, watcher) = (routes.clone(), open.watcher());
        tokio::spawn(async move {
            // Who goes away in the middle is no concern of ours.
            let _gone = answer(stream, peer, routes, head, watcher).await;
            drop(seat);
        });
    }
}

async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    routes: Router,
    head: Duration,
    watcher: Watcher,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut routes = routes.clone();
        async move { routes.call(request.map(Body::new)).await }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .serve_connection(TokioIo::new(stream), service);
    watcher.watch(connection).await.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use axum::routing::get;

    use super::*;

    #[test]
    fn whoever_dawdles_with_the_head_is_let_go() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("bound");
        let address = listener.local_addr().expect("an address");
        let routes = Router::new().route("/", get(|| async { "here" }));
        let head = Duration::from_millis(200);
        runtime.spawn(serve(listener, routes, head, std::future::pending()));
        let mut slow = std::net::TcpStream::connect(address).expect("connected");
        slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            .expect("sent");
        let patience = Some(Duration::from_secs(20));
        slow.set_read_timeout(patience).expect("a limit");
        let mut told = String::new();
        slow.read_to_string(&mut told)
            .expect("closed by the server");
        assert!(!told.contains("200"), "{told}");
        let mut quick = std::net::TcpStream::connect(address).expect("connected");
        quick
            .write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .expect("sent");
        let mut told = String::new();
        quick.read_to_string(&mut told).expect("answered");
        assert!(told.ends_with("here"), "{told}");
    }
}
