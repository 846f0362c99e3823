//! Codes of an app: RFC 6238 with SHA-1, six digits and thirty seconds, which every app speaks.
//!
//! Pure: secret and time come in, a code or the step of a code goes out.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds of a step.
const PERIOD: i64 = 30;

/// Steps before and after now that are taken: clocks differ.
const DRIFT: i64 = 1;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The code of a step.
fn code(secret: &[u8], step: i64) -> Option<u32> {
    let mut hmac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    hmac.update(&step.to_be_bytes());
    let hash = hmac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 15);
    let part: [u8; 4] = hash.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(part) & 0x7fff_ffff) % 1_000_000)
}

/// The step for which a code stands at a moment, later than the last one that was taken.
pub(super) fn step_of(secret: &str, typed: &str, seconds: i64, last: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
    let is_code = typed.len() == 6 && typed.bytes().all(|byte| byte.is_ascii_digit());
    let typed: u32 = typed.parse().ok().filter(|_| is_code)?;
    let secret = from_base32(secret)?;
    let now = seconds.div_euclid(PERIOD);
    // Every step is computed, so that the time taken tells nothing.
    let found = (now - DRIFT..=now + DRIFT).filter(|step| code(&secret, *step) == Some(typed));
    found.filter(|step| last < *step).max()
}

/// The code for now; what an app shows.
pub(super) fn code_at(secret: &str, seconds: i64) -> Option<String> {
    let secret = from_base32(secret)?;
    let code = code(&secret, seconds.div_euclid(PERIOD))?;
    Some(format!("{code:06}"))
}

/// Base 32 of RFC 4648 without padding, as apps take it.
pub(super) fn to_base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = bits << 8 | u32::from(*byte);
        count += 8;
        while 5 <= count {
            count -= 5;
            text.push(char::from(BASE32[(bits >> count & 31) as usize]));
        }
        bits &= (1 << count) - 1;
    }
    if 0 < count {
        text.push(char::from(BASE32[(bits << (5 - count) & 31) as usize]));
    }
    text
}

fn from_base32(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for letter in text.bytes() {
        let digit = BASE32.iter().position(|known| *known == letter)?;
        bits = bits << 5 | digit as u32;
        count += 5;
        if 8 <= count {
            count -= 8;
            bytes.push((bits >> count & 255) as u8);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn the_published_examples_give_their_codes() {
        let secret = to_base32(b"12345678901234567890");
        assert_eq!(secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(&secret, seconds).as_deref(), Some(expected));
            let step = step_of(&secret, expected, seconds, 0);
            assert_eq!(step, Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_taken_once_near_its_time_and_read_strictly() {
        let secret = to_base32(b"12345678901234567890");
        assert_eq!(step_of(&secret, "287 082", 59, 0), Some(1));
        assert_eq!(step_of(&secret, "287082", 59, 1), None, "used");
        assert_eq!(step_of(&secret, "287082", 89, 0), Some(1), "a clock behind");
        assert_eq!(step_of(&secret, "287082", 120, 0), None, "too late");
        for wrong in ["", "28708", "+28708", "2870829", "abcdef"] {
            assert_eq!(step_of(&secret, wrong, 59, 0), None, "{wrong}");
        }
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(from_base32(&to_base32(&bytes)), Some(bytes));
    }
}
