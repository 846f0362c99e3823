//! Nothing helpful is quoted: payer, amount and habits decide, or a person does.

use super::confidence::Ground;
use super::context::{Context, Net, TORN};
use super::decision::{Kind, Row};
use super::doubts::{
    ANOTHER_WAITS, ANOTHERS_QUOTED, BY_ACCIDENT, ONE_HAS_IT, ONLY_ALIKE, WITH_CHARGES,
};
use super::explain::{Class, Explained, Sums};
use super::finding::Finding;
use super::model::ItemKind;
use super::quoted::{self, Quoted};
use super::{claims, guesses, keys, text};

/// Findings by amount; what earlier rules found stays in front.
pub(super) fn findings(context: &Context<'_>, quoted: &Quoted, out: &mut Vec<Finding>) {
    if context.payers.pool.is_empty() {
        guesses::strangers(context, out);
        return;
    }
    let docs: Vec<u32> = context
        .docs
        .iter()
        .copied()
        .filter(|d| context.is_local(*d))
        .collect();
    let explained = context.explain(&docs, context.amount, Sums::Usual);
    let conflict = says_otherwise(context, quoted, explained.as_ref());
    let oldest = oldest_first(context, &docs).filter(|_| quoted.is_empty());
    let unclear = !quoted.unclear.is_empty() || !quoted.groups.is_empty();
    let mut habit = false;
    if !conflict && let Some(found) = oldest {
        if explained.as_ref().is_none_or(|e| e.class != Class::One) {
            let told = |e: &Explained| !context.accidents(&docs, e, context.amount);
            let otherwise = explained.as_ref().is_some_and(|e| {
                e.sets.iter().all(|set| context.rows(set) != found.rows) && told(e)
            });
            let found = found.but_if(otherwise, "Whole documents make exactly this amount, too");
            let waits = !found.posts();
            out.push(found);
            if waits {
                out.extend(guesses::oldest_invoices(context, &docs));
            }
            return;
        }
        habit = explained
            .as_ref()
            .is_some_and(|e| e.sets.iter().all(|set| context.rows(set) != found.rows));
        if habit {
            out.push(found.but(ONE_HAS_IT));
        }
    }
    out.extend(less_what_is_stated(context, &docs));
    if let Some(explained) = explained {
        let doubts = Doubts {
            conflict,
            unclear,
            habit,
        };
        explanations(context, &docs, explained, doubts, out);
        if conflict && let [customer] = context.payers.ids[..] {
            let kind = Kind::OverpaymentOnAccount;
            let row = context.customer_row(customer, context.amount, kind);
            out.push(
                Finding::new(vec![row], Ground::Stranger)
                    .but("What is quoted says otherwise: on account"),
            );
        }
        return;
    }
    if quoted.clear.is_empty() {
        paid_before(context, quoted, out);
    }
    guesses::guesses(context, &docs, out);
}

/// Does what is quoted say otherwise than any explanation of the amount?
fn says_otherwise(context: &Context<'_>, quoted: &Quoted, explained: Option<&Explained>) -> bool {
    let named = !quoted.clear.is_empty()
        || !quoted.foreign.is_empty()
        || !quoted.closed.is_empty()
        || quoted.elsewhere;
    let ends = || quoted.is_empty() && quoted::ends_a_closed_one(context);
    named || context.p.text.len() > 3 && (fragment_elsewhere(context, explained) || ends())
}

/// The one document that is paid but for a deduction which the text states: worth a look.
fn less_what_is_stated(context: &Context<'_>, docs: &[u32]) -> Option<Finding> {
    if !claims::are_made(context) {
        return None;
    }
    let amounts = text::amounts(context.own_pieces());
    let mut found = amounts
        .into_iter()
        .filter(|less| *less > 0)
        .flat_map(|less| {
            let whole = move |d: &&u32| context.doc(**d).open == context.amount + less;
            docs.iter().filter(whole).map(move |d| (*d, less))
        });
    let (Some((doc, less)), None) = (found.next(), found.next()) else {
        return None;
    };
    let rows = vec![
        context.clear(doc),
        context.row(doc, -less, Kind::ShortPayDispute),
    ];
    Some(
        Finding::new(rows, Ground::Several)
            .but("One document is paid but for the deduction that the text states"),
    )
}

/// What speaks against every explanation by amount.
#[derive(Clone, Copy)]
struct Doubts {
    /// What is quoted says otherwise.
    conflict: bool,
    /// Something is quoted that does not make the amount.
    unclear: bool,
    /// The payer lays its sums on the oldest documents.
    habit: bool,
}

/// The explanations of the amount, those first that no earlier proposal claims.
fn explanations(
    context: &Context<'_>,
    docs: &[u32],
    explained: Explained,
    doubts: Doubts,
    out: &mut Vec<Finding>,
) {
    let alike = context.all_alike(&explained.sets);
    let dated = explained.sets.iter().all(|set| context.is_dated(set));
    let chance = !dated && context.accidents(docs, &explained, context.amount);
    let many = context.payers.by_name && context.payers.ids.len() > 6;
    let in_part = explained.class > Class::Regular
        && guesses::is_round(context.amount)
        && claims::in_part(context);
    let deducted = claims::are_made(context) && claims::state_another_amount(context, 0);
    let mut sets = explained.sets;
    sets.sort_by_key(|set| context.is_wanted(set));
    for set in sets.iter().take(3) {
        let claimed = set.iter().any(|(d, ..)| context.doc(*d).claimed);
        let (ground, why) = said_of(explained.class);
        let mut finding = Finding::new(context.rows(set), ground).because(why);
        if dated {
            finding = finding.because("The text names the day of issue");
        }
        out.push(
            finding
                .but_if(!alike, "Several explanations are as good")
                .but_if(doubts.conflict, "What is quoted says otherwise")
                .but_if(
                    doubts.unclear,
                    "Something is quoted that does not make the amount",
                )
                .but_if(claimed, "An earlier proposal claims one of these documents")
                .but_if(
                    doubts.habit,
                    "This payer lays its sums on the oldest documents",
                )
                .but_if(chance, BY_ACCIDENT)
                .but_if(
                    deducted && set.iter().all(|(_, how, _)| *how == Net::Full),
                    "The text states a deduction, and none explains the amount",
                )
                .but_if(
                    in_part,
                    "A round sum, of which the text says that it is a part payment",
                )
                .but_if(context.is_torn(set), TORN)
                .but_if(many, "The name fits too many customers"),
        );
    }
}

/// What kind of finding an explanation by amount is, in words.
fn said_of(class: Class) -> (Ground, &'static str) {
    match class {
        Class::One => (
            Ground::OneByAmount,
            "One open document of the payer has exactly this amount",
        ),
        Class::Two | Class::Three => (
            Ground::Few,
            "These open documents of the payer make exactly this amount",
        ),
        Class::All | Class::Regular => (
            Ground::Regular,
            "These open documents, taken in a usual order, make exactly this amount",
        ),
    }
}

/// Does the text end in the beginning of a number of the same series that none of the documents
/// found has?
fn fragment_elsewhere(context: &Context<'_>, explained: Option<&Explained>) -> bool {
    let pieces = context.own_pieces();
    let Some(last) = pieces
        .last()
        .filter(|p| p.digits && !p.other() && p.text.len() >= 2)
    else {
        return false;
    };
    let mut fragments: Vec<String> = vec![last.text.to_string()];
    for pair in pieces.windows(2).rev() {
        if pair[1].start - pair[0].end > 1 || pair[0].other() || fragments.len() > 3 {
            break;
        }
        let longer = format!("{}{}", pair[0].text, fragments[fragments.len() - 1]);
        fragments.push(longer);
    }
    let numbers: Vec<String> = explained
        .into_iter()
        .flat_map(|e| &e.sets)
        .flatten()
        .map(|(d, ..)| keys::alnum(context.m.index.texts.number(*d)))
        .collect();
    let begins = |f: &String| numbers.iter().any(|n| n.starts_with(f.as_str()));
    let parts = |f: &String| {
        numbers.iter().any(|n| {
            let shared = n.bytes().zip(f.bytes()).take_while(|(a, b)| a == b).count();
            shared >= 3 && shared < f.len() && f.len() < n.len()
        })
    };
    !fragments.iter().any(begins) && fragments.iter().any(parts)
}

/// Does history show that such sums of a customer are laid on the oldest documents?
pub(super) fn pays_oldest(context: &Context<'_>, customer: u32) -> bool {
    context.habits(customer).pays_oldest(context.amount)
}

/// A payer whose history shows that sums are laid on the oldest documents.
fn oldest_first(context: &Context<'_>, docs: &[u32]) -> Option<Finding> {
    let [customer] = context.payers.ids[..] else {
        return None;
    };
    if !pays_oldest(context, customer) {
        return None;
    }
    let rows = fifo(context, customer, docs)?;
    let charges = |row: &Row| {
        let doc = row.item.and_then(|id| context.m.index.by_id.get(&id));
        doc.is_some_and(|d| context.doc(*d).kind == ItemKind::DebitMemo)
    };
    Some(
        Finding::new(rows.clone(), Ground::Oldest)
            .because("History shows that this payer's sums go on the oldest documents first")
            .but_if(context.payers.vaguely, ONLY_ALIKE)
            .but_if(rows.iter().any(charges), WITH_CHARGES)
            .but_if(context.m.waiting.contains(&customer), ANOTHER_WAITS)
            .but_if(
                rows.iter().any(|row| row.item.is_none()),
                "It is more than the payer owes",
            ),
    )
}

/// The amount laid on one customer's documents, oldest due date first.
pub(super) fn fifo(context: &Context<'_>, customer: u32, docs: &[u32]) -> Option<Vec<Row>> {
    let mut left = context.amount;
    let mut rows = Vec::new();
    for doc in docs {
        let d = context.doc(*doc);
        if d.customer != customer || d.kind == ItemKind::CreditMemo || d.open <= 0 {
            continue;
        }
        if left <= 0 {
            break;
        }
        let part = d.open.min(left);
        rows.push(context.row(*doc, part, Kind::Payment));
        left -= part;
    }
    if left > 0 {
        rows.push(context.customer_row(customer, left, Kind::OverpaymentOnAccount));
    }
    (!rows.is_empty()).then_some(rows)
}

/// Closed documents are quoted and the amount was paid before: it stays on account.
fn paid_before(context: &Context<'_>, quoted: &Quoted, out: &mut Vec<Finding>) {
    let [customer] = context.owners(&quoted.closed)[..] else {
        return;
    };
    let before = context
        .m
        .memory
        .payers_of(context.amount)
        .any(|c| c == customer);
    let row = context.customer_row(customer, context.amount, Kind::OverpaymentOnAccount);
    out.push(
        Finding::new(vec![row], Ground::PaidBefore)
            .because("The documents quoted are closed and nothing open explains the amount")
            .but_if(!before, "This customer has not paid this amount before")
            .but_if(!quoted.foreign.is_empty(), ANOTHERS_QUOTED),
    );
}
