//! `duebook document show`: one document with everything around it.

use books::documents::Shown;
use clap::Args;
use domain::open_items::DiscountTerms;
use serde::Serialize;

use super::DocumentJson;
use crate::commands::Globals;
use crate::errors::Failure;
use crate::output::{self, Align, MoneyJson, Table};

/// Which document.
#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Its number or id
    #[arg(value_name = "NUMBER")]
    document: String,
}

#[derive(Serialize)]
struct ShownJson {
    #[serde(flatten)]
    document: DocumentJson,
    #[serde(skip_serializing_if = "String::is_empty")]
    party: String,
    is_taken_back: bool,
    lines: Vec<LineJson>,
    items: Vec<ItemJson>,
    applications: Vec<AppliedJson>,
    entry: Vec<EntryJson>,
}

#[derive(Serialize)]
struct LineJson {
    description: String,
    account: String,
    quantity: String,
    unit_price: String,
    net: MoneyJson,
    tax_rate: String,
    tax_category: String,
    tax: MoneyJson,
}

#[derive(Serialize)]
struct DiscountJson {
    percent: String,
    until: String,
}

#[derive(Serialize)]
struct ItemJson {
    id: String,
    due_on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    discount_until: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    discounts: Vec<DiscountJson>,
    amount: MoneyJson,
    open_amount: MoneyJson,
    carrying_amount: MoneyJson,
}

#[derive(Serialize)]
struct AppliedJson {
    id: String,
    applied_on: String,
    kind: &'static str,
    number: String,
    amount: MoneyJson,
    is_undone: bool,
}

#[derive(Serialize)]
struct EntryJson {
    account: String,
    account_name: String,
    amount: MoneyJson,
    functional: MoneyJson,
}

/// Shows it.
pub(crate) fn run(args: &ShowArgs, globals: &Globals) -> Result<(), Failure> {
    let (db, context) = globals.open()?;
    let shown = db.read(&context, globals.entity(), |work| {
        books::documents::show(work, &args.document)
    })?;
    let mut tables = vec![super::table(std::slice::from_ref(&shown.document))];
    tables.extend(
        tables_of(&shown)
            .into_iter()
            .filter(|table| !table.is_empty()),
    );
    output::print(globals.format, &tables, &told(&shown))
}

fn tables_of(shown: &Shown) -> Vec<Table> {
    vec![lines(shown), items(shown), applied(shown), entry(shown)]
}

fn lines(shown: &Shown) -> Table {
    let mut lines = Table::new(&[
        ("description", Align::Left),
        ("account", Align::Left),
        ("quantity", Align::Right),
        ("unit_price", Align::Money),
        ("net", Align::Money),
        ("tax_rate", Align::Right),
        ("tax", Align::Money),
    ]);
    for line in &shown.document.lines {
        lines.row([
            line.description.clone(),
            line.account.to_string(),
            line.quantity.to_string(),
            line.unit_price.to_string(),
            line.net.to_string(),
            line.tax_rate.to_string(),
            line.tax.to_string(),
        ]);
    }
    lines
}

fn discounts(terms: Option<DiscountTerms>) -> Vec<DiscountJson> {
    let steps = terms.into_iter().flat_map(DiscountTerms::steps);
    let steps = steps.map(|step| DiscountJson {
        percent: step.percent().to_string(),
        until: step.until.to_string(),
    });
    steps.collect()
}

fn items(shown: &Shown) -> Table {
    let mut items = Table::new(&[
        ("item", Align::Left),
        ("due_on", Align::Left),
        ("discount_until", Align::Left),
        ("discount", Align::Left),
        ("amount", Align::Money),
        ("open_amount", Align::Money),
        ("carrying_amount", Align::Money),
    ]);
    for item in &shown.items {
        let until = item.discount.map(|terms| terms.until().to_string());
        let discount = item.discount.map(|discount| discount.to_string());
        items.row([
            item.id.to_string(),
            item.due_on.to_string(),
            until.unwrap_or_default(),
            discount.unwrap_or_default(),
            item.amount.to_string(),
            item.open.to_string(),
            item.open_functional.to_string(),
        ]);
    }
    items
}

fn applied(shown: &Shown) -> Table {
    let mut applied = Table::new(&[
        ("application", Align::Left),
        ("applied_on", Align::Left),
        ("with", Align::Left),
        ("kind", Align::Left),
        ("amount", Align::Money),
        ("standing", Align::Left),
    ]);
    for one in &shown.applications {
        applied.row([
            one.id.to_string(),
            one.on.to_string(),
            one.number.clone(),
            one.kind.code().to_owned(),
            one.amount.to_string(),
            if one.is_undone {
                "taken back"
            } else {
                "stands"
            }
            .to_owned(),
        ]);
    }
    applied
}

fn entry(shown: &Shown) -> Table {
    let mut entry = Table::new(&[
        ("account", Align::Left),
        ("account_name", Align::Left),
        ("debit", Align::Money),
        ("credit", Align::Money),
        ("functional", Align::Money),
    ]);
    for line in &shown.entry {
        let (debit, credit) = if line.amount.is_negative() {
            (String::new(), (-line.amount).to_string())
        } else {
            (line.amount.to_string(), String::new())
        };
        entry.row([
            line.account.clone(),
            line.name.clone(),
            debit,
            credit,
            line.functional.to_string(),
        ]);
    }
    entry
}

fn told(shown: &Shown) -> ShownJson {
    let lines = shown.document.lines.iter().map(|line| LineJson {
        description: line.description.clone(),
        account: line.account.to_string(),
        quantity: line.quantity.to_string(),
        unit_price: line.unit_price.to_string(),
        net: line.net.into(),
        tax_rate: line.tax_rate.to_string(),
        tax_category: line.tax_category.clone(),
        tax: line.tax.into(),
    });
    let items = shown.items.iter().map(|item| ItemJson {
        id: item.id.to_string(),
        due_on: item.due_on.to_string(),
        discount_until: item.discount.map(|terms| terms.until().to_string()),
        discounts: discounts(item.discount),
        amount: item.amount.into(),
        open_amount: item.open.into(),
        carrying_amount: item.open_functional.into(),
    });
    let applications = shown.applications.iter().map(|one| AppliedJson {
        id: one.id.to_string(),
        applied_on: one.on.to_string(),
        kind: one.kind.code(),
        number: one.number.clone(),
        amount: one.amount.into(),
        is_undone: one.is_undone,
    });
    let entry = shown.entry.iter().map(|line| EntryJson {
        account: line.account.clone(),
        account_name: line.name.clone(),
        amount: line.amount.into(),
        functional: line.functional.into(),
    });
    ShownJson {
        document: DocumentJson::from(&shown.document),
        party: shown.party.clone(),
        is_taken_back: shown.is_taken_back,
        lines: lines.collect(),
        items: items.collect(),
        applications: applications.collect(),
        entry: entry.collect(),
    }
}
