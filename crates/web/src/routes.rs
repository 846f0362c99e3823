//! Every route, in one list.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Uri;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use books::reports::lists::LISTS;

use crate::app::App;
use crate::mcp::http as mcp;
use crate::openid;
use crate::pages::{
    account, aging, applications, approvals, assets, audit, bank, cash, certificates, components,
    delegations, document, entry, error_page, home, hooks, imports, issue, lists, login, party,
    people, periods, policies, provider, remittances, reports, run, search, settle, short_pay,
    upload,
};
use crate::problem::{Problem, Told};
use crate::rest::{
    bank_lines, certificates as register, classes, control, credit, looking, openapi, operations,
    people as contacts, reads, remittances as advices, settling, short_pays, sign_in, staff,
    taking, webhooks, writes,
};
use crate::security;

/// The largest form; uploads have a limit of their own.
const LARGEST_FORM: usize = 256 * 1024;

/// All routes.
pub(crate) fn all(app: Arc<App>) -> Router {
    entrance()
        .merge(pages())
        .merge(short_pays_pages())
        .merge(remittance_pages())
        .merge(api())
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            security::guard,
        ))
        .with_state(app)
}

/// What is shown and taken before somebody has come in, and of oneself.
fn entrance() -> Router<Arc<App>> {
    Router::new()
        .route("/assets/style.css", get(assets::style))
        .route("/assets/keys.js", get(assets::keys))
        .route("/assets/desk.js", get(assets::desk))
        .route("/assets/icon.svg", get(assets::icon))
        .route("/login", get(login::show).post(login::log_in))
        .route("/login/code", post(login::code))
        .route("/login/openid", get(openid::begin))
        .route("/login/openid/callback", get(openid::callback))
        .route("/logout", post(login::log_out))
        .route("/account", get(account::show))
        .route("/account/code", post(account::begin))
        .route("/account/code/confirm", post(account::confirm))
        .route("/account/code/remove", post(account::remove))
        .route("/account/sign-out", post(account::sign_out))
        .route("/welcome/{secret}", get(login::welcome).post(login::accept))
}

fn pages() -> Router<Arc<App>> {
    let mut router = Router::new()
        .route("/", get(home::show))
        .merge(of_parties())
        .route("/customers/{code}", get(party::show))
        .route("/approvals/policies/credit", post(policies::set_credit))
        .route(issue::NEW, get(issue::show).post(issue::act))
        .route("/documents/{id}", get(document::show))
        .merge(certificate_pages())
        .route("/aging", get(aging::show))
        .route("/reports", get(reports::index))
        .route("/reports/{name}", get(reports::show))
        .route("/cash", get(cash::show))
        .route("/cash/run", post(cash::run))
        .route("/cash/{line}", get(cash::open))
        .route("/cash/{line}/{verb}", post(cash::act))
        .route("/bank", get(bank::show))
        .route(
            "/bank/import",
            post(bank::import).layer(DefaultBodyLimit::max(upload::LARGEST_FILE)),
        )
        .route(
            imports::IMPORTS,
            get(imports::show)
                .post(imports::take)
                .layer(DefaultBodyLimit::max(upload::LARGEST_FILE)),
        )
        .route("/documents/{id}/{verb}", post(document::act))
        .route("/approvals", get(approvals::show))
        .route("/approvals/{id}", post(approvals::decide))
        .route(
            "/approvals/policies",
            get(policies::show).post(policies::set),
        )
        .route(
            "/approvals/delegations",
            get(delegations::show).post(delegations::give),
        )
        .route("/approvals/delegations/{id}/end", post(delegations::end))
        .route("/ask/{kind}", post(approvals::ask))
        .route("/applications/{id}/undo", post(applications::undo))
        .route("/components", get(components::show))
        .route("/runs/{id}", get(run::show))
        .route("/journal/new", get(approvals::journal_form))
        .route("/journal/{id}", get(entry::show))
        .route("/periods", get(periods::show))
        .route("/periods/{period}", get(periods::checks))
        .route("/periods/{period}/close", post(periods::close))
        .route("/audit/{file}", get(audit::file))
        .route("/people", get(people::show))
        .route("/people/openid", get(provider::show).post(provider::keep))
        .route("/people/openid/remove", post(provider::remove))
        .route("/people/openid/link", post(provider::link_login))
        .route("/people/policy", post(account::set_policy))
        .route("/people/reset-code", post(account::reset))
        .route("/people/sign-out", post(account::sign_out_other))
        .route("/people/add", post(people::add))
        .route("/people/give", post(people::give))
        .route("/people/take", post(people::take_away))
        .route("/people/deactivate", post(people::deactivate))
        .route("/people/invite", post(people::invite))
        .route("/people/token", post(people::token))
        .route("/webhooks", get(hooks::show).post(hooks::add))
        .route("/webhooks/{id}/{verb}", post(hooks::act))
        .route("/search", get(search::show));
    for shown in lists::SHOWN {
        router = router.route(shown.path, get(lists::show));
    }
    router
}

/// What is done about one party.
fn of_parties() -> Router<Arc<App>> {
    Router::new()
        .route("/vendors/{code}", get(party::show))
        .route("/parties/{code}", get(party::either))
        .route("/parties/{code}/hold", post(party::hold))
        .route("/parties/{code}/contacts", post(party::add))
        .route("/parties/{code}/notes", post(party::note))
        .route("/contacts/{id}/{verb}", post(party::act))
        .route(
            "/parties/{code}/settle",
            get(settle::show).post(settle::act),
        )
        .route("/parties/{code}/net", post(settle::net))
}

/// Certificates, awaited, kept and asked for; what is tolerated of classes of parties.
fn certificate_pages() -> Router<Arc<App>> {
    Router::new()
        .route("/approvals/policies/class", post(policies::set_class))
        .route("/certificates", get(certificates::show))
        .route("/certificates/ask", post(certificates::ask))
        .route(
            "/certificates/add",
            get(certificates::new)
                .post(certificates::add)
                .layer(DefaultBodyLimit::max(certificates::LARGEST_FORM)),
        )
        .route("/certificates/{id}", get(certificates::one))
        .route("/certificates/{id}/paper", get(certificates::paper))
        .route("/certificates/{id}/{verb}", post(certificates::act))
        .route("/certificate-askings/{id}", get(certificates::letter))
        .route(
            "/documents/{id}/charge-back",
            post(certificates::charge_back),
        )
}

/// What payers held back.
fn short_pays_pages() -> Router<Arc<App>> {
    Router::new()
        .route("/short-pays", post(short_pay::part_off))
        .route("/short-pays/{id}", get(short_pay::show))
        .route("/short-pays/{id}/{verb}", post(short_pay::act_on))
}

/// What payers announced.
fn remittance_pages() -> Router<Arc<App>> {
    Router::new()
        .route("/remittances", get(remittances::show))
        .route("/remittances/{id}", get(remittances::one))
        .route("/remittances/{id}/file", get(remittances::file))
}

fn api() -> Router<Arc<App>> {
    let mut router = by_hand()
        .route("/healthz", get(operations::health))
        .route("/metrics", get(operations::metrics))
        .route("/api/openapi.json", get(openapi::show))
        .route(
            "/mcp",
            post(mcp::post).get(mcp::nothing).delete(mcp::nothing),
        )
        .route("/api/v1/reports", get(reads::reports))
        .route("/api/v1/reports/{name}", get(reads::report))
        .route("/api/v1/periods", get(reads::periods))
        .route("/api/v1/periods/{period}/close", post(writes::close_period))
        .route(
            "/api/v1/approvals",
            get(writes::approvals).post(writes::ask),
        )
        .route("/api/v1/approvals/{id}/decision", post(writes::decide))
        .route(
            "/api/v1/approval-policies",
            get(control::policies).post(control::set_policy),
        )
        .route(
            "/api/v1/delegations",
            get(control::delegations).post(control::delegate),
        )
        .route(
            "/api/v1/delegations/{id}/end",
            post(control::end_delegation),
        )
        .route(
            "/api/v1/approval-reminders",
            get(looking::reminders).post(control::remind),
        )
        .route("/api/v1/periods/{period}/checks", get(control::checks))
        .route("/api/v1/cash-runs", post(writes::run_cash));
    for list in LISTS {
        let path = format!("/api/v1/{}", list.name);
        // Files come where their list is.
        let at = if list.name == "bank-statements" {
            get(reads::page)
                .post(writes::import_statement)
                .layer(DefaultBodyLimit::max(upload::LARGEST_FILE))
        } else {
            get(reads::page)
        };
        router = router
            .route(&path, at)
            .route(&format!("/api/v1/{}/{{key}}", list.name), get(reads::one));
    }
    router
}

/// What people and programs do by hand, and where else they are told of it.
fn by_hand() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/bank-lines/{key}/{verb}",
            post(bank_lines::decide_line),
        )
        .route("/api/v1/bank-lines/{key}/evidence", get(taking::evidence))
        .route("/api/v1/cash-lines", get(taking::lines))
        .route("/api/v1/remittances", get(advices::list))
        .route("/api/v1/remittances/{key}", get(advices::one))
        .route("/api/v1/remittances/{key}/file", get(advices::file))
        .route("/api/v1/applications", post(settling::apply))
        .route("/api/v1/unapplications", post(settling::unapply))
        .merge(certifying())
        .route("/api/v1/nettings", post(settling::net))
        .route("/api/v1/receipts/{key}/move", post(settling::move_receipt))
        .route("/api/v1/returns", post(settling::give_back))
        .route(
            "/api/v1/revaluations",
            get(looking::revaluation).post(settling::revalue),
        )
        .route(
            "/api/v1/class-policies",
            get(classes::list).post(classes::set),
        )
        .route(
            "/api/v1/credit-policy",
            get(credit::policy).post(credit::set_policy),
        )
        .route("/api/v1/customers/{key}/credit", get(credit::standing))
        .route("/api/v1/customers/{key}/hold", post(credit::hold))
        .route(
            "/api/v1/parties/{key}/contacts",
            get(contacts::contacts).post(contacts::add_contact),
        )
        .route("/api/v1/contacts/{key}/{verb}", post(contacts::act))
        .route(
            "/api/v1/parties/{key}/notes",
            get(contacts::notes).post(contacts::add_note),
        )
        .route("/api/v1/parties/{key}/history", get(contacts::history))
        .route(
            "/api/v1/imports/{what}",
            post(taking::import).layer(DefaultBodyLimit::max(upload::LARGEST_FILE)),
        )
        .route("/api/v1/journal-export", get(taking::export))
        .route("/api/v1/verification", get(taking::verify))
        .route(
            "/api/v1/sign-in-policy",
            get(sign_in::show).post(sign_in::set),
        )
        .route("/api/v1/people/{login}/{verb}", post(sign_in::act))
        .route("/api/v1/short-pays", post(short_pays::open))
        .route("/api/v1/short-pays/{key}/events", get(short_pays::events))
        .route("/api/v1/short-pays/{key}/{verb}", post(short_pays::act))
        .route(
            "/api/v1/short-pay-defaults",
            get(short_pays::defaults).post(short_pays::set_defaults),
        )
        .merge(staffing())
        .merge(lookouts())
        .route("/api/v1/webhook-endpoints", post(webhooks::add))
        .route(
            "/api/v1/webhook-endpoints/{key}/{verb}",
            post(webhooks::act),
        )
}

/// Certificates and what they cover.
fn certifying() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/v1/certificates",
            post(register::add).layer(DefaultBodyLimit::max(upload::LARGEST_FILE)),
        )
        .route("/api/v1/certificates/{key}/{verb}", post(register::act))
        .route("/api/v1/certificates/{key}/covers", get(register::covers))
        .route("/api/v1/certificates/{key}/paper", get(register::paper))
        .route("/api/v1/certificate-askings", post(register::ask))
        .route(
            "/api/v1/certificate-askings/{key}/letter",
            get(register::letter),
        )
        .route(
            "/api/v1/documents/{key}/charge-back",
            post(register::charge_back),
        )
        .route(
            "/api/v1/certificate-policy",
            get(register::policy).post(register::set_policy),
        )
}

/// Who works in the books.
fn staffing() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/people", get(staff::list).post(staff::add))
        .route("/api/v1/people/{login}/roles", post(staff::give))
        .route(
            "/api/v1/people/{login}/roles/{role}/take",
            post(staff::take),
        )
        .route("/api/v1/people/{login}/deactivate", post(staff::deactivate))
        .route("/api/v1/people/{login}/openid-subject", post(staff::link))
}

/// What is worked out and not recorded.
fn lookouts() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/approvals/{id}", get(looking::request))
        .route(
            "/api/v1/approval-policy-versions",
            get(looking::policy_history),
        )
        .route("/api/v1/audit-export", get(looking::audit_export))
        .route("/api/v1/audit-sample", get(looking::audit_sample))
        .route(
            "/api/v1/bank-inspections",
            post(looking::bank_file).layer(DefaultBodyLimit::max(upload::LARGEST_FILE)),
        )
        .route("/api/v1/cash-export", get(looking::cash_export))
        .route("/api/v1/cash-replays", post(looking::cash_replay))
}

async fn nowhere(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        Problem(Told::not_found()).into_response()
    } else {
        error_page(None, &Told::not_found())
    }
}
