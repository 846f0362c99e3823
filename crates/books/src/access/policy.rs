//! How people may come in: what passwords need, how long sessions last, which roles owe a code.

use domain::access::{Area, Role, Verb, find};
use serde_json::{Value as Json, json};

use crate::access::{LoginRefusal, demand};
use crate::failure::{Fault, Outcome};
use crate::settings;
use crate::work::Work;

const SETTING: &str = "access.sign_in";

/// The policy of an entity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignIn {
    /// The minimum length of a password.
    pub least_length: i64,
    /// After how many hours a session ends, whatever is done in it.
    pub session_hours: i64,
    /// After how many minutes without use a session ends; 0 is never.
    pub idle_minutes: i64,
    /// Whoever holds one of these roles owes the code of an app at log-in.
    pub code_for: Vec<&'static Role>,
}

impl Default for SignIn {
    /// Ten characters, a working day, no second factor.
    fn default() -> SignIn {
        SignIn {
            least_length: 10,
            session_hours: 12,
            idle_minutes: 0,
            code_for: Vec::new(),
        }
    }
}

impl SignIn {
    /// As programs see it.
    pub fn to_json(&self) -> Json {
        let roles: Vec<&str> = self.code_for.iter().map(|role| role.code).collect();
        json!({
            "least_length": self.least_length, "session_hours": self.session_hours,
            "idle_minutes": self.idle_minutes, "code_for": roles,
        })
    }

    fn check(&self) -> Result<(), LoginRefusal> {
        let fits = (8..=64).contains(&self.least_length)
            && (1..=720).contains(&self.session_hours)
            && (0..=1_440).contains(&self.idle_minutes);
        if fits {
            Ok(())
        } else {
            Err(LoginRefusal::NotAPolicy)
        }
    }
}

/// The roles of these codes; refuses what is no role.
pub fn roles_of(codes: &[String]) -> Result<Vec<&'static Role>, LoginRefusal> {
    let role =
        |code: &String| find(code).ok_or_else(|| LoginRefusal::NoRole { role: code.clone() });
    codes.iter().map(role).collect()
}

/// The policy that stands.
pub fn sign_in(work: &mut Work<'_>) -> Outcome<SignIn> {
    let Some(stored) = settings::get(work, SETTING)? else {
        return Ok(SignIn::default());
    };
    let broken = || Fault::new(format!("setting {SETTING} is not as expected"));
    let number = |name: &str| stored.get(name).and_then(Json::as_i64).ok_or_else(broken);
    let codes = stored.get("code_for").and_then(Json::as_array);
    let codes = codes.into_iter().flatten().filter_map(Json::as_str);
    Ok(SignIn {
        least_length: number("least_length")?,
        session_hours: number("session_hours")?,
        idle_minutes: number("idle_minutes")?,
        code_for: codes.filter_map(find).collect(),
    })
}

/// Changes the policy; sessions that are about keep the hours with which they began.
pub fn set_sign_in(work: &mut Work<'_>, policy: &SignIn) -> Outcome<()> {
    demand(work, Area::Settings, Verb::Do, None)?;
    policy.check()?;
    settings::put(work, SETTING, &policy.to_json())
}

/// Passwords that are tried first by whoever guesses, of eight signs and more.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "password1",
    "password12",
    "password123",
    "password1234",
    "passwort",
    "passwort1",
    "passwort123",
    "12345678",
    "123456789",
    "1234567890",
    "0123456789",
    "0987654321",
    "9876543210",
    "11223344",
    "1122334455",
    "123123123",
    "1q2w3e4r",
    "1q2w3e4r5t",
    "1qaz2wsx",
    "1qaz2wsx3edc",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "qwerty1234",
    "qwertz123",
    "asdfghjk",
    "asdfghjkl",
    "zxcvbnm123",
    "abcdefgh",
    "abcdefghij",
    "abc12345",
    "abcd1234",
    "iloveyou",
    "iloveyou1",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "starwars",
    "whatever",
    "trustno1",
    "letmein1",
    "letmein123",
    "welcome1",
    "welcome123",
    "welcome2024",
    "welcome2025",
    "welcome2026",
    "changeme",
    "changeme1",
    "changeme123",
    "administrator",
    "admin123",
    "admin1234",
    "adminadmin",
    "computer",
    "internet",
    "master123",
    "dragon123",
    "monkey123",
    "michael1",
    "jennifer",
    "summer2024",
    "summer2025",
    "summer2026",
    "winter2024",
    "winter2025",
    "winter2026",
    "spring2025",
    "autumn2025",
    "company123",
    "accounting",
    "accountant",
    "invoice123",
    "duebook123",
    "duebookduebook",
    "secret123",
    "geheim123",
    "hallo123",
    "motdepasse",
    "azertyuiop",
    "contraseña",
    "test1234",
    "testtest",
];

/// Is it among the first that are guessed: common, the login, or one run of signs?
pub(super) fn is_common(password: &str, login: &str) -> bool {
    let plain = password.to_lowercase();
    let core = plain.trim_end_matches(|sign: char| "!.?*#$".contains(sign));
    let login = login.to_lowercase();
    let name = login.split('@').next().unwrap_or_default();
    let codes: Vec<u32> = plain.chars().map(u32::from).collect();
    let is_run = |step: u32| {
        let mut pairs = codes.iter().zip(codes.iter().skip(1));
        pairs.all(|(one, next)| one.wrapping_add(step) == *next)
    };
    COMMON.contains(&core)
        || !name.is_empty() && (core == login || core.trim_matches(char::is_numeric) == name)
        || [0, 1, u32::MAX].into_iter().any(is_run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_told_from_the_rest() {
        for common in [
            "Password123!",
            "1234567890",
            "aaaaaaaaaaaa",
            "zyxwvutsrq",
            "ann.miller",
            "Ann.Miller2025",
            "qwertyuiop",
        ] {
            assert!(is_common(common, "ann.miller@example.com"), "{common}");
        }
        for good in [
            "three words in a row",
            "correct horse battery",
            "k7!mq-vv2Lp9",
        ] {
            assert!(!is_common(good, "ann.miller@example.com"), "{good}");
        }
    }
}
