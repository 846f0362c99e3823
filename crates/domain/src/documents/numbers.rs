//! Numbers that vendors print, as they are compared: one paper keyed twice, as `INV-001` and
//! `inv 1`, is the usual way in which a bill is paid twice.

/// Marks that stand between the parts of a number and say nothing.
const MARKS: &[char] = &[' ', '-', '/', '.', '_', '#', ',', ':', '*'];

/// What all numbers that are alike have in common: no marks, no zeros, no capitals. Others may have
/// it in common, too. Capitals beyond ASCII are left by some databases, so that there may be two.
pub fn forms_of_number(number: &str) -> Vec<String> {
    let form = |text: String| text.replace('0', "").replace(MARKS, "");
    let mut forms = vec![
        form(number.to_lowercase()),
        form(number.to_uppercase()).to_ascii_lowercase(),
    ];
    forms.dedup();
    forms
}

/// What a number is compared by; two numbers that have one of these in common are alike.
///
/// The first is the number without marks (`2024-0017`, `20240017`); the second its words and
/// figures, the figures without leading zeros (`INV-001`, `inv 1`). Both have capitals only. A
/// number of marks alone is like no other.
pub fn keys_of_number(number: &str) -> Vec<String> {
    let plain = number.to_uppercase();
    let signs = plain.replace(MARKS, "");
    if signs.is_empty() {
        return Vec::new();
    }
    let mut parts: Vec<String> = Vec::new();
    let mut before = None;
    for sign in plain.chars() {
        let class = (!MARKS.contains(&sign)).then(|| sign.is_ascii_digit());
        match parts.last_mut() {
            Some(part) if class.is_some() && class == before => part.push(sign),
            _ if class.is_some() => parts.push(sign.to_string()),
            Some(_) | None => {}
        }
        before = class;
    }
    let parts: Vec<&str> = parts.iter().map(|part| without_zeros(part)).collect();
    let parts = parts.join(" ");
    if parts == signs {
        return vec![signs];
    }
    vec![signs, parts]
}

/// A figure without leading zeros; one of zeros alone is zero.
fn without_zeros(part: &str) -> &str {
    match part.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn are_alike(one: &str, other: &str) -> bool {
        let keys = keys_of_number(one);
        keys_of_number(other).iter().any(|key| keys.contains(key))
    }

    #[test]
    fn one_number_is_written_in_many_ways() {
        for (one, other) in [
            ("INV-001", "inv 1"),
            ("INV-001", "INV0001"),
            ("INV/001", "INV#1"),
            ("2024-0017", "20240017"),
            ("2024-0017", "2024/17"),
            ("RE 12 ", "re-12"),
            ("0047", "47"),
            ("R\u{c9}-7", "r\u{e9} 7"),
        ] {
            assert!(are_alike(one, other), "{one} {other}");
            assert!(are_alike(other, one), "{other} {one}");
            let forms = forms_of_number(other);
            let found = forms_of_number(one).iter().any(|form| forms.contains(form));
            assert!(found, "{one} {other}");
        }
    }

    #[test]
    fn other_numbers_stay_others() {
        for (one, other) in [
            ("INV-001", "INV-010"),
            ("INV-1", "INV-11"),
            ("INV-1", "CN-1"),
            ("2024-17", "2025-17"),
            ("2024-1-7", "2024-17-1"),
            ("10", "100"),
            ("-", "/"),
            ("", ""),
        ] {
            assert!(!are_alike(one, other), "{one} {other}");
        }
    }
}
