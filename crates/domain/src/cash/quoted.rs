//! What the payer quotes, sorted: clear numbers, unclear ones, orders, closed and foreign ones.

use super::context::Context;
use super::index::date_of;
use super::model::Payment;
use super::numbers;
use super::references::{self, Mention, Reading};
use super::text::{self as words, Piece};
use crate::money::Money;

/// The documents a payment speaks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Quoted {
    /// Clearly and singly quoted open documents of the payer.
    pub(super) clear: Vec<u32>,
    /// Quotations that could be several of the payer's documents; one of each.
    pub(super) unclear: Vec<Vec<u32>>,
    /// Documents that two digits may mean: only where they make the sum exact.
    pub(super) faint: Vec<Vec<u32>>,
    /// Orders and contracts: one or more documents of each.
    pub(super) groups: Vec<Vec<u32>>,
    /// Clearly quoted open documents of others.
    pub(super) foreign: Vec<u32>,
    /// Quoted documents that are closed.
    pub(super) closed: Vec<u32>,
    /// Is a number quoted that only others have?
    pub(super) elsewhere: bool,
    /// Does the text look as if its end were missing?
    pub(super) cut: bool,
    /// The least sure reading among the clear ones.
    pub(super) least: Option<Reading>,
}

impl Quoted {
    /// Is nothing quoted that is open?
    pub(super) fn is_empty(&self) -> bool {
        self.clear.is_empty() && self.unclear.is_empty() && self.groups.is_empty()
    }
}

/// Lengths at which bank formats cut a text.
const CUTS: &[usize] = &[18, 35, 65, 70, 80, 105, 140, 210, 220, 230, 280, 390];

/// All text of a payment in which documents may be quoted.
pub(super) fn text(p: &Payment) -> String {
    let mut text = p.text.clone();
    for more in p.quoted.iter().chain([&p.end_to_end]) {
        text.push_str("  ;  ");
        text.push_str(more);
    }
    text
}

/// Reads a text. With an unknown payer the quoted documents make the pool.
pub(super) fn read(context: &mut Context<'_>) -> Quoted {
    let index = &context.m.index;
    context.mentions = references::scan(index, context.text, context.pieces);
    let mut mentions = context.mentions.clone();
    let number = context.payers.number_at;
    let apart = move |m: &Mention| number.is_none_or(|span| !m.overlaps(span));
    mentions.retain(apart);
    if context.payers.pool.is_empty() {
        adopt(context, &mentions);
    }
    if context.payers.pool.is_empty() {
        adopt_by_amount(context);
    }
    mentions.extend(
        references::loose(index, context.pieces, &context.docs)
            .into_iter()
            .filter(apart),
    );
    let mentions = without_parts(context, &mentions);
    let mut chosen = references::select(&mentions, |d| context.is_open(d) && context.in_pool(d));
    let read = (context.text, context.pieces);
    references::ranges(index, read, &mut chosen, &context.docs);
    let beside = |m: &Mention| {
        let mut sure = chosen.iter().filter(|c| c.reading >= Reading::Serial);
        !sure.any(|c| c.overlaps(m.span()))
    };
    let sure: Vec<Mention> = mentions
        .iter()
        .filter(|m| m.reading >= Reading::Serial && m.reading != Reading::Order && beside(m))
        .cloned()
        .collect();
    let foreign = references::select(&sure, |d| {
        context.is_open(d) && context.is_local(d) && !context.in_pool(d)
    });
    let mut out = Quoted {
        cut: is_cut(context, &chosen),
        ..Quoted::default()
    };
    let orders = mentions.iter().filter(|m| m.reading == Reading::Order);
    out.elsewhere = sure
        .iter()
        .chain(orders)
        .any(|m| beside(m) && m.docs.iter().all(|d| !context.in_pool(*d)));
    sort(context, chosen, &mut out);
    if out.is_empty() && context.mentions.is_empty() {
        out.unclear = of_dates(context);
    }
    if out.is_empty() {
        out.unclear = of_amounts(context);
    }
    out.foreign.extend(
        foreign
            .iter()
            .filter(|m| m.docs.len() == 1)
            .map(|m| m.docs[0]),
    );
    out.closed = closed(context, &sure);
    out
}

/// Is it a whole serial, though a short one, and surely meant: a word calls it an invoice's number, or
/// the text has no other number?
fn is_meant(context: &Context<'_>, mention: &Mention, alone: bool) -> bool {
    let [doc] = mention.docs[..] else {
        return false;
    };
    let mut pieces = context.pieces.iter();
    let piece = pieces.find(|p| p.start == mention.start && p.end == mention.end);
    let width = |serial: numbers::Serial| usize::from(serial.width);
    let whole = |p: &Piece<'_>| {
        context
            .doc(doc)
            .serial
            .is_some_and(|s| width(s) == p.text.len())
    };
    // Four digits may be the last ones of a longer number of the payer's as well.
    let ends_another = |p: &Piece<'_>| {
        let written = p.text.parse::<u64>().unwrap_or(0);
        let serials = context.docs.iter().filter_map(|d| context.doc(*d).serial);
        let mut longer = serials.filter(|s| s.value > written);
        longer.any(|s| s.value % 10_000 == written)
    };
    piece.is_some_and(|p| {
        let tells = p.text.len() == CALLED && !p.is_year() && (p.called || alone);
        tells && whole(p) && !ends_another(p)
    })
}

/// Digits of a short serial that a word may call an invoice's number.
const CALLED: usize = 4;

/// Has the remittance text no number but these?
fn are_alone(context: &Context<'_>, chosen: &[Mention]) -> bool {
    let mut numbers = context
        .own_pieces()
        .iter()
        .filter(|p| p.digits && !p.other());
    numbers.all(|p| chosen.iter().any(|m| m.overlaps((p.start, p.end))))
}

/// What is quoted and paid already: the payer's documents, else those that one reading names.
fn closed(context: &Context<'_>, sure: &[Mention]) -> Vec<u32> {
    let own = references::select(sure, |d| context.doc(d).open == 0 && context.in_pool(d));
    if !own.is_empty() {
        return own.iter().map(|m| m.docs[0]).collect();
    }
    references::select(sure, |d| context.doc(d).open == 0)
        .iter()
        .filter(|m| m.docs.len() == 1)
        .map(|m| m.docs[0])
        .collect()
}

/// Is what is quoted the end of the number of a document that the payer has paid? Three digits are
/// that of one of many by accident.
pub(super) fn ends_a_closed_one(context: &Context<'_>) -> bool {
    let index = &context.m.index;
    let pool = context.payers.pool.iter();
    let docs = pool.flat_map(|customer| &index.of_customer[*customer as usize]);
    let closed: Vec<u32> = docs
        .copied()
        .filter(|d| context.doc(*d).open == 0)
        .collect();
    let number = context.payers.number_at;
    let mentions = references::loose(index, context.own_pieces(), &closed);
    mentions.iter().any(|m| {
        let apart = number.is_none_or(|span| !m.overlaps(span));
        m.reading == Reading::Tail && m.end - m.start >= 4 && apart
    })
}

/// No number is quoted, but dates: the payer's documents of each, as if quoted unclearly. Nothing
/// where a date is that of none.
fn of_dates(context: &Context<'_>) -> Vec<Vec<u32>> {
    let of = |days: &Vec<i32>| -> Vec<u32> {
        let issued = |d: &u32| days.contains(&context.doc(*d).issued);
        context.docs.iter().copied().filter(issued).collect()
    };
    let docs: Vec<Vec<u32>> = context.dates.iter().map(of).collect();
    if docs.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    docs
}

/// No number is quoted, but amounts of the payer's documents that make the payment, or more than it: as
/// if quoted unclearly. What is stated beside them must be what is deducted.
fn of_amounts(context: &Context<'_>) -> Vec<Vec<u32>> {
    let of = |amount: i64| -> Vec<u32> {
        let has_amount = |d: &u32| context.is_local(*d) && context.doc(*d).open == amount;
        context.docs.iter().copied().filter(has_amount).collect()
    };
    let (mut documents, mut owed, mut less) = (Vec::new(), 0_i64, 0_i64);
    for amount in words::amounts(context.own_pieces()) {
        let docs = of(amount);
        if docs.is_empty() {
            less = less.saturating_add(amount);
        } else {
            owed = owed.saturating_add(amount);
            documents.push(docs);
        }
    }
    // The amount of the payment alone says nothing.
    let tells = documents.len() > 1 || owed > context.amount;
    let fits = owed.saturating_sub(less) == context.amount || less == 0 && owed > context.amount;
    if tells && fits { documents } else { Vec::new() }
}

/// The readings without those that take a part of a number for another document: where
/// `2024/000123` is written out, `000123` is not that of another year.
fn without_parts(context: &Context<'_>, mentions: &[Mention]) -> Vec<Mention> {
    let local = |m: &&Mention| m.docs.iter().any(|d| context.is_local(*d));
    let full: Vec<(usize, usize)> = mentions
        .iter()
        .filter(|m| m.reading == Reading::Full)
        .filter(local)
        .map(|m| (m.start, m.end))
        .collect();
    let within = |m: &Mention, (start, end): (usize, usize)| {
        start <= m.start && m.end <= end && m.end - m.start < end - start
    };
    // A slip of the pen may well make the number of somebody else's document.
    let part = |m: &&Mention| (Reading::Short..Reading::LookAlike).contains(&m.reading);
    let keep = |m: &&Mention| !(part(m) && full.iter().any(|span| within(m, *span)));
    mentions.iter().filter(keep).cloned().collect()
}

/// Is a number quoted, at least so clearly, that stands for none of these documents?
pub(super) fn another(context: &Context<'_>, docs: &[u32], least: Reading) -> bool {
    let means = |m: &&Mention| m.docs.iter().any(|d| docs.contains(d));
    let meant: Vec<&Mention> = context.mentions.iter().filter(means).collect();
    let beside = |m: &Mention| !meant.iter().any(|c| c.overlaps(m.span()));
    let number = context.payers.number_at;
    let apart = |m: &Mention| number.is_none_or(|span| !m.overlaps(span));
    let clear = |m: &Mention| m.reading >= least && m.reading != Reading::Order;
    let mut mentions = context.mentions.iter();
    mentions.any(|m| clear(m) && apart(m) && beside(m))
}

/// Is any of these documents quoted, however badly?
pub(super) fn any(context: &Context<'_>, docs: &[u32]) -> bool {
    let means = |m: &Mention| m.docs.iter().any(|d| docs.contains(d));
    context.mentions.iter().any(means)
        || !references::loose(&context.m.index, context.pieces, docs).is_empty()
}

/// From so many characters on a text that quotes too little may have been cut wherever it ends.
const LONG: usize = 135;

/// May a bank have cut the text off behind a number that is whole? It is very long.
pub(super) fn is_long(text: &str) -> bool {
    text.chars().count() >= LONG
}

/// Does the text end in a mark behind which more was to follow?
pub(super) fn goes_on(text: &str) -> bool {
    !ends_structured(text) && text.trim_end().ends_with([',', ';', '+', '/', '&'])
}

/// Does the text end in the signs that frame a Belgian structured communication?
fn ends_structured(text: &str) -> bool {
    text.ends_with("+++") || text.ends_with("***")
}

/// Does the end of the text look as if a bank had cut it off?
fn is_cut(context: &Context<'_>, chosen: &[Mention]) -> bool {
    let text = context.p.text.as_str();
    let length = text.chars().count();
    let whole = chosen
        .iter()
        .any(|m| m.end == text.trim_end().len() && m.reading >= Reading::Framed);
    // Formats that break lines may add a blank or two at a break.
    if CUTS.iter().any(|cut| {
        // A blank at the cut is gone.
        let blank = length + 1 == *cut && text.ends_with(char::is_alphabetic);
        (length == *cut || blank) && !whole || (*cut >= 65 && (cut - 1..=cut + 3).contains(&length))
    }) {
        return true;
    }
    if text.ends_with(|c: char| !c.is_alphanumeric() && c != ')') {
        return !ends_structured(text);
    }
    // The beginning of another number behind the last one.
    let last = chosen
        .iter()
        .filter(|m| m.end <= text.len())
        .max_by_key(|m| m.end);
    let rest = last.and_then(|last| Some(behind_year(context, last, text.get(last.end..)?)));
    let rest = rest.unwrap_or("");
    let mut pieces = words::pieces(rest);
    pieces.retain(|piece| !(piece.digits && is_day_of_issue(context, piece, chosen)));
    match pieces.as_slice() {
        // A letter on a number is a mark of the payer's own.
        [one] if one.start == 0 && !one.digits => false,
        [one] => !one.other() && (one.digits || one.text.len() <= 3),
        [one, two] => !one.other() && !two.other() && one.text.len() <= 3 && two.digits,
        _ => false,
    }
}

/// What stands behind the last number quoted, without its year of issue: `/2025`, `del 2025`.
fn behind_year<'a>(context: &Context<'_>, last: &Mention, rest: &'a str) -> &'a str {
    let quoted = context.p.text.get(last.start..last.end).unwrap_or("");
    let years = last
        .docs
        .iter()
        .map(|d| date_of(context.doc(*d).issued).year());
    let mut forms = years.flat_map(|year| {
        let year = format!("{year:04}");
        let short = year[2..].to_owned();
        [year, short]
    });
    let of_year = |year: String| {
        let attached = rest
            .strip_prefix(['/', '-'])
            .filter(|_| !quoted.contains(&year));
        let said = || {
            let (word, behind) = rest.trim_start().split_once(' ')?;
            let is_long = year.len() == 4;
            let says = OF_YEAR.contains(&word.to_uppercase().as_str());
            (is_long && says).then_some(behind)
        };
        let behind = attached.or_else(said)?.strip_prefix(year.as_str())?;
        (!behind.starts_with(|c: char| c.is_alphanumeric())).then_some(behind)
    };
    forms.find_map(of_year).unwrap_or(rest)
}

/// Words between a number and its year.
const OF_YEAR: &[&str] = &["ANNO", "AUS", "DE", "DEL", "DU", "OF", "VAN", "VON"];

/// Are these digits the day of issue of what is quoted? They begin no number.
fn is_day_of_issue(context: &Context<'_>, piece: &Piece<'_>, chosen: &[Mention]) -> bool {
    let mut docs = chosen.iter().flat_map(|m| &m.docs);
    docs.any(|d| numbers::spell_day(&piece.text, date_of(context.doc(*d).issued)))
}

/// Nobody knows the payer: those whose documents are quoted are taken for it.
fn adopt(context: &mut Context<'_>, mentions: &[Mention]) {
    let mut pool = Vec::new();
    let instructed = context.p.instructed.map(Money::currency);
    let paid_in = |d: u32| context.is_local(d) || instructed == Some(context.doc(d).currency);
    let clear = references::select(mentions, |d| context.is_open(d) && paid_in(d));
    for mention in &clear {
        let customers = context.owners(&mention.docs);
        let called = || mention.reading == Reading::Short && is_meant(context, mention, false);
        if customers.len() <= 3 && (mention.reading >= Reading::Serial || called()) {
            pool.extend(customers);
        }
    }
    pool.sort_unstable();
    pool.dedup();
    context.docs = context.open_docs(&pool);
    context.adopted = true;
    context.payers.pool = pool;
}

/// So many documents of one amount meet the last three digits of any number by accident.
const COMMON: usize = 50;

/// Nobody knows the payer, but one document has exactly the amount and what is quoted could be
/// its number.
fn adopt_by_amount(context: &mut Context<'_>) {
    let index = &context.m.index;
    let same: Vec<u32> = index
        .open_of_amount(context.currency, context.amount)
        .filter(|d| context.is_open(*d))
        .take(COMMON)
        .collect();
    if same.is_empty() || same.len() == COMMON {
        return;
    }
    let short = context.mentions.iter();
    let mut fitting: Vec<u32> = short
        .filter(|m| m.reading == Reading::Short)
        .flat_map(|m| m.docs.iter().copied())
        .filter(|d| same.contains(d))
        .collect();
    for mention in references::loose(index, context.pieces, &same) {
        let tail = mention.reading == Reading::Tail && mention.end - mention.start < 4;
        // A round amount that several have and a number that is none of theirs are two accidents.
        let round = same.len() > 1 && context.amount % 1000 == 0;
        let slip = mention.reading == Reading::Slip && round;
        if !(slip || tail && same.len() > 5) {
            fitting.extend(mention.docs);
        }
    }
    fitting.sort_unstable();
    fitting.dedup();
    if let [one] = fitting[..] {
        context.adopted = true;
        context.payers.pool = vec![context.doc(one).customer];
        context.docs = context.open_docs(&context.payers.pool);
    }
}

fn sort(context: &Context<'_>, chosen: Vec<Mention>, out: &mut Quoted) {
    let alone = are_alone(context, &chosen);
    for mut mention in chosen {
        if mention.docs.len() > 1 && mention.reading != Reading::Order {
            // The same serial in another series: the account's currency decides, if it can.
            let local: Vec<u32> = mention
                .docs
                .iter()
                .copied()
                .filter(|d| context.is_local(*d))
                .collect();
            if !local.is_empty() {
                mention.docs = local;
            }
        }
        let one = mention.docs.len() == 1;
        match mention.reading {
            Reading::Order if !one => {
                if !out.groups.contains(&mention.docs) {
                    out.groups.push(mention.docs);
                }
            }
            Reading::Faint => {
                if !out.faint.contains(&mention.docs) {
                    out.faint.push(mention.docs);
                }
            }
            Reading::Short if is_meant(context, &mention, alone) => clear(&mention, out),
            Reading::Tail | Reading::Slip | Reading::Short | Reading::Order => {
                if !out.unclear.contains(&mention.docs) {
                    out.unclear.push(mention.docs);
                }
            }
            _ if one => clear(&mention, out),
            _ => out.unclear.push(mention.docs),
        }
    }
    let clear = out.clear.clone();
    out.unclear
        .retain(|docs| !docs.iter().all(|d| clear.contains(d)));
}

fn clear(mention: &Mention, out: &mut Quoted) {
    if !out.clear.contains(&mention.docs[0]) {
        out.clear.push(mention.docs[0]);
    }
    let least = out
        .least
        .map_or(mention.reading, |l| l.min(mention.reading));
    out.least = Some(least);
}
