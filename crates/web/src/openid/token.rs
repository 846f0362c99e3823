//! The ID token of OpenID Connect Core 1.0: its signature by the provider's keys (RFC 7515, 7517)
//! and what section 3.1.3.7 asks of its claims. Pure: keys, text and time come in.
//!
//! Signatures by RS256, PS256 and ES256 are taken; a token without one, or by a shared secret, is
//! nobody's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value as Json;

/// How far two clocks may be apart, in seconds.
const DRIFT: i64 = 60;

/// What the token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    /// Now, in seconds since 1970.
    pub(super) now: i64,
}

/// Whom the provider names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Claims {
    pub(super) subject: String,
    /// The e-mail address, where the provider says that it is verified.
    pub(super) email: Option<String>,
}

/// Checks a token; answers what is wrong in a few words.
pub(super) fn check(
    text: &str,
    keys: &Json,
    expected: &Expected<'_>,
) -> Result<Claims, &'static str> {
    let mut parts = text.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("it has not three parts");
    };
    let header = decoded(head).ok_or("its header is not readable")?;
    let algorithm = header.get("alg").and_then(Json::as_str).unwrap_or_default();
    let key_id = header.get("kid").and_then(Json::as_str);
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| "its signature is not readable")?;
    let signed = format!("{head}.{body}");
    let all = keys.get("keys").and_then(Json::as_array);
    let mut fitting = all
        .into_iter()
        .flatten()
        .filter(|key| fits(key, algorithm, key_id));
    let is_signed = fitting.any(|key| verifies(key, algorithm, signed.as_bytes(), &signature));
    if !is_signed {
        return Err("no key of the provider signed it");
    }
    let claims = decoded(body).ok_or("its claims are not readable")?;
    check_claims(&claims, expected)
}

fn decoded(part: &str) -> Option<Json> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Is it a key for such signatures, and the one that is named?
fn fits(key: &Json, algorithm: &str, key_id: Option<&str>) -> bool {
    let text = |name: &str| key.get(name).and_then(Json::as_str);
    let kind = match algorithm {
        "RS256" | "PS256" => "RSA",
        "ES256" => "EC",
        _ => return false,
    };
    text("kty") == Some(kind)
        && text("use").is_none_or(|usage| usage == "sig")
        && text("alg").is_none_or(|known| known == algorithm)
        && (key_id.is_none() || text("kid").is_none() || text("kid") == key_id)
}

fn verifies(key: &Json, algorithm: &str, signed: &[u8], signature: &[u8]) -> bool {
    let number = |name: &str| {
        let text = key.get(name).and_then(Json::as_str)?;
        URL_SAFE_NO_PAD.decode(text).ok()
    };
    let by_rsa = |parameters: &RsaParameters| {
        let (Some(n), Some(e)) = (number("n"), number("e")) else {
            return false;
        };
        let key = RsaPublicKeyComponents { n, e };
        key.verify(parameters, signed, signature).is_ok()
    };
    match algorithm {
        "RS256" => by_rsa(&RSA_PKCS1_2048_8192_SHA256),
        "PS256" => by_rsa(&RSA_PSS_2048_8192_SHA256),
        "ES256" => {
            let curve = key.get("crv").and_then(Json::as_str);
            let (Some(x), Some(y), Some("P-256")) = (number("x"), number("y"), curve) else {
                return false;
            };
            let point = [&[4], x.as_slice(), y.as_slice()].concat();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            key.verify(signed, signature).is_ok()
        }
        _ => false,
    }
}

fn check_claims(claims: &Json, expected: &Expected<'_>) -> Result<Claims, &'static str> {
    let text = |name: &str| claims.get(name).and_then(Json::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err("another issuer made it");
    }
    let (is_ours, others) = match claims.get("aud") {
        Some(Json::String(one)) => (one == expected.client_id, 0),
        Some(Json::Array(all)) => {
            let ours = all
                .iter()
                .filter(|one| one.as_str() == Some(expected.client_id));
            let count = ours.count();
            (0 < count, all.len() - count)
        }
        _ => (false, 0),
    };
    let party = text("azp");
    if !is_ours || 0 < others && party.is_none() {
        return Err("it is for another program");
    }
    if party.is_some_and(|party| party != expected.client_id) {
        return Err("it was given to another program");
    }
    let seconds = |name: &str| claims.get(name).and_then(Json::as_i64);
    if seconds("exp").is_none_or(|until| until + DRIFT <= expected.now) {
        return Err("it has expired");
    }
    if seconds("iat").is_none_or(|since| expected.now + DRIFT < since) {
        return Err("it is of a time to come");
    }
    if text("nonce") != Some(expected.nonce) {
        return Err("it answers another log-in");
    }
    let subject = text("sub").filter(|subject| !subject.is_empty() && subject.len() <= 255);
    let is_verified = claims.get("email_verified").and_then(Json::as_bool) == Some(true);
    Ok(Claims {
        subject: subject.ok_or("it names nobody")?.to_owned(),
        email: text("email").filter(|_| is_verified).map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_743_422_400;

    struct Provider {
        pair: EcdsaKeyPair,
        random: SystemRandom,
    }

    impl Provider {
        fn new() -> Provider {
            let random = SystemRandom::new();
            let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let made = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
            let pair = EcdsaKeyPair::from_pkcs8(kind, made.as_ref(), &random).expect("a key");
            Provider { pair, random }
        }

        fn keys(&self) -> Json {
            let point = self.pair.public_key().as_ref();
            json!({ "keys": [{
                "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig",
                "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
                "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
            }] })
        }

        fn token(&self, header: &Json, claims: &Json) -> String {
            let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
            let signed = format!("{}.{}", part(header), part(claims));
            let signature = self
                .pair
                .sign(&self.random, signed.as_bytes())
                .expect("signed");
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
        }
    }

    fn claims() -> Json {
        json!({
            "iss": "https://id.example", "aud": "duebook", "sub": "7", "nonce": "n",
            "iat": NOW, "exp": NOW + 300, "email": "ann@example.com", "email_verified": true,
        })
    }

    fn asked(text: &str, keys: &Json) -> Result<Claims, &'static str> {
        let expected = Expected {
            issuer: "https://id.example",
            client_id: "duebook",
            nonce: "n",
            now: NOW,
        };
        check(text, keys, &expected)
    }

    #[test]
    fn a_good_token_names_somebody() {
        let provider = Provider::new();
        let header = json!({ "alg": "ES256", "kid": "one" });
        let found = asked(&provider.token(&header, &claims()), &provider.keys());
        let found = found.expect("good");
        assert_eq!(found.subject, "7");
        assert_eq!(found.email.as_deref(), Some("ann@example.com"));
        let mut unverified = claims();
        unverified["email_verified"] = "true".into();
        let found = asked(&provider.token(&header, &unverified), &provider.keys());
        assert_eq!(found.expect("good").email, None, "only a plain yes is one");
    }

    #[test]
    fn every_forgery_is_told() {
        let provider = Provider::new();
        let header = json!({ "alg": "ES256", "kid": "one" });
        let changed = |name: &str, value: Json| {
            let mut claims = claims();
            claims[name] = value;
            provider.token(&header, &claims)
        };
        let good = provider.token(&header, &claims());
        let other = Provider::new().token(&header, &claims());
        let none = format!(
            "{}.{}.",
            URL_SAFE_NO_PAD.encode("{\"alg\":\"none\"}"),
            URL_SAFE_NO_PAD.encode(claims().to_string())
        );
        let shared = provider.token(&json!({ "alg": "HS256", "kid": "one" }), &claims());
        let unknown = provider.token(&json!({ "alg": "ES256", "kid": "two" }), &claims());
        let mut swapped: Vec<&str> = good.split('.').collect();
        let body = URL_SAFE_NO_PAD.encode(claims().to_string().replace("ann", "eve"));
        swapped[1] = &body;
        let nobody = "no key of the provider signed it";
        let cases = [
            (String::new(), "it has not three parts"),
            (format!("{good}.x"), "it has not three parts"),
            (format!("!{good}"), "its header is not readable"),
            (none, nobody),
            (shared, nobody),
            (unknown, nobody),
            (other, nobody),
            (swapped.join("."), nobody),
            (
                changed("iss", "https://id.example/".into()),
                "another issuer made it",
            ),
            (changed("aud", "other".into()), "it is for another program"),
            (
                changed("aud", json!(["duebook", "other"])),
                "it is for another program",
            ),
            (
                changed("azp", "other".into()),
                "it was given to another program",
            ),
            (changed("exp", (NOW - 60).into()), "it has expired"),
            (changed("exp", Json::Null), "it has expired"),
            (changed("iat", (NOW + 61).into()), "it is of a time to come"),
            (changed("nonce", "m".into()), "it answers another log-in"),
            (changed("sub", "".into()), "it names nobody"),
        ];
        for (text, expected) in cases {
            assert_eq!(asked(&text, &provider.keys()), Err(expected), "{text}");
        }
    }
}
