//! What stands around the entries of a statement: account, days, balances.

use domain::money::Currency;
use domain::parties::looks_like_iban;

use super::remarks::Remarks;
use super::values::{Indicator, account_number, amount, bank, day, day_in};
use crate::bank::fields::{filled, own_account, quoted};
use crate::bank::{Balance, BankAccountId, Scheme};
use crate::xml::Element;

/// Most balances that one statement may have; more are passed over.
const MOST: usize = 10_000;

/// Reads `Acct`.
pub(super) fn account(element: &Element, place: &str, remarks: &mut Remarks<'_>) -> BankAccountId {
    let place = format!("{place}/Acct");
    let currency = element.first(&["Ccy"]).and_then(|code| {
        let found = Currency::parse(&code);
        if found.is_none() {
            let why = format!("{} is no currency of ISO 4217; left out", quoted(&code));
            remarks.warn(element.line, &format!("{place}/Ccy"), &why);
        }
        found
    });
    let number = element
        .at("Id")
        .and_then(account_number)
        .unwrap_or_default();
    let servicer = element.at("Svcr").and_then(bank);
    let account = own_account(&number, servicer.as_deref(), currency);
    if account.id.is_empty() {
        remarks.warn(element.line, &place, "the account has no number");
    } else if element.at("Id/IBAN").is_some() && account.scheme != Scheme::Iban {
        let why = if looks_like_iban(&account.id) {
            "its check digits are wrong"
        } else {
            "it has not the form of one"
        };
        let why = format!("{} is no IBAN: {why}; kept as written", quoted(&account.id));
        remarks.warn(element.line, &format!("{place}/Id/IBAN"), &why);
    }
    account
}

/// The first and last day of `FrToDt`.
pub(super) fn span(
    element: &Element,
    place: &str,
    remarks: &mut Remarks<'_>,
) -> [Option<domain::calendar::Date>; 2] {
    [["FrDtTm", "FrDt"], ["ToDtTm", "ToDt"]].map(|names| {
        let text = element.first(&names)?;
        let found = day(&text);
        if found.is_none() {
            let why = format!("{} is not a day; left out", quoted(&text));
            remarks.warn(element.line, &format!("{place}/FrToDt"), &why);
        }
        found
    })
}

/// The kinds of balance that say where booked money stood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// `OPBD`.
    Opening,
    /// `PRCD`: the closing of the statement before.
    Before,
    /// `ITBD`: where a page begins or ends, or the moment of a report.
    Interim,
    /// `CLBD`.
    Closing,
}

/// The balances of one statement.
#[derive(Default)]
pub(super) struct Balances {
    booked: Vec<(Kind, Balance)>,
}

impl Balances {
    /// Reads `Bal`; kinds that say nothing about booked money are passed over.
    pub(super) fn take(&mut self, element: &Element, place: &str, remarks: &mut Remarks<'_>) {
        let place = format!("{place}/Bal");
        let code = element
            .first(&["Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd", "Tp/Prtry"])
            .unwrap_or_default();
        let kind = match code.as_str() {
            "OPBD" => Kind::Opening,
            "PRCD" => Kind::Before,
            "ITBD" => Kind::Interim,
            "CLBD" => Kind::Closing,
            _ => return,
        };
        if MOST <= self.booked.len() {
            remarks.habit(element.line, &place, "the statement has too many balances");
            return;
        }
        let sum = match element.at("Amt").map(amount) {
            Some(Ok(sum)) => sum,
            Some(Err(why)) => {
                remarks.error(element.line, &format!("{place}/Amt"), &why);
                return;
            }
            None => {
                remarks.error(element.line, &place, "the balance has no amount (`Amt`)");
                return;
            }
        };
        let indicator = match Indicator::of(element) {
            Ok(Some(indicator)) => indicator,
            Ok(None) => {
                remarks.habit(
                    element.line,
                    &place,
                    "the balance does not say whether it is a credit or a debit (`CdtDbtInd`), \
                     which camt demands; taken as a credit",
                );
                Indicator::Credit
            }
            Err(why) => {
                remarks.error(element.line, &format!("{place}/CdtDbtInd"), &why);
                return;
            }
        };
        let balance = Balance {
            amount: indicator.signed(sum),
            on: day_in(element, "Dt", &place, remarks),
        };
        self.booked.push((kind, balance));
    }

    /// Balances before the first and after the last entry. Days in between of a statement over
    /// several days are passed over; so are other currencies where the account's own is there.
    pub(super) fn ends(&self, currency: Option<Currency>) -> (Option<Balance>, Option<Balance>) {
        let of = |kind: Kind| {
            let found = self.booked.iter().filter(|(is, _)| *is == kind);
            let all: Vec<Balance> = found.map(|(_, balance)| *balance).collect();
            let is_own = |balance: &&Balance| Some(balance.amount.currency()) == currency;
            let own: Vec<Balance> = all.iter().filter(is_own).copied().collect();
            if own.is_empty() { all } else { own }.into_iter()
        };
        // `min_by_key` takes the first of equals, `max_by_key` the last: file order decides.
        let interim_first = of(Kind::Interim).min_by_key(|balance| balance.on);
        let interim_last = of(Kind::Interim).max_by_key(|balance| balance.on);
        let closed = of(Kind::Closing).max_by_key(|balance| balance.on);
        let opened = of(Kind::Opening)
            .min_by_key(|balance| balance.on)
            .or_else(|| of(Kind::Before).max_by_key(|balance| balance.on));
        // One interim balance opens the last page of a statement that is closed, and else is
        // where the report stood when it was made; two are both ends of a report.
        let two = 1 < of(Kind::Interim).len();
        let opening = opened.or(interim_first.filter(|_| two || closed.is_some()));
        let closing = closed.or(interim_last);
        (opening, closing)
    }
}

/// The bank's own identification, as written.
pub(super) fn id(element: &Element) -> String {
    filled(element.text()).unwrap_or_default()
}
