//! The book, indexed: documents by every key a payer may quote, customers by account and name.
//!
//! Built once; looked up per line without walking over all customers or all documents.

use jiff::civil::Date;

use super::habits::Habits;
use super::keys::{self, Map, Sorted};
use super::model::{Book, Item, ItemKind, PastPayment};
use super::names::NameIndex;
use super::numbers::{self, Serial, Series};
use crate::money::Currency;

/// What the matcher keeps of a document.
#[derive(Clone, Debug)]
pub(super) struct Doc {
    pub(super) id: u64,
    pub(super) customer: u32,
    pub(super) kind: ItemKind,
    pub(super) issued: i32,
    pub(super) due: i32,
    pub(super) currency: Currency,
    pub(super) amount: i64,
    pub(super) open: i64,
    pub(super) serial: Option<Serial>,
    pub(super) discount: i64,
    pub(super) discount_until: i32,
    /// The smaller discount that follows.
    pub(super) later_discount: i64,
    pub(super) later_until: i32,
    /// Claimed by a proposal that nobody has answered yet.
    pub(super) claimed: bool,
    /// Guessed of a payment that nobody has answered yet, which claims nothing.
    pub(super) guessed: bool,
}

impl Doc {
    /// Orders documents from the oldest: by due date, then number.
    pub(super) fn age(&self, here: u32) -> (i32, u64, u32) {
        (self.due, self.serial.map_or(0, |s| s.value), here)
    }

    /// The discounts that its terms offer, each with its last day; the larger one ends first.
    pub(super) fn discounts(&self) -> impl Iterator<Item = (i64, i32)> + use<> {
        let offered = [
            (self.discount, self.discount_until),
            (self.later_discount, self.later_until),
        ];
        offered.into_iter().filter(|(amount, _)| 0 < *amount)
    }

    /// Is it just what the terms grant, in time or not?
    pub(super) fn is_discount(&self, amount: i64) -> bool {
        self.discounts().any(|(offered, _)| offered == amount)
    }
}

/// Which part of a document a key was made of; tells the entries of one index apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    /// The whole number.
    Number,
    /// The purchase order.
    Order,
    /// The contract.
    Contract,
    /// All digits of the number.
    Digits,
    /// The number without its first letters, where nothing in it counts.
    Core,
    /// Another number that the document is called by.
    Called,
}

/// Bits of an entry that are the document.
const DOC_BITS: u32 = 29;

impl Part {
    /// The entry of this part of a document.
    fn with(self, doc: u32) -> u32 {
        (self as u32) << DOC_BITS | doc
    }

    /// The part and the document of an entry.
    pub(super) fn of(entry: u32) -> (Part, u32) {
        let part = match entry >> DOC_BITS {
            0 => Part::Number,
            1 => Part::Order,
            2 => Part::Contract,
            3 => Part::Digits,
            4 => Part::Core,
            _ => Part::Called,
        };
        (part, entry & ((1 << DOC_BITS) - 1))
    }
}

/// Days since 1970, to compare and subtract.
pub(super) fn day(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    (date - epoch).get_days()
}

/// The day that [`day`] counts to.
pub(super) fn date_of(day: i32) -> Date {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.saturating_add(jiff::Span::new().days(day))
}

/// What is written on documents, one behind the other: of a million of them each text would
/// otherwise take a piece of memory of its own.
#[derive(Debug, Default)]
pub(super) struct Texts {
    all: String,
    /// Where number, order and contract of each document end.
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, item: &Item) {
        for text in [&item.number, &item.po, &item.contract] {
            self.all.push_str(text);
            self.ends.push(self.all.len());
        }
    }

    fn part(&self, at: usize) -> &str {
        let begin = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[begin..self.ends[at]]
    }

    /// The number of a document.
    pub(super) fn number(&self, doc: u32) -> &str {
        self.part(3 * doc as usize)
    }

    /// Its purchase order, or empty.
    pub(super) fn po(&self, doc: u32) -> &str {
        self.part(3 * doc as usize + 1)
    }

    /// The contract that it bills, or empty.
    pub(super) fn contract(&self, doc: u32) -> &str {
        self.part(3 * doc as usize + 2)
    }
}

/// The indexes.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) docs: Vec<Doc>,
    pub(super) texts: Texts,
    /// Documents of each customer, the oldest first.
    pub(super) of_customer: Vec<Vec<u32>>,
    pub(super) children: Vec<Vec<u32>>,
    pub(super) by_id: Map<u64, u32>,
    /// Numbers, orders, contracts and the digits of numbers: see [`Part`].
    pub(super) written: Sorted,
    /// Other numbers that documents are called by.
    called: Map<u32, Vec<String>>,
    /// How long the longest of them is.
    pub(super) longest: usize,
    /// Has the book numbers without a digit?
    pub(super) wordy: bool,
    pub(super) serial: Sorted,
    amount: Sorted,
    /// Documents by what was open of them while earlier payments are tried.
    reopened: Sorted,
    pub(super) accounts: Map<String, Vec<u32>>,
    pub(super) names: NameIndex,
    pub(super) customer_numbers: Map<String, u32>,
    pub(super) customer_digits: Map<String, Option<u32>>,
    pub(super) emails: Map<String, Vec<u32>>,
    pub(super) orders: Map<String, Vec<u32>>,
    pub(super) habits: Vec<Habits>,
    /// The country most customers of a currency are in: others pay across a border.
    pub(super) home: Map<Currency, String>,
    pub(super) series: Series,
}

impl Index {
    /// Reads the whole book once, its names beside its documents: those of the customers and those
    /// under which they paid.
    pub(super) fn build(book: &mut Book, history: &[PastPayment]) -> Index {
        let items = std::mem::take(&mut book.items);
        let names = || NameIndex::of(&book.customers, history);
        let (mut index, names) = std::thread::scope(|scope| {
            let beside = scope.spawn(names);
            (Index::of(book, items), beside.join())
        });
        index.names = names.unwrap_or_else(|_| NameIndex::of(&book.customers, history));
        index
    }

    /// All but the names.
    fn of(book: &Book, items: Vec<Item>) -> Index {
        let series = Series::learn(items.iter().map(|item| (item.number.as_str(), item.issued)));
        let mut index = Index {
            series,
            of_customer: vec![Vec::new(); book.customers.len()],
            children: vec![Vec::new(); book.customers.len()],
            habits: vec![Habits::default(); book.customers.len()],
            ..Index::default()
        };
        index.add_items(items, &book.also_called);
        index.add_customers(book);
        index.add_orders(book);
        index.find_home(book);
        index
    }

    fn add_items(&mut self, items: Vec<Item>, called: &[(u64, String)]) {
        let mut written = Vec::with_capacity(2 * items.len());
        let mut serials = Vec::with_capacity(items.len());
        let mut amounts = Vec::with_capacity(items.len());
        self.docs.reserve_exact(items.len());
        self.texts.ends.reserve_exact(3 * items.len());
        for item in items {
            let here = self.docs.len() as u32;
            let serial = self.series.serial(&item.number);
            for (part, text) in [
                (Part::Number, &item.number),
                (Part::Order, &item.po),
                (Part::Contract, &item.contract),
            ] {
                let (hash, length) = keys::alnum_hash(text);
                if part == Part::Number || !text.is_empty() {
                    written.push((hash, part.with(here)));
                    self.longest = self.longest.max(length);
                }
            }
            let digits = keys::digits(&item.number);
            if digits.len() >= 6 {
                written.push((keys::hash(&digits), Part::Digits.with(here)));
            }
            if let Some(serial) = serial {
                serials.push((serial.value, here));
            } else if let Some(core) = numbers::core(&item.number) {
                written.push((keys::hash(&core), Part::Core.with(here)));
            }
            self.wordy |= digits.is_empty();
            amounts.push((amount_key(item.open.currency(), item.open.minor()), here));
            self.by_id.insert(item.id, here);
            if let Some(list) = self.of_customer.get_mut(item.customer) {
                list.push(here);
            }
            self.docs.push(Doc {
                id: item.id,
                customer: item.customer as u32,
                kind: item.kind,
                issued: day(item.issued),
                due: day(item.due),
                currency: item.amount.currency(),
                amount: item.amount.minor(),
                open: item.open.minor(),
                serial,
                discount: item.discount.map_or(0, |d| d.amount.minor()),
                discount_until: item.discount.map_or(i32::MIN, |d| day(d.until)),
                later_discount: item.later_discount.map_or(0, |d| d.amount.minor()),
                later_until: item.later_discount.map_or(i32::MIN, |d| day(d.until)),
                claimed: false,
                guessed: false,
            });
            self.texts.push(&item);
        }
        self.add_called(called, &mut written);
        std::thread::scope(|scope| {
            let written = scope.spawn(|| Sorted::build(written));
            self.serial = Sorted::build(serials);
            self.amount = Sorted::build(amounts);
            let docs = &self.docs;
            for list in &mut self.of_customer {
                list.sort_by_key(|doc| docs[*doc as usize].age(*doc));
            }
            if let Ok(written) = written.join() {
                self.written = written;
            }
        });
    }

    fn add_called(&mut self, called: &[(u64, String)], written: &mut Vec<(u64, u32)>) {
        for (id, number) in called {
            if let Some(doc) = self.by_id.get(id) {
                let (hash, length) = keys::alnum_hash(number);
                written.push((hash, Part::Called.with(*doc)));
                self.longest = self.longest.max(length);
                self.called.entry(*doc).or_default().push(number.clone());
            }
        }
    }

    fn add_customers(&mut self, book: &Book) {
        for (here, customer) in book.customers.iter().enumerate() {
            let here32 = here as u32;
            if let Some(parent) = customer.parent
                && let Some(list) = self.children.get_mut(parent)
            {
                list.push(here32);
            }
            for account in &customer.accounts {
                self.add_account(account, here32);
            }
            if !customer.number.is_empty() {
                let key = keys::alnum(&customer.number);
                let digits = keys::digits(&key);
                if digits.len() >= 4 {
                    self.customer_digits
                        .entry(digits)
                        .and_modify(|known| *known = None)
                        .or_insert(Some(here32));
                }
                self.customer_numbers.insert(key, here32);
            }
            if !customer.email.is_empty() {
                let list = self
                    .emails
                    .entry(customer.email.to_lowercase())
                    .or_default();
                list.push(here32);
            }
        }
    }

    fn add_orders(&mut self, book: &Book) {
        for (here, order) in book.orders.iter().enumerate() {
            for number in &order.numbers {
                let list = self.orders.entry(keys::alnum(number)).or_default();
                list.push(here as u32);
            }
        }
    }

    fn find_home(&mut self, book: &Book) {
        let mut counts: Map<(Currency, &str), usize> = Map::default();
        for (customer, docs) in book.customers.iter().zip(&self.of_customer) {
            if let Some(first) = docs.iter().min() {
                let currency = self.docs[*first as usize].currency;
                *counts.entry((currency, &customer.country)).or_default() += 1;
            }
        }
        let mut best: Vec<((Currency, &str), usize)> = counts.into_iter().collect();
        best.sort_unstable_by_key(|((currency, country), n)| (*currency, *n, *country));
        for ((currency, country), _) in best {
            self.home.insert(currency, country.to_owned());
        }
    }

    /// Is a document called by this number, too, as a key?
    pub(super) fn is_called(&self, doc: u32, key: &str) -> bool {
        let mut called = self.called.get(&doc).into_iter().flatten();
        called.any(|number| keys::is_alnum(number, key))
    }

    /// One more account of a customer.
    pub(super) fn add_account(&mut self, account: &str, customer: u32) {
        let key = keys::alnum(account);
        if key.is_empty() {
            return;
        }
        let list = self.accounts.entry(key).or_default();
        if !list.contains(&customer) {
            list.push(customer);
        }
    }

    /// These documents are open by other amounts than when the book was read.
    pub(super) fn reopened(&mut self, docs: &[u32]) {
        let pair = |doc: &u32| {
            let known = &self.docs[*doc as usize];
            (amount_key(known.currency, known.open), *doc)
        };
        self.reopened = Sorted::build(docs.iter().map(pair).collect());
    }

    /// Documents that were open by this amount when the book was read, whatever a run has done
    /// since.
    pub(super) fn once_of_amount(
        &self,
        currency: Currency,
        amount: i64,
    ) -> impl Iterator<Item = u32> {
        let known = self.amount.get(amount_key(currency, amount));
        known.filter(move |d| self.docs[*d as usize].currency == currency)
    }

    /// Documents that were open by this amount when the book was read and still are.
    pub(super) fn open_of_amount(
        &self,
        currency: Currency,
        amount: i64,
    ) -> impl Iterator<Item = u32> {
        let key = amount_key(currency, amount);
        let known = self.amount.get(key).chain(self.reopened.get(key));
        known.filter(move |d| {
            let doc = &self.docs[*d as usize];
            doc.currency == currency && doc.open == amount
        })
    }
}

fn amount_key(currency: Currency, amount: i64) -> u64 {
    keys::hash(currency.code()) ^ (amount as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
