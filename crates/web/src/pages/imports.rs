//! Files of other systems: customers, vendors, open items, orders, rates, history, contacts,
//! remittances, the company; each is taken once.

use std::io::Read;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use books::imports::{self, Options, Source};
use books::{Failure, Outcome, Work};
use domain::documents::Side;
use formats::exchange::Kind;
use maud::{Markup, html};

use crate::app::{App, Door, blocking, read};
use crate::html::{Form, Tried, csrf, empty};
use crate::pages::remittances::REMITTANCES;
use crate::pages::reports::NotAValue;
use crate::pages::upload::{self, Upload};
use crate::pages::{At, Drawn, answer, drawn};
use crate::session::Signed;

/// Where the page is, and where its form is sent.
pub(crate) const IMPORTS: &str = "/imports";

/// What a file can hold: the word of the command, its kind, and what it is for. Statements have
/// the page of the bank accounts.
const KINDS: &[(&str, Option<Kind>, &str)] = &[
    (
        "customers",
        Some(Kind::Customers),
        "who owes us, with terms and limits",
    ),
    (
        "vendors",
        Some(Kind::Vendors),
        "whom we owe, with terms and bank accounts",
    ),
    (
        "contacts",
        Some(Kind::Contacts),
        "people and departments at customers and vendors",
    ),
    (
        "open-items",
        Some(Kind::OpenItems),
        "what was open at the cut-over",
    ),
    (
        "orders",
        Some(Kind::Orders),
        "orders and proformas that payers quote",
    ),
    ("remittances", None, "what payers say a payment is for"),
    ("rates", Some(Kind::Rates), "exchange rates of days"),
    (
        "history",
        Some(Kind::History),
        "earlier applications to learn from",
    ),
    (
        "company",
        Some(Kind::Company),
        "own names, bank accounts and posting policy",
    ),
];

/// The kinds that the actor may take in.
fn allowed(work: &mut Work<'_>) -> Outcome<Vec<&'static str>> {
    let mut words = Vec::new();
    for (word, ..) in KINDS {
        if imports::may_take(work, word)? {
            words.push(*word);
        }
    }
    Ok(words)
}

/// The page.
pub(crate) async fn show(State(app): State<Arc<App>>, signed: Signed) -> Response {
    page(&app, &signed, None).await
}

async fn page(app: &Arc<App>, signed: &Signed, tried: Option<&Tried>) -> Response {
    let words = read(app, Door::Html, &signed.who, |work| {
        Ok((allowed(work)?, imports::may_take(work, "statements")?))
    })
    .await;
    drawn(
        signed,
        (None, tried),
        words,
        |(words, takes_statements), at| Drawn {
            title: "Import files".to_owned(),
            place: IMPORTS,
            actions: html! {
                @if *takes_statements { a.button href="/bank" { "Import a statement" } }
            },
            body: render(words, at),
        },
    )
}

fn render(words: &[&str], (mark, tried): At<'_>) -> Markup {
    let form = Form::to(IMPORTS, tried);
    let offered = KINDS.iter().filter(|(word, ..)| words.contains(word));
    let kinds: Vec<(&str, String)> = offered
        .map(|(word, _, about)| (*word, format!("{}: {about}", crate::html::words(word))))
        .collect();
    let kinds: Vec<(&str, &str)> = kinds
        .iter()
        .map(|(word, words)| (*word, words.as_str()))
        .collect();
    let sides = [("receivable", "owed to us"), ("payable", "owed by us")];
    let how = [
        ("whole", "import nothing of the file"),
        ("partial", "import the other rows"),
    ];
    html! {
        p { "Each file is imported once, plain or gzip-compressed; the same content again changes nothing. "
            "Columns are recognised by name, in any order." }
        @if kinds.is_empty() {
            @if let Some(tried) = tried { (tried.beyond(&[])) }
            (empty("Nothing to import here", "Your roles cannot import files; ask an administrator."))
        } @else {
            form.card method="post" action=(IMPORTS) enctype="multipart/form-data" {
                (csrf(mark))
                (form.choice(("What it holds", "kind"), &kinds, ""))
                (form.file("File", "file"))
                @if words.contains(&"open-items") {
                    (form.choice(("Open items are", "side"), &sides, "receivable"))
                } @else { input type="hidden" name="side" value="receivable"; }
                (form.choice(("If a row is refused", "how"), &how, "whole"))
                (form.refusal())
                button.main { "Import" }
            }
        }
    }
}

/// Takes an uploaded file in.
pub(crate) async fn take(State(app): State<Arc<App>>, sent: Upload) -> Response {
    let Upload {
        signed,
        fields,
        name,
        bytes,
    } = sent;
    let meant = (|| -> Result<(&str, Option<Kind>, Options), NotAValue> {
        let word = fields.get("kind");
        let known = KINDS.iter().find(|(known, ..)| *known == word);
        let (word, kind, _) = known.ok_or_else(|| NotAValue::of("kind", word))?;
        let side = fields.get("side");
        let side = Side::parse(side).ok_or_else(|| NotAValue::of("side", side))?;
        let partial = match fields.get("how") {
            "whole" => false,
            "partial" => true,
            text => return Err(NotAValue::of("how", text)),
        };
        if name.is_empty() && bytes.is_empty() {
            return Err(NotAValue::of("file", ""));
        }
        Ok((*word, *kind, Options { partial, side }))
    })();
    let (word, kind, options) = match meant {
        Ok(meant) => meant,
        Err(wrong) => {
            let tried = Tried::of_fields(IMPORTS, &fields, Failure::from(wrong));
            return page(&app, &signed, Some(&tried)).await;
        }
    };
    let who = signed.who.clone();
    let taken = blocking(&app, move |app| {
        let context = app.context(Door::Html, &who.login, "");
        let open = || -> std::io::Result<Box<dyn Read>> { Ok(upload::opened(&bytes)) };
        let source = Source {
            name: name.clone(),
            open: &open,
        };
        let entity = Some(who.entity.as_str());
        match kind {
            Some(kind) => imports::import(&app.db, &context, entity, kind, &source, options),
            None => books::remittances::import(&app.db, &context, entity, &source, options.partial),
        }
    })
    .await;
    match taken {
        Ok(report) => {
            let title = format!("Imported: {word}");
            answer(&upload::outcome(
                &report,
                &signed,
                (&title, IMPORTS),
                onwards(word),
            ))
        }
        Err(failure) => {
            let tried = Tried::of_fields(IMPORTS, &fields, failure);
            page(&app, &signed, Some(&tried)).await
        }
    }
}

/// Where the rows of a kind are seen.
fn onwards(word: &str) -> &'static [(&'static str, &'static str)] {
    match word {
        "customers" => &[(IMPORTS, "Another file"), ("/customers", "Customers")],
        "vendors" => &[(IMPORTS, "Another file"), ("/vendors", "Vendors")],
        "open-items" => &[(IMPORTS, "Another file"), ("/open-items", "Open items")],
        "remittances" => &[
            (IMPORTS, "Another file"),
            (REMITTANCES, "Remittance advices"),
            ("/cash", "To the cash desk"),
        ],
        _ => &[(IMPORTS, "Another file")],
    }
}
