//! Log-in by a provider of OpenID Connect: code flow with PKCE (RFC 7636), state and nonce.
//!
//! What ties an answer to its log-in is kept in a cookie of the browser that began it, for ten
//! minutes; the server keeps nothing. Whom the provider names is a login of the books or nobody.

mod client;
mod token;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use books::access::{self, Identity, Provider};
use ring::digest::{SHA256, digest};

use crate::app::{App, Door, blocking};
use crate::html::encoded;
use crate::pages::error_page;
use crate::pages::login::{further, own_path};
use crate::problem::Told;
use crate::session::{self, Fields};

const COOKIE: &str = "duebook_openid";

fn failed(why: &str) -> Told {
    // The cause may name addresses of the own network: it is for the operator.
    eprintln!("openid: {why}");
    Told::new(
        StatusCode::BAD_GATEWAY,
        "openid_failed",
        "The log-in by the provider did not work.",
        "try again; the server's log has the cause",
    )
}

/// Where the provider sends people back to.
fn back(headers: &HeaderMap) -> String {
    let host = headers.get("host").and_then(|host| host.to_str().ok());
    let scheme = if session::is_secure(headers) {
        "https"
    } else {
        "http"
    };
    format!(
        "{scheme}://{}/login/openid/callback",
        host.unwrap_or("localhost")
    )
}

/// The provider of an entity, the only one where none is named.
fn provider_of(app: &App, entity: Option<&str>) -> Result<(String, Provider), Told> {
    let context = app.context(Door::Html, "", "");
    let found = access::openid(&app.db, &context, entity)?;
    found.ok_or_else(Told::not_found)
}

/// Sends to the provider.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    let then = own_path(fields.get("then")).to_owned();
    let entity = Some(fields.get("entity").to_owned()).filter(|entity| !entity.is_empty());
    let (back, is_secure) = (back(&headers), session::is_secure(&headers));
    let begun = blocking(&app, move |app| Ok(begin_at(app, entity.as_deref(), &back))).await;
    let (to, secrets) = match begun {
        Ok(Ok(begun)) => begun,
        Ok(Err(told)) => return error_page(None, &told),
        Err(failure) => return error_page(None, &failure.into()),
    };
    let secure = if is_secure { "; Secure" } else { "" };
    let kept = format!("{secrets}.{}", URL_SAFE_NO_PAD.encode(then));
    let cookie =
        format!("{COOKIE}={kept}; Path=/login; HttpOnly; SameSite=Lax; Max-Age=600{secure}");
    with_cookie(Redirect::to(&to).into_response(), &cookie)
}

fn begin_at(app: &App, entity: Option<&str>, back: &str) -> Result<(String, String), Told> {
    let (entity, provider) = provider_of(app, entity)?;
    let places = client::discover(&provider.issuer).map_err(|why| failed(&why))?;
    let fresh = || access::fresh_secret().map_err(|fault| failed(&fault.to_string()));
    let (state, nonce, verifier) = (fresh()?, fresh()?, fresh()?);
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let mark = if places.authorization.contains('?') {
        '&'
    } else {
        '?'
    };
    let to = format!(
        "{}{mark}response_type=code&scope=openid%20email&client_id={}&redirect_uri={}&state={state}\
         &nonce={nonce}&code_challenge={challenge}&code_challenge_method=S256",
        places.authorization,
        encoded(&provider.client_id),
        encoded(back),
    );
    let entity = URL_SAFE_NO_PAD.encode(entity);
    Ok((to, format!("{state}.{nonce}.{verifier}.{entity}")))
}

/// What the cookie of the browser that began a log-in holds.
struct Begun {
    state: String,
    nonce: String,
    verifier: String,
    entity: String,
    then: String,
}

fn begun(headers: &HeaderMap) -> Option<Begun> {
    let mut cookies = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    let kept = cookies.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then_some(value)
    })?;
    let mut parts = kept.split('.').map(str::to_owned);
    let plain = |part: Option<String>| {
        let bytes = URL_SAFE_NO_PAD.decode(part?).ok()?;
        String::from_utf8(bytes).ok()
    };
    Some(Begun {
        state: parts.next().filter(|state| state.len() == 64)?,
        nonce: parts.next()?,
        verifier: parts.next()?,
        entity: plain(parts.next())?,
        then: plain(parts.next())?,
    })
}

/// Comes back from the provider.
pub(crate) async fn callback(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    let (code, state) = (
        fields.get("code").to_owned(),
        fields.get("state").to_owned(),
    );
    let Some(begun) = begun(&headers).filter(|begun| begun.state == state && !code.is_empty())
    else {
        let told = Told::new(
            StatusCode::FORBIDDEN,
            "openid_not_begun",
            "This browser did not begin this log-in, or it was given up.",
            "begin again at the log-in page",
        );
        return error_page(None, &told);
    };
    let (back, then) = (back(&headers), own_path(&begun.then).to_owned());
    let entered = blocking(&app, move |app| Ok(enter(app, &begun, &code, &back))).await;
    let answer = match entered {
        Ok(Ok(log_in)) => further(&app, &log_in, &then, &headers),
        Ok(Err(told)) => error_page(None, &told),
        Err(failure) => error_page(None, &failure.into()),
    };
    with_cookie(
        answer,
        &format!("{COOKIE}=; Path=/login; HttpOnly; Max-Age=0"),
    )
}

fn enter(app: &App, begun: &Begun, code: &str, back: &str) -> Result<access::LogIn, Told> {
    let (entity, provider) = provider_of(app, Some(&begun.entity))?;
    let places = client::discover(&provider.issuer).map_err(|why| failed(&why))?;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", back),
        ("code_verifier", &begun.verifier),
    ];
    let secrets = (provider.client_id.as_str(), provider.client_secret.as_str());
    let tokens = client::exchange(&places, secrets, &form).map_err(|why| failed(&why))?;
    let keys = client::keys(&places).map_err(|why| failed(&why))?;
    let expected = token::Expected {
        issuer: &provider.issuer,
        client_id: &provider.client_id,
        nonce: &begun.nonce,
        now: app.now().as_second(),
    };
    let mut claims = token::check(&tokens.id, &keys, &expected)
        .map_err(|why| failed(&format!("the ID token is not taken: {why}")))?;
    if claims.email.is_none() {
        claims.email =
            client::email(&places, &tokens, &claims.subject).map_err(|why| failed(&why))?;
    }
    let identity = Identity {
        issuer: provider.issuer.clone(),
        subject: claims.subject,
        email: claims.email,
    };
    let context = app.context(Door::Html, "", "");
    Ok(access::log_in_openid(
        &app.db, &context, &entity, &identity,
    )?)
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
