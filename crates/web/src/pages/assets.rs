//! Files that pages need, embedded: the program works without a network.

use axum::http::header;
use axum::response::{IntoResponse, Response};

pub(crate) async fn style() -> Response {
    let text = include_str!("../assets/style.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], text).into_response()
}

pub(crate) async fn keys() -> Response {
    let text = include_str!("../assets/keys.js");
    let kind = "text/javascript; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

pub(crate) async fn desk() -> Response {
    let text = include_str!("../assets/desk.js");
    let kind = "text/javascript; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

pub(crate) async fn icon() -> Response {
    let text = include_str!("../assets/icon.svg");
    ([(header::CONTENT_TYPE, "image/svg+xml")], text).into_response()
}
