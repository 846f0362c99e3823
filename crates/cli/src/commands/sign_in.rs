//! `duebook sign-in …`: what passwords need, how long sessions last, who owes a code.

use books::access::{self, SignIn};
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
    /// Take a lost app away from somebody; another is enrolled at the next log-in
    ResetCode {
        /// Who
        login: String,
    },
    /// End every session of somebody
    SignOut {
        /// Who
        login: String,
    },
}

/// What to change.
#[derive(Args)]
pub(crate) struct SetArgs {
    /// The least length of a password
    #[arg(long, value_name = "SIGNS")]
    least_length: Option<i64>,
    /// After how many hours a session ends
    #[arg(long, value_name = "HOURS")]
    session_hours: Option<i64>,
    /// After how many minutes without use it ends; 0 is never
    #[arg(long, value_name = "MINUTES")]
    idle_minutes: Option<i64>,
    /// A role that owes a code at log-in, as often as wanted; these and no others
    #[arg(long = "code-for", value_name = "ROLE", conflicts_with = "code_for_nobody",
        value_parser = clap::builder::PossibleValuesParser::new(ROLES.iter().map(|role| role.code)))]
    code_for: Vec<String>,
    /// No role owes a code
    #[arg(long)]
    code_for_nobody: bool,
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
