//! Remittances: taken once, kept with their source, read again whenever cash is applied.
//!
//! An advice may come before or after its payment; a deposit file names the payments of one sum
//! on the statement; a payout report says what a processor's lump is made of.

mod shown;
mod sql;
mod stored;

pub use crate::reports::lists::REMITTANCE_FILTERS as FILTERS;
pub use shown::{
    AdvicePage, JoinedLine, RemittanceRefusal, ShownAdvice, WhyNot, one, page, show, source,
};
pub(crate) use stored::AdviceKey;

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use domain::calendar::Date;
use domain::cash::{Advice, AdviceLine, Deducted, Payment, PayoutItem, PayoutItemKind};
use domain::money::{Currency, Money, Rounding};
use formats::Problem;
use formats::remittance::{self, Collected, Deposit, Payout, PayoutEntry, PayoutKind, Remittance};
use rust_decimal::Decimal;

use crate::cash::sql::LineRow;
use crate::db::Db;
use crate::failure::{Fault, Outcome};
use crate::imports::{ImportReport, Source, is_known, once};
use crate::work::{Context, Work};
use stored::{Stored, all, stored};

/// Imports one remittance file.
pub fn import(
    db: &Db,
    context: &Context,
    entity: Option<&str>,
    source: &Source<'_>,
    partial: bool,
) -> Outcome<ImportReport> {
    // A large file is read before others have to wait for it, unless it is known.
    let ahead = if is_known(db, context, entity, "remittances", source)? {
        None
    } else {
        Some(read(source)?)
    };
    once(
        db,
        context,
        entity,
        "remittances",
        source,
        partial,
        |_, report| {
            let late;
            let file = match &ahead {
                Some(file) => file,
                None => {
                    late = read(source)?;
                    &late
                }
            };
            file.format.clone_into(&mut report.format);
            report.problems.extend(file.problems.iter().cloned());
            report.accepted = file.accepted;
            report.content = Some(file.bytes.clone());
            Ok(())
        },
    )
}

/// A file as it was read.
struct ReadFile {
    bytes: Vec<u8>,
    format: &'static str,
    problems: Vec<Problem>,
    accepted: u64,
}

fn read(source: &Source<'_>) -> Result<ReadFile, Fault> {
    let mut bytes = Vec::new();
    (source.open)()
        .and_then(|reader| {
            reader
                .take(remittance::SIZE_LIMIT + 1)
                .read_to_end(&mut bytes)
        })
        .map_err(Fault::from)?;
    let mut collected = Collected::default();
    let format = remittance::read(&bytes, &source.name, &mut collected);
    Ok(ReadFile {
        bytes,
        format: format.unwrap_or_default(),
        problems: collected.problems,
        accepted: collected.remittances.len() as u64,
    })
}

/// Files that are held in memory at once while they are read.
const FILES_AT_ONCE: usize = 400;

/// Everything that came apart from the statements, sorted by what it is.
#[derive(Default)]
pub(crate) struct Remittances {
    advices: Vec<(AdviceKey, Date, remittance::Advice)>,
    /// Deposits and the names of their files, by what they add up to: most lines of a bank are no
    /// deposit's sum.
    deposits: HashMap<Decimal, Vec<(String, Deposit)>>,
    payouts: Vec<(String, Payout)>,
    /// Payouts with entries, by what came of them.
    payouts_by_net: HashMap<Decimal, Vec<usize>>,
    /// What was charged, by the processor's ids for it: payout and entry.
    charges: HashMap<String, (usize, usize)>,
}

/// Loads the remittances of the books.
pub(crate) fn load(work: &mut Work<'_>) -> Outcome<Remittances> {
    let mut loaded = Remittances::default();
    for stored in all(work)? {
        loaded.add(stored);
    }
    Ok(loaded)
}

/// Loads the remittances of one stored file.
pub(crate) fn load_file(work: &mut Work<'_>, file: i64) -> Outcome<Remittances> {
    let mut loaded = Remittances::default();
    for file in sql::files_of(work, &[file])? {
        stored(&file).for_each(|one| loaded.add(one));
    }
    Ok(loaded)
}

/// Deposits and payouts of stored files, by entity and file, read once by this process: files are
/// kept as they came, and somebody at the desk does not wait for ten thousand of them.
#[derive(Default)]
pub(crate) struct ReadFiles(Mutex<HashMap<(i64, i64), Kept>>);

/// The deposits and payouts of one file, with its name; most files have none.
type Kept = Arc<Vec<(String, Remittance)>>;

/// Loads what tells the payments that a bank line sums up: deposits and payouts. What payers
/// announced is for the run alone.
pub(crate) fn load_sums(work: &mut Work<'_>) -> Outcome<Remittances> {
    let entity = work.entity_id();
    let ids = sql::file_ids(work)?;
    let unread: Vec<i64> = {
        let known = work.read_files.0.lock();
        let known = known.unwrap_or_else(PoisonError::into_inner);
        let unread = ids.iter().filter(|id| !known.contains_key(&(entity, **id)));
        unread.copied().collect()
    };
    for some in unread.chunks(FILES_AT_ONCE) {
        for file in sql::files_of(work, some)? {
            let sums = stored(&file).map(|one| one.remittance);
            let sums = sums.filter(|one| !matches!(one, Remittance::Advice(_)));
            let kept = sums.map(|one| (file.name.clone(), one)).collect();
            let known = work.read_files.0.lock();
            let mut known = known.unwrap_or_else(PoisonError::into_inner);
            known.insert((entity, file.id), Arc::new(kept));
        }
    }
    let known = work.read_files.0.lock();
    let known = known.unwrap_or_else(PoisonError::into_inner);
    let mut loaded = Remittances::default();
    for id in ids {
        for (name, remittance) in known
            .get(&(entity, id))
            .into_iter()
            .flat_map(|kept| &**kept)
        {
            loaded.add(Stored {
                // Only advices have places, and are dated by the day on which they came.
                key: AdviceKey { file: id, place: 0 },
                received_on: Date::MAX,
                name: name.clone(),
                remittance: remittance.clone(),
            });
        }
    }
    Ok(loaded)
}

impl Remittances {
    fn add(&mut self, stored: Stored) {
        match stored.remittance {
            Remittance::Advice(advice) => {
                let on = advice.announced_on.unwrap_or(stored.received_on);
                self.advices.push((stored.key, on, advice));
            }
            Remittance::Deposit(deposit) => {
                if let Some(sum) = sum_of(&deposit) {
                    let same = self.deposits.entry(sum).or_default();
                    same.push((stored.name, deposit));
                }
            }
            Remittance::Payout(payout) => {
                // A notice of a payout without its entries must not hide the report that has them.
                let net = payout.net.or_else(|| payout.entries_net());
                if let Some(net) = net.filter(|_| !payout.entries.is_empty()) {
                    let same = self.payouts_by_net.entry(net).or_default();
                    same.push(self.payouts.len());
                }
                for (at, entry) in payout.entries.iter().enumerate() {
                    let came = entry.gross.or(entry.net).unwrap_or_default();
                    let ids = entry.processor_refs.iter().filter(|_| Decimal::ZERO < came);
                    let place = (self.payouts.len(), at);
                    self.charges.extend(ids.map(|id| (id.clone(), place)));
                }
                self.payouts.push((stored.name, payout));
            }
        }
    }

    /// Advices in the matcher's shape. One without a stated currency is read in the currency of
    /// every own account: the matcher compares it with the payment's. One that a settled payment
    /// used up belongs to no other.
    pub(crate) fn advices(&self, fallback: Currency, used: &HashSet<AdviceKey>) -> Vec<Advice> {
        let advices = (0..).zip(&self.advices);
        advices
            .filter(|(_, (key, ..))| !used.contains(key))
            .map(|(id, (_, on, advice))| {
                let currency = advice.currency.unwrap_or(fallback);
                advice_of(id, *on, advice, currency)
            })
            .collect()
    }

    /// The advice behind each identity that [`Remittances::advices`] gives.
    pub(crate) fn advice_keys(&self) -> Vec<AdviceKey> {
        self.advices.iter().map(|(key, ..)| *key).collect()
    }

    /// The payments of a sum on the statement, where a deposit file names them and adds up to it.
    pub(crate) fn deposit_of(&self, line: &LineRow) -> Option<&Deposit> {
        if line.reference.is_empty() {
            return None;
        }
        let named = |name: &str, deposit: &Deposit| {
            let stem = name.split('.').next().unwrap_or(name);
            deposit.reference == line.reference
                || (!line.batch_id.is_empty() && deposit.reference == line.batch_id)
                || (6 <= line.reference.len() && stem.ends_with(&line.reference))
                || is_quoted(&deposit.reference, &line.remittance)
        };
        let mut same = self.deposits.get(&line.amount.decimal())?.iter();
        let found = same.find(|(name, deposit)| named(name, deposit));
        found.map(|(_, deposit)| deposit)
    }

    /// Attaches the report of a processor's payout: by its id on the line, or the only one of
    /// that net amount within a week.
    pub(crate) fn attach_payout(&self, payment: &mut Payment, entry_ref: &str) {
        let Some(same) = self.payouts_by_net.get(&payment.amount.decimal()) else {
            return;
        };
        if payment.amount.is_zero() {
            return;
        }
        let local = |payout: &Payout| {
            let currency = payout.currency.unwrap_or(payment.amount.currency());
            currency == payment.amount.currency()
        };
        let same = || {
            let payouts = same.iter().filter_map(|at| self.payouts.get(*at));
            payouts.filter(|(_, payout)| local(payout))
        };
        let text = bare(&format!(
            "{} {} {entry_ref}",
            payment.text, payment.end_to_end
        ));
        let quoted = |name: &str, payout: &Payout| {
            let stem = name.split('.').next().unwrap_or(name);
            let tail = stem.rsplit('_').next().unwrap_or(stem);
            [payout.id.as_str(), tail]
                .iter()
                .map(|id| bare(id))
                .any(|id| 5 <= id.len() && text.contains(&id))
        };
        let by_id = same().find(|(name, payout)| quoted(name, payout));
        let near = |payout: &Payout| {
            payout.paid_on.is_some_and(|on| {
                on.until(payment.booked)
                    .is_ok_and(|span| span.get_days().abs() <= 7)
            })
        };
        let found = by_id.or_else(|| {
            let mut all = same().filter(|(_, payout)| near(payout));
            let first = all.next()?;
            all.next().is_none().then_some(first)
        });
        if let Some((_, payout)) = found {
            let currency = payment.amount.currency();
            let items = payout.entries.iter();
            let items = items.filter_map(|entry| payout_item(&self.whole(entry), currency));
            payment.payout = items.collect();
        }
    }

    /// An entry with what its charge says: what goes back is often named by that alone.
    fn whole(&self, entry: &PayoutEntry) -> PayoutEntry {
        let mut whole = entry.clone();
        let mut ids = entry.processor_refs.iter();
        let goes_back = entry.gross.or(entry.net).unwrap_or_default() < Decimal::ZERO;
        let place = ids.find_map(|id| self.charges.get(id).filter(|_| goes_back));
        let charge = place.and_then(|(payout, at)| self.payouts.get(*payout)?.1.entries.get(*at));
        if let Some(charge) = charge {
            let words = [entry.reference.as_str(), charge.reference.as_str()];
            whole.reference = words.join(", ");
            let own = whole.customer_email.take();
            whole.customer_email = own.or_else(|| charge.customer_email.clone());
        }
        whole
    }
}

/// Does a text have this reference as a word of its own? One of a few signs says nothing.
fn is_quoted(reference: &str, text: &str) -> bool {
    let reference = bare(reference);
    let tells = 4 <= reference.len() && reference.bytes().any(|sign| sign.is_ascii_digit());
    let parts = |sign: char| sign.is_whitespace() || ",;:/".contains(sign);
    tells && text.split(parts).any(|word| bare(word) == reference)
}

/// Letters and digits alone, in one case.
fn bare(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_uppercase()
}

/// An entry of a payout in the matcher's shape.
fn payout_item(entry: &PayoutEntry, currency: Currency) -> Option<PayoutItem> {
    let stated = entry.fee.map(|fee| fee.abs());
    // Processors write a fee with either sign; what became of the gross tells which is meant.
    let kept = entry.gross.zip(entry.net);
    let kept = kept.and_then(|(gross, net)| gross.checked_sub(net));
    let fee = kept.or(stated).unwrap_or_default();
    let gross = entry.gross.or_else(|| entry.net?.checked_add(fee))?;
    let (kind, gross, fee) = match entry.kind {
        // All of it is kept, and nobody paid it.
        PayoutKind::Fee => (PayoutItemKind::Fee, Decimal::ZERO, fee.checked_sub(gross)?),
        PayoutKind::Dispute => (PayoutItemKind::Dispute, gross, fee),
        _ if gross.is_sign_negative() => (PayoutItemKind::Refund, gross, fee),
        _ => (PayoutItemKind::Charge, gross, fee),
    };
    Some(PayoutItem {
        kind,
        reference: entry.reference.clone(),
        email: entry.customer_email.clone().unwrap_or_default(),
        gross: Money::exactly(gross, currency).ok()?,
        fee: Money::exactly(fee, currency).ok()?,
    })
}

/// An advice in the matcher's shape.
pub(crate) fn advice_of(
    id: u64,
    received: Date,
    advice: &remittance::Advice,
    currency: Currency,
) -> Advice {
    let money = |value: Option<Decimal>| {
        value.and_then(|value| Money::rounded(value, currency, Rounding::HalfUp).ok())
    };
    Advice {
        id,
        received,
        sender: advice.payer_email.clone().unwrap_or_default(),
        payer: advice.payer_name.clone().unwrap_or_default(),
        references: advice.payment_references.clone(),
        value_date: advice.paid_on,
        total: money(advice.total),
        lines: advice
            .items
            .iter()
            .map(|item| AdviceLine {
                reference: item.document.clone(),
                gross: money(item.gross),
                deduction: money(item.deduction),
                net: money(item.paid),
                reason: item.reason.clone().unwrap_or_default(),
                parts: item
                    .parts
                    .iter()
                    .filter_map(|part| {
                        Some(Deducted {
                            amount: money(Some(part.amount))?,
                            reason: part.reason.clone(),
                        })
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// What the payments of a deposit add up to, where each tells its sum.
fn sum_of(deposit: &Deposit) -> Option<Decimal> {
    let mut sums = deposit.items.iter().map(|item| item.payment.total);
    sums.try_fold(Decimal::ZERO, |sum, total| sum.checked_add(total?))
}

/// Deposit items by their number in file order, each a payment of its own.
pub(crate) fn deposit_payments(
    deposit: &Deposit,
    whole: &Payment,
) -> Result<Vec<(String, Payment)>, Fault> {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut payments = Vec::with_capacity(deposit.items.len());
    for item in &deposit.items {
        let seen = numbers.entry(item.number.as_str()).or_default();
        *seen += 1;
        let number = if *seen == 1 {
            item.number.clone()
        } else {
            format!("{}-{seen}", item.number)
        };
        let advice = &item.payment;
        let currency = whole.amount.currency();
        let amount = Money::exactly(advice.total.unwrap_or_default(), currency)
            .map_err(|problem| Fault::new(format!("deposit {}: {problem}", deposit.reference)))?;
        let account = match (&advice.payer_bank, &advice.payer_account) {
            (Some(bank), Some(account)) => format!("{bank}-{account}"),
            (None, Some(account)) => account.clone(),
            (_, None) => String::new(),
        };
        let mut payment = Payment {
            amount,
            payer: advice.payer_name.clone().unwrap_or_default(),
            ultimate: String::new(),
            account,
            text: advice.text.join(" "),
            end_to_end: advice
                .payment_references
                .first()
                .cloned()
                .unwrap_or_default(),
            quoted: advice
                .items
                .iter()
                .map(|item| item.document.clone())
                .collect(),
            references: vec![format!("{}.{number}", deposit.reference)],
            instructed: None,
            charges: None,
            batch_count: 0,
            ..whole.clone()
        };
        let has_sums = advice
            .items
            .iter()
            .any(|item| item.paid.is_some() || item.gross.is_some());
        if has_sums {
            payment.advices = vec![advice_of(u64::MAX, payment.booked, advice, currency)];
        }
        payments.push((number, payment));
    }
    Ok(payments)
}
