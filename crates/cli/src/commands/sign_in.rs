//! `duebook sign-in …`: what passwords need, how long sessions last, who owes a code.

use books::access::{self, Provider, SignIn};
use clap::{Args, Subcommand};
use domain::access::ROLES;
use serde_json::json;

use super::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, Table};

/// What can be done about coming in.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show the policy
    Show,
    /// Change the policy; what is not named stays
    Set(SetArgs),
    /// Reset a lost authenticator app; a new one is enrolled at the next sign-in
    ResetCode {
        /// Who
        login: String,
    },
    /// Set up the OpenID Connect provider
    Openid(OpenidArgs),
    /// Link a subject of the provider to a login
    LinkOpenid {
        /// Who
        login: String,
        /// The provider's name for them
        subject: String,
    },
    /// Sign somebody out everywhere
    SignOut {
        /// Who
        login: String,
    },
}

/// What to change.
#[derive(Args)]
pub(crate) struct SetArgs {
    /// The minimum length of a password
    #[arg(long, value_name = "SIGNS")]
    least_length: Option<i64>,
    /// After how many hours a session ends
    #[arg(long, value_name = "HOURS")]
    session_hours: Option<i64>,
    /// After how many idle minutes it ends; 0 is never
    #[arg(long, value_name = "MINUTES")]
    idle_minutes: Option<i64>,
    /// A role that must use an authenticator app (repeatable); these and no others
    #[arg(long = "code-for", value_name = "ROLE", conflicts_with = "code_for_nobody",
        value_parser = clap::builder::PossibleValuesParser::new(ROLES.iter().map(|role| role.code)))]
    code_for: Vec<String>,
    /// No role must use one
    #[arg(long)]
    code_for_nobody: bool,
}

/// A provider; without options it is shown.
#[derive(Args)]
pub(crate) struct OpenidArgs {
    /// The label of the button on the sign-in page
    #[arg(long, value_name = "NAME", requires = "issuer")]
    name: Option<String>,
    /// The issuer, letter for letter as the provider writes it
    #[arg(long, value_name = "URL", requires_all = ["name", "client_id", "client_secret_file"])]
    issuer: Option<String>,
    /// Our client id there
    #[arg(long, value_name = "ID", requires = "issuer")]
    client_id: Option<String>,
    /// A file with our client secret; on the command line others could see it
    #[arg(long, value_name = "FILE", requires = "issuer")]
    client_secret_file: Option<std::path::PathBuf>,
    /// Remove the provider
    #[arg(long, conflicts_with = "issuer")]
    remove: bool,
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (db, context) = globals.open()?;
        let entity = globals.entity();
        match self {
            Command::Show => show(globals, &db.read(&context, entity, access::sign_in)?),
            Command::Set(args) => {
                let kept = db.write(&context, entity, |work| {
                    let policy = changed(access::sign_in(work)?, &args)?;
                    access::set_sign_in(work, &policy)?;
                    Ok(policy)
                })?;
                show(globals, &kept)
            }
            Command::Openid(args) => openid(globals, &args),
            Command::LinkOpenid { login, subject } => {
                db.write(&context, entity, |work| {
                    access::link_openid(work, &login, &subject)
                })?;
                told(globals, &login, "the subject was linked")
            }
            Command::ResetCode { login } => {
                db.write(&context, entity, |work| access::reset(work, &login))?;
                told(globals, &login, "the app was taken away")
            }
            Command::SignOut { login } => {
                let ended = db.write(&context, entity, |work| access::sign_out(work, &login))?;
                told(globals, &login, &format!("{ended} sessions were ended"))
            }
        }
    }
}

fn openid(globals: &Globals, args: &OpenidArgs) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let entity = globals.entity();
    if args.remove {
        db.write(&context, entity, |work| access::set_openid(work, None))?;
    }
    if let (Some(name), Some(issuer), Some(client_id), Some(file)) = (
        &args.name,
        &args.issuer,
        &args.client_id,
        &args.client_secret_file,
    ) {
        let secret = std::fs::read_to_string(file).map_err(|error| {
            Failure::refused("cannot_read", format!("{}: {error}.", file.display()))
                .hint("Name a file that holds the secret and nothing else.")
        })?;
        let provider = Provider {
            name: name.clone(),
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: secret.trim().to_owned(),
        };
        db.write(&context, entity, |work| {
            access::set_openid(work, Some(&provider))
        })?;
    }
    let mut table = Table::new(&[
        ("name", Align::Left),
        ("issuer", Align::Left),
        ("client_id", Align::Left),
    ]);
    let mut json = json!({});
    if let Some(provider) = db.read(&context, entity, access::openid_shown)? {
        table.row([&provider.name, &provider.issuer, &provider.client_id]);
        json = json!({
            "name": provider.name, "issuer": provider.issuer, "client_id": provider.client_id,
        });
    }
    output::print(globals.format, &[table], &json)
}

fn changed(policy: SignIn, args: &SetArgs) -> books::Outcome<SignIn> {
    let code_for = if args.code_for.is_empty() && !args.code_for_nobody {
        policy.code_for
    } else {
        access::roles_of(&args.code_for)?
    };
    Ok(SignIn {
        least_length: args.least_length.unwrap_or(policy.least_length),
        session_hours: args.session_hours.unwrap_or(policy.session_hours),
        idle_minutes: args.idle_minutes.unwrap_or(policy.idle_minutes),
        code_for,
    })
}

fn show(globals: &Globals, policy: &SignIn) -> Result<(), Failure> {
    let mut table = Table::new(&[
        ("least_length", Align::Right),
        ("session_hours", Align::Right),
        ("idle_minutes", Align::Right),
        ("code_for", Align::Left),
    ]);
    let roles: Vec<&str> = policy.code_for.iter().map(|role| role.code).collect();
    table.row([
        policy.least_length.to_string(),
        policy.session_hours.to_string(),
        policy.idle_minutes.to_string(),
        roles.join(", "),
    ]);
    output::print(globals.format, &[table], &policy.to_json())
}

fn told(globals: &Globals, login: &str, done: &str) -> Result<(), Failure> {
    let mut table = Table::new(&[("login", Align::Left), ("done", Align::Left)]);
    table.row([login, done]);
    let json = json!({ "login": login, "done": done });
    output::print(globals.format, &[table], &json)
}
