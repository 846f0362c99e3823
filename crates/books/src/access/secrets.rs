//! Secrets: how they are made, and the only forms in which they are kept.
//!
//! Passwords are kept as Argon2id (RFC 9106) with the parameters that OWASP names; random
//! secrets have 256 bits and need no slow hash, so SHA-256 is kept of them.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use sha2::{Digest, Sha256};

use crate::access::LoginRefusal;
use crate::access::policy::is_common;
use crate::audit::hex;
use crate::failure::{Failure, Fault, Outcome};

/// Longer ones only keep the hash busy.
const MOST_LENGTH: usize = 256;

/// A new secret, as text that goes into links, cookies and headers.
pub(crate) fn make() -> Result<String, Fault> {
    let mut bytes = [0_u8; 32];
    fill(&mut bytes)?;
    Ok(hex(&bytes))
}

pub(super) fn fill(bytes: &mut [u8]) -> Result<(), Fault> {
    getrandom::fill(bytes)
        .map_err(|problem| Fault::new(format!("no randomness to be had: {problem}")))
}

/// What is kept of a secret.
pub(crate) fn kept(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// What is kept of a password of somebody, when it is strong enough.
pub(crate) fn hash_password(password: &str, login: &str, least: usize) -> Outcome<String> {
    let length = password.chars().count();
    if length < least || MOST_LENGTH < password.len() {
        return Err(LoginRefusal::WeakPassword { least }.into());
    }
    if is_common(password, login) {
        return Err(LoginRefusal::CommonPassword.into());
    }
    hashed(password)
}

fn hashed(password: &str) -> Outcome<String> {
    let mut salt = [0_u8; 16];
    fill(&mut salt)?;
    let broken = |problem: argon2::password_hash::Error| {
        Failure::from(Fault::new(format!(
            "the password cannot be hashed: {problem}"
        )))
    };
    let salt = SaltString::encode_b64(&salt).map_err(broken)?;
    let hash = Argon2::default()
        .hash_password(password.as_bytes(), &salt)
        .map_err(broken)?;
    Ok(hash.to_string())
}

/// Is it the password? Takes the same time when there is none to compare with.
pub(crate) fn is_password(password: &str, hash: Option<&str>) -> bool {
    // A hash of a password that nobody has.
    static NOBODY: OnceLock<String> = OnceLock::new();
    if MOST_LENGTH < password.len() {
        return false;
    }
    let nobody = NOBODY.get_or_init(|| hashed("nobody has this one").unwrap_or_default());
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(nobody)) else {
        return false;
    };
    let is_right = Argon2::default()
        .verify_password(password.as_bytes(), &parsed)
        .is_ok();
    is_right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_nothing_else_is() {
        let hash = hash_password("three words in a row", "ann", 10).expect("hashed");
        assert!(hash.starts_with("$argon2id$"));
        assert!(is_password("three words in a row", Some(&hash)));
        assert!(!is_password("three words in a rov", Some(&hash)));
        assert!(!is_password("three words in a row", None));
        let code = |password: &str| {
            let refused = hash_password(password, "ann", 10);
            refused.map_or_else(|failure| failure.code(), |_| "")
        };
        assert_eq!(["", "short"].map(code), ["weak_password"; 2]);
        assert_eq!(code("aaaaaaaaaaaaaaaa"), "common_password");
    }

    #[test]
    fn secrets_differ_and_are_not_kept() {
        let (one, other) = (make().expect("one"), make().expect("other"));
        assert_ne!(one, other);
        assert_eq!(one.len(), 64);
        assert_ne!(kept(&one), one);
    }
}
