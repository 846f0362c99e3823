//! New customers and vendors as a wish: the rows of the file wait whole, with their bank accounts.

use domain::access::Area;
use domain::documents::Side;
use domain::money::Currency;
use formats::exchange::PartyRow;
use serde_json::{Map, Value as Json, json};

use crate::approvals::ApprovalRefusal;
use crate::approvals::plan::{Act, Plan, listed, must_be_payable};
use crate::failure::Outcome;
use crate::imports;
use crate::work::Work;

/// The area of parties of a side.
pub(super) fn area(side: Side) -> Area {
    match side {
        Side::Receivable => Area::Customers,
        Side::Payable => Area::Vendors,
    }
}

/// What else it is about: accounts from which, or to which, money will go.
pub(super) fn further_area(rows: &[PartyRow]) -> Option<Area> {
    let mut rows = rows.iter();
    let has_accounts = rows.any(|row| !row.known_bank_accounts.is_empty());
    has_accounts.then_some(Area::BankDetails)
}

/// Who would be added; those who came meanwhile are left out.
pub(super) fn plan(work: &mut Work<'_>, side: Side, rows: &[PartyRow]) -> Outcome<Plan> {
    let fresh = imports::not_yet(work, side, rows)?;
    if fresh.is_empty() {
        let what = "party that is not there already".to_owned();
        return Err(ApprovalRefusal::Missing { what }.into());
    }
    if side == Side::Payable {
        for row in &fresh {
            for number in &row.known_bank_accounts {
                must_be_payable(&row.party_id, number)?;
            }
        }
    }
    let effect: Vec<Json> = fresh.iter().map(shown).collect();
    Ok(Plan {
        subject: listed(fresh.iter().map(|row| row.party_id.as_str())),
        effect: Json::Array(effect),
        // Everybody who is new needs approval, whatever they will be worth.
        amount: 1,
        act: Act::NewParties { side, rows: fresh },
    })
}

/// A row for whoever approves it: what is known, in words.
fn shown(row: &PartyRow) -> Json {
    let mut known = vec![row.name.clone()];
    known.extend(row.country.clone());
    known.extend(row.currency.map(|currency| currency.code().to_owned()));
    known.extend(row.payment_terms.clone());
    known.extend(row.email.clone());
    known.extend(row.known_bank_accounts.iter().cloned());
    json!({ "party": row.party_id, "before": "new", "after": known.join(", ") })
}

/// The rows as they are kept.
pub(super) fn to_json(side: Side, rows: &[PartyRow]) -> Json {
    let rows: Vec<Json> = rows.iter().map(row_json).collect();
    json!({ "side": side.code(), "rows": rows })
}

fn row_json(row: &PartyRow) -> Json {
    let extra: Map<String, Json> = row
        .extra
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    json!({
        "party": row.party_id, "name": row.name, "country": row.country,
        "currency": row.currency.map(|currency| currency.code().to_owned()),
        "parent": row.parent_id, "email": row.email, "terms": row.payment_terms,
        "bank_accounts": row.known_bank_accounts, "aliases": row.aliases, "extra": extra,
    })
}

/// What was kept, or what a program sent.
pub(super) fn read(content: &Json) -> Option<(Side, Vec<PartyRow>)> {
    let side = match content.get("side")?.as_str()? {
        "receivable" => Side::Receivable,
        "payable" => Side::Payable,
        _ => return None,
    };
    let rows = content.get("rows")?.as_array()?.iter().map(row);
    let rows = rows.collect::<Option<Vec<_>>>()?;
    (!rows.is_empty()).then_some((side, rows))
}

fn row(row: &Json) -> Option<PartyRow> {
    let optional = |name: &str| match row.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => value.as_str().map(|text| Some(text.to_owned())).ok_or(()),
    };
    let text = |name: &str| {
        let text = row.get(name)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let texts = |name: &str| match row.get(name) {
        None | Some(Json::Null) => Some(Vec::new()),
        Some(all) => {
            let all = all.as_array()?.iter();
            all.map(|text| text.as_str().map(str::to_owned)).collect()
        }
    };
    let currency = match optional("currency").ok()? {
        None => None,
        Some(code) => Some(Currency::parse(&code)?),
    };
    let extra = match row.get("extra") {
        None | Some(Json::Null) => Vec::new(),
        Some(extra) => {
            let extra = extra.as_object()?.iter();
            let pair =
                |(name, value): (&String, &Json)| Some((name.clone(), value.as_str()?.to_owned()));
            extra.map(pair).collect::<Option<Vec<_>>>()?
        }
    };
    Some(PartyRow {
        party_id: text("party")?,
        name: text("name")?,
        country: optional("country").ok()?,
        currency,
        parent_id: optional("parent").ok()?,
        email: optional("email").ok()?,
        payment_terms: optional("terms").ok()?,
        known_bank_accounts: texts("bank_accounts")?,
        aliases: texts("aliases")?,
        credit_limit: None,
        withholding: None,
        extra,
    })
}
