//! Every field that a file can bear, filled with what would be more than a text somewhere: files
//! of each exchange kind, bank files of each format, remittances. Nothing breaks, and nothing of
//! it becomes markup on a page or a formula in a file.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use books::bank::import::Reading;
use books::imports::{ImportReport, Options, Source};
use books::{Db, Failure, Outcome};
use domain::documents::Side;
use domain::money::Currency;
use formats::exchange::Kind;

use crate::client::Client;
use crate::server::{Fixture, context, on_every_engine};

const NASTY: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "'; DROP TABLE party; --",
    "' OR 1=1 --",
    "{{7*7}}${7*7}",
    "=HYPERLINK(\"http://e.example\",\"x\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\tcmd",
    "javascript:alert(1)",
];

/// Kind, columns, and a good row of each exchange file.
const FILES: &[(Kind, Side, &str, &str)] = &[
    (
        Kind::Customers,
        Side::Receivable,
        "customer_id,name,country,currency,parent_id,email,payment_terms,known_bank_accounts,\
         aliases,region,owner,class,remark",
        "N-#,Name,DE,EUR,,a@b.example,NET30,DE89370400440532013000,Alias,North,ann,A,word",
    ),
    (
        Kind::Vendors,
        Side::Payable,
        "vendor_id,name,country,currency,email,payment_terms,known_bank_accounts,aliases,remark",
        "V-#,Name,DE,EUR,a@b.example,NET30,DE89370400440532013000,Alias,word",
    ),
    (
        Kind::OpenItems,
        Side::Receivable,
        "document_number,type,customer_id,issue_date,due_date,currency,amount,open_amount,\
         po_number,contract_number,discount_percent,discount_due_date,region,remark",
        "D-#,invoice,C-1,2025-01-10,2025-02-09,EUR,11.90,11.90,PO,CT,2,2025-01-20,North,word",
    ),
    (
        Kind::OpenItems,
        Side::Payable,
        "document_number,type,vendor_id,issue_date,due_date,currency,amount,open_amount,remark",
        "B-#,bill,V-1,2025-01-10,2025-02-09,EUR,11.90,11.90,word",
    ),
    (
        Kind::Orders,
        Side::Receivable,
        "order_number,proforma_number,customer_id,order_date,currency,amount,po_number,remark",
        "O-#,P-#,C-1,2025-01-10,EUR,11.90,PO,word",
    ),
    (
        Kind::Rates,
        Side::Receivable,
        "date,from_currency,to_currency,rate,source",
        "20#-01-15,USD,EUR,0.9,ecb",
    ),
    (
        Kind::History,
        Side::Receivable,
        "payment_id,payment_date,currency,payment_amount,customer_id,document_number,\
         applied_amount,kind,account,payer_name,payer_account,remittance_text,remark",
        "H-#,2025-01-10,EUR,11.90,C-1,INV-1,11.90,payment,EUR,Payer,DE1,text,word",
    ),
];

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The good row, and the same with each text in each of its columns.
fn exchange_file(columns: &str, good: &str) -> String {
    let mut rows = format!("{columns}\n");
    let mut count = 10;
    for place in 0..columns.split(',').count() {
        for text in NASTY {
            let row = good.replace('#', &count.to_string());
            let cells = row.split(',').enumerate();
            let cells = cells.map(|(at, cell)| quoted(if at == place { text } else { cell }));
            rows.push_str(&cells.collect::<Vec<_>>().join(","));
            rows.push('\n');
            count += 1;
        }
    }
    rows
}

/// Words that a format itself needs.
const KEPT: &[&str] = &[
    "CREDIT",
    "DEBIT",
    "CHECK",
    "CHECKING",
    "SAVINGS",
    "false",
    "NONREF",
    "OFXHEADER",
    "OFXSGML",
    "VERSION",
    "SECURITY",
    "ENCODING",
    "CHARSET",
    "COMPRESSION",
    "OLDFILEUID",
    "NEWFILEUID",
    "UNICODE",
    "content",
    "Content",
    "multipart",
    "boundary",
    "charset",
    "plain",
];

/// A sample with its words replaced: in XML what stands between tags, elsewhere what stands in
/// lines that bear figures, as wide as it was where columns are fixed.
fn poisoned(name: &str, text: &str) -> String {
    let is_xml = text.contains("</");
    let is_fixed = Path::new(name).extension().is_some_and(|end| end == "cod");
    let (mut out, mut word, mut count) = (String::new(), String::new(), 0);
    let (mut in_tag, mut line_has_figures) = (false, false);
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        if out.is_empty() || out.ends_with('\n') && word.is_empty() {
            let line = rest.lines().next().unwrap_or_default();
            line_has_figures = line.bytes().filter(u8::is_ascii_digit).count() >= 4;
        }
        if sign.is_alphabetic() && !in_tag {
            word.push(sign);
        } else {
            flush(
                &mut out,
                &mut word,
                &mut count,
                is_xml,
                is_fixed,
                line_has_figures,
            );
            match sign {
                '<' => in_tag = is_xml,
                '>' => in_tag = false,
                _ => {}
            }
            out.push(sign);
        }
        rest = rest.get(sign.len_utf8()..).unwrap_or_default();
    }
    flush(
        &mut out,
        &mut word,
        &mut count,
        is_xml,
        is_fixed,
        line_has_figures,
    );
    out
}

fn flush(
    out: &mut String,
    word: &mut String,
    count: &mut usize,
    is_xml: bool,
    is_fixed: bool,
    has_figures: bool,
) {
    let is_free = 5 <= word.len() && !KEPT.contains(&word.as_str()) && (is_xml || has_figures);
    if is_free {
        let nasty = NASTY[*count % NASTY.len()];
        *count += 1;
        let width = word.chars().count();
        if is_fixed {
            out.extend(nasty.chars().chain(std::iter::repeat(' ')).take(width));
        } else if is_xml {
            out.push_str(&nasty.replace('&', "&amp;").replace('<', "&lt;"));
        } else {
            // A separator of the format would only end the field.
            out.push_str(&nasty.replace([',', ';', '\t', '"'], " "));
        }
    } else {
        out.push_str(word);
    }
    word.clear();
}

/// Every sample of the formats that is text.
fn samples(of: &str) -> Vec<(PathBuf, String)> {
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../formats/src");
    let mut folders = vec![formats.join(of)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let is_sample = folder.ends_with("samples");
            let end = path.extension().and_then(|end| end.to_str());
            if path.is_dir() {
                folders.push(path);
            } else if is_sample && end != Some("expected") {
                let text = std::fs::read(&path).expect("read");
                found.extend(String::from_utf8(text).ok().map(|text| (path, text)));
            }
        }
    }
    found.sort();
    found
}

/// Takes a file in; a refusal is an answer, a fault is not. How many records were taken, and
/// what was told.
fn taken(
    name: &str,
    text: &str,
    import: impl Fn(&Source<'_>) -> Outcome<ImportReport>,
) -> (u64, Vec<String>) {
    let open = || -> std::io::Result<Box<dyn Read>> {
        Ok(Box::new(Cursor::new(text.as_bytes().to_vec())))
    };
    let source = Source {
        name: name.to_owned(),
        open: &open,
    };
    match import(&source) {
        Ok(report) => {
            let told = report.problems.iter().map(ToString::to_string);
            (report.accepted, told.collect())
        }
        Err(Failure::Refused(refusal)) => (0, vec![refusal.to_string()]),
        Err(fault) => panic!("{name}: {fault}"),
    }
}

/// Makes the accounts ours that a file was refused for.
fn own_accounts(db: &Db, told: &[String]) {
    let accounts = told.iter().filter_map(|problem| {
        let (_, rest) = problem.split_once(": account ")?;
        let (account, _) = rest.split_once(" is none of our bank accounts")?;
        account.rsplit_once(' ')
    });
    // A file may have several statements of one account.
    let accounts: BTreeSet<(&str, &str)> = accounts.collect();
    let accounts: Vec<serde_json::Value> = accounts
        .into_iter()
        .filter(|(id, _)| !id.is_empty())
        .map(|(id, currency)| {
            let account = format!("A-{id}-{currency}");
            serde_json::json!({ "account": account, "id": id, "currency": currency })
        })
        .collect();
    let company = serde_json::json!({ "names": NASTY, "accounts": accounts });
    let options = Options {
        partial: true,
        side: Side::Receivable,
    };
    taken("company.json", &company.to_string(), |source| {
        let kind = Kind::Company;
        books::imports::import(db, &context("owner"), None, kind, source, options)
    });
}

fn fill(fixture: &Fixture) {
    let db = Db::open(&fixture.url).expect("opened");
    let context = context("owner");
    for (kind, side, columns, good) in FILES {
        let text = exchange_file(columns, good);
        let options = Options {
            partial: true,
            side: *side,
        };
        let (accepted, _) = taken("=x'\"><img src=x>.csv", &text, |source| {
            books::imports::import(&db, &context, None, *kind, source, options)
        });
        assert!(
            NASTY.len() as u64 <= accepted,
            "{columns}: {accepted} rows were taken"
        );
        // All or nothing as well: what is refused is told in words, with the text in them.
        let whole = Options {
            partial: false,
            side: *side,
        };
        taken("whole.csv", &(text + "x\n"), |source| {
            books::imports::import(&db, &context, None, *kind, source, whole)
        });
    }
    let (mut read, mut all) = (0, 0);
    let reading = Reading {
        partial: true,
        currency: Currency::parse("EUR"),
        ..Reading::default()
    };
    for (of, is_bank) in [("bank", true), ("remittance", false)] {
        for (path, text) in samples(of) {
            let name = path.display().to_string();
            let text = poisoned(&name, &text);
            let import = |source: &Source<'_>| {
                if is_bank {
                    books::bank::import::import(&db, &context, None, source, reading)
                } else {
                    books::remittances::import(&db, &context, None, source, true)
                }
            };
            let (mut accepted, told) = taken(&name, &text, import);
            if accepted == 0 && is_bank {
                own_accounts(&db, &told);
                (accepted, _) = taken(&name, &text, import);
            }
            all += 1;
            read += u64::from(0 < accepted);
        }
    }
    assert!(3 * all <= 4 * read, "most are still read: {read} of {all}");
    books::cash::apply(&db, &context, None, None, true).expect("applied");
}

/// No markup of what was imported.
fn is_text(path: &str, body: &str) {
    let lower = body.to_lowercase();
    for mark in [
        "<script>alert",
        "<img src=x",
        "<svg onload",
        "href=\"javascript:",
    ] {
        assert!(!lower.contains(mark), "{path}: {mark}");
    }
}

/// The cells of a CSV.
fn cells(text: &str) -> Vec<String> {
    let (mut all, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    for sign in text.chars() {
        match sign {
            '"' => is_quoted = !is_quoted,
            ',' | '\n' if !is_quoted => all.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            _ => cell.push(sign),
        }
    }
    all.push(cell);
    all
}

fn is_no_formula(path: &str, text: &str) {
    for cell in cells(text) {
        let is_number = cell
            .trim_start_matches(['-', '+'])
            .chars()
            .all(|sign| sign.is_ascii_digit() || ".,".contains(sign));
        let leads = cell.starts_with(['=', '+', '-', '@', '\t']);
        assert!(!leads || is_number, "{path}: {cell}");
    }
}

fn encoded(text: &str) -> String {
    let digits: Vec<String> = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    digits.concat()
}

fn pages(owner: &Client) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/",
        "/customers",
        "/vendors",
        "/documents",
        "/open-items",
        "/applications",
        "/bank",
        "/bank/statements",
        "/bank/lines",
        "/journal",
        "/journal-lines",
        "/audit",
        "/runs",
        "/cash",
        "/cash?show=all",
        "/remittances",
        "/aging",
        "/aging?by=party",
        "/aging?by=region",
        "/aging?by=document",
        "/approvals?show=all",
        "/periods",
        "/reports",
        "/people",
        "/customers/C-1",
        "/vendors/V-1",
    ]
    .map(str::to_owned)
    .to_vec();
    for text in NASTY {
        paths.push(format!("/search?q={}", encoded(text)));
        paths.push(format!("/customers/{}", encoded(text)));
        paths.push(format!("/documents?number={}", encoded(text)));
    }
    // What the pages themselves lead to.
    let lists = [
        "/cash",
        "/remittances",
        "/documents",
        "/journal",
        "/customers",
        "/vendors",
        "/runs",
    ];
    for list in lists {
        let body = owner.get(list).body;
        let links = body
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        let below = links.filter(|link| link.starts_with(&format!("{list}/")));
        paths.extend(below.take(12).map(str::to_owned));
    }
    paths
}

#[test]
fn every_imported_field_stays_text_on_pages_and_in_files() {
    on_every_engine("imported", |fixture| {
        fill(fixture);
        let owner = fixture.owner();
        for path in pages(&owner) {
            let answer = owner.get(&path);
            assert!(answer.status < 500, "{path}: {}", answer.body);
            is_text(&path, &answer.body);
        }
        for report in books::reports::REPORTS {
            let path = format!("/reports/{}", report.name);
            let answer = owner.get(&path);
            assert!(answer.status < 500, "{path}");
            is_text(&path, &answer.body);
            let path = format!("/reports/{}.csv", report.name);
            let answer = owner.get(&path);
            assert!(answer.status < 500, "{path}");
            if answer.status == 200 {
                is_no_formula(&path, &answer.body);
            }
        }
        let program = fixture.program(&owner, "reader", "auditor");
        for path in ["/api/v1/cash-export", "/api/v1/journal-export?as=csv"] {
            let answer = program.get(path);
            assert_eq!(answer.status, 200, "{path}");
            is_no_formula(path, &answer.body);
        }
        is_no_formula("/audit/log.csv", &owner.get("/audit/log.csv").body);
        for list in books::reports::lists::LISTS {
            let answer = program.get(&format!("/api/v1/{}?limit=500", list.name));
            assert_eq!(answer.status, 200, "{}", list.name);
            assert!(answer.head.contains("application/json"), "{}", list.name);
        }
        fixture.verify();
    });
}
