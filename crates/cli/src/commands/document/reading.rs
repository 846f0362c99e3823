//! Documents from files: JSON, one object or a list of them; or CSV, one row for each line.

use std::fmt::Display;
use std::io::Read;
use std::path::Path;

use books::documents::{Content, NewDocument};
use domain::calendar::Date;
use domain::documents::{DocumentKind, DocumentReferences, TradeLine};
use domain::money::{Currency, Money};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::errors::Failure;

/// No file of documents by hand is larger; whatever is comes from an import.
const MOST_BYTES: u64 = 64 << 20;

/// A document as files have it. Amounts and dates are texts.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct DocumentFile {
    kind: String,
    number: Option<String>,
    party: Option<String>,
    issued_on: String,
    posted_on: Option<String>,
    due_on: Option<String>,
    goods_received_on: Option<String>,
    terms: Option<String>,
    currency: Option<String>,
    rate: Option<String>,
    purchase_order: Option<String>,
    contract: Option<String>,
    region: Option<String>,
    memo: Option<String>,
    no_duplicate: Option<String>,
    method: Option<String>,
    bank: Option<String>,
    amount: Option<String>,
    #[serde(default)]
    lines: Vec<LineFile>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct LineFile {
    #[serde(default)]
    description: String,
    account: Option<String>,
    quantity: Option<String>,
    unit_price: String,
    tax_rate: Option<String>,
    tax_category: Option<String>,
}

#[derive(Deserialize)]
struct ListFile {
    documents: Vec<DocumentFile>,
}

/// A row of CSV: the document's columns, and those of one line.
#[derive(Deserialize)]
struct Row {
    document: Option<String>,
    kind: String,
    number: Option<String>,
    party: Option<String>,
    issued_on: String,
    posted_on: Option<String>,
    due_on: Option<String>,
    terms: Option<String>,
    currency: Option<String>,
    rate: Option<String>,
    purchase_order: Option<String>,
    memo: Option<String>,
    no_duplicate: Option<String>,
    method: Option<String>,
    bank: Option<String>,
    amount: Option<String>,
    description: Option<String>,
    account: Option<String>,
    quantity: Option<String>,
    unit_price: Option<String>,
    tax_rate: Option<String>,
    tax_category: Option<String>,
}

/// Reads the documents of a file.
pub(super) fn read(path: &Path) -> Result<Vec<NewDocument>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::refused("file_not_readable", format!("{error}.")).file(path)
    };
    let mut text = String::new();
    if path == Path::new("-") {
        let mut input = std::io::stdin().take(MOST_BYTES);
        input.read_to_string(&mut text).map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        let mut file = file.take(MOST_BYTES);
        file.read_to_string(&mut text).map_err(unreadable)?;
    }
    let is_csv = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let files = if is_csv {
        from_csv(&text).map_err(|failure| failure.file(path))?
    } else {
        from_json(&text).map_err(|failure| failure.file(path))?
    };
    let many = 1 < files.len();
    let read = files.into_iter().enumerate().map(|(place, file)| {
        document(file).map_err(|(field, message)| {
            let message = if many {
                format!("Document {}: {message}", place + 1)
            } else {
                message
            };
            Failure::refused("not_readable", message)
                .field(field)
                .file(path)
                .hint("See docs/documents.md for what a file holds.")
        })
    });
    read.collect()
}

fn from_json(text: &str) -> Result<Vec<DocumentFile>, Failure> {
    // The list is told from the text, so that a wrong field is named and not only the shape.
    let problem = |error: serde_json::Error| {
        Failure::refused(
            "not_readable",
            format!("This is no list of documents: {error}."),
        )
        .line(error.line() as u64)
        .hint("See docs/documents.md for what a file holds.")
    };
    if text.trim_start().starts_with('[') {
        return serde_json::from_str(text).map_err(problem);
    }
    let value: serde_json::Value = serde_json::from_str(text).map_err(problem)?;
    if value.get("documents").is_some() {
        let list: ListFile = serde_json::from_str(text).map_err(problem)?;
        return Ok(list.documents);
    }
    let one: DocumentFile = serde_json::from_str(text).map_err(problem)?;
    Ok(vec![one])
}

/// Rows that name the same `document` are its lines; a row without stands alone.
fn from_csv(text: &str) -> Result<Vec<DocumentFile>, Failure> {
    let mut files: Vec<(Option<String>, DocumentFile)> = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    for row in reader.deserialize::<Row>() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            Failure::refused("not_readable", format!("{error}.")).line(line)
        })?;
        let line = row.unit_price.clone().map(|unit_price| LineFile {
            description: row.description.clone().unwrap_or_default(),
            account: row.account.clone(),
            quantity: row.quantity.clone(),
            unit_price,
            tax_rate: row.tax_rate.clone(),
            tax_category: row.tax_category.clone(),
        });
        let last = files.last_mut();
        match last.filter(|(name, _)| row.document.is_some() && *name == row.document) {
            Some((_, file)) => file.lines.extend(line),
            None => files.push((
                row.document.clone(),
                DocumentFile {
                    kind: row.kind,
                    number: row.number,
                    party: row.party,
                    issued_on: row.issued_on,
                    posted_on: row.posted_on,
                    due_on: row.due_on,
                    terms: row.terms,
                    currency: row.currency,
                    rate: row.rate,
                    purchase_order: row.purchase_order,
                    memo: row.memo,
                    no_duplicate: row.no_duplicate,
                    method: row.method,
                    bank: row.bank,
                    amount: row.amount,
                    lines: line.into_iter().collect(),
                    ..DocumentFile::default()
                },
            )),
        }
    }
    Ok(files.into_iter().map(|(_, file)| file).collect())
}

type Wrong = (&'static str, String);

fn parsed<T: std::str::FromStr>(
    field: &'static str,
    text: Option<&str>,
    expected: impl Display,
) -> Result<Option<T>, Wrong> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| (field, format!("`{text}` is not {expected}.")))
}

fn document(file: DocumentFile) -> Result<NewDocument, Wrong> {
    let kind = DocumentKind::parse(&file.kind)
        .ok_or_else(|| ("kind", format!("`{}` is no kind of document.", file.kind)))?;
    let day = |field, text: &Option<String>| {
        parsed::<Date>(field, text.as_deref(), "a date like 2026-01-31")
    };
    let currency = match file.currency.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(code) => Some(
            Currency::parse(code)
                .ok_or_else(|| ("currency", format!("`{code}` is no currency.")))?,
        ),
    };
    let content = match &file.amount {
        Some(text) if file.lines.is_empty() => {
            let currency =
                currency.ok_or_else(|| ("currency", "An amount needs its currency.".to_owned()))?;
            Content::Amount {
                amount: Money::parse(text, currency).map_err(|e| ("amount", format!("{e}.")))?,
                bank: file.bank.clone(),
            }
        }
        Some(_) => {
            let message = "A document has lines or an amount, not both.".to_owned();
            return Err(("amount", message));
        }
        None => Content::Lines(file.lines.iter().map(line).collect::<Result<_, _>>()?),
    };
    let issued_on = day("issued_on", &Some(file.issued_on.clone()))?
        .ok_or_else(|| ("issued_on", "The day of issue is missing.".to_owned()))?;
    let words: Vec<String> = [file.method, file.memo].into_iter().flatten().collect();
    Ok(NewDocument {
        kind,
        posted_on: day("posted_on", &file.posted_on)?,
        due_on: day("due_on", &file.due_on)?,
        goods_received_on: day("goods_received_on", &file.goods_received_on)?,
        rate: parsed("rate", file.rate.as_deref(), "a rate")?,
        number: file.number.filter(|text| !text.trim().is_empty()),
        party: file.party.filter(|text| !text.is_empty()),
        issued_on,
        terms: file.terms.filter(|text| !text.is_empty()),
        currency,
        no_duplicate: file.no_duplicate.filter(|text| !text.trim().is_empty()),
        references: DocumentReferences {
            purchase_order: file.purchase_order.unwrap_or_default(),
            contract: file.contract.unwrap_or_default(),
            region: file.region.unwrap_or_default(),
            memo: words.join(" ").into(),
        },
        content,
    })
}

fn line(line: &LineFile) -> Result<TradeLine, Wrong> {
    let number = |field, text: Option<&str>, otherwise: Decimal| {
        parsed::<Decimal>(field, text, "a number").map(|found| found.unwrap_or(otherwise))
    };
    let tax_rate = number("tax_rate", line.tax_rate.as_deref(), Decimal::ZERO)?;
    let category = line.tax_category.clone().filter(|text| !text.is_empty());
    let price = parsed("unit_price", Some(&line.unit_price), "a price")?;
    Ok(TradeLine {
        description: line.description.clone(),
        account: line.account.clone().filter(|text| !text.is_empty()),
        quantity: number("quantity", line.quantity.as_deref(), Decimal::ONE)?,
        unit_price: price.ok_or_else(|| ("unit_price", "A price is missing.".to_owned()))?,
        tax_category: category
            .unwrap_or_else(|| if tax_rate.is_zero() { "Z" } else { "S" }.to_owned()),
        tax_rate,
    })
}
