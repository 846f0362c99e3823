//! The commands by noun, one folder or file each: `pub fn run(args, globals)`.
//!
//! A new command is one file, one variant of [`Command`] and one arm of [`Command::run`].

mod approvals;
mod audit;
mod bank;
mod cash;
mod certificate;
mod contact;
mod credit;
mod demo;
mod document;
mod export;
#[cfg(test)]
mod faces;
mod foreseen;
mod import;
mod init;
mod item;
mod keys;
mod mcp;
mod note;
mod people;
mod period;
mod policy;
mod receipt;
mod remittance;
mod report;
mod revalue;
mod serve;
mod short_pay;
mod sign_in;
mod simulate;
mod verify;
mod webhooks;

use clap::{Args, Subcommand};

pub(crate) use report::date;

use crate::errors::Failure;
use crate::output::Format;

/// Where the help of a command lists what all commands understand.
const EVERYWHERE: &str = "Options of every command";

/// Options that every command understands.
#[derive(Args)]
pub(crate) struct Globals {
    /// The book: `sqlite:PATH` or `postgres://…`
    #[arg(
        long,
        global = true,
        help_heading = EVERYWHERE,
        value_name = "URL",
        env = "DUEBOOK_DB",
        default_value = "sqlite:duebook.db",
        hide_env_values = true
    )]
    pub(crate) db: String,
    /// The legal entity; may be left out while there is one
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "CODE")]
    pub(crate) entity: Option<String>,
    /// Who does it; the user of the operating system when left out
    #[arg(long = "as", global = true, help_heading = EVERYWHERE, value_name = "USER")]
    pub(crate) user: Option<String>,
    /// How the result is printed
    #[arg(long, global = true, help_heading = EVERYWHERE, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

/// What can be done.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Approvals: request, decide, delegate, remind
    #[command(subcommand)]
    Approvals(approvals::Command),
    /// The audit log
    #[command(subcommand)]
    Audit(audit::Command),
    /// Bank files
    #[command(subcommand)]
    Bank(bank::Command),
    /// Export the ledger for other programs
    #[command(subcommand)]
    Export(export::Command),
    /// A new book: legal entity, chart of accounts, open periods, first user
    Init(init::InitArgs),
    /// Cash application: match payments, post them, work the rest
    #[command(subcommand)]
    Cash(cash::Command),
    /// Certificates of withheld tax and of exemption: register, requests, charge-back
    #[command(subcommand)]
    Certificate(Box<certificate::Command>),
    /// Contacts at customers and vendors
    #[command(subcommand)]
    Contact(contact::Command),
    /// Credit limits, exposure and holds
    #[command(subcommand)]
    Credit(credit::Command),
    /// Import files of banks and other systems, each exactly once
    Import(import::ImportArgs),
    /// Invoices, bills, memos, receipts, payments and write-offs by hand
    #[command(subcommand)]
    Document(document::Command),
    /// Settle open items by hand
    #[command(subcommand)]
    Item(item::Command),
    /// Encryption keys of the book's secrets
    #[command(subcommand)]
    Keys(keys::Command),
    /// Move receipts to the right party; record returned payments
    #[command(subcommand)]
    Receipt(receipt::Command),
    /// Remittance advices: what was read of them, and what each explains
    #[command(subcommand)]
    Remittance(remittance::Command),
    /// Value open foreign items at a period's closing rate
    Revalue(revalue::RevalueArgs),
    /// Notes about customers and vendors
    #[command(subcommand)]
    Note(note::Command),
    /// People, their roles, limits and portfolios
    #[command(subcommand)]
    People(people::Command),
    /// Periods: closed months take no more postings
    #[command(subcommand)]
    Period(period::Command),
    /// Approval policies: which work needs approval, above how much, by whom
    #[command(subcommand)]
    Policy(policy::Command),
    /// Reports as of any date
    Report(report::ReportArgs),
    /// Write a made-up company's files in real formats, with the truth beside them
    Simulate(simulate::SimulateArgs),
    /// Show the main job on a made-up company
    Demo(demo::DemoArgs),
    /// Recompute every promise of the books
    #[command(after_help = "Examples:\n  duebook verify\n  duebook verify --format json")]
    Verify,
    /// Web pages, REST, health and metrics
    Serve(serve::ServeArgs),
    /// Serve an agent over stdio (Model Context Protocol): it reads and proposes
    Mcp,
    /// Short-pays: what payers hold back for a reason
    #[command(subcommand)]
    ShortPay(short_pay::Command),
    /// Sign-in: passwords, sessions, authenticator codes, providers
    #[command(subcommand)]
    SignIn(sign_in::Command),
    /// Webhooks: notify other programs of events
    #[command(subcommand)]
    Webhooks(webhooks::Command),
}

impl Command {
    /// Does it.
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Command::Approvals(command) => command.run(globals),
            Command::Audit(command) => command.run(globals),
            Command::Bank(command) => command.run(globals),
            Command::Export(command) => command.run(globals),
            Command::Init(args) => init::run(&args, globals),
            Command::Cash(command) => command.run(globals),
            Command::Certificate(command) => command.run(globals),
            Command::Contact(command) => command.run(globals),
            Command::Credit(command) => command.run(globals),
            Command::Import(args) => import::run(&args, globals),
            Command::Document(command) => command.run(globals),
            Command::Item(command) => command.run(globals),
            Command::Keys(command) => command.run(globals),
            Command::Receipt(command) => command.run(globals),
            Command::Remittance(command) => command.run(globals),
            Command::Revalue(args) => revalue::run(&args, globals),
            Command::Note(command) => command.run(globals),
            Command::People(command) => command.run(globals),
            Command::Period(command) => command.run(globals),
            Command::Policy(command) => command.run(globals),
            Command::Report(args) => report::run(&args, globals),
            Command::Simulate(args) => simulate::run(&args, globals),
            Command::Demo(args) => demo::run(&args, globals),
            Command::Verify => verify::run(globals),
            Command::Serve(args) => serve::run(&args, globals),
            Command::Mcp => mcp::run(globals),
            Command::ShortPay(command) => command.run(globals),
            Command::SignIn(command) => command.run(globals),
            Command::Webhooks(command) => command.run(globals),
        }
    }
}

/// Today (UTC), by the clock that was read at the edge.
pub(crate) fn today(context: &books::Context) -> domain::calendar::Date {
    context.now.to_zoned(jiff::tz::TimeZone::UTC).date()
}
