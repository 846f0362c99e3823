//! Certificates, for programs: the register, what they cover, asking, charging back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use books::certificates::{self, Covered, Covering, NewCertificate};
use domain::certificates::{Certificate, CertificateKind};
use domain::ids::{AskingId, CertificateId};
use domain::money::Money;
use serde_json::{Value as Json, json};

use crate::app::{App, Door, read};
use crate::problem::Problem;
use crate::rest::settling::{money, money_json, told};
use crate::rest::writes::{Answer, Asking, Sent, field, once};
use crate::rest::{Caller, id_of, json_answer, not_found};

fn covers_json(covers: &[Covered]) -> Json {
    let cover = |cover: &Covered| {
        json!({
            "document": cover.document_number, "document_id": cover.document.to_string(),
            "on": cover.on.to_string(), "amount": money_json(cover.amount),
        })
    };
    covers.iter().map(cover).collect()
}

fn certificate(asking: &Asking) -> Result<Certificate, Problem> {
    let word = asking.text("kind")?;
    let kind = CertificateKind::parse(&word)
        .ok_or_else(|| field("kind", &format!("`{word}` is no kind of certificate.")))?;
    let tax_rate = asking.read("tax_rate", "percentage")?;
    Ok(Certificate {
        kind,
        number: asking.text("number")?,
        authority: asking.text("authority")?,
        country: asking.text("country")?,
        region: asking.optional_text("region")?,
        issued_on: asking.day("issued_on")?,
        valid_from: asking.day("valid_from")?,
        valid_until: asking.optional_day("valid_until")?,
        amount: money(asking.body.get("amount"), "amount")?,
        tax_rate,
        only_for: asking.optional_text("only_for")?,
    })
}

/// Deductions by number or id, each with an amount or with as much as both leave.
type Named = Vec<(String, Option<Money>)>;

/// The deductions that are named, each with its amount.
fn documents(asking: &Asking) -> Result<Option<Named>, Problem> {
    let wrong = || field("documents", "`documents` is no list of objects.");
    let list = match asking.body.get("documents") {
        None | Some(Json::Null) => return Ok(None),
        Some(list) => list.as_array().ok_or_else(wrong)?,
    };
    let each = list.iter().map(|one| {
        let document = one.get("document").and_then(Json::as_str);
        let document = document.ok_or_else(wrong)?.to_owned();
        Ok((document, money(one.get("amount"), "amount")?))
    });
    each.collect::<Result<_, Problem>>().map(Some)
}

/// Keeps a certificate, and covers what it is to cover.
pub(crate) async fn add(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("certificate")?;
    let file = match asking.optional_text("file")?.as_str() {
        "" => None,
        text => {
            let content = STANDARD
                .decode(text)
                .map_err(|_| field("file", "`file` is no base64."))?;
            let name = asking.optional_text("file_name")?;
            let name = if name.is_empty() {
                "certificate"
            } else {
                &name
            };
            Some((name.to_owned(), content))
        }
    };
    let new = NewCertificate {
        party: asking.text("party")?,
        certificate: certificate(&asking)?,
        file,
        covering: match documents(&asking)? {
            None => Covering::ByItself,
            Some(none) if none.is_empty() => Covering::Nothing,
            Some(named) => Covering::Documents(named),
        },
    };
    once(&app, &caller, asking, "", move |work, _| {
        let (id, covers) = certificates::add(work, &new)?;
        Ok(json!({ "id": id.to_string(), "covers": covers_json(&covers) }))
    })
    .await
}

/// Covers, takes cover back, or takes a certificate out of the register.
pub(crate) async fn act(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, verb)): Path<(String, String)>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("{verb} {id}"))?;
    let id: CertificateId = id_of(&id)?;
    let answer = move |state: &str, covers: &[Covered]| json!({ "id": id.to_string(), "state": state, "covers": covers_json(covers) });
    match verb.as_str() {
        "cover" => {
            let named = documents(&asking)?.unwrap_or_default();
            once(&app, &caller, asking, "", move |work, _| {
                let covers = certificates::cover(work, id, &named)?;
                Ok(answer("covered", &covers))
            })
            .await
        }
        "uncover" => {
            let document = asking.text("document")?;
            once(&app, &caller, asking, "", move |work, _| {
                certificates::uncover(work, id, &document)?;
                Ok(answer("uncovered", &[]))
            })
            .await
        }
        "withdraw" => {
            let reason = asking.text("reason")?;
            once(&app, &caller, asking, &reason.clone(), move |work, _| {
                certificates::withdraw(work, id, &reason)?;
                Ok(answer("withdrawn", &[]))
            })
            .await
        }
        _ => Err(not_found()),
    }
}

/// What a certificate covers.
pub(crate) async fn covers(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    let id: CertificateId = id_of(&id)?;
    let (_, covers) = read(&app, Door::Rest, &caller.who, move |work| {
        certificates::show(work, id)
    })
    .await?;
    let body = json!({ "data": covers_json(&covers) });
    Ok(json_answer(StatusCode::OK, &body))
}

/// The paper of a certificate as it came.
pub(crate) async fn paper(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    let id: CertificateId = id_of(&id)?;
    let (_, content) = read(&app, Door::Rest, &caller.who, move |work| {
        certificates::paper(work, id)
    })
    .await?;
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((kind, content).into_response())
}

/// Asks for what is awaited. Whom it went to stays out of the kept answer, which nobody erases.
pub(crate) async fn ask(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("ask for certificates")?;
    let party = asking.given("party")?;
    let on = asking.optional_day("on")?.unwrap_or(app.today());
    once(&app, &caller, asking, "", move |work, _| {
        let asked = certificates::ask(work, party.as_deref(), on, true)?;
        let asked = asked.iter().map(|one| {
            let awaited = one.awaited.iter().map(|sum| money_json(*sum));
            json!({
                "id": one.id.map(|id| id.to_string()), "party": one.party,
                "documents": one.documents, "awaited": awaited.collect::<Vec<_>>(),
            })
        });
        Ok(json!({ "asked": asked.collect::<Vec<_>>() }))
    })
    .await
}

/// The letter of an asking.
pub(crate) async fn letter(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Answer {
    let id: AskingId = id_of(&id)?;
    let letter = read(&app, Door::Rest, &caller.who, move |work| {
        certificates::letter(work, id)
    })
    .await?;
    let kind = [(header::CONTENT_TYPE, "message/rfc822")];
    Ok((kind, letter.mail).into_response())
}

/// Charges tax withheld back, for which no certificate came.
pub(crate) async fn charge_back(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(document): Path<String>,
    sent: Sent,
) -> Answer {
    let asking = sent.asking(&format!("charge back {document}"))?;
    let reason = asking.text("reason")?;
    let amount = money(asking.body.get("amount"), "amount")?;
    let on = asking.optional_day("on")?.unwrap_or(app.today());
    once(&app, &caller, asking, &reason.clone(), move |work, _| {
        let settled = certificates::charge_back(work, &document, amount, (on, &reason))?;
        Ok(told(&settled))
    })
    .await
}

/// After how many days it is asked again.
pub(crate) async fn policy(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    let days = read(&app, Door::Rest, &caller.who, certificates::ask_again_after).await?;
    let body = json!({ "ask_again_after_days": days });
    Ok(json_answer(StatusCode::OK, &body))
}

/// Changes it.
pub(crate) async fn set_policy(State(app): State<Arc<App>>, caller: Caller, sent: Sent) -> Answer {
    let asking = sent.asking("certificate policy")?;
    let days = asking
        .body
        .get("ask_again_after_days")
        .and_then(Json::as_u64);
    let days = days
        .and_then(|days| u16::try_from(days).ok())
        .ok_or_else(|| field("ask_again_after_days", "This is no number of days."))?;
    let reason = asking.text("reason")?;
    once(&app, &caller, asking, &reason.clone(), move |work, _| {
        certificates::set_policy(work, days, &reason)?;
        Ok(json!({ "ask_again_after_days": days }))
    })
    .await
}
