//! Secrets and signatures of Standard Webhooks 1.0: `whsec_` and base64, HMAC-SHA256, `v1`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::failure::Fault;

/// Begins every secret.
const PREFIX: &str = "whsec_";

/// A new secret of 256 bits.
pub(super) fn make() -> Result<String, Fault> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|problem| Fault::new(format!("no randomness to be had: {problem}")))?;
    Ok(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// The signature of a message: `v1,` and the code in base64. `seconds` is the moment of sending.
pub fn signature(secret: &str, id: &str, seconds: i64, body: &str) -> Result<String, Fault> {
    let key = STANDARD
        .decode(secret.strip_prefix(PREFIX).unwrap_or(secret))
        .map_err(|_| Fault::new("the secret of an endpoint is not readable"))?;
    let mut code = Hmac::<Sha256>::new_from_slice(&key)
        .map_err(|_| Fault::new("the secret of an endpoint has no good length"))?;
    code.update(format!("{id}.{seconds}.{body}").as_bytes());
    Ok(format!(
        "v1,{}",
        STANDARD.encode(code.finalize().into_bytes())
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the libraries of Standard Webhooks.
    #[test]
    fn the_published_example_is_signed_alike() {
        let found = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            "{\"test\": 2432232314}",
        );
        assert_eq!(
            found.expect("signed"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn secrets_differ_and_sign() {
        let (one, other) = (make().expect("one"), make().expect("other"));
        assert_ne!(one, other);
        assert!(one.starts_with("whsec_"));
        let sign = |secret: &str| signature(secret, "evt_1", 1, "{}").expect("signed");
        assert_ne!(sign(&one), sign(&other));
    }
}
