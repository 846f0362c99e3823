//! The pages, a file each; what several of them need stands here.

pub(crate) mod account;
pub(crate) mod aging;
pub(crate) mod applications;
pub(crate) mod approvals;
pub(crate) mod assets;
pub(crate) mod audit;
pub(crate) mod bank;
pub(crate) mod cash;
pub(crate) mod certificates;
pub(crate) mod components;
pub(crate) mod delegations;
pub(crate) mod document;
pub(crate) mod entry;
pub(crate) mod home;
pub(crate) mod hooks;
pub(crate) mod imports;
pub(crate) mod issue;
pub(crate) mod lists;
pub(crate) mod login;
pub(crate) mod party;
pub(crate) mod people;
pub(crate) mod periods;
pub(crate) mod policies;
pub(crate) mod provider;
pub(crate) mod remittances;
pub(crate) mod reports;
pub(crate) mod run;
pub(crate) mod search;
pub(crate) mod settle;
pub(crate) mod short_pay;
pub(crate) mod upload;

use std::sync::Arc;

use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use books::reports::Cell;
use books::reports::lists as known;
use books::{Failure, Outcome, Work};
use maud::{Markup, html};

use crate::app::{App, Door, read};
use crate::html::{Frame, Tried, bare};
use crate::problem::Told;
use crate::session::Signed;

/// A page as an answer.
pub(crate) fn answer(page: &Markup) -> Response {
    Html(page.0.clone()).into_response()
}

/// Sends on with a sentence about what was done; `path` may end in the place on its page.
pub(crate) fn done(path: &str, told: &str) -> Response {
    let (path, place) = match path.split_once('#') {
        Some((path, place)) => (path, format!("#{place}")),
        None => (path, String::new()),
    };
    let mark = if path.contains('?') { '&' } else { '?' };
    let to = format!("{path}{mark}told={}{place}", crate::html::encoded(told));
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)], "").into_response()
}

/// A file as somebody sent it: it may be a page, so it is taken away and never shown.
pub(crate) fn taken_away(name: &str, content: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, attachment(name)),
    ];
    (headers, content).into_response()
}

/// A file to take away, under a name that breaks no header.
pub(crate) fn attachment(name: &str) -> String {
    let plain = |sign: char| {
        if sign.is_ascii_alphanumeric() || "-_. ".contains(sign) {
            sign
        } else {
            '_'
        }
    };
    let name: String = name.chars().map(plain).collect();
    format!("attachment; filename=\"{name}\"")
}

/// A refusal as a page.
pub(crate) fn error_page(signed: Option<&Signed>, told: &Told) -> Response {
    let body = html! {
        div.refused role="alert" {
            p { strong { (told.message) } }
            @if let Some(hint) = &told.hint { p { "What to do: " (hint) "." } }
            p.mono { (told.code) }
        }
    };
    let title = "This did not work";
    let page = match signed {
        Some(signed) => Frame::new(title, "").page(signed, &body),
        None => bare(title, &body),
    };
    (told.status, Html(page.0)).into_response()
}

/// The answer of a page, or its refusal.
pub(crate) fn shown(signed: &Signed, page: Outcome<Markup>) -> Response {
    match page {
        Ok(page) => answer(&page),
        Err(failure) => refused(signed, failure),
    }
}

/// The answer of a page on which something may have been tried in vain.
pub(crate) fn shown_again(
    signed: &Signed,
    page: Outcome<Markup>,
    tried: Option<&Tried>,
) -> Response {
    match page {
        Ok(page) => {
            let status = tried.map_or(StatusCode::OK, Tried::status);
            (status, Html(page.0)).into_response()
        }
        Err(failure) => refused(signed, failure),
    }
}

/// A page as it is drawn.
pub(crate) struct Drawn {
    /// The heading.
    pub(crate) title: String,
    /// The place in the navigation.
    pub(crate) place: &'static str,
    /// Links and buttons beside the heading.
    pub(crate) actions: Markup,
    /// What stands below.
    pub(crate) body: Markup,
}

/// The mark of the session, and what was tried in vain or looked at.
pub(crate) type At<'a> = (&'a str, Option<&'a Tried>);

/// What a page is opened with: the sentence about what was done, and what was tried in vain.
pub(crate) type Above<'a> = (Option<&'a str>, Option<&'a Tried>);

/// What was found, drawn as a page: with what was told above it and what was tried beside its form,
/// or above where no form tells it.
pub(crate) fn drawn<T>(
    signed: &Signed,
    (told, tried): Above<'_>,
    found: Outcome<T>,
    draw: impl FnOnce(&T, At<'_>) -> Drawn,
) -> Response {
    let page = found.map(|found| {
        let drawn = draw(&found, (&signed.csrf(), tried));
        let frame = Frame {
            told,
            actions: drawn.actions,
            ..Frame::new(&drawn.title, drawn.place)
        };
        frame.page(signed, &Tried::over(tried, drawn.body))
    });
    shown_again(signed, page, tried)
}

/// The page about one thing, if there is such a thing.
pub(crate) async fn one_thing<T: Send + 'static>(
    app: &Arc<App>,
    signed: &Signed,
    above: Above<'_>,
    load: impl FnOnce(&mut Work<'_>) -> Outcome<Option<T>> + Send + 'static,
    draw: impl FnOnce(&T, At<'_>) -> Drawn,
) -> Response {
    let found = read(app, Door::Html, &signed.who, load).await;
    match found.transpose() {
        Some(found) => drawn(signed, above, found, draw),
        None => error_page(Some(signed), &Told::not_found()),
    }
}

/// A refusal as an answer.
pub(crate) fn refused(signed: &Signed, failure: Failure) -> Response {
    error_page(Some(signed), &failure.into())
}

/// The page at a path as it was, with what was refused beside its form; the refusal alone where
/// the page has no such form.
pub(crate) async fn again(app: &Arc<App>, signed: &Signed, path: &str, tried: Tried) -> Response {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let above = (None, Some(&tried));
    match path.trim_start_matches('/').split_once('/') {
        Some(("parties" | "customers" | "vendors", code)) if !code.contains('/') => {
            party::again(app, signed, &decoded(code), tried).await
        }
        Some(("documents", id)) => document::page(app, signed, id, above).await,
        Some(("periods", period)) => periods::checks_page(app, signed, period, above).await,
        None if path == "/periods" => periods::page(app, signed, above).await,
        Some(("short-pays", id)) => short_pay::page(app, signed, id, above).await,
        Some(("journal", "new")) => approvals::journal_page(app, signed, Some(&tried)).await,
        _ => tried.page(signed),
    }
}

/// A part of a path as it was before it was escaped.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        let pair = [rest.clone().next(), rest.clone().nth(1)];
        let digit = |byte: Option<u8>| (byte? as char).to_digit(16);
        match (byte, digit(pair[0]), digit(pair[1])) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest.nth(1);
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Rows of a list, narrowed, without their columns.
pub(crate) fn rows_of(
    work: &mut Work<'_>,
    list: &str,
    filters: &[(&str, &str)],
    limit: i64,
) -> Outcome<(&'static known::List, known::Page)> {
    let list = known::find(list).expect("a list of this name");
    let filters = filters
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let ask = known::Ask {
        after: None,
        limit: Some(limit),
        filters: filters.collect(),
    };
    let page = known::page(work, list, &ask)?;
    Ok((list, page))
}

/// Where a page shows the first rows only, the way to all of them.
pub(crate) fn all_of(page: &known::Page, href: &str) -> Markup {
    html! { @if page.next.is_some() { p.pager { a.button href=(href) { "All of them" } } } }
}

/// A cell of a row by the name of its column.
pub(crate) fn named<'a>(list: &known::List, row: &'a [Cell], name: &str) -> &'a Cell {
    list.columns
        .iter()
        .position(|column| column.name == name)
        .and_then(|place| row.get(place))
        .unwrap_or(&Cell::Empty)
}
