//! Settling a short-pay that is not paid: a credit memo where it is justified, or a write-off;
//! each through its own door, with the approvals of that.

use domain::calendar::Date;
use domain::deductions::Deduction;
use domain::documents::{Document, DocumentKind, DocumentReferences, TradeLine};
use domain::money::Money;
use domain::open_items::{ApplyGroup, ApplyOrder, ItemState, apply};
use domain::settlement::Discount;
use domain::short_pays::{self as rules, PartRefusal};
use rust_decimal::Decimal;

use crate::approvals::{self, Asked, Wish};
use crate::documents::{self, Content, NewDocument, Ready};
use crate::failure::Outcome;
use crate::open_items::{self, Apply, Applying, Settle, load};
use crate::short_pays::{ShortPay, ShortPayRefusal, Verdict, find};
use crate::work::Work;

/// A credit memo for a short-pay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credit {
    /// The short-pay: its number or id.
    pub short_pay: String,
    /// How much; all that is open where not named.
    pub amount: Option<Money>,
    /// The percent of tax in it; that of the document that was paid short where not named.
    pub tax_rate: Option<String>,
    /// The day; today where not named.
    pub on: Option<Date>,
}

/// Credits a justified short-pay, or asks others where the policy wants credit memos approved.
pub fn credit(work: &mut Work<'_>, order: &Credit, reason: &str) -> Outcome<Asked> {
    work.gate()?;
    require_justified(work, &order.short_pay)?;
    let (case, memo) = order_of(work, order)?;
    let wish = Wish::CreditShortPay {
        short_pay: case.number.clone(),
        memo: Box::new(memo),
    };
    let reason = match reason.trim() {
        "" => "justified short-pay",
        given => given,
    };
    approvals::ask(work, &wish, reason)
}

/// The credit memo that an order asks for.
pub(super) fn order_of(work: &mut Work<'_>, order: &Credit) -> Outcome<(ShortPay, NewDocument)> {
    let case = open_case(work, &order.short_pay, order.amount)?;
    let amount = order.amount.unwrap_or(case.open);
    let printed = documents::lines_of(work, case.from)?;
    let lines = match order.tax_rate.as_deref().map(rate_of).transpose()? {
        Some(rate) => rules::credit_lines(&[], amount, Some(rate)),
        None if printed.is_empty() => {
            let number = case.from_number;
            return Err(ShortPayRefusal::TaxUnknown { number }.into());
        }
        None => rules::credit_lines(&printed, amount, None),
    };
    let on = order.on.unwrap_or(work.day());
    let memo = format!("credit for {}, {}", case.number, case.from_number);
    let document = new_memo(&case, lines, on, memo);
    Ok((case, document))
}

/// A percentage as people write it: `19`, `5.5 %`.
fn rate_of(text: &str) -> Result<Decimal, ShortPayRefusal> {
    let number = text.trim().trim_end_matches('%').trim();
    let rate = number.parse::<Decimal>().ok();
    let rate = rate.filter(|rate| (Decimal::ZERO..Decimal::ONE_HUNDRED).contains(rate));
    rate.ok_or_else(|| ShortPayRefusal::NotARate {
        text: text.to_owned(),
    })
}

fn new_memo(case: &ShortPay, lines: Vec<TradeLine>, on: Date, memo: String) -> NewDocument {
    NewDocument {
        kind: DocumentKind::CreditMemo,
        number: None,
        party: Some(case.party_code.clone()),
        issued_on: on,
        posted_on: None,
        terms: None,
        due_on: None,
        goods_received_on: None,
        no_duplicate: None,
        currency: Some(case.amount.currency()),
        rate: None,
        references: DocumentReferences {
            memo: memo.into(),
            ..DocumentReferences::default()
        },
        content: Content::Lines(lines),
    }
}

/// A case of which so much is open.
fn open_case(work: &mut Work<'_>, asked: &str, amount: Option<Money>) -> Outcome<ShortPay> {
    let case = find(work, asked)?;
    let number = case.number.clone();
    if !case.is_open() {
        let state = case.state.title();
        return Err(ShortPayRefusal::NotOpen { number, state }.into());
    }
    if let Some(amount) = amount {
        if amount.currency() != case.open.currency() || !amount.is_positive() {
            let why = PartRefusal::NotAnAmount;
            return Err(ShortPayRefusal::Part { number, why }.into());
        }
        if case.open.minor() < amount.minor() {
            let open = case.open;
            return Err(ShortPayRefusal::ExceedsOpen { number, open }.into());
        }
    }
    Ok(case)
}

/// Refuses what is settled, or not decided to be justified.
pub(crate) fn require_justified(work: &mut Work<'_>, asked: &str) -> Outcome<ShortPay> {
    let case = open_case(work, asked, None)?;
    if case.verdict != Some(Verdict::Justified) {
        let number = case.number;
        return Err(ShortPayRefusal::NotJustified { number }.into());
    }
    Ok(case)
}

/// Issues the credit memo and settles the short-pay with it: one posting.
pub(crate) fn credit_now(
    work: &mut Work<'_>,
    asked: &str,
    memo: &NewDocument,
) -> Outcome<Document> {
    work.gate()?;
    let case = require_justified(work, asked)?;
    let mut ready: Ready = documents::prepare(work, std::slice::from_ref(memo))?;
    let mut states = load::states(work, &[case.item])?.states;
    let (number, open) = (case.number.clone(), case.open);
    let refused = |why| ShortPayRefusal::Part {
        number: number.clone(),
        why: PartRefusal::Apply(why),
    };
    for posting in &mut ready.postings {
        let Some(item) = posting.items.first().cloned() else {
            continue;
        };
        let credited = item.amount.abs();
        if open.currency() != credited.currency() || open.minor() < credited.minor() {
            return Err(ShortPayRefusal::ExceedsOpen { number, open }.into());
        }
        let from = states.get(&case.item).map(|state| state.settles_from);
        let on = from.map_or(item.opened_on, |from| from.max(item.opened_on));
        let order = ApplyOrder {
            debit: case.item,
            credit: item.id,
            debit_amount: credited,
            credit_amount: credited,
        };
        states.insert(item.id, ItemState::untouched(item));
        let group = ApplyGroup {
            on,
            orders: vec![order],
        };
        let mut ids = work.ids.clone();
        let applied = apply(&mut states, &[group], work.functional(), &mut ids);
        work.ids = ids;
        posting.applied(applied.map_err(refused)?);
    }
    let documents = documents::record(work, ready)?;
    let document = documents.into_iter().next();
    Ok(document.ok_or(ShortPayRefusal::NothingTold)?)
}

/// Gives a short-pay up, or asks others where the policy wants that approved.
pub fn write_off(
    work: &mut Work<'_>,
    asked: &str,
    amount: Option<Money>,
    on: Option<Date>,
    reason: &str,
) -> Outcome<Applying> {
    let case = open_case(work, asked, amount)?;
    if reason.trim().is_empty() {
        return Err(ShortPayRefusal::NothingTold.into());
    }
    let amount = amount.unwrap_or(case.open);
    let order = Apply {
        on: on.unwrap_or(work.day()).max(case.opened_on),
        settle: vec![Settle {
            document: case.document.to_string(),
            amount: Some(amount),
            deductions: vec![Deduction {
                kind: DocumentKind::WriteOff,
                amount,
            }],
        }],
        with: Vec::new(),
        discount: Discount::None,
        excess: None,
    };
    open_items::apply_or_ask(work, &[order], reason)
}
