//! A file that somebody sends with a form of ours, and what became of its records.

use std::io::{Cursor, Read};
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::response::Response;
use books::imports::ImportReport;
use formats::Severity;
use maud::{Markup, html};

use crate::app::App;
use crate::html::Frame;
use crate::pages::error_page;
use crate::problem::Told;
use crate::session::{Fields, Signed, forged, same_site};

/// The largest file that is taken by the browser; larger ones go through `duebook import`.
pub(crate) const LARGEST_FILE: usize = 64 * 1024 * 1024;

/// The most remarks that a page shows.
const MOST_REMARKS: usize = 500;

/// A form with a file.
pub(crate) struct Upload {
    /// Who sent it.
    pub(crate) signed: Signed,
    /// Its fields but the file.
    pub(crate) fields: Fields,
    /// The name of the file.
    pub(crate) name: String,
    /// Its content.
    pub(crate) bytes: Vec<u8>,
}

impl FromRequest<Arc<App>> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Upload, Response> {
        let (mut parts, body) = request.into_parts();
        let signed = Signed::from_request_parts(&mut parts, app).await?;
        same_site(&parts.headers).map_err(|told| error_page(Some(&signed), &told))?;
        let read = read(Request::from_parts(parts, body), app).await;
        let (fields, name, bytes) = read.map_err(|told| error_page(Some(&signed), &told))?;
        if !books::access::is_mark(fields.get("csrf"), &signed.secret) {
            return Err(error_page(Some(&signed), &forged()));
        }
        Ok(Upload {
            signed,
            fields,
            name,
            bytes,
        })
    }
}

async fn read(request: Request, app: &Arc<App>) -> Result<(Fields, String, Vec<u8>), Told> {
    let unreadable = |problem: String| {
        let hint = "choose a file of 64 MiB at most; larger ones go through duebook import";
        Told::new(StatusCode::BAD_REQUEST, "upload_unreadable", &problem, hint)
    };
    let mut multipart = Multipart::from_request(request, app)
        .await
        .map_err(|problem| unreadable(problem.to_string()))?;
    let (mut pairs, mut name, mut bytes) = (Vec::new(), String::new(), Vec::new());
    while let Some(field) = multipart
        .next_field()
        .await
        .map_err(|problem| unreadable(problem.to_string()))?
    {
        let which = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().unwrap_or_default().to_owned();
        let content = field
            .bytes()
            .await
            .map_err(|problem| unreadable(problem.to_string()))?;
        if which == "file" {
            name = file_name.replace(|letter: char| letter.is_control(), " ");
            bytes = content.to_vec();
        } else {
            pairs.push((which, String::from_utf8_lossy(&content).into_owned()));
        }
    }
    Ok((Fields::from(pairs), name, bytes))
}

/// Opens bytes as often as they are read.
pub(crate) fn opened(bytes: &[u8]) -> Box<dyn Read> {
    Box::new(Cursor::new(bytes.to_vec()))
}

/// What became of a file: how many records, one line for each that was refused, and where to go on.
pub(crate) fn outcome(
    report: &ImportReport,
    signed: &Signed,
    (title, place): (&str, &str),
    onwards: &[(&str, &str)],
) -> Markup {
    let (refused, remarks): (Vec<_>, Vec<_>) = report
        .problems
        .iter()
        .partition(|problem| problem.severity == Severity::Error);
    let body = html! {
        @if report.rolled_back {
            p.refused role="alert" { "Nothing was imported: correct the file and send it again." }
        } @else if report.known_file {
            p.told role="status" { "This file was imported before; nothing changed." }
        }
        div.card { dl.facts {
            dt { "File" } dd { (report.name) }
            @if !report.format.is_empty() { dt { "Format" } dd { (report.format) } }
            dt { "Accepted" } dd { (report.accepted) }
            dt { "Already known" } dd { (report.already_known) }
            dt { "Refused" } dd class=[(!refused.is_empty()).then_some("bad")] { (refused.len()) }
        } }
        (lines("Refused", &refused))
        (lines("Remarks", &remarks))
        @if !report.notes.is_empty() {
            h2 { "Notes" }
            ul { @for note in &report.notes { li { (note) } } }
        }
        p { @for (href, words) in onwards { a.button href=(href) { (words) } " " } }
    };
    Frame::new(title, place).page(signed, &body)
}

fn lines(title: &str, problems: &[&formats::Problem]) -> Markup {
    html! { @if !problems.is_empty() {
        h2 { (title) }
        ul { @for problem in problems.iter().take(MOST_REMARKS) { li { (problem) } } }
        @if MOST_REMARKS < problems.len() {
            p { "The first " (MOST_REMARKS) " of " (problems.len()) "; duebook import tells all." }
        }
    } }
}
