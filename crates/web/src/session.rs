//! Who asks: sessions of people in a cookie, and the forms that only they can have sent.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use books::access::Who;
use serde::Deserialize;

use crate::app::{App, Door, blocking};
use crate::pages::error_page;
use crate::problem::Told;

/// The cookie's name.
const COOKIE: &str = "duebook_session";

/// Somebody who is logged in.
#[derive(Clone)]
pub(crate) struct Signed {
    /// Who it is.
    pub(crate) who: Who,
    /// The secret of the session.
    pub(crate) secret: String,
    /// Whether an app that makes codes is owed before anything else.
    pub(crate) must_enrol: bool,
    /// Whether the places of control are open to them.
    pub(crate) sees_users: bool,
}

impl Signed {
    /// What forms carry to show that they come from a page of this session.
    pub(crate) fn csrf(&self) -> String {
        books::access::mark(&self.secret)
    }
}

/// The header that sets the session's cookie.
pub(crate) fn set_cookie(secret: &str, seconds: i64, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

/// The header that takes it away.
pub(crate) fn clear_cookie() -> String {
    format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
}

/// Does the browser talk to us through TLS, as a proxy before us tells?
pub(crate) fn is_secure(headers: &HeaderMap) -> bool {
    headers
        .get("x-forwarded-proto")
        .is_some_and(|proto| proto == "https")
}

/// Whose request it is: the peer, or whom a proxy on this machine names last.
pub(crate) fn address(peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    let told = headers.get_all("x-forwarded-for").iter().next_back();
    let last = told.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    match last {
        Some(address) if peer.ip().is_loopback() => address,
        _ => peer.ip(),
    }
}

fn secret_of(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, secret)| secret.to_owned())
        .filter(|secret| secret.len() == 64)
}

/// Whoever is logged in with these headers.
pub(crate) async fn signed(app: &Arc<App>, headers: &HeaderMap) -> Result<Option<Signed>, Told> {
    let Some(secret) = secret_of(headers) else {
        return Ok(None);
    };
    let key = secret.clone();
    let seen = blocking(app, move |app| {
        let context = app.context(Door::Html, "", "");
        books::access::seen(&app.db, &context, &key)
    })
    .await?;
    Ok(seen.map(|seen| Signed {
        who: seen.who,
        secret,
        must_enrol: seen.must_enrol,
        sees_users: seen.sees_users,
    }))
}

/// Where somebody may go who owes an app that makes codes.
fn is_for_enrolment(path: &str) -> bool {
    path == "/account" || path.starts_with("/account/") || path == "/logout"
}

impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Signed, Response> {
        match signed(app, &parts.headers).await {
            Ok(Some(signed)) if signed.must_enrol && !is_for_enrolment(parts.uri.path()) => {
                Err(Redirect::to("/account").into_response())
            }
            Ok(Some(signed)) => Ok(signed),
            Ok(None) => {
                let uri = parts.uri.to_string();
                let back = if parts.method == "GET" {
                    uri
                } else {
                    "/".into()
                };
                let back = crate::html::encoded(&back);
                Err(Redirect::to(&format!("/login?then={back}")).into_response())
            }
            Err(told) => Err(error_page(None, &told)),
        }
    }
}

/// A form that somebody sent from one of our pages.
pub(crate) struct Posted {
    /// Who sent it.
    pub(crate) signed: Signed,
    fields: Fields,
}

/// The fields of a form or of a query; of several with one name each can be had.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "Vec<(String, String)>")]
pub(crate) struct Fields(BTreeMap<String, Vec<String>>);

impl From<Vec<(String, String)>> for Fields {
    fn from(pairs: Vec<(String, String)>) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            fields.0.entry(name).or_default().push(value);
        }
        fields
    }
}

impl Fields {
    /// The sentence about what was done, where a page is opened with one.
    pub(crate) fn told(&self) -> Option<&str> {
        Some(self.get("told")).filter(|told| !told.is_empty())
    }

    /// The trimmed value; empty when the field is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        let first = self.0.get(name).and_then(|values| values.first());
        first.map_or("", |value| value.trim())
    }

    /// All values of fields of one name.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The trimmed value of one of several fields of one name, counted from zero.
    pub(crate) fn nth(&self, name: &str, place: usize) -> &str {
        self.all(name).get(place).map_or("", |value| value.trim())
    }

    /// Adds empty fields of one name.
    pub(crate) fn add_empty(&mut self, name: &str, count: usize) {
        let values = self.0.entry(name.to_owned()).or_default();
        values.resize(values.len() + count, String::new());
    }

    /// Drops the empty rows at the end of parallel fields: those in which `key` says nothing.
    pub(crate) fn drop_empty_rows(&mut self, key: &str, beside: &[&str]) {
        let is_said = |text: &String| !text.trim().is_empty();
        let last = self.all(key).iter().rposition(is_said);
        let rows = last.map_or(0, |last| last + 1);
        for name in beside.iter().chain([&key]) {
            if let Some(values) = self.0.get_mut(*name) {
                values.truncate(rows);
            }
        }
        self.0.retain(|_, values| !values.is_empty());
    }

    /// Everything that was sent but some fields, as one text.
    pub(crate) fn said(&self, but: &[&str]) -> String {
        let sent = self
            .0
            .iter()
            .filter(|(name, _)| !but.contains(&name.as_str()));
        format!("{:?}", sent.collect::<Vec<_>>())
    }

    /// The value as it was typed: passwords may begin with a blank.
    pub(crate) fn raw(&self, name: &str) -> &str {
        let first = self.0.get(name).and_then(|values| values.first());
        first.map_or("", String::as_str)
    }
}

impl Posted {
    /// What came beside a file; whoever took it apart has checked the mark of the session.
    pub(crate) fn beside_a_file(signed: Signed, fields: Fields) -> Posted {
        Posted { signed, fields }
    }

    /// The trimmed value; empty when the field is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// All values of fields of one name.
    pub(crate) fn all(&self, name: &str) -> &[String] {
        self.fields.all(name)
    }

    /// Everything that was sent.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }
}

/// Refuses what another site made the browser send.
pub(crate) fn same_site(headers: &HeaderMap) -> Result<(), Told> {
    let site = headers.get("sec-fetch-site");
    if site.is_none_or(|site| site == "same-origin" || site == "none") {
        Ok(())
    } else {
        Err(forged())
    }
}

/// The answer to a form that none of our pages sent.
pub(crate) fn forged() -> Told {
    Told::new(
        StatusCode::FORBIDDEN,
        "forged_form",
        "This form was not sent from a page of this session.",
        "go back, reload the page and send it again",
    )
}

impl FromRequest<Arc<App>> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Posted, Response> {
        let (mut parts, body) = request.into_parts();
        let signed = Signed::from_request_parts(&mut parts, app).await?;
        same_site(&parts.headers).map_err(|told| error_page(Some(&signed), &told))?;
        let request = Request::from_parts(parts, body);
        let Form(fields) = Form::<Fields>::from_request(request, app)
            .await
            .map_err(IntoResponse::into_response)?;
        if !books::access::is_mark(fields.get("csrf"), &signed.secret) {
            return Err(error_page(Some(&signed), &forged()));
        }
        Ok(Posted { signed, fields })
    }
}
