//! The files of the company: names and columns as `duebook import` reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use csv::WriterBuilder;

use crate::Company;
use crate::bank::{Line, Mail, OwnAccount};
use crate::billing;
use crate::parties::{Customer, plain};
use crate::statements;
use crate::trade::{Item, decimal};
use crate::truth;

/// A file to be written, its path relative to the folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct File {
    /// Like `statements/EUR_camt053_2025-09-01.xml`.
    pub path: String,
    /// What stands in it.
    pub text: String,
}

/// All files, the truth among them.
pub(crate) fn all(company: &Company) -> Vec<File> {
    let mut files = vec![
        own(company),
        customers(company),
        items("open_items.csv", company, &company.items),
        orders(company),
        history(company),
        rates(company),
        truth::applied(company),
        truth::lines(company),
        truth::accepted(),
        vendors(company),
        bills(company),
        billing::file(&company.customers, &company.invoices),
    ];
    files.extend(statements::files(&company.accounts, &company.lines));
    files.extend(sums(company));
    files.extend(
        company
            .mails
            .iter()
            .enumerate()
            .map(|(at, mail)| advice(at, mail)),
    );
    files
}

pub(crate) fn table(
    path: &str,
    head: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> File {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(head).expect("memory takes every row");
    for row in rows {
        writer
            .write_record(&row)
            .expect("as many columns as in the head");
    }
    let bytes = writer.into_inner().expect("memory needs no flushing");
    File {
        path: path.to_owned(),
        text: String::from_utf8(bytes).expect("made of text"),
    }
}

fn own(company: &Company) -> File {
    let names = r#""Brightwater Instruments GmbH", "Brightwater Instruments Inc.", "Brightwater Instruments Ltd""#;
    let accounts: Vec<String> = company.accounts.iter().map(own_account).collect();
    let text = format!(
        "{{\n  \"names\": [{names}],\n  \"accounts\": [\n{}\n  ],\n  \"policy\": {{\n    \
         \"discount_grace_days\": 3,\n    \
         \"bank_fee_tolerance\": {{\"EUR\": 25, \"USD\": 25, \"GBP\": 25}},\n    \
         \"withholding_tax_percent\": {{\"IN\": 10}},\n    \
         \"rounding_tolerance\": 0.99\n  }}\n}}\n",
        accounts.join(",\n")
    );
    File {
        path: "company.json".to_owned(),
        text,
    }
}

fn own_account(account: &OwnAccount) -> String {
    format!(
        "    {{\"account\": \"{0}\", \"id\": \"{1}\", \"currency\": \"{0}\", \"owner\": \"{2}\", \
         \"bic\": \"{3}\"}}",
        account.code, account.id, account.owner, account.bic
    )
}

fn customers(company: &Company) -> File {
    let head = [
        "customer_id",
        "name",
        "country",
        "currency",
        "parent_id",
        "email",
        "payment_terms",
        "known_bank_accounts",
        "aliases",
    ];
    let row = |customer: &Customer| {
        let parent = customer.parent.and_then(|at| company.customers.get(at));
        let discount = customer
            .discount
            .map(|(percent, days)| format!("{percent}/{days} "));
        vec![
            customer.id.clone(),
            customer.name.clone(),
            customer.country.to_owned(),
            customer.currency.to_owned(),
            parent.map(|parent| parent.id.clone()).unwrap_or_default(),
            customer.email.clone(),
            format!("{}NET{}", discount.unwrap_or_default(), customer.net_days),
            if customer.account_known {
                customer.account.clone()
            } else {
                String::new()
            },
            customer.alias.clone().unwrap_or_default(),
        ]
    };
    table("customers.csv", &head, company.customers.iter().map(row))
}

fn items(path: &str, company: &Company, items: &[Item]) -> File {
    let head = [
        "document_number",
        "type",
        "customer_id",
        "issue_date",
        "due_date",
        "currency",
        "amount",
        "open_amount",
        "po_number",
        "contract_number",
        "discount_percent",
        "discount_due_date",
        "region",
    ];
    let rows = items.iter().filter_map(|item| {
        let customer = company.customers.get(item.customer)?;
        let (percent, until) = item
            .discount
            .map(|(percent, until)| (percent.to_string(), until.to_string()))
            .unwrap_or_default();
        Some(vec![
            item.number.clone(),
            if item.amount < 0 {
                "credit_memo"
            } else {
                "invoice"
            }
            .to_owned(),
            customer.id.clone(),
            item.issued_on.to_string(),
            item.due_on.to_string(),
            customer.currency.to_owned(),
            decimal(item.amount),
            decimal(item.open),
            item.po.clone().unwrap_or_default(),
            String::new(),
            percent,
            until,
            customer.region.to_owned(),
        ])
    });
    table(path, &head, rows)
}

fn orders(company: &Company) -> File {
    let head = [
        "order_number",
        "proforma_number",
        "customer_id",
        "order_date",
        "currency",
        "amount",
    ];
    let rows = company.orders.iter().filter_map(|order| {
        let customer = company.customers.get(order.customer)?;
        Some(vec![
            order.number.clone(),
            order.proforma.clone(),
            customer.id.clone(),
            order.on.to_string(),
            customer.pays_in.to_owned(),
            decimal(order.amount),
        ])
    });
    table("orders.csv", &head, rows)
}

fn history(company: &Company) -> File {
    let head = [
        "payment_id",
        "payment_date",
        "account",
        "payer_name",
        "payer_account",
        "remittance_text",
        "payment_amount",
        "currency",
        "customer_id",
        "document_number",
        "applied_amount",
        "kind",
        "document_issue_date",
        "document_due_date",
        "document_amount",
        "document_currency",
    ];
    let past: BTreeMap<&str, &Item> = company
        .past
        .iter()
        .map(|item| (item.number.as_str(), item))
        .collect();
    let mut rows = Vec::new();
    for (number, payment) in company.history.iter().enumerate() {
        let Some(payer) = company.customers.get(payment.payer) else {
            continue;
        };
        for truth in &payment.truths {
            let document = truth.document.as_deref();
            let item = document.and_then(|number| past.get(number)).copied();
            let customer = truth.customer.and_then(|at| company.customers.get(at));
            let of_item = |f: fn(&Item) -> String| item.map(f).unwrap_or_default();
            rows.push(vec![
                format!("P{:06}", number + 1),
                payment.on.to_string(),
                payer.pays_in.to_owned(),
                payer.alias.clone().unwrap_or_else(|| payer.name.clone()),
                payer.account.clone(),
                payment.text.clone(),
                decimal(payment.amount),
                payer.pays_in.to_owned(),
                customer
                    .map(|customer| customer.id.clone())
                    .unwrap_or_default(),
                truth.document.clone().unwrap_or_default(),
                decimal(truth.amount),
                truth.kind.word().to_owned(),
                of_item(|item| item.issued_on.to_string()),
                of_item(|item| item.due_on.to_string()),
                of_item(|item| decimal(item.amount)),
                item.and(customer)
                    .map(|c| c.currency.to_owned())
                    .unwrap_or_default(),
            ]);
        }
    }
    table("history.csv", &head, rows)
}

fn rates(company: &Company) -> File {
    let millionths = |value: i64| format!("{}.{:06}", value / 1_000_000, value % 1_000_000);
    let rows = company.rates.iter().flat_map(|rate| {
        let on = rate.on.to_string();
        let (code, euro) = (rate.currency.to_owned(), "EUR".to_owned());
        [
            vec![
                on.clone(),
                code.clone(),
                euro.clone(),
                millionths(rate.in_euro),
            ],
            vec![on, euro, code, millionths(rate.per_euro)],
        ]
    });
    table(
        "fx_rates.csv",
        &["date", "from_currency", "to_currency", "rate"],
        rows,
    )
}

fn vendors(company: &Company) -> File {
    let head = [
        "vendor_id",
        "name",
        "country",
        "currency",
        "payment_terms",
        "known_bank_accounts",
    ];
    let rows = company.vendors.iter().map(|vendor| {
        vec![
            vendor.id.clone(),
            vendor.name.clone(),
            vendor.country.to_owned(),
            vendor.currency.to_owned(),
            format!("NET{}", vendor.net_days),
            vendor.account.clone(),
        ]
    });
    table("vendors.csv", &head, rows)
}

fn bills(company: &Company) -> File {
    let head = [
        "document_number",
        "type",
        "vendor_id",
        "issue_date",
        "due_date",
        "currency",
        "amount",
        "open_amount",
    ];
    let rows = company.bills.iter().filter_map(|bill| {
        let vendor = company.vendors.get(bill.customer)?;
        Some(vec![
            bill.number.clone(),
            if bill.amount < 0 {
                "vendor_credit"
            } else {
                "bill"
            }
            .to_owned(),
            vendor.id.clone(),
            bill.issued_on.to_string(),
            bill.due_on.to_string(),
            vendor.currency.to_owned(),
            decimal(bill.amount),
            decimal(bill.open),
        ])
    });
    table("open_bills.csv", &head, rows)
}

/// The payments within sums on the statement: a file each, its name ending in the reference.
fn sums(company: &Company) -> impl Iterator<Item = File> {
    let sums = company.lines.iter().filter(|line| !line.items.is_empty());
    sums.filter_map(|line| Some(sum(company.accounts.get(line.account)?, line)))
}

fn sum(account: &OwnAccount, line: &Line) -> File {
    let head = [
        "batch_id",
        "item_no",
        "debtor_name",
        "debtor_iban",
        "amount",
        "currency",
        "end_to_end_id",
        "remittance_text",
    ];
    let rows = line.items.iter().enumerate().map(|(at, item)| {
        vec![
            format!("BATCH-{}", line.reference),
            (at + 1).to_string(),
            item.name.clone(),
            item.account.clone(),
            decimal(item.amount),
            account.code.to_owned(),
            "NOTPROVIDED".to_owned(),
            item.text.clone(),
        ]
    });
    let path = format!("remittance/batch_{}_{}.csv", line.on, line.reference);
    table(&path, &head, rows)
}

fn advice(at: usize, mail: &Mail) -> File {
    let day = mail.on.strftime("%a, %d %b %Y 07:15:00 +0000");
    let domain = mail.from.split('@').nth(1).unwrap_or("example");
    let mut text = format!(
        "From: {}\r\nTo: remittances@brightwater.example\r\nDate: {day}\r\n\
         Subject: Remittance advice {}\r\nMessage-ID: <{}.advice@{domain}>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n\
         Hello,\r\n\r\n{} has paid you today.\r\n\
         Payment date: {}   Amount: {} {}\r\n\r\n\
         Document number   Amount\r\n",
        mail.from,
        mail.on,
        at + 1,
        mail.name,
        mail.on,
        decimal(mail.amount),
        mail.currency
    );
    for (number, amount) in &mail.rows {
        let _ = write!(text, "{number:<16}  {:>12}\r\n", decimal(*amount));
    }
    let _ = write!(
        text,
        "\r\nTotal: {} {}\r\n",
        decimal(mail.amount),
        mail.currency
    );
    let name = plain(&mail.on.strftime("%Y%m%d").to_string());
    File {
        path: format!("remittance/emails/{name}_{:05}.eml", at + 1),
        text,
    }
}
