//! Which advice belongs to a payment: by its sum and references, and by who says so.

use std::collections::{HashMap, HashSet};

use super::advice::net_of;
use super::context::Context;
use super::index::day;
use super::keys;
use super::model::{Advice, AdviceLine};
use super::names;
use super::references::{self, Mention, Reading};
use super::text;

/// Advices that came apart from their payment, found by sum and by reference.
#[derive(Debug, Default)]
pub(super) struct Advices {
    list: Vec<Advice>,
    by_amount: HashMap<i64, Vec<usize>>,
    by_reference: HashMap<String, Vec<usize>>,
    used: HashSet<u64>,
}

/// Days an advice may be away from its payment.
const DAYS: i32 = 12;

impl Advices {
    /// Takes an advice.
    pub(super) fn add(&mut self, advice: Advice) {
        let here = self.list.len();
        let mut sums: Vec<i64> = advice.total.iter().map(|t| t.minor()).collect();
        sums.push(advice.lines.iter().filter_map(net_of).sum());
        sums.sort_unstable();
        sums.dedup();
        for sum in sums {
            self.by_amount.entry(sum).or_default().push(here);
        }
        for reference in &advice.references {
            let key = keys::alnum(reference);
            if key.len() >= 4 {
                self.by_reference.entry(key).or_default().push(here);
            }
        }
        self.list.push(advice);
    }

    /// An advice belongs to a posted payment and to no other.
    pub(super) fn use_up(&mut self, advice: u64) {
        self.used.insert(advice);
    }

    /// The advices that may belong to a payment, the surest first.
    pub(super) fn of<'a>(&'a self, context: &Context<'_>) -> Vec<&'a Advice> {
        let p = context.p;
        let mut found: Vec<(u32, usize)> = Vec::new();
        let mut vote = |list: Option<&Vec<usize>>, points: u32| {
            for at in list.into_iter().flatten() {
                match found.iter_mut().find(|(_, i)| i == at) {
                    Some(seen) => seen.0 += points,
                    None => found.push((points, *at)),
                }
            }
        };
        vote(self.by_amount.get(&context.amount), 2);
        if let Some(instructed) = p.instructed {
            vote(self.by_amount.get(&instructed.minor()), 2);
        }
        vote(self.by_reference.get(&keys::alnum(&p.end_to_end)), 3);
        for piece in context.own_pieces() {
            vote(self.by_reference.get(piece.text.as_ref()), 3);
        }
        for (_, at) in &found {
            context.seen.advice(self.list[*at].id);
        }
        let mut out: Vec<(u32, i32, usize)> = found
            .into_iter()
            .filter(|(_, at)| !self.used.contains(&self.list[*at].id))
            .filter_map(|(points, at)| {
                let advice = &self.list[at];
                let when = day(advice.value_date.unwrap_or(advice.received));
                let away = (when - context.today).abs();
                let near = away.min((day(advice.received) - context.today).abs()) <= DAYS;
                let same_payer = payer_agrees(context, advice) || sent_by_payer(context, advice);
                let agrees = if same_payer || names_what_is_quoted(context, advice) {
                    2
                } else {
                    u32::from(names_own_documents(context, advice))
                };
                let known = agrees > 0 || points >= 3;
                (near && known).then_some((points + agrees, away, at))
            })
            .collect();
        out.sort_by_key(|(points, away, at)| (std::cmp::Reverse(*points), *away, *at));
        let best = out
            .first()
            .map_or((0, 0), |(points, away, _)| (*points, *away));
        out.retain(|(points, away, _)| (*points, *away) == best);
        out.into_iter().map(|(_, _, at)| &self.list[at]).collect()
    }
}

/// Do payment and advice name the same payer?
fn payer_agrees(context: &Context<'_>, advice: &Advice) -> bool {
    let index = &context.m.index;
    let named = names::key(&advice.payer);
    let paying = names::key(&context.p.payer);
    if named.len() >= 5
        && paying.len() >= 5
        && (named.starts_with(&paying) || paying.starts_with(&named))
    {
        return true;
    }
    let known = |customers: &[u32]| customers.iter().any(|c| context.payers.pool.contains(c));
    let sender = index.emails.get(&advice.sender.to_lowercase());
    sender.is_some_and(|customers| known(customers)) || known(&index.names.find(&advice.payer).0)
}

/// Does the sender's address name the payer: `ap@talgrund.example` and `Talgrund Factoring AG`?
fn sent_by_payer(context: &Context<'_>, advice: &Advice) -> bool {
    let paying = names::key(&context.p.payer).replace(' ', "");
    let Some((_, domain)) = advice.sender.rsplit_once('@') else {
        return false;
    };
    let mut labels = domain.split('.').map(keys::alnum);
    labels.any(|label| {
        let shorter = label.len().min(paying.len());
        shorter >= 7 && (label.starts_with(&paying) || paying.starts_with(&label))
    })
}

/// Does the advice name open documents of the payer and no other?
fn names_own_documents(context: &Context<'_>, advice: &Advice) -> bool {
    each_line_names(context, advice, |doc| {
        context.in_pool(doc) && context.is_open(doc)
    })
}

/// Does the advice name open documents that the payment itself quotes and no other, whosever
/// they are?
fn names_what_is_quoted(context: &Context<'_>, advice: &Advice) -> bool {
    let mentions = references::scan(&context.m.index, context.text, context.pieces);
    let clear = mentions.iter().filter(|m| m.docs.len() == 1);
    let quoted: Vec<u32> = clear.flat_map(documents).collect();
    !quoted.is_empty()
        && each_line_names(context, advice, |doc| {
            quoted.contains(&doc) && context.is_open(doc)
        })
}

/// Does each line of an advice name such a document?
fn each_line_names(context: &Context<'_>, advice: &Advice, is: impl Fn(u32) -> bool) -> bool {
    let named = |line: &AdviceLine| {
        let pieces = text::pieces(&line.reference);
        let mentions = references::scan(&context.m.index, &line.reference, &pieces);
        mentions.iter().flat_map(documents).any(&is)
    };
    !advice.lines.is_empty() && advice.lines.iter().all(named)
}

/// The documents of a mention that is more than some digits at their end.
fn documents(mention: &Mention) -> impl Iterator<Item = u32> {
    let is_number = mention.reading >= Reading::Serial && mention.reading != Reading::Order;
    mention.docs.iter().copied().filter(move |_| is_number)
}
