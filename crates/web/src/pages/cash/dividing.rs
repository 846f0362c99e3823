//! The form that divides a line: documents, what of them is no cash, money on account; what is
//! left is shown while it is typed, and an error stands beside its field.

use std::fmt;

use books::approvals::{self, Preview, Request, Wish};
use books::cash::desk::{self, Division, OnAccount, Part, TAKEN, Taken};
use books::{Outcome, Work};
use domain::money::{Currency, Money};
use domain::refusal::Refusal;
use maud::{Markup, html};
use serde_json::Value as Json;

use super::line::{Shown, Tried, list, text, why_not};
use crate::html::{csrf, sentence, sum, words};
use crate::pages::approvals::effect;
use crate::session::Posted;

/// The most rows of one table.
const MOST_ROWS: usize = 200;

/// What was typed, row by row; empty rows are left out.
#[derive(Clone, Default)]
pub(super) struct Typed {
    /// Document and amount.
    parts: Vec<[String; 2]>,
    /// Document, kind, amount and reason of what is no cash.
    taken: Vec<[String; 4]>,
    /// Party and amount.
    on_account: Vec<[String; 2]>,
    /// Why something is given up.
    reason: String,
}

/// What a division would do.
pub(super) struct Tested {
    left: Money,
    preview: Preview,
}

impl Typed {
    /// What a form sent.
    pub(super) fn of(posted: &Posted) -> Typed {
        Typed {
            parts: rows(posted, ["document", "amount"], 0),
            taken: rows(
                posted,
                [
                    "taken_document",
                    "taken_kind",
                    "taken_amount",
                    "taken_reason",
                ],
                2,
            ),
            on_account: rows(posted, ["account_party", "account_amount"], 0),
            reason: posted.get("reason").trim().to_owned(),
        }
    }

    /// What is proposed first, as one would type it; what it leaves is nothing.
    fn proposed(latest: Option<&Json>) -> Typed {
        let mut typed = Typed::default();
        let best = latest.and_then(|latest| list(latest, "alternatives").first());
        let rows = best.and_then(Json::as_array);
        for row in rows.into_iter().flatten() {
            let (party, number) = (text(row, "customer_id"), text(row, "document_number"));
            let amount = row.get("amount").map(|money| text(money, "amount"));
            let amount = amount.unwrap_or_default();
            let plain = amount.strip_prefix('-').unwrap_or(amount).to_owned();
            let document = format!("{party}/{number}");
            let word = match text(row, "kind") {
                "payment" | "credit_memo_taken" if !number.is_empty() => {
                    typed.parts.push([document, plain]);
                    continue;
                }
                "overpayment_on_account" | "prepayment_no_invoice" if !party.is_empty() => {
                    typed.on_account.push([party.to_owned(), plain]);
                    continue;
                }
                "early_payment_discount" => "discount",
                "bank_fee" => "fee",
                "withholding_tax" => "withholding",
                "short_pay_dispute" => "short-pay",
                "rounding" if amount.starts_with('-') => "rounding",
                _ => continue,
            };
            if !number.is_empty() {
                typed
                    .taken
                    .push([document, word.to_owned(), plain, String::new()]);
            }
        }
        typed
    }

    /// The division that was meant; a text that is no amount is told with its row.
    pub(super) fn division(&self, currency: Currency) -> Outcome<Division> {
        let mut division = Division::default();
        for (place, [document, amount]) in self.parts.iter().enumerate() {
            division.parts.push(Part {
                document: document.clone(),
                amount: optional(amount, currency, ("amount", place))?,
                deductions: Vec::new(),
            });
        }
        for (place, [document, kind, amount, reason]) in self.taken.iter().enumerate() {
            let wrong = |field: &'static str, problem: &str| InRow {
                field,
                place: place + 1,
                problem: problem.to_owned(),
            };
            let known = TAKEN.iter().find(|(word, _)| word == kind);
            let kind = known
                .ok_or_else(|| wrong("taken_kind", "This is no deduction"))?
                .1;
            let amount = optional(amount, currency, ("taken_amount", place))?;
            let amount = amount.ok_or_else(|| wrong("taken_amount", "An amount is wanted"))?;
            let mut parts = division.parts.iter_mut();
            let part = match document.as_str() {
                "" => parts.next(),
                document => parts.find(|part| part.document == *document),
            };
            let what = "Name a document that stands above";
            part.ok_or_else(|| wrong("taken_document", what))?
                .deductions
                .push(Taken {
                    kind,
                    amount,
                    reason: reason.clone(),
                });
        }
        for (place, [party, amount]) in self.on_account.iter().enumerate() {
            division.on_account.push(OnAccount {
                party: party.clone(),
                amount: optional(amount, currency, ("on_account", place))?,
            });
        }
        Ok(division)
    }

    /// The reason of what is given up: the one for whoever approves it, or that beside it.
    pub(super) fn reason(&self) -> String {
        let beside = self.taken.iter().filter(|row| row[1] == "write-off");
        let beside = beside.map(|row| row[3].as_str());
        let all = std::iter::once(self.reason.as_str()).chain(beside);
        let mut given = all.filter(|reason| !reason.is_empty());
        given.next().unwrap_or_default().to_owned()
    }
}

/// The rows of some columns; where only a choice stands in one, it is empty.
fn rows<const N: usize>(posted: &Posted, names: [&str; N], needed: usize) -> Vec<[String; N]> {
    let columns = names.map(|name| posted.all(name));
    let count = columns.iter().map(|column| column.len()).max();
    let row = |place: usize| {
        columns.map(|column| column.get(place).map_or("", |text| text.trim()).to_owned())
    };
    (0..count.unwrap_or_default().min(MOST_ROWS))
        .map(row)
        .filter(|row| {
            let named = row.first().is_some_and(|text| !text.is_empty());
            let wanted = row.get(needed).is_some_and(|text| !text.is_empty());
            named || wanted
        })
        .collect()
}

fn optional(
    text: &str,
    currency: Currency,
    (field, place): (&'static str, usize),
) -> Outcome<Option<Money>> {
    if text.is_empty() {
        return Ok(None);
    }
    let parsed = Money::parse(text, currency);
    Ok(Some(parsed.map_err(|_| InRow {
        field,
        place: place + 1,
        problem: format!("`{text}` is no amount"),
    })?))
}

/// What would happen: what is left, the entry, and whether it would wait for others.
pub(super) fn test(work: &mut Work<'_>, line: &str, division: Division) -> Outcome<Tested> {
    let left = desk::left_over(work, line, &division)?;
    let line = line.to_owned();
    let preview = approvals::preview(work, &Wish::ApplyLine { line, division })?;
    Ok(Tested { left, preview })
}

/// A row that cannot be read.
#[derive(Debug)]
struct InRow {
    field: &'static str,
    place: usize,
    problem: String,
}

impl fmt::Display for InRow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.", self.problem)
    }
}

impl Refusal for InRow {
    fn code(&self) -> &'static str {
        "not_an_amount"
    }

    fn hint(&self) -> Option<String> {
        let what = match self.field {
            "taken_kind" => "choose one from the list",
            "taken_document" => "or leave it empty for the first document",
            _ => "write it like 500.00",
        };
        Some(what.into())
    }

    fn field(&self) -> Option<&'static str> {
        Some(self.field)
    }

    fn place(&self) -> Option<usize> {
        Some(self.place)
    }
}

/// Where an error stands: the field, and its row.
struct Wrong<'a> {
    tried: Option<&'a Tried>,
    typed: &'a Typed,
}

impl Wrong<'_> {
    /// The error of a field of a row, counted from zero.
    fn at(&self, field: &str, place: usize) -> Option<&Tried> {
        let tried = self.tried?;
        let told = tried.told.as_ref()?;
        let is_row = told.place == Some(place + 1);
        let found = told.field.as_deref()?;
        // A deduction is told by its document: each row that takes something off it is marked.
        let is_meant = if found == "deductions" && field == "taken_amount" {
            let part = told.place.and_then(|at| self.typed.parts.get(at - 1));
            let row = self.typed.taken.get(place);
            match (part, row) {
                (Some(part), Some(row)) => row[0] == part[0] || row[0].is_empty(),
                _ => false,
            }
        } else {
            is_row && found == field
        };
        is_meant.then_some(tried)
    }

    /// Is the error told beside a field?
    fn is_placed(&self) -> bool {
        let told = self.tried.and_then(|tried| tried.told.as_ref());
        told.is_some_and(|told| told.place.is_some() && told.field.is_some())
    }
}

/// The form, begun with what is proposed.
pub(super) fn form(shown: &Shown<'_>, latest: Option<&Json>, to: &str) -> Markup {
    let tried = shown
        .tried
        .filter(|tried| ["apply", "check"].contains(&tried.verb.as_str()));
    let typed = match tried {
        Some(tried) => tried.typed.clone(),
        None => Typed::proposed(latest),
    };
    let wrong = Wrong {
        tried,
        typed: &typed,
    };
    let money = shown.facts.get("line").and_then(|line| line.get("amount"));
    let (amount, code) = money.map_or(("", ""), |money| {
        (text(money, "amount"), text(money, "currency"))
    });
    let digits = Currency::parse(code).map_or(2, Currency::exponent);
    html! {
        h2 { "Change or divide" }
        @for request in shown.waiting { (waits(request)) }
        form.divide method="post" action=(to) data-amount=(amount) data-digits=(digits) {
            (csrf(shown.mark))
            input type="hidden" name="next" value=(shown.next);
            (documents(&typed, &wrong))
            (taken(&typed, &wrong))
            (on_account(&typed, &wrong))
            (choices(shown))
            p.left { "Left of " (amount) " " (code) ": "
                output data-left { @match tried.and_then(|tried| tried.tested.as_ref()) {
                    Some(tested) => (tested.left),
                    None => "?",
                } }
                " (stays on account)"
            }
            @if let Some(tried) = tried {
                @if !wrong.is_placed() { (why_not(tried)) }
                @if let Some(tested) = &tried.tested { (would(tested)) }
            }
            label.field { span { "Reason for the write-off, for the approver" }
                input name="reason" value=(typed.reason) size="40"; }
            p {
                button.main { "Apply" } " "
                button formaction=(to.replace("/apply", "/check")) data-key="c" { "Check " kbd { "c" } }
                " " kbd { "a" } " to the first document, " kbd { "d" } " to the first deduction, "
                kbd { "Enter" } " applies"
            }
        }
        script src="/assets/desk.js" defer {}
    }
}

fn waits(request: &Request) -> Markup {
    html! { p.warn {
        "Asked by " (request.maker) " and waiting for approval: "
        a href=(format!("/approvals#{}", request.id)) { (request.subject) }
    } }
}

fn would(tested: &Tested) -> Markup {
    html! { div.proposal role="status" {
        p { "Would be posted" @if tested.preview.waits { " once somebody else approves it" } ":" }
        (effect(&tested.preview.effect))
    } }
}

/// The message beside a field, with the id by which the field names it.
fn beside(wrong: Option<&Tried>, id: &str) -> Markup {
    html! { @if let Some(told) = wrong.and_then(|tried| tried.told.as_ref()) {
        em.error id=(id) role="alert" {
            (told.message)
            @if let Some(hint) = &told.hint { " " (sentence(hint)) "." }
        }
    } }
}

/// One field of a table, with its error below it.
fn cell(
    (name, label, value): (&str, String, &str),
    (size, wrong): (u8, Option<&Tried>),
    extra: (&str, &str),
) -> Markup {
    let id = format!("wrong-{}", label.to_lowercase().replace(' ', "-"));
    let (list, key) = extra;
    html! {
        input name=(name) value=(value) size=(size) aria-label=(label)
            list=[(!list.is_empty()).then_some(list)]
            inputmode=[name.ends_with("amount").then_some("decimal")]
            class=[name.ends_with("amount").then_some("number")]
            data-key=[(!key.is_empty()).then_some(key)]
            aria-invalid=[wrong.map(|_| "true")]
            aria-describedby=[wrong.map(|_| id.as_str())];
        (beside(wrong, &id))
    }
}

/// The rows that were typed and one more to type into, at least so many.
fn padded<const N: usize>(rows: &[[String; N]], least: usize) -> Vec<[String; N]> {
    let mut rows = rows.to_vec();
    let count = (rows.len() + 1).clamp(least, MOST_ROWS);
    rows.resize(count, std::array::from_fn(|_| String::new()));
    rows
}

fn documents(typed: &Typed, wrong: &Wrong<'_>) -> Markup {
    html! { table.plain.parts {
        thead { tr { th { "Document" } th { "Amount, all when empty" } } }
        tbody { @for (place, [document, amount]) in padded(&typed.parts, 2).iter().enumerate() { tr {
            @let key = if place == 0 { "a" } else { "" };
            td { (cell(("document", format!("Document {}", place + 1), document),
                (22, wrong.at("document", place)), ("open-documents", key))) }
            td { (cell(("amount", format!("Amount {}", place + 1), amount),
                (12, wrong.at("amount", place)), ("", ""))) }
        } } }
    } }
}

fn taken(typed: &Typed, wrong: &Wrong<'_>) -> Markup {
    html! { table.plain.parts {
        thead { tr { th { "Taken off of" } th { "What" }
            th { "Amount" } th { "Reason" } } }
        tbody { @for (place, row) in padded(&typed.taken, 1).iter().enumerate() { tr {
            @let [document, kind, amount, reason] = row;
            @let nth = place + 1;
            @let key = if place == 0 { "d" } else { "" };
            td { (cell(("taken_document", format!("Taken off {nth}"), document),
                (22, wrong.at("taken_document", place)), ("", key))) }
            td {
                select name="taken_kind" aria-label=(format!("Kind of deduction {nth}")) {
                    @for (word, _) in TAKEN {
                        option value=(word) selected[word == kind] { (words(word)) }
                    }
                }
                (beside(wrong.at("taken_kind", place), &format!("wrong-kind-{nth}")))
            }
            td { (cell(("taken_amount", format!("Amount of deduction {nth}"), amount),
                (10, wrong.at("taken_amount", place)), ("", ""))) }
            td { (cell(("taken_reason", format!("Reason of deduction {nth}"), reason),
                (22, None), ("", ""))) }
        } } }
    } }
}

fn on_account(typed: &Typed, wrong: &Wrong<'_>) -> Markup {
    html! { table.plain.parts {
        thead { tr { th { "On account of" } th { "Amount, the rest when empty" } } }
        tbody { @for (place, [party, amount]) in padded(&typed.on_account, 1).iter().enumerate() { tr {
            @let nth = place + 1;
            td { (cell(("account_party", format!("On account of {nth}"), party),
                (22, wrong.at("on_account", place)), ("", ""))) }
            td { (cell(("account_amount", format!("Amount on account {nth}"), amount),
                (12, None), ("", ""))) }
        } } }
    } }
}

/// What is open of whoever may have paid, to choose from; its amounts serve to show what is left.
fn choices(shown: &Shown<'_>) -> Markup {
    html! { datalist id="open-documents" {
        @for (document, open, due) in shown.open {
            option value=(document) data-open=(open) { (sum(*open)) " due " (due) }
        }
    } }
}
