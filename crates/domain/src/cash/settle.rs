//! Quoted documents against the amount: every way to read them so that the sum is exact.
//!
//! Where no reading is exact, the deductions take over.

use super::confidence::Ground;
use super::context::{Context, Net, Set, TORN};
use super::deductions;
use super::finding::Finding;
use super::quoted::Quoted;

/// Readings tried before the search gives up, which is to find nothing.
const COMBINATIONS: usize = 12_000;

/// All findings that quoted documents give, best first.
pub(super) fn settle(context: &Context<'_>, quoted: &Quoted) -> Vec<Finding> {
    let mut out = Vec::new();
    if quoted.is_empty() && quoted.foreign.is_empty() {
        return out;
    }
    let mut exact = exact(context, quoted);
    exact.sort_by_key(|set| context.is_wanted(set));
    if !exact.is_empty() {
        let alike = context.all_alike(&exact);
        let chance = is_chance(context, quoted);
        for set in exact.iter().take(3) {
            let found = exact_finding(context, quoted, set, alike);
            let picked = quoted.groups.iter().any(|group| {
                let of_group = set.iter().filter(|(d, ..)| group.contains(d)).count();
                of_group > 0 && of_group < group.len()
            });
            out.push(found.but_if(
                chance && picked,
                "So many documents of these orders make such a sum by accident",
            ));
        }
        return out;
    }
    let named: Vec<u32> = named(quoted);
    let with_foreign = [&named[..], &quoted.foreign[..]].concat();
    if !quoted.foreign.is_empty()
        && let Some(set) = tie(context, &with_foreign, context.amount)
    {
        out.push(
            Finding::new(context.rows(&set), Ground::Quoted)
                .because("The documents quoted, of several customers, add up to the payment"),
        );
        return out;
    }
    if !with_foreign.is_empty() && named.len() < with_foreign.len() {
        out.extend(deductions::kept_by_intermediary(context, &with_foreign));
    }
    if !named.is_empty() {
        out.extend(deductions::differences(context, quoted, &named));
    }
    out
}

/// The documents that are quoted one by one, clearly or with a single reading.
fn named(quoted: &Quoted) -> Vec<u32> {
    let mut out = quoted.clear.clone();
    for docs in quoted.unclear.iter().chain(&quoted.groups) {
        if let [one] = docs[..]
            && !out.contains(&one)
        {
            out.push(one);
        }
    }
    out
}

fn exact_finding(context: &Context<'_>, quoted: &Quoted, set: &Set, alike: bool) -> Finding {
    let clear = set.iter().all(|(d, ..)| quoted.clear.contains(d));
    let ground = if clear {
        Ground::Quoted
    } else {
        Ground::QuotedUnclearly
    };
    let several = quoted
        .groups
        .iter()
        .any(|group| set.iter().filter(|(d, ..)| group.contains(d)).count() > 1);
    let less = set.iter().any(|(_, how, _)| *how != Net::Full);
    Finding::new(context.rows(set), ground)
        .because("The documents quoted add up to the payment")
        .but_if(
            several && less,
            "An order covers several documents and something is deducted",
        )
        .but_if(!alike, "Several readings of what is quoted make the amount")
        .but_if(
            !clear && quoted.closed.iter().any(|d| context.in_pool(*d)),
            "What is quoted is the number of a document that is paid",
        )
        .but_if(context.is_torn(set), TORN)
}

/// Every way the quotations can be read so that the sum is exact; readings that use more of what
/// is quoted shut out those that use less.
fn exact(context: &Context<'_>, quoted: &Quoted) -> Vec<Set> {
    fn one_of(list: &[Vec<u32>]) -> impl Iterator<Item = Vec<Vec<u32>>> {
        list.iter()
            .map(|docs| docs.iter().map(|d| vec![*d]).collect())
    }
    let slots: Vec<Vec<Vec<u32>>> = one_of(&quoted.unclear)
        .chain(quoted.groups.iter().map(|docs| parts(docs)))
        .chain(one_of(&quoted.faint))
        .take(7)
        .collect();
    let mut budget = COMBINATIONS;
    for used in (0..=slots.len()).rev() {
        let mut out: Vec<Set> = Vec::new();
        for mask in 0..1_u32 << slots.len() {
            if mask.count_ones() as usize != used {
                continue;
            }
            let chosen: Vec<&Vec<Vec<u32>>> = slots
                .iter()
                .enumerate()
                .filter(|(i, _)| mask >> i & 1 == 1)
                .map(|(_, slot)| slot)
                .collect();
            combine(context, &quoted.clear, &chosen, &mut out, &mut budget);
        }
        if !out.is_empty() {
            return out;
        }
    }
    Vec::new()
}

/// May what is quoted be read in so many ways that some of them make the amount by accident?
fn is_chance(context: &Context<'_>, quoted: &Quoted) -> bool {
    let groups = quoted.groups.iter().map(|docs| parts(docs).len());
    let ways = groups.chain(quoted.unclear.iter().map(Vec::len));
    let all = ways.fold(1_i64, |all, n| all.saturating_mul(n as i64));
    all.saturating_mul(ODDS) > context.amount
}

/// As many minor units for each way of reading as make an accident rare: with fewer some of the
/// ways meet the amount too often.
const ODDS: i64 = 50;

/// The parts of a group that one quotation may mean: all, one, two, three.
fn parts(docs: &[u32]) -> Vec<Vec<u32>> {
    let mut out = vec![docs.to_vec()];
    out.extend(docs.iter().map(|d| vec![*d]));
    if (3..=14).contains(&docs.len()) {
        for i in 0..docs.len() {
            for j in i + 1..docs.len() {
                out.push(vec![docs[i], docs[j]]);
                if docs.len() > 3 {
                    out.extend(docs[j + 1..].iter().map(|d| vec![docs[i], docs[j], *d]));
                }
            }
        }
    }
    out
}

fn combine(
    context: &Context<'_>,
    clear: &[u32],
    slots: &[&Vec<Vec<u32>>],
    out: &mut Vec<Set>,
    budget: &mut usize,
) {
    let total: usize = slots.iter().map(|s| s.len()).product();
    let Some(left) = budget.checked_sub(total) else {
        return;
    };
    *budget = left;
    for mut number in 0..total {
        let mut docs = clear.to_vec();
        for slot in slots {
            docs.extend(&slot[number % slot.len()]);
            number /= slot.len();
        }
        let mut once = docs.clone();
        once.sort_unstable();
        once.dedup();
        if once.len() < docs.len() || docs.is_empty() {
            continue;
        }
        if let Some(set) = tie(context, &docs, context.amount) {
            let key = |set: &Set| {
                let mut key: Vec<u32> = set.iter().map(|(d, ..)| *d).collect();
                key.sort_unstable();
                key
            };
            if out.iter().all(|other| key(other) != once) {
                out.push(set);
            }
        }
    }
}

/// Clears the documents so that they make the amount: all in full, all less the same usual
/// deduction, or, where they are few, each its own way.
pub(super) fn tie(context: &Context<'_>, docs: &[u32], amount: i64) -> Option<Set> {
    if docs.iter().any(|d| !context.is_local(*d)) {
        return None;
    }
    let full = context.sum(docs);
    if full == amount {
        return Some(context.full(docs));
    }
    // Deductions only take off, so that most readings are ruled out by one look at their sum.
    if amount > full || amount < least(context, docs) {
        return None;
    }
    // A payer rounds the tax of all documents in one way, the last of which cuts off.
    let mut ways = [
        (Net::Discount, false),
        (Net::Withheld, false),
        (Net::Withheld, true),
    ];
    if context.tells_of_tax {
        ways.rotate_left(1);
    }
    for (how, is_cut) in ways {
        let set: Set = docs
            .iter()
            .filter_map(|d| {
                let mut ways = context.nets(*d).filter(|(_, h)| *h == how);
                let way = if is_cut { ways.last() } else { ways.next() };
                let (net, how) = way.or_else(|| context.nets(*d).next())?;
                Some((*d, how, net))
            })
            .collect();
        if set.iter().map(|(_, _, net)| net).sum::<i64>() == amount {
            return Some(set);
        }
    }
    (docs.len() <= 6)
        .then(|| each_its_own_way(context, docs, amount))
        .flatten()
}

/// What the documents are worth with the largest deduction taken from each.
fn least(context: &Context<'_>, docs: &[u32]) -> i64 {
    let nets = docs.iter().map(|d| context.nets(*d).map(|(net, _)| net));
    nets.filter_map(Iterator::min).sum()
}

fn each_its_own_way(context: &Context<'_>, docs: &[u32], amount: i64) -> Option<Set> {
    let nets: Vec<Vec<(i64, Net)>> = docs
        .iter()
        .map(|d| {
            let nets = context.nets(*d);
            nets.filter(|(_, how)| *how != Net::Fee).collect()
        })
        .collect();
    let total: usize = nets.iter().map(Vec::len).product();
    for mut number in 0..total {
        let set: Set = docs
            .iter()
            .zip(&nets)
            .map(|(d, nets)| {
                let (net, how) = nets[number % nets.len()];
                number /= nets.len();
                (*d, how, net)
            })
            .collect();
        if set.iter().map(|(_, _, net)| net).sum::<i64>() == amount {
            return Some(set);
        }
    }
    None
}
