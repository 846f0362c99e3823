//! What is asked of the provider: its description, its keys, and the token for a code.

use std::time::Duration;

use domain::connect::{Reach, check_url};
use serde_json::Value as Json;
use ureq::Agent;

/// The most that a provider may answer.
const MOST: u64 = 1 << 20;

/// Where a provider answers what (OpenID Connect Discovery 1.0).
pub(super) struct Places {
    pub(super) authorization: String,
    token: String,
    keys: String,
    about: Option<String>,
}

/// What a code is changed for.
pub(super) struct Tokens {
    pub(super) id: String,
    access: Option<String>,
}

fn agent() -> Agent {
    Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(15)))
        .timeout_connect(Some(Duration::from_secs(5)))
        .max_redirects(0)
        .http_status_as_error(true)
        .build()
        .into()
}

fn get(url: &str, bearer: Option<&str>) -> Result<Json, String> {
    let problem = |problem: ureq::Error| format!("{url}: {problem}");
    let mut asked = agent().get(url).header("accept", "application/json");
    if let Some(bearer) = bearer {
        asked = asked.header("authorization", format!("Bearer {bearer}"));
    }
    let mut answer = asked.call().map_err(problem)?;
    let text = answer.body_mut().with_config().limit(MOST).read_to_string();
    serde_json::from_str(&text.map_err(problem)?).map_err(|_| format!("{url}: no JSON"))
}

/// Asks an issuer where it answers what.
pub(super) fn discover(issuer: &str) -> Result<Places, String> {
    let url = format!(
        "{}/.well-known/openid-configuration",
        issuer.trim_end_matches('/')
    );
    let told = get(&url, None)?;
    let text = |name: &str| {
        let text = told.get(name).and_then(Json::as_str);
        text.map(str::to_owned)
            .ok_or_else(|| format!("{url}: no {name}"))
    };
    if text("issuer")? != issuer {
        return Err(format!("{url}: describes another issuer"));
    }
    let places = Places {
        authorization: text("authorization_endpoint")?,
        token: text("token_endpoint")?,
        keys: text("jwks_uri")?,
        about: text("userinfo_endpoint").ok(),
    };
    let known = [&places.authorization, &places.token, &places.keys];
    for place in known.into_iter().chain(&places.about) {
        check_url(place, Reach::OwnNetwork).map_err(|why| format!("{place}: {why}"))?;
    }
    Ok(places)
}

/// The keys with which the provider signs.
pub(super) fn keys(places: &Places) -> Result<Json, String> {
    get(&places.keys, None)
}

/// Changes a code for an ID token. The secret goes into the header, as every provider takes it.
pub(super) fn exchange(
    places: &Places,
    (client_id, client_secret): (&str, &str),
    form: &[(&str, &str)],
) -> Result<Tokens, String> {
    use base64::Engine as _;
    let encoded = crate::html::encoded;
    let basic = format!("{}:{}", encoded(client_id), encoded(client_secret));
    let basic = base64::engine::general_purpose::STANDARD.encode(basic);
    let pairs: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    let sent = agent()
        .post(&places.token)
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "application/json")
        .send(pairs.join("&"));
    let problem = |problem: ureq::Error| format!("{}: {problem}", places.token);
    let mut answer = sent.map_err(problem)?;
    let text = answer.body_mut().with_config().limit(MOST).read_to_string();
    let told: Json = serde_json::from_str(&text.map_err(problem)?)
        .map_err(|_| format!("{}: no JSON", places.token))?;
    let text = |name: &str| told.get(name).and_then(Json::as_str).map(str::to_owned);
    Ok(Tokens {
        id: text("id_token").ok_or_else(|| format!("{}: no ID token", places.token))?,
        access: text("access_token"),
    })
}

/// The e-mail address that a provider verified and tells apart from the ID token, as those do that
/// follow the standard closely (OpenID Connect Core 1.0, 5.3 and 5.4).
pub(super) fn email(
    places: &Places,
    tokens: &Tokens,
    subject: &str,
) -> Result<Option<String>, String> {
    let (Some(place), Some(access)) = (&places.about, &tokens.access) else {
        return Ok(None);
    };
    let told = get(place, Some(access))?;
    let text = |name: &str| told.get(name).and_then(Json::as_str);
    if text("sub") != Some(subject) {
        return Err(format!("{place}: tells of somebody else"));
    }
    let is_verified = told.get("email_verified").and_then(Json::as_bool) == Some(true);
    Ok(text("email").filter(|_| is_verified).map(str::to_owned))
}
