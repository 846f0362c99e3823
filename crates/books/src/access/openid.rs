//! Log-in by a provider of OpenID Connect: which provider, and which login a subject is.
//!
//! A subject is known by what an administrator linked, or by a verified e-mail address that is a
//! login of the books; the first time links it, so that a changed address changes nobody. Nobody
//! is added by a provider. The checks of the protocol stand in `web`.

use domain::access::{Area, Grants, Verb};
use domain::connect::{Reach, check_url};
use serde_json::json;

use crate::access::sessions::{LogIn, is_program};
use crate::access::{LoginRefusal, codes, demand, grants_of, secrets, sql};
use crate::db::Db;
use crate::failure::{Failure, Fault, Outcome};
use crate::keys::{self, Owner};
use crate::work::{Context, Work};

/// A provider and how it knows us.
#[derive(Clone, PartialEq, Eq)]
pub struct Provider {
    /// For people: what stands on the button.
    pub name: String,
    /// The issuer, letter for letter as the provider writes it.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: String,
}

impl std::fmt::Debug for Provider {
    /// Without the secret, which must not stand in a log.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Provider")
            .field("name", &self.name)
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// A provider as people see it: without its secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownProvider {
    /// What stands on the button.
    pub name: String,
    /// The issuer.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
}

/// A subject of a provider and the login that it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Linked {
    /// The login.
    pub login: String,
    /// The provider's name for the person.
    pub subject: String,
    /// The issuer.
    pub issuer: String,
}

/// The provider, for whoever may see who works in the books.
pub fn openid_shown(work: &mut Work<'_>) -> Outcome<Option<ShownProvider>> {
    demand(work, Area::Users, Verb::See, None)?;
    Ok(sql::provider(work)?.map(|provider| ShownProvider {
        name: provider.name,
        issuer: provider.issuer,
        client_id: provider.client_id,
    }))
}

/// Every login that is linked to a subject, for whoever may see who works in the books.
pub fn openid_linked(work: &mut Work<'_>) -> Outcome<Vec<Linked>> {
    demand(work, Area::Users, Verb::See, None)?;
    Ok(sql::linked(work)?)
}

/// Whom a provider names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// The issuer.
    pub issuer: String,
    /// Its name for the person, which never changes.
    pub subject: String,
    /// The e-mail address, where the provider says that it is verified.
    pub email: Option<String>,
}

/// The provider of an entity, the only one where none is named, and the entity's code.
pub fn openid(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
) -> Outcome<Option<(String, Provider)>> {
    db.read(context, entity, |work| {
        let code = work.entity().code.clone();
        let Some(mut provider) = sql::provider(work)? else {
            return Ok(None);
        };
        provider.client_secret = keys::unseal(work, Owner::Provider, &provider.client_secret)?;
        Ok(Some((code, provider)))
    })
}

/// The entities that have a provider, each with its name for people.
pub fn openid_providers(db: &Db, context: &Context) -> Outcome<Vec<(String, String)>> {
    db.look(context, |work| Ok(sql::providers(work)?))
}

/// Sets the provider, or takes it away. The audit log learns everything but the secret. Without a
/// new secret the one that is known stays, where issuer and client are those it belongs to.
pub fn set_openid(work: &mut Work<'_>, provider: Option<&Provider>) -> Outcome<()> {
    demand(work, Area::Settings, Verb::Do, None)?;
    let Some(provider) = provider else {
        sql::drop_provider(work)?;
        work.note("openid.remove", "openid", json!({}));
        return Ok(());
    };
    check_url(&provider.issuer, Reach::OwnNetwork)?;
    let known = sql::provider(work)?
        .filter(|known| known.issuer == provider.issuer && known.client_id == provider.client_id);
    let kept = known.filter(|_| provider.client_secret.is_empty());
    let client_secret = match &kept {
        Some(known) => &known.client_secret,
        None => &provider.client_secret,
    };
    let is_filled = [&provider.name, &provider.client_id, client_secret]
        .iter()
        .all(|text| !text.trim().is_empty() && text.len() <= 1_000);
    if !is_filled {
        return Err(LoginRefusal::NotAProvider.into());
    }
    let sealed = Provider {
        client_secret: match kept {
            Some(known) => known.client_secret,
            None => keys::seal(work, Owner::Provider, &provider.client_secret)?,
        },
        ..provider.clone()
    };
    sql::put_provider(work, &sealed)?;
    work.note(
        "openid.set",
        &provider.issuer,
        json!({ "name": provider.name, "client_id": provider.client_id }),
    );
    Ok(())
}

/// Says which login a subject of the provider is.
pub fn link_openid(work: &mut Work<'_>, login: &str, subject: &str) -> Outcome<()> {
    demand(work, Area::Users, Verb::Do, None)?;
    if login == work.actor() && !is_owner(work, login)? {
        return Err(LoginRefusal::OwnRoles.into());
    }
    // Whoever links the owner's login to a subject of their own works in the owner's name.
    if login != work.actor() && is_owner(work, login)? {
        return Err(LoginRefusal::OwnRoles.into());
    }
    let people = sql::people(work)?;
    if is_program(login) || !people.iter().any(|(known, ..)| known == login) {
        let login = login.to_owned();
        return Err(LoginRefusal::NoPerson { login }.into());
    }
    let provider = sql::provider(work)?.ok_or(LoginRefusal::NotAProvider)?;
    sql::put_subject(work, &provider.issuer, subject, login)?;
    work.note(
        "openid.link",
        login,
        json!({ "issuer": provider.issuer, "subject": subject }),
    );
    Ok(())
}

fn is_owner(work: &mut Work<'_>, login: &str) -> Outcome<bool> {
    Ok(match grants_of(work, login)? {
        Grants::Unclaimed => false,
        Grants::Held(held) => held.iter().any(|grant| grant.role.is_owner()),
    })
}

/// Logs in whom a provider named; refuses whoever is no login of the books.
pub fn log_in_openid(
    db: &Db,
    context: &Context,
    entity: &str,
    identity: &Identity,
) -> Outcome<LogIn> {
    let found = db.read(context, Some(entity), |work| login_of(work, identity))?;
    let Some((login, is_linked)) = found else {
        return Err(LoginRefusal::NotALoginHere.into());
    };
    let context = Context {
        actor: login.clone(),
        ..context.clone()
    };
    db.write(&context, Some(entity), |work| {
        if grants_of(work, &login)? == Grants::Held(Vec::new()) {
            return Err(Failure::from(LoginRefusal::NotALoginHere));
        }
        if !is_linked {
            sql::put_subject(work, &identity.issuer, &identity.subject, &login)?;
            let detail = json!({ "issuer": identity.issuer, "subject": identity.subject });
            work.note("openid.link", &login, detail);
        }
        codes::after_password(work)
    })
}

/// Which login it is, and whether the subject is linked to it already.
fn login_of(work: &mut Work<'_>, identity: &Identity) -> Outcome<Option<(String, bool)>> {
    let linked = sql::login_of_subject(work, &identity.issuer, &identity.subject)?;
    if let Some(login) = linked {
        return Ok(Some((login, true)));
    }
    let Some(email) = identity
        .email
        .as_deref()
        .filter(|email| email.contains('@'))
    else {
        return Ok(None);
    };
    let people = sql::people(work)?;
    let mut alike = people
        .iter()
        .filter(|(login, ..)| !is_program(login) && login.eq_ignore_ascii_case(email));
    let login = match (alike.next(), alike.next()) {
        (Some((login, ..)), None) => login.clone(),
        _ => return Ok(None),
    };
    // Another subject holds this login: the address was given to somebody else at the provider.
    if sql::has_subject(work, &identity.issuer, &login)? {
        return Ok(None);
    }
    Ok(Some((login, false)))
}

/// A new random secret of 256 bits, as text.
pub fn fresh_secret() -> Result<String, Fault> {
    secrets::make()
}
