//! Own bank accounts and their statements: imported once, line by line, never changed.

mod forms;
pub mod import;
pub(crate) mod sql;
mod whose;

use domain::money::Currency;
use serde_json::json;

use crate::failure::{Fault, Outcome};
use crate::work::Work;

/// One of our own accounts at a bank.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BankAccount {
    /// Its identity.
    pub id: i64,
    /// The short name in reports: `EUR`, `GBP2`.
    pub code: String,
    /// IBAN or `routing-account`, without spaces.
    pub number: String,
    /// Whose name it is in.
    pub owner: String,
    /// BIC.
    pub bank: String,
    /// Its currency.
    pub currency: Currency,
    /// Its account in the chart of accounts.
    pub account: String,
}

/// A bank account number without spaces, in capitals.
pub fn plain_number(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .collect::<String>()
        .to_uppercase()
}

/// All own bank accounts.
pub fn accounts(work: &mut Work<'_>) -> Result<Vec<BankAccount>, Fault> {
    sql::accounts(work)
}

/// Registers an own bank account and gives it an account in the chart.
pub(crate) fn open_account(
    work: &mut Work<'_>,
    code: &str,
    number: &str,
    currency: Currency,
    owner: &str,
    bank: &str,
) -> Outcome<BankAccount> {
    let ledger = sql::next_bank_ledger_account(work)?;
    let account = BankAccount {
        id: work.ids.take(),
        code: code.to_owned(),
        number: plain_number(number),
        owner: owner.to_owned(),
        bank: bank.to_owned(),
        currency,
        account: ledger,
    };
    sql::insert_account(work, &account)?;
    work.note(
        "bank_account.open",
        &account.code,
        json!({ "number": account.number, "currency": currency.code(), "account": account.account }),
    );
    Ok(account)
}

/// What the account in the chart is called. Many codes name their currency, which is said once.
fn ledger_name(code: &str, currency: Currency) -> String {
    if code.to_uppercase().contains(currency.code()) {
        format!("Bank {code}")
    } else {
        format!("Bank {code} {currency}")
    }
}

/// The own accounts with this number, with or without the bank's part of it: more than one where
/// an account is kept in several currencies.
fn fitting<'a>(
    accounts: &'a [BankAccount],
    number: &str,
    bank: Option<&str>,
) -> Vec<&'a BankAccount> {
    let number = plain_number(number);
    let joined = bank.map(|bank| format!("{}-{number}", plain_number(bank)));
    let fits = |account: &&BankAccount| {
        let tail = account.number.rsplit_once('-').map(|(_, tail)| tail);
        account.number == number
            || Some(&account.number) == joined.as_ref()
            || tail == Some(number.as_str())
    };
    accounts.iter().filter(fits).collect()
}
