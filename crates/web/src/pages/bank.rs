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
use crate::html::{Form, Link, Tried, csrf, empty, form, table};
use crate::pages::reports::NotAValue;
use crate::pages::upload::{self, Upload};
use crate::pages::{Above, At, Drawn, answer, drawn, rows_of};
use crate::session::{Fields, Signed};

/// Where statements are sent.
const IMPORT: &str = "/bank/import";

/// Where the columns of an account lead.
const LINKS: &[Link<'_>] = &[
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

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, (fields.told(), None)).await
}

/// The page, with what was done or what was refused beside its form.
async fn page(app: &Arc<App>, signed: &Signed, above: Above<'_>) -> Response {
    let facts = read(app, Door::Html, &signed.who, |work| {
        let may_take = may_take(work, "statements")?;
        Ok((rows_of(work, "bank-accounts", &[], 500)?, may_take))
    })
    .await;
    drawn(signed, above, facts, |((list, page), may_take), at| Drawn {
        title: "Bank accounts".to_owned(),
        place: "/bank",
        actions: html! {
            a.button href="/bank/statements" { "Statements" }
            a.button href="/bank/lines" { "Lines" }
            a.button href="/reports/bank-reconciliation" { "Reconciliation" }
        },
        body: html! {
            @if page.rows.is_empty() {
                (empty("No bank account yet", "They appear with the first statement."))
            } @else { (table(list.columns, &page.rows, &[], LINKS)) }
            @if *may_take { (upload_form(at)) }
        },
    })
}

fn upload_form((mark, tried): At<'_>) -> Markup {
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
    let currency = currency(&fields);
    let who = signed.who.clone();
    let taken = blocking(&app, move |app| {
        let context = app.context(Door::Html, &who.login, "");
        let open = || -> std::io::Result<Box<dyn Read>> { Ok(upload::opened(&bytes)) };
        let source = Source {
            name: name.clone(),
            open: &open,
        };
        let reading = Reading {
            currency: currency?,
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
            page(&app, &signed, (None, Some(&tried))).await
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
