//! Loads what the matcher knows: customers, documents, orders, history, rates, policy.

use std::collections::HashMap;

use domain::calendar::PaymentTerms;
use domain::cash::{
    Advice, Book, Customer, Decision, Item, Kind, Matcher, Order, Policy, Rate, Taxed, Tolerances,
};
use domain::ids::{ItemId, PartyId};
use domain::money::{Currency, Money, Rounding};
use formats::exchange::{Policy as StoredPolicy, Tolerances as StoredTolerances};
use rust_decimal::Decimal;

use crate::cash::held::Said;
use crate::cash::units::Unit;
use crate::cash::{own, past, sql};
use crate::certificates;
use crate::failure::{Fault, Outcome};
use crate::imports::Settings;
use crate::remittances::{AdviceKey, Remittances};
use crate::short_pays;
use crate::work::Work;

/// The book of the matcher, and how its indexes translate back.
pub(super) struct Loaded {
    pub(super) book: Book,
    pub(super) advices: Vec<Advice>,
    pub(super) names: Names,
}

/// How the indexes of a decision translate back into the books.
#[derive(Default)]
pub(super) struct Names {
    /// Party and code of each customer index.
    pub(super) parties: Vec<(PartyId, String)>,
    /// Document number of each matcher item that a decision speaks of.
    pub(super) numbers: HashMap<u64, String>,
    /// The advice behind each identity that the matcher knows.
    pub(super) advices: Vec<AdviceKey>,
    /// What payers said about what they held back.
    pub(super) said: Said,
}

impl Names {
    /// Keeps the numbers that these decisions speak of.
    pub(super) fn keep_numbers(&mut self, matcher: &Matcher, decisions: &[Decision]) {
        let proposals = decisions.iter().flat_map(|decision| &decision.alternatives);
        for item in proposals.flat_map(|p| &p.rows).filter_map(|row| row.item) {
            if let Some(number) = matcher.number(item) {
                self.numbers
                    .entry(item)
                    .or_insert_with(|| number.to_owned());
            }
        }
    }
}

/// Ids from here on are documents that only the history knows.
pub(super) const ELSEWHERE: u64 = 1 << 63;

/// Is it a document of these books (and not only of the history)?
pub(super) fn is_here(item: u64) -> bool {
    item < ELSEWHERE
}

/// Loads everything else with one statement a table, as the books are now, with what these
/// settled units show.
pub(super) fn book(
    work: &mut Work<'_>,
    documents: Documents,
    remittances: &Remittances,
    settled: Vec<Unit>,
) -> Outcome<Loaded> {
    load(work, documents, remittances, &HashMap::new(), settled)
}

/// Loads everything as it was before any bank line was applied; nothing was learned here yet.
pub(super) fn book_before_any_line(
    work: &mut Work<'_>,
    remittances: &Remittances,
) -> Outcome<Loaded> {
    let applied = sql::applied_by_lines(work)?;
    let documents = documents(work)?;
    load(work, documents, remittances, &applied, Vec::new())
}

/// Puts another policy in place of the stored one.
pub(super) fn set_policy(loaded: &mut Loaded, policy: &StoredPolicy) {
    let mut currencies: Vec<Currency> = loaded
        .book
        .policy
        .rounding_tolerance
        .iter()
        .map(|money| money.currency())
        .collect();
    currencies.dedup();
    loaded.book.policy = policy_of(policy, &currencies);
}

/// Customers and their documents: most of a book.
pub(super) struct Documents {
    settings: Settings,
    parties: Parties,
    customers: Vec<Customer>,
    terms: Vec<Option<PaymentTerms>>,
    items: Vec<Item>,
    taxed: HashMap<u64, Taxed>,
}

/// Loads customers and their documents.
pub(super) fn documents(work: &mut Work<'_>) -> Outcome<Documents> {
    let settings = crate::imports::settings(work)?;
    let (parties, mut customers) = customers(work)?;
    let by_code = codes(&parties);
    let by_id = places(&parties);
    link_parents(work, &by_code, &by_id, &mut customers)?;
    let terms = sql::terms(work)?;
    let terms: Vec<Option<PaymentTerms>> = terms.iter().map(|text| text.parse().ok()).collect();
    add_tax(work, &by_id, &mut customers)?;
    let asks = asks_for_tax(&customers, &settings.policy);
    let (items, taxed) = sql::items(work, &by_id, &customers, &asks)?;
    Ok(Documents {
        settings,
        parties,
        customers,
        terms,
        items,
        taxed,
    })
}

fn load(
    work: &mut Work<'_>,
    documents: Documents,
    remittances: &Remittances,
    given_back: &HashMap<u64, i64>,
    settled: Vec<Unit>,
) -> Outcome<Loaded> {
    let Documents {
        settings,
        parties,
        customers,
        terms,
        mut items,
        taxed,
    } = documents;
    let accounts = crate::bank::accounts(work)?;
    let currencies: Vec<Currency> = accounts.iter().map(|account| account.currency).collect();
    let by_code = codes(&parties);
    let short = short_pays::sql::open_by_item(work)?;
    know_as_one(&mut items, given_back, &short);
    let also_called = if given_back.is_empty() {
        short_pays::sql::numbers(work)?
    } else {
        Vec::new()
    };
    let history = past::payments(work, &by_code, &terms, &mut items)?;
    let orders = orders(work, &by_code)?;
    let mut book = Book {
        customers,
        items,
        also_called,
        taxed,
        orders,
        history,
        settled: Vec::new(),
        rates: rates(work)?,
        own_accounts: accounts
            .iter()
            .map(|account| account.number.clone())
            .collect(),
        own_names: settings.names,
        policy: policy_of(&settings.policy, &currencies),
    };
    let keys = remittances.advice_keys();
    let used = own::used_by_persons(&settled);
    if !settled.is_empty() {
        let customers = (&parties, &by_code);
        own::add(work, customers, &short, &keys, settled, &mut book)?;
    }
    let advices = remittances.advices(work.functional(), &used);
    Ok(Loaded {
        book,
        advices,
        names: Names {
            parties,
            numbers: HashMap::new(),
            advices: keys,
            said: Said::default(),
        },
    })
}

/// The place of each party, by its code.
fn codes(parties: &Parties) -> HashMap<&str, usize> {
    let codes = parties.iter().map(|(_, code)| code.as_str());
    codes
        .enumerate()
        .map(|(place, code)| (code, place))
        .collect()
}

/// The place of each party.
fn places(parties: &Parties) -> HashMap<i64, usize> {
    let ids = parties.iter().map(|(id, _)| id.0);
    ids.enumerate().map(|(place, id)| (id, place)).collect()
}

/// A short-pay is known as the document that it was parted off, with what is open of both; before
/// any line was applied there was none.
fn know_as_one(
    items: &mut [Item],
    given_back: &HashMap<u64, i64>,
    short: &[(ItemId, ItemId, i64)],
) {
    let mut parted: HashMap<u64, i64> = HashMap::new();
    if given_back.is_empty() {
        for (from, _, open) in short {
            *parted.entry(from.0.cast_unsigned()).or_default() += open;
        }
    }
    for item in items {
        let given = |all: &HashMap<u64, i64>| all.get(&item.id).copied().unwrap_or(0);
        let back = given(given_back) + given(&parted);
        item.open += Money::new(back, item.open.currency());
    }
}

fn rates(work: &mut Work<'_>) -> Result<Vec<Rate>, Fault> {
    let all = sql::rates(work)?.into_iter();
    let rate = |(on, from, into, rate)| Rate {
        on,
        from,
        into,
        rate,
    };
    Ok(all.map(rate).collect())
}

fn orders(work: &mut Work<'_>, by_code: &HashMap<&str, usize>) -> Result<Vec<Order>, Fault> {
    let known = sql::orders(work)?.into_iter().filter_map(|order| {
        Some(Order {
            customer: *by_code.get(order.party_code.as_str())?,
            numbers: order.numbers,
            ordered: order.ordered,
            amount: order.amount,
        })
    });
    Ok(known.collect())
}

/// Party and code of each customer, by its place.
pub(super) type Parties = Vec<(PartyId, String)>;

fn customers(work: &mut Work<'_>) -> Result<(Parties, Vec<Customer>), Fault> {
    let mut parties = Vec::new();
    let mut customers = Vec::new();
    for (id, customer) in sql::customers(work)? {
        parties.push((id, customer.number.clone()));
        customers.push(customer);
    }
    Ok((parties, customers))
}

fn link_parents(
    work: &mut Work<'_>,
    by_code: &HashMap<&str, usize>,
    by_id: &HashMap<i64, usize>,
    customers: &mut [Customer],
) -> Result<(), Fault> {
    for (party, parent) in sql::parents(work)? {
        if let (Some(place), Some(parent)) = (by_id.get(&party), by_code.get(parent.as_str())) {
            customers[*place].parent = Some(*parent);
        }
    }
    for (party, account) in sql::party_accounts(work)? {
        if let Some(place) = by_id.get(&party) {
            customers[*place].accounts.push(account);
        }
    }
    for (party, alias) in sql::party_aliases(work)? {
        if let Some(place) = by_id.get(&party) {
            customers[*place].aliases.push(alias);
        }
    }
    Ok(())
}

/// What is agreed about tax: rates of withholding, certificates of exemption.
fn add_tax(
    work: &mut Work<'_>,
    by_id: &HashMap<i64, usize>,
    customers: &mut [Customer],
) -> Outcome<()> {
    for (party, rate) in sql::withholding(work)? {
        if let Some(place) = by_id.get(&party) {
            customers[*place].withholding.push(rate);
        }
    }
    for held in certificates::exemptions(work)? {
        if let Some(place) = by_id.get(&held.party.0) {
            customers[*place].exemptions.push(held);
        }
    }
    Ok(())
}

/// Of whom it is asked what of their documents is sales tax: who may withhold, or is exempt.
fn asks_for_tax(customers: &[Customer], policy: &StoredPolicy) -> Vec<bool> {
    let by_country = &policy.withholding_tax_percent;
    let asks = |customer: &Customer| {
        !customer.withholding.is_empty()
            || !customer.exemptions.is_empty()
            || by_country.contains_key(&customer.country)
            || policy.withholding_others_with_history.is_some()
    };
    customers.iter().map(asks).collect()
}

/// The kind of a stored word; what is not known is nobody's.
pub(crate) fn kind_of_word(word: &str) -> Kind {
    Kind::parse(word).unwrap_or(Kind::Unidentifiable)
}

fn policy_of(stored: &StoredPolicy, currencies: &[Currency]) -> Policy {
    let rounded = |amount: Decimal, currency: Currency| {
        Money::rounded(amount, currency, Rounding::Down).unwrap_or(Money::zero(currency))
    };
    let mut all: Vec<Currency> = currencies.to_vec();
    all.sort_unstable();
    all.dedup();
    let tolerances = |stored: &StoredTolerances| Tolerances {
        discount_grace_days: stored.discount_grace_days,
        fee_tolerance: stored
            .bank_fee_tolerance
            .iter()
            .map(|(currency, tolerance)| rounded(*tolerance, *currency))
            .collect(),
        rounding_tolerance: all
            .iter()
            .map(|currency| rounded(stored.rounding_tolerance, *currency))
            .collect(),
    };
    let classes = stored.classes.keys();
    let classes = classes.map(|class| (class.clone(), tolerances(&stored.tolerances(class))));
    let everybody = tolerances(&stored.tolerances(""));
    Policy {
        discount_grace_days: everybody.discount_grace_days,
        fee_tolerance: everybody.fee_tolerance,
        rounding_tolerance: everybody.rounding_tolerance,
        classes: classes.collect(),
        withholding: stored
            .withholding_tax_percent
            .iter()
            .map(|(country, percent)| (country.clone(), *percent))
            .collect(),
        withholding_otherwise: stored.withholding_others_with_history,
        ..Policy::default()
    }
}
