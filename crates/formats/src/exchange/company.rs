//! `company.json`: our own names, bank accounts and the policy by which cash is posted.
//!
//! One JSON object. Keys that are not known here are kept as they are; keys that are missing take
//! the careful default named at each field: no grace, no tolerance, nothing withheld.

use std::collections::BTreeMap;
use std::io::Read;
use std::str::FromStr;

use domain::money::{Currency, Money, Rounding};
use domain::parties::is_mistyped_iban;
use flate2::read::MultiGzDecoder;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::Problem;

/// The largest `company.json` that is read.
const LARGEST: u64 = 16 << 20;

/// Who we are towards banks and payers.
#[derive(Clone, PartialEq, Debug)]
pub struct Company {
    /// Our own names, as payers write them; at least one.
    pub names: Vec<String>,
    /// Our accounts at banks.
    pub accounts: Vec<OwnAccount>,
    /// How cash is posted.
    pub policy: Policy,
    /// Keys beyond these, as written.
    pub rest: Map<String, Value>,
}

/// One of our own bank accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnAccount {
    /// The short name that files and reports use: `EUR`, `GBP2`.
    pub account: String,
    /// The IBAN, or `routing-account`.
    pub id: String,
    /// Its currency.
    pub currency: Currency,
    /// Which of our names owns it.
    pub owner: Option<String>,
    /// The BIC of the bank.
    pub bic: Option<String>,
}

/// What may be posted without asking a person.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Policy {
    /// Days after the discount date on which the discount is still granted. Default: none.
    pub discount_grace_days: u16,
    /// How many days old an exchange rate may be for what is recorded. Default: five weeks.
    pub max_rate_age_days: Option<u16>,
    /// What becomes of a discount taken later, in words.
    pub late_discount: Option<String>,
    /// The shortfall that may be a bank's fee, in major units by currency. Default: none.
    pub bank_fee_tolerance: BTreeMap<Currency, Decimal>,
    /// Percent that payers of a country withhold, by ISO 3166 code. Default: none.
    pub withholding_tax_percent: BTreeMap<String, Decimal>,
    /// Percent for other countries, where the payer's history shows it. Default: none.
    pub withholding_others_with_history: Option<Decimal>,
    /// A difference that is not asked about, in major units of any currency. Default: zero.
    pub rounding_tolerance: Decimal,
    /// What holds for the parties of a class instead, where it is said.
    pub classes: BTreeMap<String, ClassPolicy>,
    /// The whole policy as written, with the keys that are not known here.
    pub source: Map<String, Value>,
}

/// What holds for the parties of one class; what is not said is as for everybody.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClassPolicy {
    /// Days after the discount date on which the discount is still granted.
    pub discount_grace_days: Option<u16>,
    /// The shortfall that may be a bank's fee, by currency.
    pub bank_fee_tolerance: BTreeMap<Currency, Decimal>,
    /// A difference that is not asked about.
    pub rounding_tolerance: Option<Decimal>,
}

/// What is tolerated, of everybody or of one class.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tolerances {
    /// Days after the discount date on which the discount is still granted.
    pub discount_grace_days: u16,
    /// The shortfall that may be a bank's fee, by currency.
    pub bank_fee_tolerance: BTreeMap<Currency, Decimal>,
    /// A difference that is not asked about, in major units of any currency.
    pub rounding_tolerance: Decimal,
}

/// How many days old an exchange rate may be where the policy does not say: many companies set one
/// a month.
const RATE_AGE_DAYS: u16 = 35;

impl Policy {
    /// How many days old an exchange rate may be for what is recorded.
    pub fn oldest_rate_days(&self) -> i32 {
        self.max_rate_age_days.unwrap_or(RATE_AGE_DAYS).into()
    }

    /// What is tolerated of a class; of one that is not named, as of everybody.
    pub fn tolerances(&self, class: &str) -> Tolerances {
        let mut all = Tolerances {
            discount_grace_days: self.discount_grace_days,
            bank_fee_tolerance: self.bank_fee_tolerance.clone(),
            rounding_tolerance: self.rounding_tolerance,
        };
        if let Some(own) = self.classes.get(class) {
            let days = own.discount_grace_days;
            all.discount_grace_days = days.unwrap_or(all.discount_grace_days);
            all.bank_fee_tolerance.extend(&own.bank_fee_tolerance);
            let rounding = own.rounding_tolerance;
            all.rounding_tolerance = rounding.unwrap_or(all.rounding_tolerance);
        }
        all
    }

    /// Reads a policy from the text of its JSON object, such as one stored from `source`.
    pub fn parse(text: &str) -> Result<Policy, Vec<Problem>> {
        let mut problems = Vec::new();
        let policy = match serde_json::from_str::<Value>(text) {
            Ok(value) => policy(Some(&value), &mut problems),
            Err(fault) => return Err(vec![Problem::error("policy", fault.to_string())]),
        };
        problems.is_empty().then_some(policy).ok_or(problems)
    }

    /// The shortfall in a currency that may be a bank's fee.
    pub fn bank_fee_tolerance(&self, currency: Currency) -> Money {
        let tolerance = self.bank_fee_tolerance.get(&currency).copied();
        major(tolerance.unwrap_or_default(), currency)
    }

    /// The difference in a currency that is not asked about.
    pub fn rounding_tolerance(&self, currency: Currency) -> Money {
        major(self.rounding_tolerance, currency)
    }

    /// The percent that payers of a country withhold by rule.
    pub fn withholding_percent(&self, country: &str) -> Option<Decimal> {
        self.withholding_tax_percent.get(country).copied()
    }
}

/// A tolerance in whole minor units, never more than was written.
fn major(amount: Decimal, currency: Currency) -> Money {
    Money::rounded(amount, currency, Rounding::Down).unwrap_or(Money::new(i64::MAX, currency))
}

/// Reads `company.json`, plain or gzip-compressed; tells everything that is wrong with it.
pub fn company(input: impl Read) -> Result<Company, Vec<Problem>> {
    let bytes = content(input).map_err(|problem| vec![problem])?;
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let value: Value = serde_json::from_slice(text).map_err(|fault| {
        let place = format!("line {}, column {}", fault.line(), fault.column());
        vec![Problem::error(place, format!("is not JSON: {fault}"))]
    })?;
    let Value::Object(object) = value else {
        let what = "expected a JSON object with names, accounts and policy";
        return Err(vec![Problem::error("file", what)]);
    };
    let mut problems = Vec::new();
    let company = Company {
        names: names(object.get("names"), &mut problems),
        accounts: accounts(object.get("accounts"), &mut problems),
        policy: policy(object.get("policy"), &mut problems),
        rest: object
            .into_iter()
            .filter(|(key, _)| !["names", "accounts", "policy"].contains(&key.as_str()))
            .collect(),
    };
    problems.is_empty().then_some(company).ok_or(problems)
}

fn content(mut input: impl Read) -> Result<Vec<u8>, Problem> {
    let unreadable = |fault| Problem::error("file", format!("cannot be read: {fault}"));
    let mut bytes = Vec::new();
    let mut limited = input.by_ref().take(LARGEST);
    limited.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        let mut limited = MultiGzDecoder::new(&bytes[..]).take(LARGEST);
        limited.read_to_end(&mut unpacked).map_err(unreadable)?;
        bytes = unpacked;
    }
    if bytes.len() as u64 == LARGEST {
        let what = format!(
            "is larger than {} MiB; this is no company.json",
            LARGEST >> 20
        );
        return Err(Problem::error("file", what));
    }
    Ok(bytes)
}

fn names(value: Option<&Value>, problems: &mut Vec<Problem>) -> Vec<String> {
    let names: Vec<String> = match value {
        Some(Value::Array(names)) => names.iter().filter_map(|name| text(Some(name))).collect(),
        Some(other) => text(Some(other)).into_iter().collect(),
        None => Vec::new(),
    };
    if names.is_empty() {
        let what = "expected a list of our own names, such as [\"Example GmbH\"]";
        problems.push(Problem::error("names", what));
    }
    names
}

fn accounts(value: Option<&Value>, problems: &mut Vec<Problem>) -> Vec<OwnAccount> {
    let empty = Vec::new();
    let entries = match value {
        Some(Value::Array(entries)) => entries,
        None | Some(Value::Null) => &empty,
        Some(_) => {
            let what = "expected a list of {account, id, currency, owner, bic}";
            problems.push(Problem::error("accounts", what));
            &empty
        }
    };
    let mut accounts: Vec<OwnAccount> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let place = |key: &str| format!("accounts[{at}].{key}");
        let mut must = |key: &str, expected: &str| {
            let found = text(entry.get(key));
            if found.is_none() {
                problems.push(Problem::error(
                    place(key),
                    format!("is missing; expected {expected}"),
                ));
            }
            found
        };
        let account = must("account", "the short name of the account");
        let id = must("id", "its IBAN or routing-account");
        let code = must("currency", "its ISO 4217 currency, such as EUR");
        let (Some(account), Some(id), Some(code)) = (account, id, code) else {
            continue;
        };
        let Some(currency) = Currency::parse(&code) else {
            let what = format!("`{code}` is no currency; expected ISO 4217, such as EUR");
            problems.push(Problem::error(place("currency"), what));
            continue;
        };
        if is_mistyped_iban(&id) {
            let what = format!(
                "`{id}` is no IBAN: its check digits are wrong; copy it from a bank statement"
            );
            problems.push(Problem::error(place("id"), what));
            continue;
        }
        // A bank may keep several currencies under one number.
        let same = |earlier: &OwnAccount| earlier.id == id && earlier.currency == currency;
        if accounts
            .iter()
            .any(|earlier| earlier.account == account || same(earlier))
        {
            let what = format!("account `{account}` ({id}) stands there twice");
            problems.push(Problem::error(place("account"), what));
            continue;
        }
        accounts.push(OwnAccount {
            account,
            id,
            currency,
            owner: text(entry.get("owner")),
            bic: text(entry.get("bic")),
        });
    }
    accounts
}

fn policy(value: Option<&Value>, problems: &mut Vec<Problem>) -> Policy {
    let source = match value {
        Some(Value::Object(source)) => source.clone(),
        None | Some(Value::Null) => Map::new(),
        Some(_) => {
            problems.push(Problem::error("policy", "expected a JSON object"));
            Map::new()
        }
    };
    let (withholding_tax_percent, withholding_others_with_history) =
        withholding(source.get("withholding_tax_percent"), problems);
    let days = source.get("discount_grace_days");
    let fees = source.get("bank_fee_tolerance");
    let rate_age = source.get("max_rate_age_days");
    Policy {
        discount_grace_days: days_of("policy.discount_grace_days", days, problems),
        max_rate_age_days: rate_age
            .map(|_| days_of("policy.max_rate_age_days", rate_age, problems)),
        late_discount: text(source.get("late_discount")),
        bank_fee_tolerance: fee_tolerance("policy", fees, problems),
        classes: classes(source.get("classes"), problems),
        withholding_tax_percent,
        withholding_others_with_history,
        rounding_tolerance: source
            .get("rounding_tolerance")
            .and_then(|value| positive("policy.rounding_tolerance", value, problems))
            .unwrap_or_default(),
        source,
    }
}

/// The longest name of a class.
const LONGEST_CLASS: usize = 40;

fn classes(value: Option<&Value>, problems: &mut Vec<Problem>) -> BTreeMap<String, ClassPolicy> {
    let mut all = BTreeMap::new();
    for (class, value) in table("policy.classes", value, problems) {
        let place = format!("policy.classes.{class}");
        if class.trim().is_empty() || LONGEST_CLASS < class.len() {
            let what = format!("is no class; expected a short word of 1 to {LONGEST_CLASS} signs");
            problems.push(Problem::error(place, what));
            continue;
        }
        let known = [
            "discount_grace_days",
            "bank_fee_tolerance",
            "rounding_tolerance",
        ];
        for (key, _) in table(&place, Some(value), problems) {
            if !known.contains(&key.as_str()) {
                let what = format!("is not said of a class; expected {}", known.join(", "));
                problems.push(Problem::error(format!("{place}.{key}"), what));
            }
        }
        let days = value.get("discount_grace_days");
        let rounding = value.get("rounding_tolerance");
        let own = ClassPolicy {
            discount_grace_days: days
                .map(|_| days_of(&format!("{place}.discount_grace_days"), days, problems)),
            bank_fee_tolerance: fee_tolerance(&place, value.get("bank_fee_tolerance"), problems),
            rounding_tolerance: rounding.and_then(|value| {
                positive(&format!("{place}.rounding_tolerance"), value, problems)
            }),
        };
        all.insert(class.trim().to_owned(), own);
    }
    all
}

fn days_of(place: &str, value: Option<&Value>, problems: &mut Vec<Problem>) -> u16 {
    let Some(value) = value else { return 0 };
    let days = value.as_u64().and_then(|days| u16::try_from(days).ok());
    days.unwrap_or_else(|| {
        let what = format!("`{value}` is no number of days; expected a whole number such as 3");
        problems.push(Problem::error(place, what));
        0
    })
}

fn fee_tolerance(
    place: &str,
    value: Option<&Value>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<Currency, Decimal> {
    let mut tolerances = BTreeMap::new();
    let place = format!("{place}.bank_fee_tolerance");
    for (code, value) in table(&place, value, problems) {
        let place = format!("{place}.{code}");
        let Some(currency) = Currency::parse(code) else {
            let what = format!("`{code}` is no currency; expected ISO 4217, such as EUR");
            problems.push(Problem::error(place, what));
            continue;
        };
        if let Some(amount) = positive(&place, value, problems) {
            tolerances.insert(currency, amount);
        }
    }
    tolerances
}

fn withholding(
    value: Option<&Value>,
    problems: &mut Vec<Problem>,
) -> (BTreeMap<String, Decimal>, Option<Decimal>) {
    let (mut percents, mut others) = (BTreeMap::new(), None);
    for (country, value) in table("policy.withholding_tax_percent", value, problems) {
        let place = format!("policy.withholding_tax_percent.{country}");
        let Some(percent) = positive(&place, value, problems) else {
            continue;
        };
        let is_country =
            country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase());
        if percent > Decimal::ONE_HUNDRED {
            let what = format!("`{percent}` is no percentage; expected 0 to 100");
            problems.push(Problem::error(place, what));
        } else if country == "others_with_history" {
            others = Some(percent);
        } else if is_country {
            percents.insert(country.clone(), percent);
        } else {
            let what = "is no country; expected two capitals, such as IN, or others_with_history";
            problems.push(Problem::error(place, what));
        }
    }
    (percents, others)
}

/// The entries of an object, none where the key is missing.
fn table<'v>(
    place: &str,
    value: Option<&'v Value>,
    problems: &mut Vec<Problem>,
) -> Vec<(&'v String, &'v Value)> {
    match value {
        Some(Value::Object(entries)) => entries.iter().collect(),
        None | Some(Value::Null) => Vec::new(),
        Some(_) => {
            problems.push(Problem::error(place, "expected a JSON object"));
            Vec::new()
        }
    }
}

/// A decimal that is not negative. JSON numbers are taken by their digits, never as floats.
fn positive(place: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Decimal> {
    let digits = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let number = Decimal::from_str_exact(&digits)
        .or_else(|_| Decimal::from_str(&digits))
        .or_else(|_| Decimal::from_scientific(&digits));
    match number {
        Ok(number) if Decimal::ZERO <= number => Some(number),
        Ok(_) | Err(_) => {
            let what = format!("`{digits}` is no amount; expected a number from 0 up, such as 25");
            problems.push(Problem::error(place, what));
            None
        }
    }
}

fn text(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
