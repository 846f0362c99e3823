//! The values in which camt speaks: amounts with their currency, signs, days, parties.

use domain::calendar::Date;
use domain::money::{Currency, Money};

use super::remarks::Remarks;
use crate::bank::fields::{filled, quoted};
use crate::xml::Element;

/// Reads `<Amt Ccy="EUR">12.30</Amt>`; says why where it is none.
pub(crate) fn amount(element: &Element) -> Result<Money, String> {
    let Some(code) = element.attribute("Ccy") else {
        return Err("the amount has no currency; expected an attribute `Ccy`".to_owned());
    };
    let Some(currency) = Currency::parse(code) else {
        return Err(format!(
            "{} is no currency of ISO 4217; expected three letters such as `EUR`",
            quoted(code)
        ));
    };
    let text = element.text();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let right = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !right {
        return Err(format!(
            "{} is not an amount; expected digits with a decimal point",
            quoted(text)
        ));
    }
    let money = Money::parse(text, currency).map_err(|problem| problem.to_string())?;
    if money.minor() == i64::MIN {
        return Err(format!("{} is too large an amount", quoted(text)));
    }
    Ok(money)
}

/// An amount that may be missing; warns and leaves it out where it cannot be read.
pub(super) fn optional_amount(
    from: &Element,
    path: &str,
    place: &str,
    remarks: &mut Remarks<'_>,
) -> Option<Money> {
    let element = from.at(path)?;
    match amount(element) {
        Ok(money) => Some(money),
        Err(why) => {
            let why = format!("{why}; left out");
            remarks.warn(element.line, &format!("{place}/{path}"), &why);
            None
        }
    }
}

/// Which side of the account a sum is on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Indicator {
    Credit,
    Debit,
}

impl Indicator {
    /// Reads `CdtDbtInd` of an element.
    pub(super) fn of(element: &Element) -> Result<Option<Indicator>, String> {
        match element.at("CdtDbtInd").map(Element::text) {
            None => Ok(None),
            Some("CRDT") => Ok(Some(Indicator::Credit)),
            Some("DBIT") => Ok(Some(Indicator::Debit)),
            Some(other) => Err(format!(
                "{} is no credit-debit indicator; expected `CRDT` or `DBIT`",
                quoted(other)
            )),
        }
    }

    /// The sum with the sign of its side.
    pub(super) fn signed(self, money: Money) -> Money {
        match self {
            Indicator::Credit => money,
            Indicator::Debit => -money,
        }
    }

    pub(super) fn other(self) -> Indicator {
        match self {
            Indicator::Credit => Indicator::Debit,
            Indicator::Debit => Indicator::Credit,
        }
    }
}

/// Is it `true` or `1` (XML Schema)?
pub(super) fn is_true(element: Option<&Element>) -> bool {
    element.is_some_and(|element| matches!(element.text(), "true" | "1"))
}

/// The day of `2025-01-31`, `2025-01-31T12:00:00+01:00` or `2025-01-31+01:00`, as written,
/// whatever the zone.
pub(crate) fn day(text: &str) -> Option<Date> {
    let day = text.get(..10)?;
    let rest = text.get(10..)?;
    let shape = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if !shape || !(rest.is_empty() || rest.starts_with(['T', 't', ' ', 'Z', '+', '-'])) {
        return None;
    }
    day.parse().ok()
}

/// The day in an element of `Dt` or `DtTm`, or in its own text.
pub(super) fn day_in(
    from: &Element,
    name: &str,
    place: &str,
    remarks: &mut Remarks<'_>,
) -> Option<Date> {
    let element = from.at(name)?;
    let inner = element.at("Dt").or_else(|| element.at("DtTm"));
    let text = inner.unwrap_or(element).text();
    let found = day(text);
    if found.is_none() {
        let why = format!(
            "{} is not a day; expected `2025-01-31`; left out",
            quoted(text)
        );
        remarks.warn(element.line, &format!("{place}/{name}"), &why);
    }
    found
}

/// The number of an account, blanks taken out.
pub(crate) fn account_number(id: &Element) -> Option<String> {
    let found = id.first(&["IBAN", "Othr/Id", "BBAN", "UPIC", "PrtryAcct/Id"])?;
    filled(&without_blanks(&found))
}

pub(crate) fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// BIC of a bank, else its number in a clearing system, else any other number.
pub(crate) fn bank(agent: &Element) -> Option<String> {
    agent.at("FinInstnId")?.first(&[
        "BICFI",
        "BIC",
        "ClrSysMmbId/MmbId",
        "ClrSysMmbId/Id",
        "ClrSysMmbId/Prtry",
        "CmbndId/BIC",
        "CmbndId/ClrSysMmbId/Id",
        "Othr/Id",
        "PrtryId/Id",
    ])
}

/// The name of a party, in the old and the new place; a bank may be the party.
pub(crate) fn party_name(party: &Element) -> Option<String> {
    party.first(&["Nm", "Pty/Nm", "Agt/FinInstnId/Nm", "FinInstnId/Nm"])
}
