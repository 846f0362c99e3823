//! Approvals: what waits with its journal effect, and the forms that ask for something.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::approvals::{self, Asked, Request, Verdict, Wish};
use books::close::Closing;
use books::parties::HandlingChange;
use books::reports::lists::Ask;
use books::{Failure, Outcome, Work, access, ledger};
use domain::access::{Area, Verb};
use domain::calendar::Date;
use domain::credit::{Covers, Limit};
use domain::ids::{ItemId, RequestId};
use domain::money::{Currency, Money};
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::Value as Json;

use crate::app::{App, Door, files_read, look_ahead, read, write};
use crate::html::form::{self, Input};
use crate::html::{Form, Frame, Tried, csrf, empty, pager, role_title, sum, told_amount, words};
use crate::pages::cash::NotAnAmount;
use crate::pages::login::own_path;
use crate::pages::reports::NotAValue;
use crate::pages::{Above, Drawn, again, done, drawn, issue, shown_again};
use crate::session::{Fields, Posted, Signed};

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, &fields, (fields.told(), None)).await
}

/// The page, with what was done or what was refused beside its request.
async fn page(app: &Arc<App>, signed: &Signed, fields: &Fields, above: Above<'_>) -> Response {
    let all = fields.get("show") == "all";
    let now = app.now();
    let show = if all { "all" } else { "waiting" };
    let narrowed = vec![("show".to_owned(), show.to_owned())];
    let ask = Ask {
        after: Some(fields.get("after").to_owned()).filter(|after| !after.is_empty()),
        limit: None,
        filters: narrowed.clone(),
    };
    let found = read(app, Door::Html, &signed.who, move |work| {
        let yours = approvals::yours(work)?.into_iter();
        let yours: BTreeSet<RequestId> = yours.map(|one| one.request.id).collect();
        let may_post = access::may(work, Area::Journals, Verb::Do)?;
        let zero = Money::zero(work.functional());
        Ok((approvals::page(work, &ask)?, zero, yours, may_post))
    })
    .await;
    drawn(signed, above, found, |(page, zero, yours, may_post), at| {
        let may_say = |request: &Request| {
            let is_own = request.maker == signed.who.login;
            request.state(now) == "waiting" && (is_own || yours.contains(&request.id))
        };
        let body = html! {
            @if page.requests.is_empty() {
                (empty("Nothing waits for approval", "Write-offs, credit memos, refunds, entries by hand, \
                    new bank details and reopened periods come here before they are done."))
            }
            @for request in &page.requests {
                (card((request, may_say(request)), (*zero, now), signed, at))
            }
            (pager("/approvals", &narrowed, page.next.as_deref()))
        };
        Drawn {
            title: "Approvals".to_owned(),
            place: "/approvals",
            actions: html! {
                @if all { a.button href="/approvals" { "What waits" } }
                @else { a.button href="/approvals?show=all" { "All requests" } }
                a.button href="/approvals/policies" { "Policies" }
                a.button href="/approvals/delegations" { "Away" }
                @if *may_post { a.button href="/journal/new" { "Ask for a journal entry" } }
            },
            body,
        }
    })
}

/// Where a request is decided.
fn decide_path(request: &Request) -> String {
    format!("/approvals/{}", request.id)
}

fn text<'a>(value: &'a Json, name: &str) -> &'a str {
    value.get(name).and_then(Json::as_str).unwrap_or_default()
}

fn card(
    (request, may_say): (&Request, bool),
    (zero, now): (Money, Timestamp),
    signed: &Signed,
    (mark, tried): (&str, Option<&Tried>),
) -> Markup {
    let to = decide_path(request);
    let form = Form::to(&to, tried);
    let is_maker = request.maker == signed.who.login;
    let state = request.state(now);
    let amount = Money::new(request.amount, zero.currency());
    html! {
        div.proposal id=(request.id) {
            h2 { (words(&request.kind)) ": " (request.subject) }
            p { (request.maker) ": " (request.reason) }
            @if 1 < request.amount && request.amount < i64::MAX { p { "Worth " (sum(amount)) } }
            (effect(&request.effect))
            @for voice in &request.voices {
                p { (voice.actor) @if !voice.stands_for.is_empty() { " for " (voice.stands_for) }
                    " " (voice.verdict)
                    @if !voice.reason.is_empty() { ": " (voice.reason) }
                    @if !voice.outcome.is_empty() { " → " (voice.outcome) } }
            }
            @if state == "waiting" {
                p { "Needs " (request.needed) " approval"
                    @if 1 < request.needed { "s" }
                    @if !request.roles.is_empty() {
                        @let roles: Vec<String> = request.roles.split(',').map(role_title).collect();
                        " by " (roles.join(" or "))
                    }
                    "; lapses on "
                    (request.expires_at.to_string().chars().take(10).collect::<String>()) "." }
                @if may_say { form.inline method="post" action=(to) {
                    (csrf(mark))
                    (form.input(form::text("Remark", "reason", 20)))
                    @if is_maker { button name="verdict" value="withdraw" { "Withdraw" } }
                    @else {
                        button.main name="verdict" value="approve" { "Approve" }
                        button name="verdict" value="deny" { "Deny" }
                    }
                    (form.refusal())
                } }
            } @else { p { (words(state)) "." } }
        }
    }
}

/// What would be posted, as a small journal; or what stood before and would stand after.
pub(crate) fn effect(effect: &Json) -> Markup {
    let parts = effect.as_array().map(Vec::as_slice).unwrap_or_default();
    let is_leg = |part: &&Json| part.get("account").is_some();
    let legs: Vec<&Json> = parts.iter().filter(is_leg).collect();
    html! {
        @if !legs.is_empty() {
            table.plain {
                thead { tr { th { "Account" } th.number { "Debit" } th.number { "Credit" } th { "" } } }
                tbody { @for leg in legs {
                    @let money = leg.get("amount").unwrap_or(&Json::Null);
                    @let figure = told_amount(money);
                    @let credit = figure.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
                    tr {
                        td { (text(leg, "account")) " " (text(leg, "account_name")) }
                        td.number { @if credit.is_none() { (figure) } }
                        td.number { (credit.unwrap_or_default()) }
                        td { (text(money, "currency")) }
                    }
                } }
            }
        }
        @for part in parts.iter().filter(|part| !is_leg(part)) {
            @if part.get("check").is_some() {
                p.warn { "Does not hold: " (text(part, "check")) " (" (text(part, "found")) ")" }
            } @else {
                p { (text(part, "party")) ": " (text(part, "before")) " → " (text(part, "after")) }
            }
        }
    }
}

/// Approves, denies or withdraws.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    posted: Posted,
) -> Response {
    let action = format!("/approvals/{id}");
    match decided(&app, &id, &posted).await {
        Ok(outcome) if outcome.is_empty() => done("/approvals", "Your decision is recorded."),
        Ok(outcome) => done("/approvals", &format!("Approved and done: {outcome}.")),
        Err(failure) => {
            let tried = Tried::of(&action, &posted, failure);
            page(
                &app,
                &posted.signed,
                &Fields::default(),
                (None, Some(&tried)),
            )
            .await
        }
    }
}

async fn decided(app: &Arc<App>, id: &str, posted: &Posted) -> Outcome<String> {
    let verdict = match posted.get("verdict") {
        "approve" => Verdict::Approve,
        "deny" => Verdict::Deny,
        "withdraw" => Verdict::Withdraw,
        text => return Err(unsuitable("verdict", text)),
    };
    let id: RequestId = id.parse().map_err(|_| unsuitable("id", id))?;
    let who = &posted.signed.who;
    if verdict == Verdict::Approve {
        files_read(app).await?;
    }
    let looked = match verdict {
        Verdict::Approve => look_ahead(app, Door::Html, who, Closing::Request(id)).await?,
        Verdict::Deny | Verdict::Withdraw => None,
    };
    let reason = posted.get("reason").to_owned();
    let why = reason.clone();
    write(app, Door::Html, who, &reason, move |work| {
        work.knows(looked.as_ref());
        approvals::decide(work, id, verdict, &why)
    })
    .await
}

fn unsuitable(name: &'static str, text: &str) -> Failure {
    NotAValue::of(name, text).into()
}

/// Asks for what a form describes.
pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    Path(kind): Path<String>,
    posted: Posted,
) -> Response {
    let today = app.today();
    let reason = posted.get("reason").to_owned();
    let back = match own_path(posted.get("back")) {
        "/" => "/approvals".to_owned(),
        path => path.to_owned(),
    };
    let signed = posted.signed.clone();
    let action = format!("/ask/{kind}");
    let (why, fields) = (reason.clone(), posted.fields().clone());
    let looked = match kind.as_str() {
        "close_period" => {
            let closing = Closing::Period(fields.get("period").to_owned());
            look_ahead(&app, Door::Html, &signed.who, closing).await
        }
        _ => Ok(None),
    };
    let asked = match looked {
        Ok(looked) => {
            write(&app, Door::Html, &signed.who, &reason, move |work| {
                work.knows(looked.as_ref());
                let wish = wish(work, &kind, &fields, today)?;
                approvals::ask(work, &wish, &why)
            })
            .await
        }
        Err(failure) => Err(failure),
    };
    match asked {
        Ok(Asked::Done(what)) => done(&back, &format!("Done: {what}.")),
        Ok(Asked::Waits(_)) => done("/approvals", "It waits for approval by somebody else."),
        Err(failure) => {
            let tried = Tried::of(&action, &posted, failure);
            again(&app, &signed, &back, tried).await
        }
    }
}

fn wish(work: &Work<'_>, kind: &str, posted: &Fields, today: Date) -> Outcome<Wish> {
    let on = match posted.get("on") {
        "" => today,
        text => text.parse().map_err(|_| unsuitable("on", text))?,
    };
    let text = |name: &str| posted.get(name).to_owned();
    let item = || -> Outcome<ItemId> {
        let text = posted.get("item");
        text.parse().map_err(|_| unsuitable("item", text))
    };
    let currency = || match posted.get("currency") {
        "" => Ok(work.functional()),
        text => Currency::parse(text).ok_or_else(|| unsuitable("currency", text)),
    };
    let money = |text: &str| -> Outcome<Money> {
        let parsed = Money::parse(text, currency()?);
        parsed.map_err(|_| Failure::from(NotAnAmount(text.to_owned())))
    };
    let optional = || match posted.get("amount") {
        "" => Ok(None),
        text => money(text).map(Some),
    };
    Ok(match kind {
        "write_off" => Wish::WriteOff {
            item: item()?,
            amount: optional()?,
            on,
        },
        "refund" => Wish::Refund {
            item: item()?,
            amount: optional()?,
            bank_account: posted.get("bank_account").to_owned(),
            on,
        },
        "credit_memo" => Wish::CreditMemo {
            party: posted.get("party").to_owned(),
            amount: money(posted.get("amount"))?,
            on,
        },
        "journal" => Wish::Journal {
            legs: legs(posted, &money)?,
            on,
        },
        "reopen_period" => Wish::ReopenPeriod {
            period: text("period"),
        },
        "revalue" => Wish::Revalue { on },
        "close_period" => Wish::ClosePeriod {
            period: text("period"),
        },
        "bank_details" => Wish::BankDetails {
            accounts: vec![(text("party"), text("number"))],
        },
        "terms" => Wish::Terms {
            changes: vec![(text("party"), text("terms"))],
        },
        "party_class" | "withholding_rate" => handling(kind, posted, on)?,
        "release_hold" => Wish::ReleaseHold {
            party: text("party"),
        },
        "credit_limit" => {
            let covers = covers(posted.get("covers"))?;
            let limit = optional()?.map(|amount| Limit { amount, covers });
            Wish::CreditLimit {
                changes: vec![(text("party"), limit)],
            }
        }
        _ => return Err(unsuitable("kind", kind)),
    })
}

/// Another class of a party, or the rate by which it withholds tax from a day on.
fn handling(kind: &str, posted: &Fields, from: Date) -> Outcome<Wish> {
    let change = if kind == "party_class" {
        HandlingChange::Class(posted.get("class").to_owned())
    } else {
        let percent = match posted.get("percent") {
            "" => None,
            text => Some(text.parse().map_err(|_| unsuitable("percent", text))?),
        };
        HandlingChange::from_day(percent, from)
    };
    let party = posted.get("party").to_owned();
    Ok(Wish::Handling { party, change })
}

/// What a limit covers; the customer alone where nothing is said.
fn covers(word: &str) -> Outcome<Covers> {
    match word {
        "" => Ok(Covers::Own),
        word => Covers::parse(word).ok_or_else(|| unsuitable("covers", word)),
    }
}

/// The legs of a journal form: account, debit, credit in each row.
fn legs(posted: &Fields, money: &dyn Fn(&str) -> Outcome<Money>) -> Outcome<Vec<(String, Money)>> {
    let (debits, credits) = (posted.all("debit"), posted.all("credit"));
    let mut legs = Vec::new();
    for (place, account) in posted.all("account").iter().enumerate() {
        let typed = |column: &[String]| {
            let text = column.get(place).map(|text| text.trim().to_owned());
            text.filter(|text| !text.is_empty())
        };
        let account = account.trim();
        match (typed(debits), typed(credits)) {
            (None, None) => {}
            (Some(debit), None) => legs.push((account.to_owned(), money(&debit)?)),
            (None, Some(credit)) => legs.push((account.to_owned(), -money(&credit)?)),
            (Some(debit), Some(_)) => return Err(NotAnAmount(debit).into()),
        }
    }
    Ok(legs)
}

/// The form of an entry made by hand.
pub(crate) async fn journal_form(State(app): State<Arc<App>>, signed: Signed) -> Response {
    journal_page(&app, &signed, None).await
}

/// The same, with what was tried in vain.
pub(super) async fn journal_page(
    app: &Arc<App>,
    signed: &Signed,
    tried: Option<&Tried>,
) -> Response {
    let accounts = read(app, Door::Html, &signed.who, ledger::plain_accounts).await;
    let markup = accounts.map(|accounts| journal(&accounts, signed, tried));
    shown_again(signed, markup, tried)
}

fn journal(accounts: &[(String, String)], signed: &Signed, tried: Option<&Tried>) -> Markup {
    let form = Form::to("/ask/journal", tried);
    let cell = |name: &str, row: usize, is_amount: bool| {
        let column = words(name);
        html! {
            input name=(name) value=(form.nth(name, row)) size=(if is_amount { 12 } else { 8 })
                list=[(!is_amount).then_some(issue::ACCOUNTS)]
                inputmode=[is_amount.then_some("decimal")] class=[is_amount.then_some("number")]
                aria-label=(format!("{column} of row {}", row + 1));
        }
    };
    let body = html! {
        p { "In the currency of the books. Control accounts take no entries by hand: \
            issue a document instead." }
        form.card.narrow method="post" action="/ask/journal" {
            (csrf(&signed.csrf()))
            input type="hidden" name="back" value="/journal/new";
            table.plain.entry {
                thead { tr { th { "Account" } th.number { "Debit" } th.number { "Credit" } } }
                tbody { @for row in 0..form.count("account").clamp(4, 50) { tr {
                    td { (cell("account", row, false)) }
                    td.number { (cell("debit", row, true)) }
                    td.number { (cell("credit", row, true)) }
                } } }
            }
            (issue::chart(accounts))
            (form.input(form::day_field("Day, today when empty", "on")))
            (form.input(form::text("Reason", "reason", 50).needed()))
            (form.refusal())
            button.main { "Ask for it" }
        }
    };
    Frame::new("A journal entry by hand", "/journal").page(signed, &body)
}

/// A small form that asks for something about an item or party: kind, words, hidden fields, what
/// else it takes; the session's mark, and what was tried in vain.
pub(crate) fn ask_form(
    kind: &str,
    words: &str,
    hidden: &[(&str, &str)],
    inputs: &[Input<'_>],
    (mark, tried): (&str, Option<&Tried>),
) -> Markup {
    let to = format!("/ask/{kind}");
    let form = Form::to(&to, tried);
    html! {
        form.inline method="post" action=(to) {
            (csrf(mark))
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            @for input in inputs { (form.input(*input)) }
            (form.input(form::text("Reason", "reason", 24).needed()))
            button { (words) }
            (form.refusal())
        }
    }
}
