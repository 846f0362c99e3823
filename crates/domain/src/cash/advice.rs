//! Remittance advices: what one says is paid.

use crate::money::Money;

use super::claims::{self, Stated};
use super::confidence::Ground;
use super::context::Context;
use super::decision::{Kind, Row};
use super::doubts::{OF_ANOTHER, OF_OTHERS};
use super::finding::Finding;
use super::model::{Advice, AdviceLine, ItemKind};
use super::names;
use super::references::{self, Reading};
use super::{deductions, fx, settle, text};

/// A document of an advice with what is paid of it.
struct Paid {
    doc: u32,
    gross: i64,
    deductions: Vec<TakenOff>,
}

/// What is taken off a document for one reason.
struct TakenOff {
    amount: i64,
    /// Empty where nothing is said.
    reason: String,
}

impl Paid {
    /// All that is taken off.
    fn deduction(&self) -> i64 {
        self.deductions.iter().map(|one| one.amount).sum()
    }

    /// Less than is open and not a word why: what the rules would take off without an advice is
    /// meant here, too. Any other rest stays open.
    fn take_off_what_is_usual(&mut self, context: &Context<'_>) {
        let doc = context.doc(self.doc);
        let short = doc.open - self.gross;
        // Another currency's difference is the rate.
        if short <= 0 || self.gross <= 0 || !context.is_local(self.doc) {
            return;
        }
        let is_silent = |one: &TakenOff| one.amount == 0 && one.reason.is_empty();
        if !self.deductions.iter().all(is_silent) {
            return;
        }
        let told = std::mem::replace(&mut self.gross, doc.open);
        if doc.is_discount(short) || unsaid(context, self, short) != Kind::ShortPayDispute {
            self.deductions = vec![TakenOff {
                amount: short,
                reason: String::new(),
            }];
        } else {
            self.gross = told;
        }
    }
}

/// What an advice says of documents, and what makes it doubtful.
#[derive(Default)]
struct Told {
    paid: Vec<Paid>,
    /// A number is unclear and something is deducted.
    vague: bool,
    /// A document of another customer is open by another amount.
    astray: bool,
    /// A number like one that is named, of a document open by just the amount.
    torn: bool,
}

impl Told {
    /// Reads an advice; none where a document cannot be told.
    fn read(context: &mut Context<'_>, advice: &Advice) -> Option<Told> {
        let mut told = Told::default();
        for line in &advice.lines {
            let (doc, reading, torn) = resolve(context, line, &told.paid)?;
            told.torn |= torn;
            let d = context.doc(doc);
            let mut paid = Paid {
                doc,
                gross: gross_of(line).unwrap_or(d.open),
                deductions: deductions_of(line),
            };
            told.vague |= (reading < Reading::Short || reading == Reading::Order)
                && (paid.deduction() != 0 || paid.gross != d.open);
            told.astray |= (context.adopted || !context.in_pool(doc)) && paid.gross != d.open;
            paid.take_off_what_is_usual(context);
            told.paid.push(paid);
        }
        Some(told)
    }

    /// Is each document paid as it is open, with nothing taken off?
    fn is_whole(&self, context: &Context<'_>) -> bool {
        let mut paid = self.paid.iter();
        paid.all(|p| p.gross == context.doc(p.doc).open && p.deduction() == 0)
    }

    /// Is nothing said to be taken off?
    fn is_bare(&self) -> bool {
        self.paid.iter().all(|p| p.deduction() == 0)
    }

    /// What is paid of all documents.
    fn sum(&self) -> i64 {
        self.paid.iter().map(|p| p.gross - p.deduction()).sum()
    }

    /// Is more paid of a document than is open?
    fn is_over(&self, context: &Context<'_>) -> bool {
        let mut paid = self.paid.iter();
        paid.any(|p| p.gross.abs() > context.doc(p.doc).open.abs())
    }

    fn rows(&self, context: &Context<'_>) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for p in &self.paid {
            let kind = if context.doc(p.doc).kind == ItemKind::CreditMemo {
                Kind::CreditMemoTaken
            } else {
                Kind::Payment
            };
            rows.push(context.row(p.doc, p.gross, kind));
            for one in p.deductions.iter().filter(|one| one.amount != 0) {
                let kind = reason(context, p, one);
                rows.push(context.row(p.doc, -one.amount, kind));
            }
        }
        rows
    }
}

/// An advice as it was read for a payment.
#[derive(Default)]
pub(super) struct Advised {
    /// The documents that it names, where each of its lines means one.
    pub(super) docs: Vec<u32>,
    /// What it says is paid, if it adds up.
    pub(super) findings: Vec<Finding>,
}

/// Reads an advice for a payment that quotes these documents itself.
pub(super) fn read(context: &mut Context<'_>, advice: &Advice, quoted: &[u32]) -> Advised {
    let Some(told) = Told::read(context, advice) else {
        return Advised::default();
    };
    let docs: Vec<u32> = told.paid.iter().map(|p| p.doc).collect();
    let findings = findings(context, &told, &docs, quoted);
    Advised { docs, findings }
}

fn findings(context: &Context<'_>, told: &Told, docs: &[u32], quoted: &[u32]) -> Vec<Finding> {
    // What the payment itself quotes must be in its advice.
    if docs.is_empty() || quoted.iter().any(|d| !docs.contains(d)) {
        return Vec::new();
    }
    let says = "An advice names these documents and amounts";
    if docs.iter().any(|d| !context.is_local(*d)) {
        let says_all = told.is_whole(context)
            || told.is_bare() && told.sum() == context.amount && fx::are_worth(context, docs);
        return if says_all {
            vec![Finding::new(fx::rows(context, docs), Ground::Advised).because(says)]
        } else {
            Vec::new()
        };
    }
    let rows = told.rows(context);
    let sum: i64 = rows.iter().map(|r| r.amount.minor()).sum();
    if sum == context.amount {
        return vec![
            Finding::new(rows, Ground::Advised)
                .because(says)
                .but_if(told.is_over(context), "The advice pays more than is open")
                .but_if(told.astray, OF_ANOTHER)
                .but_if(
                    told.torn,
                    "The number names one document, the amount one with a number like it",
                )
                .but_if(told.vague, "A number is unclear and something is deducted"),
        ];
    }
    let quoted = super::quoted::Quoted {
        clear: docs.to_vec(),
        ..Default::default()
    };
    if let Some(set) = settle::tie(context, docs, context.amount) {
        return vec![Finding::new(context.rows(&set), Ground::Advised).because(says)];
    }
    let foreign = docs.iter().any(|d| !context.in_pool(*d));
    deductions::differences(context, &quoted, docs)
        .into_iter()
        .map(|f| f.but_if(foreign, OF_OTHERS))
        .collect()
}

/// Words for what a payer sends apart from its payment.
const ADVICES: &[&str] = &["ADVICE", "AVIS", "AVISO", "AVVISO", "ADVIES", "REMITTANCE"];

/// Does the text of the payment refer to an advice?
pub(super) fn is_announced(context: &Context<'_>) -> bool {
    let words = names::words(&context.p.text);
    words.iter().any(|word| ADVICES.contains(&word.as_str()))
}

/// Does it say of a document that something was deducted?
pub(super) fn deducts(advice: &Advice) -> bool {
    advice.lines.iter().any(|line| deduction_of(line) != 0)
}

/// What a line says was deducted, in words or as what is missing between gross and net.
fn deduction_of(line: &AdviceLine) -> i64 {
    let between = line
        .gross
        .zip(line.net)
        .map(|(gross, net)| (gross - net).minor());
    line.deduction.map(Money::minor).or(between).unwrap_or(0)
}

/// What a line says was deducted, for each reason that it names.
fn deductions_of(line: &AdviceLine) -> Vec<TakenOff> {
    let whole = deduction_of(line);
    let parts = line.parts.iter().map(|part| TakenOff {
        amount: part.amount.minor(),
        reason: part.reason.clone(),
    });
    let parts: Vec<TakenOff> = parts.collect();
    if parts.len() > 1 && parts.iter().map(|part| part.amount).sum::<i64>() == whole {
        return parts;
    }
    vec![TakenOff {
        amount: whole,
        reason: line.reason.clone(),
    }]
}

/// What a line says is paid, in words or as what is left of gross.
pub(super) fn net_of(line: &AdviceLine) -> Option<i64> {
    let left = line.gross.map(|gross| gross.minor() - deduction_of(line));
    line.net.map(Money::minor).or(left)
}

/// What a line says of its document before deductions.
fn gross_of(line: &AdviceLine) -> Option<i64> {
    let net = line.net.map(|net| net.minor() + deduction_of(line));
    line.gross.map(Money::minor).or(net)
}

/// The document a line means, how its number was read, and whether the amount is that of another
/// document with a number like it.
fn resolve(
    context: &mut Context<'_>,
    line: &AdviceLine,
    taken: &[Paid],
) -> Option<(u32, Reading, bool)> {
    let index = &context.m.index;
    let pieces = text::pieces(&line.reference);
    let mut mentions = references::scan(index, &line.reference, &pieces);
    mentions.extend(references::loose(index, &pieces, &context.docs));
    let free = |d: u32| context.is_open(d) && taken.iter().all(|p| p.doc != d);
    let gross = gross_of(line);
    let of = |keep: &dyn Fn(u32) -> bool| -> (Vec<u32>, Reading) {
        let mut out: Vec<u32> = Vec::new();
        let mut best = Reading::Tail;
        for m in &mentions {
            let docs: Vec<u32> = m
                .docs
                .iter()
                .copied()
                .filter(|d| free(*d) && keep(*d))
                .collect();
            if docs.is_empty() || m.reading < best {
                continue;
            }
            if m.reading > best {
                best = m.reading;
                out.clear();
            }
            out.extend(
                docs.into_iter()
                    .filter(|d| !out.contains(d))
                    .collect::<Vec<_>>(),
            );
        }
        (out, best)
    };
    let fits = |d: u32| gross == Some(context.doc(d).open);
    let in_part = |d: u32| gross.is_some_and(|gross| 0 < gross && gross < context.doc(d).open);
    let fitting = of(&|d| context.in_pool(d) && fits(d));
    let named = of(&|d| context.in_pool(d) && in_part(d));
    if let ([one], reading) = (&named.0[..], named.1)
        && !fitting.0.is_empty()
        && fitting.1 < Reading::Digits
        && reading >= Reading::Digits
    {
        return Some((*one, reading, true));
    }
    let (chosen, reading) = [
        fitting,
        of(&|d| context.is_local(d) && fits(d)),
        of(&|d| context.in_pool(d)),
        of(&|d| context.is_local(d)),
    ]
    .into_iter()
    .find(|(docs, _)| !docs.is_empty())?;
    let first = *chosen.first()?;
    let same = chosen.iter().all(|d| {
        context.doc(*d).open == context.doc(first).open
            && context.doc(*d).customer == context.doc(first).customer
    });
    if chosen.len() > 1 && !(same && fits(first)) {
        return None;
    }
    let customer = context.doc(first).customer;
    if !context.payers.pool.contains(&customer) && !context.is_local(first) {
        return None;
    }
    Some((first, reading, false))
}

/// What a deduction is, by its reason and by what the rules allow.
fn reason(context: &Context<'_>, paid: &Paid, taken: &TakenOff) -> Kind {
    let word = names::words(&taken.reason).join(" ");
    let has = |list: &[&str]| list.iter().any(|w| word.contains(w));
    if has(&[
        "DISC",
        "SKONT",
        "ESCOMPTE",
        "SCONTO",
        "DESCUNTO",
        "KORTING",
        "PRONTO PAGO",
        "KASSARABATT",
        "KASSERABAT",
        "DESCONTO",
        "SKTO",
    ]) {
        return if context.grants(paid.doc, taken.amount) {
            Kind::EarlyPaymentDiscount
        } else {
            Kind::ShortPayDispute
        };
    }
    if has(&[
        "WHT",
        "TDS",
        "WITHH",
        "STEUR",
        "TAX",
        "RETENU A LA SOURCE",
        "RITENUTA",
        "RETENCION",
        "BRONBELASTING",
    ]) {
        return Kind::WithholdingTax;
    }
    let fee = word.split(' ').any(|word| matches!(word, "FEE" | "FEES"));
    if fee || has(&["BANK", "BANC", "SPESEN", "CHARGES", "FRAIS", "GASTOS"]) {
        return Kind::BankFee;
    }
    if has(&[
        "ROUND", "RUNDUNG", "ARRONDI", "ARROTOND", "REDONDEO", "AFROND",
    ]) {
        return Kind::Rounding;
    }
    if !word.is_empty() {
        return Kind::ShortPayDispute;
    }
    unsaid(context, paid, taken.amount)
}

/// What a deduction without a reason is: what the rules would make of it without an advice.
fn unsaid(context: &Context<'_>, paid: &Paid, amount: i64) -> Kind {
    let doc = context.doc(paid.doc);
    // What the payment itself says of it goes before what is usual.
    if amount > 0 && claims::stated(context, amount) == Some(Stated::This) {
        return Kind::ShortPayDispute;
    }
    let shown = context.p.charges.is_some_and(|c| c.minor() == amount);
    if context.grants(paid.doc, amount) {
        Kind::EarlyPaymentDiscount
    } else if doc.open == paid.gross && context.withheld(paid.doc).any(|w| w == amount) {
        Kind::WithholdingTax
    } else if shown {
        Kind::BankFee
    } else if amount.abs() <= context.rounding(doc.customer) {
        Kind::Rounding
    } else if doc.is_discount(amount) || amount < 0 {
        Kind::ShortPayDispute
    } else if deductions::is_usual_fee(context, doc.customer, amount) {
        Kind::BankFee
    } else {
        Kind::ShortPayDispute
    }
}
