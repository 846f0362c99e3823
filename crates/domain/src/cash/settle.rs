//! Quoted documents against the amount: exact, less what the rules allow, in part, or too much.

use super::confidence::Ground;
use super::context::{Context, Net, Set};
use super::explain::Class;
use super::finding::Finding;
use super::model::{ItemKind, Kind, Row};
use super::names;
use super::quoted::Quoted;
use super::references::{self, Reading};

const COMBINATIONS: usize = 4000;

/// All findings that quoted documents give, best first.
pub(super) fn settle(context: &Context<'_>, quoted: &Quoted) -> Vec<Finding> {
    let mut out = Vec::new();
    if quoted.is_empty() && quoted.foreign.is_empty() {
        return out;
    }
    let exact = exact(context, quoted);
    if !exact.is_empty() {
        let alike = context.all_alike(&exact);
        for set in exact.iter().take(3) {
            out.push(exact_finding(context, quoted, set, alike));
        }
        return out;
    }
    let named: Vec<u32> = named(quoted);
    let with_foreign = [&named[..], &quoted.foreign[..]].concat();
    if !quoted.foreign.is_empty()
        && let Some(set) = tie(context, &with_foreign, context.amount)
    {
        out.push(
            Finding::new(context.rows(&set), Ground::Quoted, true)
                .because("The documents quoted, of several customers, add up to the payment"),
        );
        return out;
    }
    if !with_foreign.is_empty() && named.len() < with_foreign.len() {
        out.extend(kept_by_intermediary(context, &with_foreign));
    }
    if !named.is_empty() {
        out.extend(differences(context, quoted, &named));
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
    Finding::new(context.rows(set), ground, true)
        .because("The documents quoted add up to the payment")
        .but_if(
            several && less,
            "An order covers several documents and something is deducted",
        )
        .but_if(!alike, "Several readings of what is quoted make the amount")
}

/// Every way the quotations can be read so that the sum is exact; readings that use more of what
/// is quoted shut out those that use less.
fn exact(context: &Context<'_>, quoted: &Quoted) -> Vec<Set> {
    let slots: Vec<Vec<Vec<u32>>> = quoted
        .unclear
        .iter()
        .map(|docs| docs.iter().map(|d| vec![*d]).collect())
        .chain(quoted.groups.iter().map(|docs| parts(docs)))
        .take(7)
        .collect();
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
            combine(context, &quoted.clear, &chosen, &mut out);
        }
        if !out.is_empty() {
            return out;
        }
    }
    Vec::new()
}

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

fn combine(context: &Context<'_>, clear: &[u32], slots: &[&Vec<Vec<u32>>], out: &mut Vec<Set>) {
    let total: usize = slots.iter().map(|s| s.len()).product();
    if total > COMBINATIONS {
        return;
    }
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
    for how in [Net::Discount, Net::Withheld] {
        let set: Set = docs
            .iter()
            .filter_map(|d| {
                let nets = context.nets(*d);
                let (net, how) = nets.iter().find(|(_, h)| *h == how).or(nets.first())?;
                Some((*d, *how, *net))
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

fn each_its_own_way(context: &Context<'_>, docs: &[u32], amount: i64) -> Option<Set> {
    let nets: Vec<Vec<(i64, Net)>> = docs
        .iter()
        .map(|d| {
            let mut nets = context.nets(*d);
            nets.retain(|(_, how)| *how != Net::Fee);
            nets
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

/// Several customers' documents, somewhat less paid: the payer in between kept a fee.
fn kept_by_intermediary(context: &Context<'_>, docs: &[u32]) -> Option<Finding> {
    let kept = context.sum(docs) - context.amount;
    let mut customers: Vec<u32> = docs.iter().map(|d| context.doc(*d).customer).collect();
    customers.sort_unstable();
    customers.dedup();
    let own = context.payers.ids.iter().any(|c| customers.contains(c));
    if customers.len() < 2 || own || kept <= 0 || kept * 50 > context.sum(docs) {
        return None;
    }
    let mut rows: Vec<Row> = docs.iter().map(|d| context.clear(*d)).collect();
    rows.push(Row {
        customer: None,
        item: None,
        amount: context.money(-kept),
        document_amount: None,
        kind: Kind::BankFee,
    });
    Some(
        Finding::new(rows, Ground::QuotedLess, true)
            .because("Documents of several customers, paid by somebody else who kept a fee"),
    )
}

/// The largest document: it carries a deduction that names none.
fn largest(context: &Context<'_>, docs: &[u32]) -> Option<u32> {
    docs.iter()
        .copied()
        .filter(|d| context.doc(*d).kind != ItemKind::CreditMemo)
        .max_by_key(|d| (context.doc(*d).open, std::cmp::Reverse(*d)))
}

/// The sum quoted is not the sum paid.
pub(super) fn differences(context: &Context<'_>, quoted: &Quoted, docs: &[u32]) -> Vec<Finding> {
    if docs.iter().any(|d| !context.is_local(*d)) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let short = context.sum(docs) - context.amount;
    let sure = docs.iter().all(|d| quoted.clear.contains(d));
    let owners: Vec<u32> = docs.iter().map(|d| context.doc(*d).customer).collect();
    if !context.in_pool(docs[0]) || owners.is_empty() {
        return out;
    }
    if short > 0 {
        if sure && !context.payers.ids.iter().any(|c| owners.contains(c)) {
            out.extend(kept_by_intermediary(context, docs));
        }
        if out.is_empty() {
            out.extend(credits(context, docs, short));
            out.extend(deducted(context, docs, short, quoted));
        }
    } else {
        out.extend(more(context, docs, -short, quoted));
    }
    if out.is_empty() || out.iter().all(|f| !f.post) {
        out.extend(in_part_or_over(context, docs, short, quoted));
    }
    for finding in &mut out {
        let vague = matches!(
            finding.ground,
            Ground::Part | Ground::Over | Ground::QuotedAndMore
        ) || quoted.least.is_none_or(|l| l < Reading::Framed);
        let split = finding.rows.iter().any(|r| r.customer.is_none());
        if context.adopted && vague && !split {
            *finding = finding
                .clone()
                .but("The payer is unknown and the sum is not exact");
        }
        if !sure && finding.post && finding.ground != Ground::QuotedLess {
            *finding = finding.clone().but("The quotation is not clear enough");
        }
    }
    out
}

fn with(context: &Context<'_>, docs: &[u32], row: Option<Row>) -> Vec<Row> {
    docs.iter().map(|d| context.clear(*d)).chain(row).collect()
}

/// A credit memo taken without saying so.
fn credits(context: &Context<'_>, docs: &[u32], short: i64) -> Option<Finding> {
    let customers: Vec<u32> = docs.iter().map(|d| context.doc(*d).customer).collect();
    let open: Vec<u32> = context
        .docs
        .iter()
        .copied()
        .filter(|d| {
            let doc = context.doc(*d);
            doc.kind == ItemKind::CreditMemo
                && customers.contains(&doc.customer)
                && context.is_local(*d)
                && !docs.contains(d)
        })
        .collect();
    let mut hits: Vec<Vec<u32>> = open
        .iter()
        .filter(|d| context.doc(**d).open == -short)
        .map(|d| vec![*d])
        .collect();
    if hits.is_empty() {
        for (i, a) in open.iter().enumerate() {
            for b in &open[i + 1..] {
                if context.sum(&[*a, *b]) == -short {
                    hits.push(vec![*a, *b]);
                }
            }
        }
    }
    let first = hits.first()?;
    let rows = with(context, docs, None)
        .into_iter()
        .chain(with(context, first, None))
        .collect();
    Some(
        Finding::new(rows, Ground::QuotedLess, true)
            .because("The difference is exactly the customer's open credit memo")
            .but_if(hits.len() > 1, "Several credit memos make the difference"),
    )
}

/// Deductions that the rules know.
fn deducted(context: &Context<'_>, docs: &[u32], short: i64, quoted: &Quoted) -> Option<Finding> {
    let policy = &context.m.book.policy;
    let bearer = largest(context, docs)?;
    let customer = context.doc(bearer).customer;
    let less = |kind: Kind, why: &str| {
        let rows = with(context, docs, Some(context.row(bearer, -short, kind)));
        Finding::new(rows, Ground::QuotedLess, true).because(why)
    };
    // A fee has no document of its own: the first quoted that is large enough carries it.
    let first = docs.iter().copied().find(|d| context.doc(*d).open > short);
    let fee = |why: &str| {
        let row = context.row(first.unwrap_or(bearer), -short, Kind::BankFee);
        Finding::new(with(context, docs, Some(row)), Ground::QuotedLess, true).because(why)
    };
    if short >= context.doc(bearer).open {
        return None;
    }
    if context.p.charges.is_some_and(|c| c.minor() == short) {
        return Some(fee("The bank shows that it kept this as its charge"));
    }
    if let Some(kind) = stated(context, short) {
        return Some(less(kind, "The text states the amount deducted"));
    }
    if short <= context.tolerance(&policy.rounding_tolerance) {
        return Some(less(
            Kind::Rounding,
            "The difference is within the tolerance for rounding",
        ));
    }
    if let Some(refused) = refused_discount(context, docs, short) {
        return Some(refused);
    }
    if short <= context.tolerance(&policy.fee_tolerance) {
        let habit = context.m.index.habits[customer as usize].fee >= 2;
        if habit || context.is_cross_border(customer) {
            let why = if habit {
                "History shows that this customer's payments arrive short of fees"
            } else {
                "Paid from abroad and short by no more than the tolerance for fees"
            };
            return Some(
                fee(why)
                    .but_if(
                        quoted.cut,
                        "The text is cut: it may have given another reason",
                    )
                    .but_if(context.adopted, "The payer is unknown"),
            );
        }
    }
    None
}

/// Exactly the discount, but too late and not granted before: it stays open as a dispute.
fn refused_discount(context: &Context<'_>, docs: &[u32], short: i64) -> Option<Finding> {
    let late: Vec<(u32, i64)> = docs
        .iter()
        .map(|d| (*d, context.doc(*d)))
        .filter(|(_, doc)| doc.discount > 0 && doc.open == doc.amount)
        .map(|(d, doc)| (d, doc.discount))
        .collect();
    let taken: Vec<(u32, i64)> = if late.iter().map(|(_, x)| x).sum::<i64>() == short {
        late
    } else {
        late.into_iter().filter(|(_, x)| *x == short).collect()
    };
    if taken.iter().map(|(_, x)| x).sum::<i64>() != short {
        return None;
    }
    let mut rows = with(context, docs, None);
    rows.extend(
        taken
            .iter()
            .map(|(d, x)| context.row(*d, -x, Kind::ShortPayDispute)),
    );
    Some(Finding::new(rows, Ground::QuotedLess, true).because(
        "Short by exactly the discount, taken after the days of grace and not granted before",
    ))
}

/// The text states an amount that is the shortfall: a claim, unless it says what else it is.
fn stated(context: &Context<'_>, short: i64) -> Option<Kind> {
    let amount = references::amounts(&context.p.text).contains(&short);
    (amount || claims(&context.p.text)).then_some(Kind::ShortPayDispute)
}

/// Words with which payers claim something.
const CLAIMS: &[&str] = &[
    "DED",
    "DEDUCTION",
    "ABZUG",
    "CLAIM",
    "CLM",
    "DAMAGED",
    "DAMAGE",
    "SHORTAGE",
    "PENALTY",
    "KURZUNG",
    "MANGEL",
    "RETENUE",
    "LITIGE",
    "CHARGEBACK",
    "PENALE",
    "RECLAMO",
];

/// Does the text claim a deduction, with a word or with a reason code like `RC12`?
fn claims(text: &str) -> bool {
    let words = names::words(text);
    words.iter().any(|w| {
        CLAIMS.contains(&w.as_str())
            || (w.len() == 4 && w.starts_with("RC") && w[2..].bytes().all(|b| b.is_ascii_digit()))
    })
}

/// More paid than quoted: other documents of the payer may make up the rest.
fn more(context: &Context<'_>, docs: &[u32], excess: i64, quoted: &Quoted) -> Vec<Finding> {
    let policy = &context.m.book.policy;
    if excess <= context.tolerance(&policy.rounding_tolerance)
        && let Some(bearer) = largest(context, docs)
    {
        let rows = with(
            context,
            docs,
            Some(context.row(bearer, excess, Kind::Rounding)),
        );
        return vec![
            Finding::new(rows, Ground::QuotedLess, true)
                .because("The difference is within the tolerance for rounding"),
        ];
    }
    let rest: Vec<u32> = context
        .docs
        .iter()
        .copied()
        .filter(|d| !docs.contains(d) && context.is_local(*d))
        .collect();
    let Some(explained) = context.explain(&rest, excess, false) else {
        return Vec::new();
    };
    let alike = context.all_alike(&explained.sets);
    let twice =
        explained.class == Class::One && docs.iter().any(|d| context.doc(*d).open == excess);
    let claimed = explained
        .sets
        .iter()
        .flatten()
        .any(|(d, ..)| context.doc(*d).claimed);
    let chance = context.accidents(&rest, &explained, excess);
    let vague = explained.class > Class::Two
        || (explained.class > Class::One && (quoted.cut || context.adopted));
    explained
        .sets
        .iter()
        .take(2)
        .map(|set| {
            let rows = with(context, docs, None)
                .into_iter()
                .chain(context.rows(set))
                .collect();
            Finding::new(rows, Ground::QuotedAndMore, true)
                .because(
                    "What is quoted and one more explanation of the rest add up to the payment",
                )
                .but_if(!alike, "Several documents could make up the rest")
                .but_if(claimed, "An earlier proposal claims one of these documents")
                .but_if(twice, "It may be the same document paid twice")
                .but_if(vague, "Nothing says which documents make up the rest")
                .but_if(chance, "So many documents make such a sum by accident")
        })
        .collect()
}

/// Nothing explains the difference: paid in part, or too much.
fn in_part_or_over(
    context: &Context<'_>,
    docs: &[u32],
    short: i64,
    quoted: &Quoted,
) -> Vec<Finding> {
    let mut out = Vec::new();
    let elsewhere = context.docs.iter().any(|d| {
        !docs.contains(d)
            && context.is_local(*d)
            && context.doc(*d).kind != ItemKind::CreditMemo
            && context
                .nets(*d)
                .iter()
                .any(|(net, _)| *net == context.amount)
    });
    let Some(bearer) = largest(context, docs) else {
        return out;
    };
    if short > 0 && short < context.doc(bearer).open {
        let mut rows = with(context, docs, None);
        for row in &mut rows {
            if row.item == Some(context.doc(bearer).id) {
                row.amount = context.money(context.doc(bearer).open - short);
            }
        }
        out.push(
            Finding::new(rows, Ground::Part, true)
                .because("Less than the document quoted; the rest stays open")
                .but_if(
                    docs.len() > 1,
                    "Nothing says which document was paid in part",
                )
                .but_if(quoted.cut, "The text is cut: more may have been said")
                .but_if(
                    elsewhere,
                    "Another document of the payer has exactly this amount",
                )
                .but_if(
                    !quoted.foreign.is_empty() || !quoted.closed.is_empty(),
                    "Other documents are quoted too",
                ),
        );
    } else if short < 0 {
        let customer = context.doc(bearer).customer;
        let row = context.customer_row(customer, -short, Kind::OverpaymentOnAccount);
        out.push(
            Finding::new(with(context, docs, Some(row)), Ground::Over, true)
                .because("More than the documents quoted; the rest stays on account")
                .but_if(
                    quoted.cut,
                    "The text is cut: more documents may have been quoted",
                )
                .but_if(
                    -short > context.sum(docs),
                    "More is left over than is quoted",
                )
                .but_if(
                    elsewhere,
                    "Another document of the payer has exactly this amount",
                )
                .but_if(
                    !quoted.unclear.is_empty() || !quoted.groups.is_empty(),
                    "Other quotations are unclear",
                )
                .but_if(
                    !quoted.foreign.is_empty() || !quoted.closed.is_empty(),
                    "Other documents are quoted too",
                ),
        );
    }
    out
}
