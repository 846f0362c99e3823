//! Why somebody is not let in, or a role is not given.

use std::fmt;

use domain::refusal::Refusal;

/// Why a log-in, an invitation or the giving of a role is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoginRefusal {
    /// Login or password is wrong. Says nothing about which of them is wrong.
    Wrong,
    /// The one-time link is used, expired or never was.
    LinkUsed,
    /// The password is too short or too common.
    WeakPassword {
        /// The least number of characters.
        least: usize,
    },
    /// The password is among the first that are guessed.
    CommonPassword,
    /// The code is wrong, used, or of another time.
    WrongCode,
    /// Too many wrong codes: none is taken for a while.
    Paused,
    /// The time between password and code is over.
    HalfOver,
    /// This login has no authenticator app.
    NoCode,
    /// This login already has an authenticator app.
    HasCode,
    /// A role held owes a code.
    OwesCode,
    /// A code must be given at the log-in page.
    CodeNeeded,
    /// The numbers fit no policy.
    NotAPolicy,
    /// Something of the provider is missing, or there is none.
    NotAProvider,
    /// Whom a provider named is no login here.
    NotALoginHere,
    /// The text is no login.
    NotALogin,
    /// Somebody has this login.
    LoginTaken {
        /// The login.
        login: String,
    },
    /// Nobody has this login.
    NoPerson {
        /// The login.
        login: String,
    },
    /// There is no such role, it is not held, or it is not given by hand.
    NoRole {
        /// The role.
        role: String,
    },
    /// Nobody changes their own roles.
    OwnRoles,
    /// The founder owns the book and needs no role.
    FounderOwns {
        /// The founder.
        login: String,
    },
}

impl fmt::Display for LoginRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoginRefusal::Wrong => write!(out, "Login or password is wrong."),
            LoginRefusal::LinkUsed => write!(out, "This link was used or has expired."),
            LoginRefusal::WeakPassword { least } => {
                write!(out, "The password needs at least {least} characters.")
            }
            LoginRefusal::CommonPassword => {
                write!(out, "This password is too easy to guess.")
            }
            LoginRefusal::WrongCode => write!(out, "The code is wrong."),
            LoginRefusal::Paused => write!(out, "Too many codes were wrong."),
            LoginRefusal::HalfOver => write!(out, "The time to enter a code has run out."),
            LoginRefusal::NoCode => write!(out, "This login has no authenticator app."),
            LoginRefusal::HasCode => write!(out, "This login already has an authenticator app."),
            LoginRefusal::OwesCode => {
                write!(out, "A role of this login requires an authenticator app.")
            }
            LoginRefusal::CodeNeeded => write!(out, "This login also requires a code."),
            LoginRefusal::NotAPolicy => write!(out, "These numbers are out of range."),
            LoginRefusal::NotAProvider => write!(out, "No sign-in provider is set up."),
            LoginRefusal::NotALoginHere => {
                write!(out, "The provider's user has no login in these books.")
            }
            LoginRefusal::NotALogin => write!(
                out,
                "A login has up to 64 letters, digits and the characters . - _ @."
            ),
            LoginRefusal::LoginTaken { login } => write!(out, "Somebody is called {login}."),
            LoginRefusal::NoPerson { login } => write!(out, "Nobody is called {login}."),
            LoginRefusal::NoRole { role } => {
                write!(out, "There is no role {role} to give or take.")
            }
            LoginRefusal::OwnRoles => write!(out, "Nobody changes their own roles or the owner's."),
            LoginRefusal::FounderOwns { login } => {
                write!(out, "{login} founded the book and owns it.")
            }
        }
    }
}

impl Refusal for LoginRefusal {
    fn code(&self) -> &'static str {
        match self {
            LoginRefusal::Wrong => "wrong_login",
            LoginRefusal::LinkUsed => "link_used",
            LoginRefusal::WeakPassword { .. } => "weak_password",
            LoginRefusal::CommonPassword => "common_password",
            LoginRefusal::WrongCode => "wrong_code",
            LoginRefusal::Paused => "codes_paused",
            LoginRefusal::HalfOver => "log_in_again",
            LoginRefusal::NoCode => "no_second_factor",
            LoginRefusal::HasCode => "has_second_factor",
            LoginRefusal::OwesCode => "second_factor_required",
            LoginRefusal::CodeNeeded => "code_needed",
            LoginRefusal::NotAPolicy => "not_a_policy",
            LoginRefusal::NotAProvider => "no_provider",
            LoginRefusal::NotALoginHere => "no_login_here",
            LoginRefusal::NotALogin => "not_a_login",
            LoginRefusal::LoginTaken { .. } => "login_taken",
            LoginRefusal::NoPerson { .. } => "no_person",
            LoginRefusal::NoRole { .. } => "no_role",
            LoginRefusal::OwnRoles => "own_roles",
            LoginRefusal::FounderOwns { .. } => "founder_owns",
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            LoginRefusal::Wrong => "try again, or ask an administrator for a new link".into(),
            LoginRefusal::LinkUsed => "ask an administrator for a new one".into(),
            LoginRefusal::WeakPassword { .. } => "a few words in a row are easy to remember".into(),
            LoginRefusal::CommonPassword => "use a few words in a row that are not a saying".into(),
            LoginRefusal::WrongCode => {
                "wait for the next code of the app; each works once, for half a minute".into()
            }
            LoginRefusal::Paused => "wait a quarter of an hour, then try again".into(),
            LoginRefusal::HalfOver => "enter login and password again".into(),
            LoginRefusal::NoCode => "enrol an app under `Your account`".into(),
            LoginRefusal::HasCode => "remove it first".into(),
            LoginRefusal::OwesCode => "an administrator can reset a lost app".into(),
            LoginRefusal::CodeNeeded => "log in with the password and the code".into(),
            LoginRefusal::NotAProvider => "give name, issuer, client id and client secret".into(),
            LoginRefusal::NotALoginHere => {
                "ask an administrator for a role, by the e-mail address as login".into()
            }
            LoginRefusal::NotAPolicy => {
                "8 to 64 signs, 1 to 720 hours, 0 to 1440 minutes of idle time".into()
            }
            LoginRefusal::NotALogin => "try ann.miller or ann@example.com".into(),
            LoginRefusal::LoginTaken { .. } => "choose another login".into(),
            LoginRefusal::NoPerson { .. } => "add the person first".into(),
            LoginRefusal::NoRole { .. } => {
                let roles: Vec<&str> = domain::access::ROLES
                    .iter()
                    .filter(|role| !role.is_owner())
                    .map(|role| role.code)
                    .collect();
                format!("roles: {}", roles.join(", "))
            }
            LoginRefusal::OwnRoles => "ask another administrator".into(),
            LoginRefusal::FounderOwns { .. } => "give the role to somebody else".into(),
        })
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            LoginRefusal::Wrong
            | LoginRefusal::WeakPassword { .. }
            | LoginRefusal::CommonPassword => Some("password"),
            LoginRefusal::WrongCode | LoginRefusal::Paused => Some("code"),
            LoginRefusal::NotALogin
            | LoginRefusal::LoginTaken { .. }
            | LoginRefusal::NoPerson { .. } => Some("login"),
            LoginRefusal::NoRole { .. } => Some("role"),
            LoginRefusal::LinkUsed
            | LoginRefusal::OwnRoles
            | LoginRefusal::FounderOwns { .. }
            | LoginRefusal::HalfOver
            | LoginRefusal::NoCode
            | LoginRefusal::HasCode
            | LoginRefusal::OwesCode
            | LoginRefusal::CodeNeeded
            | LoginRefusal::NotAPolicy
            | LoginRefusal::NotAProvider
            | LoginRefusal::NotALoginHere => None,
        }
    }
}
