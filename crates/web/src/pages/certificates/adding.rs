//! A certificate that came, with its paper.

use std::sync::Arc;

use axum::extract::{FromRequest, Multipart, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use books::certificates::{self, Covering, NewCertificate};
use domain::calendar::Date;
use domain::certificates::{Certificate, CertificateKind};
use domain::money::{Currency, Money};
use maud::{Markup, html};

use crate::app::{App, Door, write};
use crate::html::{Form, Frame, Tried, csrf, form};
use crate::pages::reports::NotAValue;
use crate::pages::{done, error_page};
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed, forged, same_site};

/// The largest form with its paper.
pub(crate) const LARGEST_FORM: usize = 11 << 20;

const TO: &str = "/certificates/add";

/// The form.
pub(crate) async fn new(signed: Signed, Query(fields): Query<Fields>) -> Response {
    let page = page(&signed, fields.get("party"), None);
    Html(page.0).into_response()
}

fn page(signed: &Signed, party: &str, tried: Option<&Tried>) -> Markup {
    let mark = signed.csrf();
    let form = Form::to(TO, tried);
    let kinds = [
        ("withholding", "Tax withheld by the customer"),
        ("exemption", "Exemption from sales tax"),
    ];
    let covering = [
        ("", "What fits: in its period, of its sum, the oldest first"),
        ("nothing", "Nothing yet"),
    ];
    let body = html! {
        form.card method="post" action=(TO) enctype="multipart/form-data" {
            (csrf(&mark))
            div.inline {
                (form.input(form::text("Customer", "party", 12).needed().holding(party).like("C-100")))
                (form.choice(("Kind", "kind"), &kinds, "withholding"))
                (form.input(form::text("Number", "number", 20).needed().longest(100)))
            }
            div.inline {
                (form.input(form::text("Issued by", "authority", 28).needed().longest(100)))
                (form.input(form::text("Country", "country", 4).needed().longest(2).like("IN")))
                (form.input(form::text("State or region", "region", 10).longest(100)))
                (form.input(form::day_field("Issued on", "issued_on").needed()))
            }
            div.inline {
                (form.input(form::day_field("Period from", "valid_from").needed()))
                (form.input(form::day_field("Until", "valid_until")))
                (form.input(form::sum_field("Tax certified", "amount")))
                (form.input(form::text("Currency", "currency", 4).longest(3).like("EUR")))
                (form.input(form::text("Rate in %", "tax_rate", 6)))
            }
            div.inline {
                (form.input(form::text("Only for document", "only_for", 14).longest(100)))
                (form.choice(("Covers", "covering"), &covering, ""))
                (form.input(form::text("Paper, 10 MiB at most", "file", 0).of_kind("file")))
            }
            p { button.main { "Keep the certificate" } }
            (form.refusal())
        }
        p { "A certificate of tax withheld needs its period and its amount; an exemption has no amount." }
    };
    Frame::new("Add a certificate", "/certificates").page(signed, &body)
}

/// Fields and file of the form.
type Parts = (Vec<(String, String)>, Option<(String, Vec<u8>)>);

async fn parts(request: Request, app: &Arc<App>) -> Result<Parts, Told> {
    let unreadable = |problem: String| {
        let hint = "choose a file of 10 MiB at most";
        Told::new(StatusCode::BAD_REQUEST, "upload_unreadable", &problem, hint)
    };
    let mut multipart = Multipart::from_request(request, app)
        .await
        .map_err(|problem| unreadable(problem.to_string()))?;
    let (mut fields, mut file) = (Vec::new(), None);
    while let Some(field) = multipart
        .next_field()
        .await
        .map_err(|problem| unreadable(problem.to_string()))?
    {
        let which = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let content = field
            .bytes()
            .await
            .map_err(|problem| unreadable(problem.to_string()))?;
        match file_name {
            None => fields.push((which, String::from_utf8_lossy(&content).into_owned())),
            // A browser sends an empty one where none was chosen.
            Some(name) if name.is_empty() && content.is_empty() => {}
            Some(name) => {
                let name = name.replace(|letter: char| letter.is_control(), " ");
                file = Some((name, content.to_vec()));
            }
        }
    }
    Ok((fields, file))
}

fn certificate(posted: &Posted) -> Result<Certificate, NotAValue> {
    let text = |name: &str| posted.get(name).to_owned();
    let wrong = |name: &'static str| NotAValue::of(name, posted.get(name));
    let day = |name: &'static str| -> Result<Option<Date>, NotAValue> {
        match posted.get(name) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| wrong(name)),
        }
    };
    let must = |name: &'static str| day(name)?.ok_or_else(|| wrong(name));
    let amount = match posted.get("amount") {
        "" => None,
        text => {
            let code = posted.get("currency").to_ascii_uppercase();
            let currency = Currency::parse(&code).ok_or_else(|| wrong("currency"))?;
            Some(Money::parse(text, currency).map_err(|_| wrong("amount"))?)
        }
    };
    let tax_rate = match posted.get("tax_rate") {
        "" => None,
        text => Some(text.parse().map_err(|_| wrong("tax_rate"))?),
    };
    Ok(Certificate {
        kind: CertificateKind::parse(posted.get("kind")).ok_or_else(|| wrong("kind"))?,
        number: text("number"),
        authority: text("authority"),
        country: text("country").to_ascii_uppercase(),
        region: text("region"),
        issued_on: must("issued_on")?,
        valid_from: must("valid_from")?,
        valid_until: day("valid_until")?,
        amount,
        tax_rate,
        only_for: text("only_for"),
    })
}

/// Keeps it.
pub(crate) async fn add(State(app): State<Arc<App>>, signed: Signed, request: Request) -> Response {
    if let Err(told) = same_site(request.headers()) {
        return error_page(Some(&signed), &told);
    }
    let (fields, file) = match parts(request, &app).await {
        Ok(parts) => parts,
        Err(told) => return error_page(Some(&signed), &told),
    };
    let fields = Fields::from(fields);
    if !books::access::is_mark(fields.get("csrf"), &signed.secret) {
        return error_page(Some(&signed), &forged());
    }
    let posted = Posted::beside_a_file(signed, fields);
    let new = certificate(&posted).map(|certificate| NewCertificate {
        party: posted.get("party").to_owned(),
        certificate,
        file,
        covering: match posted.get("covering") {
            "nothing" => Covering::Nothing,
            _ => Covering::ByItself,
        },
    });
    let kept = write(
        &app,
        Door::Html,
        &posted.signed.who,
        "",
        move |work| match &new {
            Ok(new) => certificates::add(work, new),
            Err(wrong) => Err(wrong.clone().into()),
        },
    )
    .await;
    match kept {
        Ok((id, covers)) => {
            let told = match covers.len() {
                0 => "The certificate is saved.".to_owned(),
                1 => format!(
                    "The certificate is saved and covers {}.",
                    covers[0].document_number
                ),
                count => format!("The certificate is saved and covers {count} deductions."),
            };
            done(&format!("/certificates/{id}"), &told)
        }
        Err(failure) => {
            let tried = Tried::of(TO, &posted, failure);
            let page = page(&posted.signed, "", Some(&tried));
            (tried.status(), Html(page.0)).into_response()
        }
    }
}
