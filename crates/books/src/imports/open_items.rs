//! Opening items of another system, on either side, in any currency, with their own dates.
//!
//! An item in a foreign currency is carried at the rate of its day, or at the earliest rate
//! after it. Where the books have no rate yet, it is carried at zero until rates arrive; then
//! it is valued against the opening balance (see `rates`).

use std::collections::{BTreeMap, HashMap};

use domain::calendar::{Date, DiscountOffer};
use domain::documents::{DocumentDraft, DocumentKind, DocumentReferences, Side, take_over};
use domain::fx::RateMissing;
use domain::ids::PartyId;
use domain::ledger::Role;
use domain::money::{Currency, Money};
use domain::open_items::DiscountTerms;
use formats::Problem;
use formats::exchange::{ItemDiscount, ItemKind, OpenItemRow, open_items};

use crate::documents::{Alike, VendorPaper};
use crate::failure::Outcome;
use crate::imports::{ImportReport, Source, sql};
use crate::ledger::{self, Origin, Posting};
use crate::rates::{self, Rates};
use crate::work::Work;

/// Rows posted in one go: enough to amortise statements, few enough for memory.
const CHUNK: usize = 20_000;

pub(super) fn take(
    work: &mut Work<'_>,
    source: &Source<'_>,
    side: Side,
    report: &mut ImportReport,
) -> Outcome<()> {
    let parties = sql::party_ids(work)?;
    let rates = rates::load(work)?;
    let mut known = sql::known_documents(work, kinds_of(side))?;
    let mut alike = match side {
        // They bear our own numbers.
        Side::Receivable => Alike::default(),
        Side::Payable => Alike::all(work)?,
    };
    let mut drafts: Vec<DocumentDraft> = Vec::with_capacity(CHUNK);
    let mut valued = Valued::default();
    for row in open_items(source.reader()?) {
        let (line, row) = match row {
            Ok(found) => found,
            Err(problem) => {
                report.problems.push(problem);
                continue;
            }
        };
        let (code, why) = (row.party_id.clone(), row.no_duplicate.clone());
        let draft = match draft_of(work, line, row, side, &parties, &rates) {
            Ok(draft) => draft,
            Err(problem) => {
                report.problems.push(problem);
                continue;
            }
        };
        let party = draft.party.map_or(0, |party| party.0);
        let key = (draft.kind, draft.number.clone(), party);
        // Payments are numbered by us.
        let is_vendors = side == Side::Payable && draft.kind != DocumentKind::Payment;
        if is_vendors
            && !known.contains_key(&key)
            && let Err(problem) = is_no_duplicate(&mut alike, &draft, (&code, why.as_deref()), line)
        {
            report.problems.push(problem);
            continue;
        }
        match known.insert(key, draft.gross.minor()) {
            None => {
                report.accepted += 1;
                valued.note(&draft, &rates, work.functional());
                drafts.push(draft);
            }
            Some(gross) if gross == draft.gross.minor() => report.already_known += 1,
            Some(gross) => report.problems.push(another_amount(&draft, gross, line)),
        }
        if drafts.len() == CHUNK {
            post(work, std::mem::take(&mut drafts))?;
        }
    }
    post(work, drafts)?;
    for one in alike.no_duplicates() {
        one.note(work);
    }
    report.notes.extend(valued.told());
    Ok(())
}

/// How well foreign items could be valued.
#[derive(Default)]
struct Valued {
    without_rate: u64,
    /// How many items of a currency have an old rate, and what was wrong with the first.
    old_rates: BTreeMap<Currency, (u64, RateMissing)>,
}

impl Valued {
    fn note(&mut self, draft: &DocumentDraft, rates: &Rates, functional: Currency) {
        self.without_rate += u64::from(draft.functional.is_zero() && !draft.gross.is_zero());
        let currency = draft.gross.currency();
        let found = rates.recent(currency, functional, draft.issued_on);
        if let Err(old @ RateMissing::TooOld { .. }) = found {
            self.old_rates.entry(currency).or_insert((0, old)).0 += 1;
        }
    }

    fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        if 0 < self.without_rate {
            told.push(format!(
                "{} foreign items have no exchange rate yet and are carried at zero; import rates \
                 to value them",
                self.without_rate
            ));
        }
        told.extend(self.old_rates.iter().map(|(currency, (count, old))| {
            format!("{count} items in {currency} have an old rate: {old}")
        }));
        told
    }
}

fn another_amount(draft: &DocumentDraft, gross: i64, line: usize) -> Problem {
    let what = format!(
        "{} is there already with {} instead of {}; give it a number of its own",
        draft.number,
        Money::new(gross, draft.gross.currency()),
        draft.gross
    );
    Problem::error(format!("row {line}, column document_number"), what)
}

/// Refuses the paper of a vendor whose number is like an earlier one, unless the row says why it is
/// another.
fn is_no_duplicate(
    alike: &mut Alike,
    draft: &DocumentDraft,
    (code, why): (&str, Option<&str>),
    line: usize,
) -> Result<(), Problem> {
    let Some(party) = draft.party else {
        return Ok(());
    };
    let taken = alike.take(VendorPaper {
        kind: draft.kind,
        number: &draft.number,
        party,
        code,
        why,
    });
    taken.map_err(|like| {
        let what = format!(
            "{} differs from {like} of the same vendor in its writing alone; leave it out, or say \
             in a column no_duplicate why it is another paper",
            draft.number
        );
        Problem::error(format!("row {line}, column document_number"), what)
    })
}

fn post(work: &mut Work<'_>, drafts: Vec<DocumentDraft>) -> Outcome<()> {
    let (issued, entries) = take_over(drafts, &mut work.ids);
    let mut posting = Posting {
        origin: Origin::Opening,
        entries,
        ..Posting::default()
    };
    posting.issued(issued);
    ledger::post(work, &mut posting)
}

fn kinds_of(side: Side) -> &'static [DocumentKind] {
    match side {
        Side::Receivable => &[
            DocumentKind::Invoice,
            DocumentKind::DebitMemo,
            DocumentKind::CreditMemo,
            DocumentKind::Receipt,
        ],
        Side::Payable => &[
            DocumentKind::Bill,
            DocumentKind::VendorDebitMemo,
            DocumentKind::VendorCredit,
            DocumentKind::Payment,
        ],
    }
}

/// The document kind of a row. `invoice` and its like in a payables file are the mirror.
fn kind_of(kind: ItemKind, side: Side) -> Option<DocumentKind> {
    Some(match (side, kind) {
        (Side::Receivable, ItemKind::Invoice) => DocumentKind::Invoice,
        (Side::Receivable, ItemKind::DebitMemo) => DocumentKind::DebitMemo,
        (Side::Receivable, ItemKind::CreditMemo) => DocumentKind::CreditMemo,
        (Side::Receivable, ItemKind::Receipt) => DocumentKind::Receipt,
        (Side::Payable, ItemKind::Bill | ItemKind::Invoice) => DocumentKind::Bill,
        (Side::Payable, ItemKind::DebitMemo) => DocumentKind::VendorDebitMemo,
        (Side::Payable, ItemKind::VendorCredit | ItemKind::CreditMemo) => {
            DocumentKind::VendorCredit
        }
        (Side::Payable, ItemKind::Payment) => DocumentKind::Payment,
        (Side::Receivable, ItemKind::Bill | ItemKind::VendorCredit | ItemKind::Payment)
        | (Side::Payable, ItemKind::Receipt) => return None,
    })
}

fn draft_of(
    work: &Work<'_>,
    line: usize,
    row: OpenItemRow,
    side: Side,
    parties: &HashMap<String, PartyId>,
    rates: &Rates,
) -> Result<DocumentDraft, Problem> {
    let place = |column: &str| format!("row {line}, column {column}");
    let kind = kind_of(row.kind, side).ok_or_else(|| {
        let other = match side {
            Side::Receivable => "payable",
            Side::Payable => "receivable",
        };
        let message = format!("belongs to the other side; import the file with --side {other}");
        Problem::error(place("type"), message)
    })?;
    let party = *parties.get(&row.party_id).ok_or_else(|| {
        let message = format!(
            "`{}` is no party of these books; import it first",
            row.party_id
        );
        Problem::error(place("customer_id"), message)
    })?;
    let gross = row.open_amount.abs();
    let functional = rates
        .at_or_after(gross, work.functional(), row.issued_on)
        .map_err(|problem| Problem::error(place("open_amount"), problem.to_string()))?
        .unwrap_or(Money::zero(work.functional()));
    Ok(DocumentDraft {
        kind,
        number: row.document_number,
        party: Some(party),
        control: control_of(side),
        issued_on: row.issued_on,
        posted_on: row.issued_on,
        due_on: row.due_on,
        discount: row
            .discount
            .and_then(|discount| discount_of(discount, row.due_on)),
        gross,
        tax: Money::zero(gross.currency()),
        functional,
        references: DocumentReferences {
            purchase_order: row.po_number.unwrap_or_default(),
            contract: row.contract_number.unwrap_or_default(),
            region: row.region.unwrap_or_default(),
            memo: "".into(),
        },
        lines: Vec::new(),
        offsets: Vec::new(),
        reverses: None,
    })
}

/// The control account of a side.
pub(crate) fn control_of(side: Side) -> Role {
    match side {
        Side::Receivable => Role::Receivables,
        Side::Payable => Role::Payables,
    }
}

fn discount_of(discount: ItemDiscount, due_on: Date) -> Option<DiscountTerms> {
    let first = DiscountOffer {
        percent: discount.percent,
        until: discount.until.unwrap_or(due_on),
    };
    let later = discount.later.map(|(percent, until)| DiscountOffer {
        percent,
        until: until.unwrap_or(due_on),
    });
    DiscountTerms::offered([Some(first), later].into_iter().flatten())
}
