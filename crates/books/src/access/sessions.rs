//! Log-in, sessions, one-time links and service tokens.
//!
//! A session belongs to one entity and one login. Whose roles were all taken away is nobody,
//! however many sessions are still about.

use domain::access::{AGENT_PREFIX, Area, Grants, Verb};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::access::{LoginRefusal, codes, demand, grants_of, policy, secrets, sql};
use crate::db::Db;
use crate::failure::{Failure, Outcome};
use crate::work::{Context, Work};

/// Begins the logins of programs.
const TOKEN_PREFIX: &str = "token:";

/// How long a one-time link can be used.
const INVITATION_HOURS: i64 = 72;

/// Whom a secret stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Who {
    /// The code of the entity.
    pub entity: String,
    /// Its name.
    pub entity_name: String,
    /// The login.
    pub login: String,
}

/// A fresh session: the secret goes into the cookie and nowhere else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The secret.
    pub secret: String,
    /// When it ends.
    pub ends_at: Timestamp,
}

/// A password was given and a code is owed; the secret goes into the next form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Half {
    /// The secret.
    pub secret: String,
}

/// How far somebody is in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LogIn {
    /// In.
    In(Session),
    /// A code is owed, too.
    NeedsCode(Half),
}

/// Somebody with a session, and whether they owe an app that makes codes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Who it is.
    pub who: Who,
    /// Whether a role held owes codes and no app makes any yet.
    pub must_enrol: bool,
    /// Whether they may see who works in the books, and what was done.
    pub sees_users: bool,
}

fn after(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_hours(hours))
        .unwrap_or(Timestamp::MAX)
}

/// Logs somebody in by password.
pub fn log_in(db: &Db, context: &Context, entity: Option<&str>, password: &str) -> Outcome<LogIn> {
    let hash = db.read(context, entity, |work| {
        let login = work.actor().to_owned();
        Ok(sql::password(work, &login)?)
    })?;
    if !secrets::is_password(password, hash.as_deref()) {
        return Err(LoginRefusal::Wrong.into());
    }
    db.write(context, entity, |work| {
        let login = work.actor().to_owned();
        if grants_of(work, &login)? == Grants::Held(Vec::new()) {
            return Err(LoginRefusal::Wrong.into());
        }
        codes::after_password(work)
    })
}

/// Starts a session of the work's actor.
pub(super) fn start(work: &mut Work<'_>) -> Outcome<Session> {
    let secret = secrets::make()?;
    let hours = policy::sign_in(work)?.session_hours;
    let ends_at = after(work.now(), hours);
    let login = work.actor().to_owned();
    sql::insert_secret(work, "session", &secrets::kept(&secret), &login, ends_at)?;
    work.note("session.start", &login, json!({}));
    Ok(Session { secret, ends_at })
}

/// Whom a session stands for; nobody when it ended or its person holds no role any more.
pub fn who(db: &Db, context: &Context, secret: &str) -> Outcome<Option<Who>> {
    Ok(seen(db, context, secret)?.map(|seen| seen.who))
}

/// How often the use of a session is noted.
const NOTE_USE: SignedDuration = SignedDuration::from_secs(60);

/// Whom a session stands for, and what they owe. Notes that it was used, where that counts.
pub fn seen(db: &Db, context: &Context, secret: &str) -> Outcome<Option<Seen>> {
    let kept = secrets::kept(secret);
    let found = db.look(context, |work| {
        let found = sql::live_secret(work, "session", &kept)?;
        let seen_at = sql::seen_at(work, &kept)?;
        Ok(found.zip(seen_at))
    })?;
    let Some((who, seen_at)) = found else {
        return Ok(None);
    };
    let standing = db.read(context, Some(&who.entity), |work| {
        let held = grants_of(work, &who.login)?;
        let policy = policy::sign_in(work)?;
        let owes = codes::owes(&policy, &held);
        let factor = if owes {
            sql::codes::factor(work, &who.login)?
        } else {
            None
        };
        let has_code = factor.is_some_and(|factor| factor.is_confirmed);
        let is_nobody = held == Grants::Held(Vec::new());
        let must_enrol = owes && !has_code;
        let sees_users = held.allows((Area::Users, Verb::See));
        Ok(((is_nobody, policy.idle_minutes), (must_enrol, sees_users)))
    })?;
    let ((is_nobody, idle_minutes), (must_enrol, sees_users)) = standing;
    let unused = context.now.duration_since(seen_at);
    let is_idle = 0 < idle_minutes && SignedDuration::from_mins(idle_minutes) <= unused;
    if is_nobody || is_idle {
        return Ok(None);
    }
    if 0 < idle_minutes && NOTE_USE <= unused {
        // Whoever holds the database busy does not log people out.
        let _ = db.write(context, Some(&who.entity), |work| {
            Ok(sql::note_use(work, &kept)?)
        });
    }
    Ok(Some(Seen {
        who,
        must_enrol,
        sees_users,
    }))
}

/// Whom a service token stands for.
pub fn bearer(db: &Db, context: &Context, secret: &str) -> Outcome<Option<Who>> {
    known(db, context, "token", secret)
}

/// Whom a one-time link invites, while it can be used.
pub fn invited(db: &Db, context: &Context, secret: &str) -> Outcome<Option<Who>> {
    known(db, context, "invitation", secret)
}

fn known(db: &Db, context: &Context, kind: &str, secret: &str) -> Outcome<Option<Who>> {
    let kept = secrets::kept(secret);
    let found = db.look(context, |work| Ok(sql::live_secret(work, kind, &kept)?))?;
    let Some(who) = found else {
        return Ok(None);
    };
    let held = db.read(context, Some(&who.entity), |work| {
        grants_of(work, &who.login)
    })?;
    let is_nobody = kind != "invitation" && held == Grants::Held(Vec::new());
    Ok((!is_nobody).then_some(who))
}

/// Ends a session.
pub fn log_out(db: &Db, context: &Context, entity: &str, secret: &str) -> Outcome<()> {
    let kept = secrets::kept(secret);
    db.write(context, Some(entity), |work| {
        sql::end_secret(work, "session", &kept)?;
        let login = work.actor().to_owned();
        work.note("session.end", login, json!({}));
        Ok(())
    })
}

/// Makes a one-time link with which somebody sets a password; earlier links end.
pub fn invite(work: &mut Work<'_>, login: &str) -> Outcome<String> {
    demand(work, Area::Users, Verb::Do, None)?;
    let people = sql::people(work)?;
    let is_token = is_program(login);
    if is_token || !people.iter().any(|(known, ..)| known == login) {
        return Err(LoginRefusal::NoPerson {
            login: login.to_owned(),
        }
        .into());
    }
    // Who sets another's password could work in their name: administrators reset, and the
    // audit log shows it; nobody does it for the owner.
    let is_owner = grants_of(work, login)?;
    if login != work.actor()
        && matches!(&is_owner, Grants::Held(held) if held.iter().any(|grant| grant.role.is_owner()))
    {
        return Err(LoginRefusal::OwnRoles.into());
    }
    sql::end_all(work, "invitation", login)?;
    let secret = secrets::make()?;
    let ends_at = after(work.now(), INVITATION_HOURS);
    sql::insert_secret(work, "invitation", &secrets::kept(&secret), login, ends_at)?;
    work.note(
        "person.invite",
        login,
        json!({ "ends_at": ends_at.to_string() }),
    );
    Ok(secret)
}

/// The founder's one-time link, while the founder has no password and nobody set one.
pub fn first_link(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
) -> Outcome<Option<(String, String)>> {
    let founder = db.read(context, entity, |work| {
        let people = sql::people(work)?;
        let is_new = people.iter().all(|(.., has_password)| !has_password);
        let founder = sql::founder(work)?;
        Ok(founder.filter(|_| is_new))
    })?;
    let Some(founder) = founder else {
        return Ok(None);
    };
    let context = Context {
        actor: founder.clone(),
        ..context.clone()
    };
    let secret = db.write(&context, entity, |work| invite(work, &founder))?;
    Ok(Some((founder, secret)))
}

/// Sets the password by a one-time link and logs in. All earlier sessions end.
pub fn accept(db: &Db, context: &Context, secret: &str, password: &str) -> Outcome<Session> {
    match accept_link(db, context, secret, password)? {
        LogIn::In(session) => Ok(session),
        LogIn::NeedsCode(_) => Err(LoginRefusal::CodeNeeded.into()),
    }
}

/// The same for somebody who may owe a code: a link replaces the password and nothing else.
pub fn accept_link(db: &Db, context: &Context, secret: &str, password: &str) -> Outcome<LogIn> {
    let Some(who) = invited(db, context, secret)? else {
        return Err(LoginRefusal::LinkUsed.into());
    };
    let policy = db.read(context, Some(&who.entity), policy::sign_in)?;
    let least = usize::try_from(policy.least_length).unwrap_or(usize::MAX);
    let hash = secrets::hash_password(password, &who.login, least)?;
    let context = Context {
        actor: who.login.clone(),
        ..context.clone()
    };
    let kept = secrets::kept(secret);
    db.write(&context, Some(&who.entity), |work| {
        if sql::end_secret(work, "invitation", &kept)? == 0 {
            return Err(Failure::from(LoginRefusal::LinkUsed));
        }
        sql::put_password(work, &who.login, &hash)?;
        sql::end_all(work, "session", &who.login)?;
        work.note("password.set", &who.login, json!({}));
        codes::after_password(work)
    })
}

/// Is it the login of a program, which comes in by a token alone?
pub(crate) fn is_program(login: &str) -> bool {
    login.starts_with(TOKEN_PREFIX) || login.starts_with(AGENT_PREFIX)
}

/// Makes a service token with one role; returns its secret, which is never shown again.
pub fn issue_token(
    work: &mut Work<'_>,
    name: &str,
    role: &str,
    limit: Option<i64>,
    days: i64,
) -> Outcome<String> {
    issue(work, TOKEN_PREFIX, name, (role, limit), days)
}

/// Makes the token of an agent: its role says what it may read and propose; it does and approves
/// nothing.
pub fn issue_agent(
    work: &mut Work<'_>,
    name: &str,
    role: &str,
    limit: Option<i64>,
    days: i64,
) -> Outcome<String> {
    issue(work, AGENT_PREFIX, name, (role, limit), days)
}

fn issue(
    work: &mut Work<'_>,
    prefix: &str,
    name: &str,
    (role, limit): (&str, Option<i64>),
    days: i64,
) -> Outcome<String> {
    demand(work, Area::Users, Verb::Do, None)?;
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if name.is_empty() || 40 < name.len() || !name.chars().all(is_plain) {
        return Err(LoginRefusal::NotALogin.into());
    }
    let login = format!("{prefix}{name}");
    super::add(work, &login, name)?;
    super::give(work, &login, role, limit)?;
    let secret = secrets::make()?;
    let ends_at = after(work.now(), days.clamp(1, 3650) * 24);
    sql::insert_secret(work, "token", &secrets::kept(&secret), &login, ends_at)?;
    let detail = json!({ "role": role, "ends_at": ends_at.to_string() });
    work.note("token.issue", &login, detail);
    Ok(secret)
}

/// Ends the token of a program or an agent at once.
pub fn revoke_token(work: &mut Work<'_>, name: &str) -> Outcome<()> {
    demand(work, Area::Users, Verb::Do, None)?;
    let login = if is_program(name) {
        name.to_owned()
    } else {
        format!("{TOKEN_PREFIX}{name}")
    };
    if sql::end_all(work, "token", &login)? == 0 {
        return Err(LoginRefusal::NoPerson { login }.into());
    }
    work.note("token.revoke", &login, json!({}));
    Ok(())
}

/// A mark that only somebody who holds the secret can make: forms carry it.
pub fn mark(secret: &str) -> String {
    secrets::kept(&format!("form {secret}"))
}

/// Is it the mark of the secret? Compared in constant time.
pub fn is_mark(text: &str, secret: &str) -> bool {
    let expected = mark(secret);
    let differs = text
        .bytes()
        .zip(expected.bytes())
        .fold(0, |differs, (one, other)| differs | (one ^ other));
    text.len() == expected.len() && differs == 0
}
