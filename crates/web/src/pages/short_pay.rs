//! One short-pay: what was held back and why, where it came from, what was done about it, and what
//! can be done; and parting one off a document.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use books::approvals::Asked;
use books::reports::lists::{self, Page};
use books::short_pays::{self, Credit, Event, May, NewShortPay, ShortPay, State as Became};
use books::{Failure, Outcome, Work};
use domain::calendar::Date;
use domain::money::{Currency, Money};
use domain::short_pays::Reason;
use maud::{Markup, html};

use crate::app::{App, Door, write};
use crate::html::form::{self, Input};
use crate::html::{Form, Tried, csrf, encoded, sum, table, words};
use crate::pages::cash::NotAnAmount;
use crate::pages::lists::LINE_LINKS;
use crate::pages::login::own_path;
use crate::pages::reports::NotAValue;
use crate::pages::{Above, Drawn, again as again_at, all_of, done, error_page, one_thing, rows_of};
use crate::problem::Told;
use crate::session::{Fields, Posted, Signed};

struct Facts {
    case: ShortPay,
    events: Vec<Event>,
    may: May,
    people: Vec<String>,
    lines: Page,
    applications: Page,
    today: Date,
}

/// The page.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    signed: Signed,
    Path(id): Path<String>,
    Query(fields): Query<Fields>,
) -> Response {
    page(&app, &signed, &id, (fields.told(), None)).await
}

/// The page, with what was done or what was refused beside its form.
pub(super) async fn page(app: &Arc<App>, signed: &Signed, id: &str, above: Above<'_>) -> Response {
    let (key, today) = (id.to_owned(), app.today());
    let load = move |work: &mut Work<'_>| match load(work, &key, today) {
        Err(Failure::Refused(why)) if why.code() == "unknown_short_pay" => Ok(None),
        facts => facts.map(Some),
    };
    one_thing(app, signed, above, load, |facts, (mark, tried)| Drawn {
        title: format!("Short-pay {}", facts.case.number),
        place: "/short-pays",
        actions: html! {},
        body: render(facts, mark, tried),
    })
    .await
}

fn load(work: &mut Work<'_>, id: &str, today: Date) -> Outcome<Facts> {
    let (case, events) = short_pays::show(work, id)?;
    let document = case.document.to_string();
    let of = [("document", document.as_str())];
    let people = books::access::people(work)?.into_iter();
    let people = people.filter(|one| !one.is_token).map(|one| one.login);
    Ok(Facts {
        may: short_pays::may(work, &case)?,
        people: people.collect(),
        lines: rows_of(work, "journal-lines", &[("entries_of", &document)], 50)?.1,
        applications: rows_of(work, "applications", &of, 100)?.1,
        case,
        events,
        today,
    })
}

fn render(facts: &Facts, mark: &str, tried: Option<&Tried>) -> Markup {
    let lines = lists::find("journal-lines").expect("journal lines are listed");
    let applications = lists::find("applications").expect("applications are listed");
    html! {
        (facts_of(facts))
        @if facts.case.is_open() { (work_on(facts, mark, tried)) }
        (note(facts, mark, tried))
        h2 { "What was done" }
        (history(facts))
        h2 { "Settled" }
        @if facts.applications.rows.is_empty() { p { "It is not settled yet." } } @else {
            (table(applications.columns, &facts.applications.rows,
                &["id", "debit_document_id", "credit_document_id", "undoes", "undone_by"],
                crate::pages::lists::APPLICATION_LINKS))
        }
        h2 { "Journal" }
        (table(lines.columns, &facts.lines.rows,
            &["id", "entry_id", "document_id", "item_id", "party_code"], LINE_LINKS))
        (all_of(&facts.lines, &format!("/journal-lines?entries_of={}", facts.case.document)))
        @if facts.may.part_off && !facts.case.is_of_line() && facts.case.state != Became::TakenBack {
            h2 { "Undo it" }
            p { "The document is open again for what was held back." }
            (act(facts, ("take-back", "Undo"), mark, tried,
                &[form::text("Why", "why", 40).needed()]))
        }
    }
}

fn facts_of(facts: &Facts) -> Markup {
    let case = &facts.case;
    let is_late = case.is_late(facts.today);
    html! {
        div.card { dl.facts {
            dt { "Customer" } dd { a href=(format!("/customers/{}", encoded(&case.party_code))) {
                (case.party_name) } " (" (case.party_code) ")" }
            dt { "Held back of" } dd { a href=(format!("/documents/{}", case.from)) { (case.from_number) } }
            dt { "Amount" } dd { (sum(case.amount)) }
            dt { "Open" } dd { (sum(case.open)) }
            dt { "State" } dd { (case.state.title()) }
            dt { "Reason" } dd { (case.reason.title()) }
            dt { "In the payer's words" } dd { @if case.stated.is_empty() { "nothing was said" }
                @else { "“" (case.stated) "”" } }
            dt { "Owner" } dd class=[case.owner.is_empty().then_some("warn")] {
                @if case.owner.is_empty() { "unassigned" } @else { (case.owner) } }
            dt { "Answer by" } dd class=[is_late.then_some("bad")] {
                (case.answer_by) @if is_late { ", late" } }
            dt { "Due" } dd { (case.due_on) " with " (case.from_number) }
            dt { "Parted off" } dd { (case.opened_on)
                @if case.is_by_hand { " by " (case.actor) } @else { " in a run of " (case.actor) } }
            @if let Some(line) = case.line_name() {
                dt { "Bank line" } dd { a href=(format!("/cash/{line}")) { (line) } }
            }
            @if let Some((id, number)) = &case.receipt {
                dt { "Receipt" } dd { a href=(format!("/documents/{id}")) { (number) } }
            }
            dt { "Settled there by" } dd {
                a href=(format!("/documents/{}", case.credit)) { (case.credit_number) } }
            @if let Some(told) = case.to_do() {
                dt { "To do" } dd.warn { (told) }
            }
        } }
    }
}

/// A form of one act.
fn act(
    facts: &Facts,
    (verb, button): (&str, &str),
    mark: &str,
    tried: Option<&Tried>,
    inputs: &[Input<'_>],
) -> Markup {
    let to = format!("/short-pays/{}/{verb}", facts.case.document);
    let form = Form::to(&to, tried);
    html! {
        form.inline method="post" action=(to) {
            (csrf(mark))
            @for input in inputs { (form.input(*input)) }
            button { (button) }
            (form.refusal())
        }
    }
}

fn work_on(facts: &Facts, mark: &str, tried: Option<&Tried>) -> Markup {
    let case = &facts.case;
    let to = |verb: &str| format!("/short-pays/{}/{verb}", case.document);
    let why = form::text("Why", "why", 36);
    let (decide, assign, reason) = (to("decide"), to("assign"), to("reason"));
    let decided = Form::to(&decide, tried);
    let assigned = Form::to(&assign, tried);
    let corrected = Form::to(&reason, tried);
    let mut owners: Vec<(&str, &str)> = vec![("", "nobody")];
    owners.extend(facts.people.iter().map(|one| (one.as_str(), one.as_str())));
    let reasons: Vec<(&str, &str)> = Reason::ALL
        .iter()
        .map(|one| (one.code(), one.title()))
        .collect();
    html! {
        @if facts.may.decide {
            h2 { "Who is right?" }
            form.inline method="post" action=(decide) {
                (csrf(mark))
                (decided.choice(("It is", "verdict"), &[
                    ("justified", "justified: credit it or give it up"),
                    ("unjustified", "unjustified: the customer owes it"),
                ], case.verdict.map_or("justified", short_pays::Verdict::code)))
                input type="hidden" name="instead_of"
                    value=(case.verdict.map_or("", short_pays::Verdict::code));
                (decided.input(why.needed()))
                button { "Decide" }
                (decided.refusal())
            }
        }
        @if facts.may.credit && case.state == Became::Justified {
            h2 { "Credit it" }
            (act(facts, ("credit", "Credit"), mark, tried, &[
                form::sum_field("Amount, all when empty", "amount"),
                form::text("Tax in percent, as invoiced when empty", "tax_rate", 5), why]))
        }
        @if facts.may.write_off {
            h2 { "Give it up" }
            (act(facts, ("write-off", "Write off"), mark, tried, &[
                form::sum_field("Amount, all when empty", "amount"), why.needed()]))
        }
        @if facts.may.work_on {
            h2 { "Owner, reason, date" }
            form.inline method="post" action=(assign) {
                (csrf(mark))
                (assigned.choice(("Owner", "owner"), &owners, &case.owner))
                (assigned.input(why))
                button { "Assign" }
                (assigned.refusal())
            }
            form.inline method="post" action=(reason) {
                (csrf(mark))
                (corrected.choice(("Reason", "reason"), &reasons, case.reason.code()))
                (corrected.input(why))
                button { "Correct" }
                (corrected.refusal())
            }
            (act(facts, ("put-off", "Put off"), mark, tried, &[
                form::day_field("Answer by", "until").needed(), why]))
        }
    }
}

fn note(facts: &Facts, mark: &str, tried: Option<&Tried>) -> Markup {
    html! {
        @if facts.may.work_on {
            h2 { "Note" }
            (act(facts, ("note", "Keep"), mark, tried,
                &[form::text("The note", "why", 60).needed()]))
        }
    }
}

fn history(facts: &Facts) -> Markup {
    html! {
        @if facts.events.is_empty() { p { "Nothing yet." } } @else {
            div.scroll tabindex="0" role="region" aria-label="What was done" { table {
                thead { tr { th { "When" } th { "By" } th { "What" } th { "" } th { "Why" } } }
                tbody { @for event in &facts.events { tr {
                    td.date { (event.recorded_at.to_string().get(..10).unwrap_or_default()) }
                    td { (event.actor) }
                    td { (event.kind.title()) }
                    td { (shown(event)) }
                    td { (event.told) }
                } } }
            } }
        }
    }
}

fn shown(event: &Event) -> String {
    match (event.kind, event.content.as_str()) {
        (short_pays::EventKind::Assigned, "") => "nobody".to_owned(),
        (short_pays::EventKind::Reason, word) => {
            Reason::parse(word).map_or(word.to_owned(), |reason| reason.title().to_owned())
        }
        (short_pays::EventKind::Decided, word) => words(word),
        (_, content) => content.to_owned(),
    }
}

/// What a form asks to be done.
enum Asks {
    Assign(String),
    PutOff(Date),
    Note,
    Reason(String),
    Decide(String, String),
    TakeBack,
    Credit(Option<String>, Option<String>),
    WriteOff(Option<String>),
}

fn asks(verb: &str, posted: &Posted) -> Option<Outcome<Asks>> {
    let given = |name: &str| Some(posted.get(name).trim()).filter(|text| !text.is_empty());
    let wrong = |name: &'static str| Failure::from(NotAValue::of(name, posted.get(name)));
    Some(match verb {
        "assign" => Ok(Asks::Assign(posted.get("owner").to_owned())),
        "put-off" => {
            let until = posted.get("until").parse();
            until.map(Asks::PutOff).map_err(|_| wrong("until"))
        }
        "note" => Ok(Asks::Note),
        "reason" => Ok(Asks::Reason(posted.get("reason").to_owned())),
        "decide" => Ok(Asks::Decide(
            posted.get("verdict").to_owned(),
            posted.get("instead_of").to_owned(),
        )),
        "take-back" => Ok(Asks::TakeBack),
        "credit" => Ok(Asks::Credit(
            given("amount").map(str::to_owned),
            given("tax_rate").map(str::to_owned),
        )),
        "write-off" => Ok(Asks::WriteOff(given("amount").map(str::to_owned))),
        _ => return None,
    })
}

/// Does what a form asks.
pub(crate) async fn act_on(
    State(app): State<Arc<App>>,
    Path((id, verb)): Path<(String, String)>,
    posted: Posted,
) -> Response {
    let signed = posted.signed.clone();
    let (action, back) = (
        format!("/short-pays/{id}/{verb}"),
        format!("/short-pays/{id}"),
    );
    let Some(asked) = asks(&verb, &posted) else {
        return error_page(Some(&signed), &Told::not_found());
    };
    let why = posted.get("why").to_owned();
    let done_so = match asked {
        Err(failure) => Err(failure),
        Ok(asks) => {
            let reason = why.clone();
            write(&app, Door::Html, &signed.who, &reason, move |work| {
                perform(work, &id, &asks, &why)
            })
            .await
        }
    };
    match done_so {
        Ok(told) => done(&back, &told),
        Err(failure) => {
            let tried = Tried::of(&action, &posted, failure);
            again_at(&app, &signed, &back, tried).await
        }
    }
}

fn perform(work: &mut Work<'_>, id: &str, asks: &Asks, why: &str) -> Outcome<String> {
    let told = match asks {
        Asks::Assign(owner) => {
            short_pays::assign(work, id, owner, why)?;
            "The owner stands."
        }
        Asks::PutOff(until) => {
            short_pays::put_off(work, id, *until, why)?;
            "The date stands."
        }
        Asks::Note => {
            short_pays::note(work, id, why)?;
            "The note is kept."
        }
        Asks::Reason(reason) => {
            short_pays::correct(work, id, reason, why)?;
            "The reason stands."
        }
        Asks::Decide(verdict, instead_of) => {
            short_pays::decide(work, id, (verdict, instead_of), why)?;
            "It is decided."
        }
        Asks::TakeBack => {
            short_pays::take_back(work, id, None, why)?;
            "It was undone."
        }
        Asks::Credit(amount, tax_rate) => {
            let order = Credit {
                short_pay: id.to_owned(),
                amount: amount_of(work, id, amount.as_deref())?,
                tax_rate: tax_rate.clone(),
                on: None,
            };
            match short_pays::credit(work, &order, why)? {
                Asked::Done(number) => return Ok(format!("Credited with {number}.")),
                Asked::Waits(_) => "The credit memo waits for approval.",
            }
        }
        Asks::WriteOff(amount) => {
            let amount = amount_of(work, id, amount.as_deref())?;
            let done = short_pays::write_off(work, id, amount, None, why)?;
            if done.waiting.is_empty() {
                "It was given up."
            } else {
                "The write-off waits for approval."
            }
        }
    };
    Ok(told.to_owned())
}

/// An amount that was typed, in the currency of the case.
fn amount_of(work: &mut Work<'_>, id: &str, typed: Option<&str>) -> Outcome<Option<Money>> {
    let Some(text) = typed else { return Ok(None) };
    let (case, _) = short_pays::show(work, id)?;
    Ok(Some(money(text, case.amount.currency())?))
}

fn money(text: &str, currency: Currency) -> Outcome<Money> {
    Ok(Money::parse(text, currency).map_err(|_| NotAnAmount(text.to_owned()))?)
}

/// The form that parts a short-pay off a document which was paid in part.
pub(super) fn part_off_form(
    (document, currency): (&str, &str),
    mark: &str,
    tried: Option<&Tried>,
) -> Markup {
    const TO: &str = "/short-pays";
    let form = Form::to(TO, tried);
    let reasons: Vec<(&str, &str)> = std::iter::once(("", "read from the words"))
        .chain(Reason::ALL.iter().map(|one| (one.code(), one.title())))
        .collect();
    html! {
        h2 { "Part off what was held back" }
        form.inline method="post" action=(TO) {
            (csrf(mark))
            input type="hidden" name="document" value=(document);
            input type="hidden" name="currency" value=(currency);
            (form.input(form::sum_field("Amount, all when empty", "amount")))
            (form.input(form::text("In the payer's words", "stated", 30)))
            (form.choice(("Reason", "reason"), &reasons, ""))
            button { "Part off" }
            (form.refusal())
        }
    }
}

/// Parts one off.
pub(crate) async fn part_off(State(app): State<Arc<App>>, posted: Posted) -> Response {
    let signed = posted.signed.clone();
    let document = posted.get("document").to_owned();
    let back = format!("/documents/{document}");
    let back = own_path(&back).to_owned();
    let typed = posted.get("amount").trim();
    let amount = match Currency::parse(posted.get("currency")) {
        _ if typed.is_empty() => Ok(None),
        Some(currency) => money(typed, currency).map(Some),
        None => Err(NotAValue::of("currency", posted.get("currency")).into()),
    };
    let parted = match amount {
        Err(failure) => Err(failure),
        Ok(amount) => {
            let new = NewShortPay {
                document,
                amount,
                reason: Reason::parse(posted.get("reason")),
                stated: posted.get("stated").to_owned(),
                owner: None,
                answer_by: None,
                on: None,
            };
            write(&app, Door::Html, &signed.who, "", move |work| {
                short_pays::part_off(work, &new)
            })
            .await
        }
    };
    match parted {
        Ok(case) => {
            let told = format!("{} was parted off.", case.number);
            done(&format!("/short-pays/{}", case.document), &told)
        }
        Err(failure) => {
            let tried = Tried::of("/short-pays", &posted, failure);
            again_at(&app, &signed, &back, tried).await
        }
    }
}
