//! The second factor: codes of an app, recovery codes, and who owes them.
//!
//! A code is taken once. After eight wrong ones in a row none is taken for a quarter of an hour,
//! whatever server is asked. Recovery codes are kept as SHA-256 and work once.

use domain::access::{Area, Grants, Verb};
use jiff::SignedDuration;
use serde_json::json;

use crate::access::sessions::{Half, LogIn, Session, is_program, start};
use crate::access::{LoginRefusal, demand, grants_of, policy, secrets, sql, totp};
use crate::audit::hex;
use crate::db::Db;
use crate::failure::{Failure, Outcome};
use crate::keys::{self, Owner};
use crate::work::{Context, Work};

/// Wrong codes in a row before there is a pause.
const MOST_FAILURES: i64 = 8;

/// How long the pause is.
const PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// How many recovery codes are made.
const RECOVERY_CODES: usize = 10;

/// What an app needs to make codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    /// The secret, to be typed.
    pub secret: String,
    /// The same as a link for QR codes: `otpauth://totp/…`.
    pub uri: String,
}

/// How somebody stands with codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Whether an app makes codes for them.
    pub has_code: bool,
    /// Whether one of their roles owes a code.
    pub owes_code: bool,
    /// How many recovery codes are left.
    pub recovery_left: i64,
}

/// How the actor of the work stands.
pub fn standing(work: &mut Work<'_>) -> Outcome<Standing> {
    let login = work.actor().to_owned();
    let grants = grants_of(work, &login)?;
    let policy = policy::sign_in(work)?;
    let factor = sql::codes::factor(work, &login)?;
    Ok(Standing {
        has_code: factor.is_some_and(|factor| factor.is_confirmed),
        owes_code: owes(&policy, &grants),
        recovery_left: sql::codes::recovery_left(work, &login)?,
    })
}

/// Does a role held owe a code?
pub(super) fn owes(policy: &policy::SignIn, grants: &Grants) -> bool {
    match grants {
        Grants::Unclaimed => false,
        Grants::Held(held) => held
            .iter()
            .any(|grant| policy.code_for.contains(&grant.role)),
    }
}

/// Begins to enrol an app for the actor; nothing is asked for before it is confirmed.
pub fn begin(work: &mut Work<'_>) -> Outcome<Enrolment> {
    let login = work.actor().to_owned();
    let factor = sql::codes::factor(work, &login)?;
    if factor.is_some_and(|factor| factor.is_confirmed) {
        return Err(LoginRefusal::HasCode.into());
    }
    let mut bytes = [0_u8; 20];
    secrets::fill(&mut bytes)?;
    let secret = totp::to_base32(&bytes);
    let sealed = keys::seal(work, Owner::App(&login), &secret)?;
    sql::codes::put_factor(work, &login, &sealed)?;
    work.note("code.begin", &login, json!({}));
    let name: String = login
        .chars()
        .map(|sign| {
            if sign.is_alphanumeric() || "-_.@".contains(sign) {
                sign
            } else {
                '-'
            }
        })
        .collect();
    let uri = format!(
        "otpauth://totp/Duebook:{name}?secret={secret}&issuer=Duebook&algorithm=SHA1&digits=6&period=30"
    );
    Ok(Enrolment { secret, uri })
}

/// Confirms the app by a code of it; returns recovery codes, which are shown once.
pub fn confirm(work: &mut Work<'_>, code: &str) -> Outcome<Vec<String>> {
    work.gate()?;
    let login = work.actor().to_owned();
    let factor = sql::codes::factor(work, &login)?.filter(|factor| !factor.is_confirmed);
    let factor = factor.ok_or(LoginRefusal::NoCode)?;
    let seconds = work.now().as_second();
    let secret = keys::unseal(work, Owner::App(&login), &factor.secret)?;
    let step = totp::step_of(&secret, code, seconds, factor.last_step);
    let step = step.ok_or(LoginRefusal::WrongCode)?;
    sql::codes::confirm_factor(work, &login, step)?;
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let mut bytes = [0_u8; 10];
        secrets::fill(&mut bytes)?;
        let text = hex(&bytes);
        codes.push(format!("{}-{}", &text[..10], &text[10..]));
    }
    let kept: Vec<String> = codes.iter().map(|code| kept_code(code)).collect();
    sql::codes::put_recovery_codes(work, &login, &kept)?;
    work.note(
        "code.confirm",
        &login,
        json!({ "recovery_codes": codes.len() }),
    );
    Ok(codes)
}

/// What is kept of a recovery code, however it was typed.
fn kept_code(code: &str) -> String {
    let plain: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    secrets::kept(&format!("recovery {plain}"))
}

/// Takes the code of somebody, or tells why not. What it notes must be kept even when it refuses.
fn take(work: &mut Work<'_>, login: &str, code: &str) -> Outcome<Result<(), LoginRefusal>> {
    work.gate()?;
    let factor = sql::codes::factor(work, login)?.filter(|factor| factor.is_confirmed);
    let Some(factor) = factor else {
        return Ok(Err(LoginRefusal::NoCode));
    };
    let now = work.now();
    if MOST_FAILURES <= factor.failures && now.duration_since(factor.failed_at) < PAUSE {
        return Ok(Err(LoginRefusal::Paused));
    }
    let secret = keys::unseal(work, Owner::App(login), &factor.secret)?;
    let step = totp::step_of(&secret, code, now.as_second(), factor.last_step);
    if let Some(step) = step {
        sql::codes::use_step(work, login, step)?;
        return Ok(Ok(()));
    }
    if 0 < sql::codes::use_recovery_code(work, login, &kept_code(code))? {
        sql::codes::use_step(work, login, factor.last_step)?;
        work.note("code.recover", login, json!({}));
        return Ok(Ok(()));
    }
    let failures = if MOST_FAILURES <= factor.failures {
        1
    } else {
        factor.failures + 1
    };
    sql::codes::put_failures(work, login, failures)?;
    if failures == MOST_FAILURES {
        work.note("code.pause", login, json!({ "failures": failures }));
    }
    Ok(Err(LoginRefusal::WrongCode))
}

/// Goes on from the password to the session, by a code of the app or a recovery code.
pub fn enter_code(db: &Db, context: &Context, half: &str, code: &str) -> Outcome<Session> {
    let kept = secrets::kept(half);
    let found = db.look(context, |work| Ok(sql::codes::live_half(work, &kept)?))?;
    let Some(who) = found else {
        return Err(LoginRefusal::HalfOver.into());
    };
    let context = Context {
        actor: who.login.clone(),
        ..context.clone()
    };
    let done = db.write(&context, Some(&who.entity), |work| {
        match take(work, &who.login, code)? {
            Err(refusal) => Ok(Err(refusal)),
            Ok(()) => {
                if sql::codes::end_half(work, &kept)? == 0 {
                    return Ok(Err(LoginRefusal::HalfOver));
                }
                Ok(Ok(start(work)?))
            }
        }
    })?;
    done.map_err(Failure::from)
}

/// The next step after the password: a session, or the code that is owed.
pub(super) fn after_password(work: &mut Work<'_>) -> Outcome<LogIn> {
    let login = work.actor().to_owned();
    let factor = sql::codes::factor(work, &login)?;
    if !factor.is_some_and(|factor| factor.is_confirmed) {
        return Ok(LogIn::In(start(work)?));
    }
    let secret = secrets::make()?;
    let ends_at = work
        .now()
        .checked_add(SignedDuration::from_mins(5))
        .unwrap_or(work.now());
    sql::codes::insert_half(work, &secrets::kept(&secret), &login, ends_at)?;
    Ok(LogIn::NeedsCode(Half { secret }))
}

/// Takes the app away from oneself, by a code of it; not where a role owes one.
pub fn remove(db: &Db, context: &Context, entity: &str, code: &str) -> Outcome<()> {
    let done = db.write(context, Some(entity), |work| {
        if standing(work)?.owes_code {
            return Ok(Err(LoginRefusal::OwesCode));
        }
        let login = work.actor().to_owned();
        if let Err(refusal) = take(work, &login, code)? {
            return Ok(Err(refusal));
        }
        sql::codes::drop_factor(work, &login)?;
        work.note("code.remove", &login, json!({}));
        Ok(Ok(()))
    })?;
    done.map_err(Failure::from)
}

/// Takes a lost app away from somebody; they enrol another at the next log-in. Their sessions end.
pub fn reset(work: &mut Work<'_>, login: &str) -> Outcome<()> {
    demand(work, Area::Users, Verb::Do, None)?;
    let is_owner = match grants_of(work, login)? {
        Grants::Unclaimed => false,
        Grants::Held(held) => held.iter().any(|grant| grant.role.is_owner()),
    };
    if is_owner && login != work.actor() && work.context.door != "cli" {
        return Err(LoginRefusal::OwnRoles.into());
    }
    if sql::codes::drop_factor(work, login)? == 0 {
        return Err(LoginRefusal::NoCode.into());
    }
    sql::end_all(work, "session", login)?;
    work.note("code.reset", login, json!({}));
    Ok(())
}

/// Ends every session of somebody: one's own, or anybody's by whoever keeps users and roles.
pub fn sign_out(work: &mut Work<'_>, login: &str) -> Outcome<u64> {
    if login != work.actor() || work.is_agent() {
        demand(work, Area::Users, Verb::Do, None)?;
    }
    let people = sql::people(work)?;
    if is_program(login) || !people.iter().any(|(known, ..)| known == login) {
        let login = login.to_owned();
        return Err(LoginRefusal::NoPerson { login }.into());
    }
    let ended = sql::end_all(work, "session", login)?;
    work.note("session.end_all", login, json!({ "ended": ended }));
    Ok(ended)
}

/// The code that an app shows for a secret at a moment; for tests.
pub fn code_at(secret: &str, seconds: i64) -> String {
    totp::code_at(secret, seconds).unwrap_or_default()
}
