//! `company.json`: own names, bank accounts and the policy of posting cash.

use domain::money::Currency;
use formats::Problem;
use formats::exchange::{Policy, company};
use serde_json::{Value as Json, json};

use crate::bank;
use crate::failure::{Fault, Outcome};
use crate::imports::{ImportReport, Source};
use crate::settings;
use crate::work::Work;

/// What the books know about the company itself.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Our names as payers write them.
    pub names: Vec<String>,
    /// How cash is posted.
    pub policy: Policy,
}

pub(super) fn take(
    work: &mut Work<'_>,
    source: &Source<'_>,
    report: &mut ImportReport,
) -> Outcome<()> {
    let company = match company(source.reader()?) {
        Ok(company) => company,
        Err(problems) => {
            report.problems.extend(problems);
            return Ok(());
        }
    };
    let known = bank::accounts(work)?;
    for own in &company.accounts {
        let id = bank::plain_number(&own.id);
        if known
            .iter()
            .any(|account| account.number == id && account.currency == own.currency)
        {
            report.already_known += 1;
            continue;
        }
        let bank = own.bic.clone().unwrap_or_default();
        let owner = own.owner.clone().unwrap_or_default();
        bank::open_account(work, &own.account, &own.id, own.currency, &owner, &bank)?;
        report.accepted += 1;
    }
    settings::put(work, "names", &json!(company.names))?;
    settings::put(work, "policy", &Json::Object(company.policy.source.clone()))?;
    report.accepted += 1;
    Ok(())
}

/// Reads the names and the policy.
pub fn settings(work: &mut Work<'_>) -> Outcome<Settings> {
    let names = settings::get(work, "names")?.unwrap_or(json!([]));
    let names = names.as_array().into_iter().flatten();
    let names = names
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let policy = match settings::get(work, "policy")? {
        None => Policy::default(),
        Some(policy) => Policy::parse(&policy.to_string()).map_err(|problems| {
            let words: Vec<String> = problems.iter().map(Problem::to_string).collect();
            Fault::new(format!(
                "the stored policy cannot be read: {}",
                words.join("; ")
            ))
        })?,
    };
    Ok(Settings { names, policy })
}

/// A currency that was stored.
pub(crate) fn currency(code: &str) -> Result<Currency, Fault> {
    Currency::parse(code).ok_or_else(|| Fault::new(format!("`{code}` is no currency")))
}
