//! Own bank accounts, and taking statements in.

use std::io::Read;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use books::bank::import::Reading;
use books::imports::{Source, may_take};
use books::{Failure, Outcome};
use domain::money::Currency;
use maud::{Markup, html};

use crate::app::{App, Door, blocking, read};
use crate::html::{Form, Frame, Link, Tried, csrf, empty, form, table};
use crate::pages::reports::NotAValue;
use crate::pages::upload::{self, Upload};
use crate::pages::{answer, rows_of, shown_again};
use crate::session::{Fields, Signed};

/// Where statements are sent.
const IMPORT: &str = "/bank/import";

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, fields.told(), None).await
}

/// The page, with what was done or what was refused beside its form.
async fn page(
    app: &Arc<App>,
    signed: &Signed,
    told: Option<&str>,
    tried: Option<&Tried>,
) -> Response {
    let page = read(app, Door::Html, &signed.who, |work| {
        let may_take = may_take(work, "statements")?;
        Ok((rows_of(work, "bank-accounts", &[], 500)?, may_take))
    })
    .await;
    let mark = signed.csrf();
    let markup = page.map(|((list, page), may_take)| {
        let frame = Frame {
            told,
            actions: html! {
                a.button href="/bank/statements" { "Statements" }
                a.button href="/bank/lines" { "Lines" }
                a.button href="/reports/bank-reconciliation" { "Reconciliation" }
            },
            ..Frame::new("Bank accounts", "/bank")
        };
        let links = [
            Link {
                shown: "code",
                by: "code",
                path: "/bank/lines?bank_account=",
            },
            Link {
                shown: "account",
                by: "account",
                path: "/journal-lines?account=",
            },
        ];
        let body = html! {
            @if let Some(tried) = tried { (tried.beyond(if may_take { &[IMPORT] } else { &[] })) }
            @if page.rows.is_empty() {
                (empty("No bank account yet", "They appear with the first statement."))
            } @else { (table(list.columns, &page.rows, &[], &links)) }
            @if may_take { (upload_form((&mark, tried))) }
        };
        frame.page(signed, &body)
    });
    shown_again(signed, markup, tried)
}

fn upload_form((mark, tried): (&str, Option<&Tried>)) -> Markup {
    let form = Form::to(IMPORT, tried);
    let currency = form::text("Currency, where the file names none", "currency", 5);
    html! {
        h2 { "Import a statement" }
        p { "camt.052, camt.053, camt.054, MT940, MT942, BAI2, OFX, CODA, lockbox or CSV; "
            "each line is imported once, however often it comes. "
            a href="/imports" { "Other files" } " have a page of their own." }
        form.inline method="post" action=(IMPORT) enctype="multipart/form-data" {
            (csrf(mark))
            (form.file("File", "file"))
            (form.input(currency.longest(3).like("EUR")))
            button.main { "Import" }
            (form.refusal())
        }
    }
}

/// Takes an uploaded statement in.
pub(crate) async fn import(State(app): State<Arc<App>>, sent: Upload) -> Response {
    let Upload {
        signed,
        fields,
        name,
        bytes,
    } = sent;
    let currency = match currency(&fields) {
        Ok(currency) => currency,
        Err(failure) => {
            let tried = Tried::of_fields(IMPORT, &fields, failure);
            return page(&app, &signed, None, Some(&tried)).await;
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
        let reading = Reading {
            currency,
            ..Reading::default()
        };
        books::bank::import::import(&app.db, &context, Some(&who.entity), &source, reading)
    })
    .await;
    match taken {
        Ok(report) => {
            let onwards = [("/cash", "To the cash desk"), ("/bank", "Bank accounts")];
            answer(&upload::outcome(
                &report,
                &signed,
                ("Statement", "/bank"),
                &onwards,
            ))
        }
        Err(failure) => {
            let tried = Tried::of_fields(IMPORT, &fields, failure);
            page(&app, &signed, None, Some(&tried)).await
        }
    }
}

fn currency(fields: &Fields) -> Outcome<Option<Currency>> {
    match fields.get("currency").to_ascii_uppercase().as_str() {
        "" => Ok(None),
        code => {
            let currency = Currency::parse(code);
            let wrong = || Failure::from(NotAValue::of("currency", code));
            Ok(Some(currency.ok_or_else(wrong)?))
        }
    }
}
