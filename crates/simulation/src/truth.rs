//! The truth beside the files: what each bank line is, and what it was applied to.
//!
//! Three files, whose columns are those by which answers are scored: `truth.csv` (a row for each
//! application), `lines.csv` (what each line is) and `accepts.csv` (other answers that are right,
//! too; a company that knows its payers has none).

use domain::cash::Kind;

use crate::Company;
use crate::bank::Line;
use crate::files::{File, table};
use crate::statements;
use crate::trade::{Truth, decimal};

/// One payment with its place: the file, its reference, its amount and its truth.
struct Paid<'a> {
    line: &'a Line,
    statement: String,
    currency: &'static str,
    reference: String,
    amount: i64,
    truths: &'a [Truth],
}

/// Every payment: a line, or each payment in a sum.
fn payments(company: &Company) -> Vec<Paid<'_>> {
    let mut all = Vec::new();
    for line in &company.lines {
        let Some(account) = company.accounts.get(line.account) else {
            continue;
        };
        let paid = |reference, amount, truths| Paid {
            line,
            statement: statements::file_name(account, line.on),
            currency: account.code,
            reference,
            amount,
            truths,
        };
        if line.items.is_empty() {
            all.push(paid(line.reference.clone(), line.amount, &line.truths[..]));
        }
        for (number, item) in line.items.iter().enumerate() {
            let reference = format!("{}.{}", line.reference, number + 1);
            all.push(paid(reference, item.amount, &item.truths));
        }
    }
    all
}

/// What each payment was applied to.
pub(crate) fn applied(company: &Company) -> File {
    let head = [
        "statement",
        "entry_ref",
        "customer_id",
        "document_number",
        "applied_amount",
        "kind",
        "document_amount",
        "document_currency",
    ];
    let mut rows = Vec::new();
    for paid in payments(company) {
        for truth in paid.truths {
            let customer = truth.customer.and_then(|at| company.customers.get(at));
            let other = truth.document_amount.and(customer);
            rows.push(vec![
                paid.statement.clone(),
                paid.reference.clone(),
                customer
                    .map(|customer| customer.id.clone())
                    .unwrap_or_default(),
                truth.document.clone().unwrap_or_default(),
                decimal(truth.amount),
                truth.kind.word().to_owned(),
                truth.document_amount.map(decimal).unwrap_or_default(),
                other
                    .map(|other| other.currency.to_owned())
                    .unwrap_or_default(),
            ]);
        }
    }
    table("truth.csv", &head, rows)
}

/// What each payment is, and whether it can be known.
pub(crate) fn lines(company: &Company) -> File {
    let head = [
        "statement",
        "entry_ref",
        "date",
        "amount",
        "currency",
        "class",
        "verdict",
        "styles",
    ];
    let rows = payments(company).into_iter().map(|paid| {
        let is = |kind| paid.truths.iter().any(|truth| truth.kind == kind);
        let (class, verdict) = if is(Kind::NotCustomerCash) {
            ("not_customer", "certain")
        } else if is(Kind::Unidentifiable) {
            ("unidentifiable", "review")
        } else {
            ("customer", "certain")
        };
        let documents = paid
            .truths
            .iter()
            .filter_map(|truth| truth.document.as_deref());
        let documents: std::collections::BTreeSet<&str> = documents.collect();
        vec![
            paid.statement,
            paid.reference,
            paid.line.on.to_string(),
            decimal(paid.amount),
            paid.currency.to_owned(),
            class.to_owned(),
            verdict.to_owned(),
            format!("n:{}", documents.len()),
        ]
    });
    table("lines.csv", &head, rows)
}

/// No other answers are accepted.
pub(crate) fn accepted() -> File {
    let head = [
        "statement",
        "entry_ref",
        "alternative",
        "class",
        "customer_id",
        "document_number",
        "applied_amount",
        "kind",
        "n",
    ];
    table("accepts.csv", &head, [])
}
