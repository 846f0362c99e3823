//! Which own bank account a statement is about, and in which currency its sums are.
//!
//! Where a file names no currency (`XXX` of ISO 4217, or nothing), its sums are in the one that
//! whoever takes it in names, else in that of the account where the book knows it, and a remark
//! says so. What neither tells is refused: a currency is never guessed.

use domain::money::Currency;
use formats::bank::BankStatement;

use super::{BankAccount, fitting};

/// Whose account it is.
pub(super) enum Whose {
    /// One of ours.
    Ours {
        account: BankAccount,
        /// What people should know of the currency.
        remark: Option<String>,
    },
    /// That of the first statement of a book, in this currency.
    New(Currency),
    /// Of nobody here, with the reason.
    Nobody(String),
}

/// Where in a file a statement stands, in words: by its id, else by its account.
pub(super) fn place(statement: &BankStatement) -> String {
    match (statement.id.as_str(), statement.account.id.as_str()) {
        ("", "") => "statement".to_owned(),
        ("", account) => format!("statement of account {account}"),
        (id, _) => format!("statement {id}"),
    }
}

/// The currency that the statement itself names.
pub(super) fn named(statement: &BankStatement) -> Option<Currency> {
    let balance = statement.closing.or(statement.opening);
    statement
        .account
        .currency
        .or_else(|| balance.map(|balance| balance.amount.currency()))
        .or_else(|| statement.lines.first().map(|line| line.amount.currency()))
        .filter(|currency| !currency.is_none())
}

/// The own accounts, and what whoever takes a file in says of it.
pub(super) struct Accounts {
    pub(super) known: Vec<BankAccount>,
    /// Whether a book without accounts has them named by its first file.
    pub(super) opens_new: bool,
    /// The currency of statements that name none.
    pub(super) said: Option<Currency>,
}

impl Accounts {
    /// Finds the account that a statement is about.
    pub(super) fn whose(&self, statement: &BankStatement) -> Whose {
        let id = &statement.account;
        let named = named(statement);
        let currency = named.or(self.said);
        let numbered = fitting(&self.known, &id.id, id.bank.as_deref());
        let fits = |account: &&&BankAccount| currency.is_none_or(|own| own == account.currency);
        let found: Vec<&&BankAccount> = numbered.iter().filter(fits).collect();
        let is_new = self.opens_new && !id.id.is_empty();
        match (found.as_slice(), currency) {
            ([account], _) => Whose::Ours {
                account: (**account).clone(),
                remark: named.is_none().then(|| remark(account, self.said)),
            },
            ([], Some(currency)) if is_new => Whose::New(currency),
            (_, None) if is_new || 1 < numbered.len() => Whose::Nobody(unnamed(&id.id, &numbered)),
            _ => Whose::Nobody(unknown(&self.known, &id.id, currency)),
        }
    }
}

/// What people should know of a currency that the file does not name.
fn remark(account: &BankAccount, said: Option<Currency>) -> String {
    let by = match said {
        Some(_) => "as asked for",
        None => "in which we keep this account",
    };
    format!(
        "names no currency; its sums are taken in {}, {by}",
        account.currency
    )
}

/// Why a currency is needed and who can name it.
fn unnamed(number: &str, numbered: &[&BankAccount]) -> String {
    let kept: Vec<String> = numbered
        .iter()
        .map(|account| account.currency.to_string())
        .collect();
    let why = if kept.is_empty() {
        "is not in the books yet".to_owned()
    } else {
        format!("is kept in {}", kept.join(" and "))
    };
    format!(
        "names no currency, and account {number} {why}; name the currency (--currency), add the \
         account with `duebook import company FILE`, or say `currency =` in a CSV profile"
    )
}

fn unknown(accounts: &[BankAccount], number: &str, currency: Option<Currency>) -> String {
    if number.is_empty() {
        return "does not say which account it is about; a CSV profile says it with `account =`"
            .to_owned();
    }
    let known: Vec<String> = accounts
        .iter()
        .map(|account| format!("{} {}", account.number, account.currency))
        .collect();
    let currency = currency.map_or_else(String::new, |currency| format!(" {currency}"));
    format!(
        "account {number}{currency} is none of our bank accounts ({}); add it with \
         `duebook import company FILE` or leave the statement out",
        known.join(", ")
    )
}
