//! Numbers of bank accounts: ISO 13616, the international bank account number (IBAN).
//!
//! Its two check digits make the whole leave 1 modulo 97 (ISO 7064), so that one wrong or two
//! swapped signs show. Numbers of other forms are taken as they are written.

/// An IBAN with right check digits, blanks already taken out.
pub fn is_iban(number: &str) -> bool {
    if !looks_like_iban(number) {
        return false;
    }
    let (head, tail) = number.split_at(4);
    rest_of_97(tail.chars().chain(head.chars())) == Some(1)
}

/// What 97 leaves of letters and digits, letters read as 10 to 35 (ISO 7064, MOD 97-10): 1 where
/// the check digits at their end are right. Nothing where there is another sign among them.
pub(crate) fn rest_of_97(mut signs: impl Iterator<Item = char>) -> Option<u32> {
    signs.try_fold(0, |rest, sign| {
        let value = sign.to_digit(36)?;
        let factor = if value < 10 { 10 } else { 100 };
        Some((rest * factor + value) % 97)
    })
}

/// Country, two check digits, 11 to 30 more letters and digits: the check digits may be wrong.
pub fn looks_like_iban(number: &str) -> bool {
    let bytes = number.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes.iter().take(2).all(u8::is_ascii_uppercase)
        && bytes.iter().skip(2).take(2).all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
}

/// Is it an IBAN by its form, mistyped? Blanks and small letters are how people write one.
pub fn is_mistyped_iban(number: &str) -> bool {
    let plain: String = number.split_whitespace().collect();
    let plain = plain.to_uppercase();
    looks_like_iban(&plain) && !is_iban(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_checked() {
        assert!(is_iban("GB82WEST12345698765432"));
        assert!(is_iban("DE89370400440532013000"));
        assert!(!is_iban("DE89370400440532013001"));
        assert!(!is_iban(""));
        assert!(looks_like_iban("NL70ABNA0987654321"));
    }

    #[test]
    fn only_what_has_the_form_can_be_mistyped() {
        assert!(is_mistyped_iban("de89 3704 0044 0532 0130 01"));
        for number in [
            "DE89 3704 0044 0532 0130 00",
            "021000021-746630596",
            "ACH:1234567890",
            "0532013000",
            "",
        ] {
            assert!(!is_mistyped_iban(number), "{number}");
        }
    }
}
