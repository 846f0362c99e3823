//! Headers that every answer bears, and those that guard forms against other sites.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::app::{App, Counts};
use crate::session::is_secure;

/// Nothing from elsewhere, nothing inline, nowhere framed.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Adds the headers and counts the request.
pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    Counts::add(&app.counts.requests);
    let is_asset = request.uri().path().starts_with("/assets/");
    let is_secure = is_secure(request.headers());
    let mut response = next.run(guarded(request)).await;
    if response.status().is_server_error() {
        Counts::add(&app.counts.faults);
    } else if response.status().is_client_error() {
        Counts::add(&app.counts.refusals);
    }
    let cache = if is_asset {
        "public, max-age=60"
    } else {
        "no-store"
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, cache),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// The request without what others may not say, with a body that does not dawdle.
fn guarded(request: Request) -> Request {
    let (mut parts, body) = request.into_parts();
    if let Some(query) = parts.uri.query()
        && query.contains("told=")
        && !is_ours(&parts.headers)
        && let Ok(path) = untold(parts.uri.path(), query).parse::<PathAndQuery>()
    {
        parts.uri = Uri::from(path);
    }
    Request::from_parts(parts, Body::new(Prompt::of(body, PART)))
}

/// Did one of our pages lead here? What was done is told by ourselves alone: a link from elsewhere
/// puts no words into our mouth. Browsers that do not say where they come from are believed.
fn is_ours(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site");
    site.is_none_or(|site| site == "same-origin")
}

/// The address without what was done.
fn untold(path: &str, query: &str) -> String {
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.starts_with("told="))
        .collect();
    if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}

/// How long the next part of a body may take.
const PART: Duration = Duration::from_secs(30);

/// How long a whole body may take.
const WHOLE: Duration = Duration::from_mins(10);

/// A body that ends with an error when the sender dawdles: a connection that sends a byte now and
/// then would be held for ever.
struct Prompt {
    inner: Body,
    patience: Duration,
    part: Pin<Box<Sleep>>,
    whole: Pin<Box<Sleep>>,
}

impl Prompt {
    fn of(inner: Body, patience: Duration) -> Prompt {
        Prompt {
            inner,
            patience,
            part: Box::pin(sleep(patience)),
            whole: Box::pin(sleep(WHOLE)),
        }
    }
}

impl HttpBody for Prompt {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            self.part = Box::pin(sleep(self.patience));
            return Poll::Ready(frame);
        }
        let is_late = self.part.as_mut().poll(context).is_ready()
            || self.whole.as_mut().poll(context).is_ready();
        if is_late {
            let late = io::Error::new(io::ErrorKind::TimedOut, "the body came too slowly");
            return Poll::Ready(Some(Err(axum::Error::new(late))));
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_done_is_left_out() {
        assert_eq!(untold("/cash", "told=x&line=1"), "/cash?line=1");
        assert_eq!(untold("/cash", "told=x"), "/cash");
        assert_eq!(untold("/", "untold=x&told="), "/?untold=x");
    }

    /// A body of one part that never ends.
    struct Dawdling(bool);

    impl HttpBody for Dawdling {
        type Data = Bytes;
        type Error = io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut task::Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
            if std::mem::replace(&mut self.0, true) {
                return Poll::Pending;
            }
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
        }
    }

    #[test]
    fn a_body_that_dawdles_ends() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let body = Body::new(Dawdling(false));
            let mut body = Box::pin(Prompt::of(body, Duration::from_millis(50)));
            for is_good in [true, false] {
                let next = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await;
                assert_eq!(next.map(|frame| frame.is_ok()), Some(is_good));
            }
        });
    }
}
