//! Every page that a link leads to, one of each kind, in light and dark, on a screen and a telephone:
//! it fits, and has no grave fault; with everything unfolded, and with forms sent in vain.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Condvar, Mutex};

use serde_json::Value as Json;

use super::axe;
use super::driver::{Browser, Look};

/// Pages that are looked at even when no link leads there.
const ALSO: &[&str] = &["/search?q=INV", "/documents/doc_none", "/login"];

/// A page, a form of it, and what is typed.
type Refused = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Forms that are refused: the page, the form, and what is typed into it.
const REFUSED: &[Refused] = &[
    (
        "/login",
        "/login",
        &[("login", "maria"), ("password", "no")],
    ),
    (
        "/customers/C-1",
        "/parties/C-1/contacts",
        &[("name", "Ann"), ("email", "ann at home")],
    ),
    ("/customers/C-1", "/parties/C-1/notes", &[("text", " ")]),
    (
        "/customers/C-1",
        "/ask/terms",
        &[("terms", "soon"), ("reason", "x")],
    ),
    (
        "/vendors/V-1",
        "/ask/bank_details",
        &[("number", ""), ("reason", "x")],
    ),
    (
        "/search?q=INV-1002",
        "/ask/write_off",
        &[("amount", "much"), ("reason", "x")],
    ),
    (
        "/journal/new",
        "/ask/journal",
        &[("account", "1"), ("debit", "x"), ("reason", "x")],
    ),
    (
        "/documents/new?kind=invoice",
        "/documents/new",
        &[("party", "nobody"), ("unit_price", "5")],
    ),
    (
        "/documents/new?kind=bill",
        "/documents/new",
        &[("party", "V-1"), ("number", "7"), ("unit_price", "x")],
    ),
    (
        "/parties/C-1/settle",
        "/parties/C-1/settle",
        &[("amount", "much")],
    ),
    (
        "/approvals/policies",
        "/approvals/policies",
        &[("above", "much"), ("reason", "x")],
    ),
    (
        "/approvals/delegations",
        "/approvals/delegations",
        &[("to", "nobody"), ("until", "2000-01-01")],
    ),
    ("/webhooks", "/webhooks", &[("url", "nowhere")]),
    (
        "/people/openid",
        "/people/openid",
        &[("name", "x"), ("issuer", "nowhere")],
    ),
    ("/account", "/people/policy", &[("least_length", "many")]),
    (
        "/people",
        "/people/add",
        &[("login", "zoe"), ("limit", "much")],
    ),
];

/// The kind of a page: its path with what names one thing left out.
fn kind(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut kind = String::new();
    for (depth, part) in path.split('/').skip(1).enumerate() {
        let names_one = 0 < depth && part.chars().any(|letter| letter.is_ascii_digit());
        kind.push('/');
        kind.push_str(if names_one { "{}" } else { part });
    }
    kind
}

/// What is still to be looked at, and what was found; several browsers share it.
#[derive(Default)]
struct Walk {
    waiting: Vec<String>,
    seen: BTreeSet<String>,
    /// How many browsers are at a page, which may have links.
    busy: usize,
    faults: BTreeMap<String, Vec<String>>,
}

/// A walk that browsers share.
pub(crate) struct Shared {
    walk: Mutex<Walk>,
    news: Condvar,
    checker: Option<String>,
}

impl Shared {
    /// From home along all links.
    pub(crate) fn new() -> Shared {
        let mut waiting = vec!["/".to_owned()];
        waiting.extend(ALSO.iter().map(|path| (*path).to_owned()));
        Shared {
            walk: Mutex::new(Walk {
                waiting,
                ..Walk::default()
            }),
            news: Condvar::new(),
            checker: axe::axe(),
        }
    }

    /// The next page of a kind that nobody saw; none when no more can come.
    fn next(&self) -> Option<String> {
        let mut walk = self.walk.lock().expect("no browser panicked");
        loop {
            while let Some(path) = walk.waiting.pop() {
                let is_file =
                    path.ends_with("json") || path.contains(".xlsx") || path.contains(".csv");
                if !is_file && walk.seen.insert(kind(&path)) {
                    walk.busy += 1;
                    return Some(path);
                }
            }
            if walk.busy == 0 {
                return None;
            }
            walk = self.news.wait(walk).expect("no browser panicked");
        }
    }

    fn looked_at(&self, path: &str, links: Vec<String>, found: Vec<String>) {
        let mut walk = self.walk.lock().expect("no browser panicked");
        walk.waiting.extend(links);
        walk.busy -= 1;
        if !found.is_empty() {
            walk.faults.insert(path.to_owned(), found);
        }
        self.news.notify_all();
    }

    /// Gives a browser the checker, once.
    pub(crate) fn equip(&self, browser: &Browser) {
        if let Some(checker) = &self.checker {
            browser.teach(checker);
        }
    }

    /// Looks at pages until there are no more.
    pub(crate) fn walk(&self, browser: &Browser) {
        while let Some(path) = self.next() {
            browser.go(&path);
            let links = "return [...document.querySelectorAll('a[href^=\"/\"]')]\
                .map(link => link.getAttribute('href'))";
            let links = browser.script(links, &[]);
            let links = links.as_array().into_iter().flatten();
            let links = links.filter_map(Json::as_str).map(str::to_owned).collect();
            self.looked_at(&path, links, self.faults(browser));
        }
    }

    /// What is wrong with the page that a browser shows, in every look.
    fn faults(&self, browser: &Browser) -> Vec<String> {
        let mut found = Vec::new();
        browser.script(
            "for (const one of document.querySelectorAll('details')) one.open = true",
            &[],
        );
        for look in [Look::Light, Look::Dark] {
            browser.look(look);
            if self.checker.is_some() {
                let faults = axe::faults(browser);
                found.extend(faults.into_iter().map(|fault| format!("{look:?}: {fault}")));
            }
        }
        for look in [Look::Phone, Look::Light] {
            browser.look(look);
            let wide = "return document.documentElement.scrollWidth - innerWidth";
            let wide = browser.script(wide, &[]).as_i64();
            if wide.is_some_and(|more| 0 < more) {
                found.push(format!("{look:?}: the page is wider than the screen"));
            }
        }
        found
    }

    /// Sends forms in vain and looks at what they answer.
    pub(crate) fn refusals(&self, browser: &Browser) {
        for (page, form, fields) in REFUSED {
            browser.go(page);
            for (name, value) in *fields {
                browser.put(form, name, value);
            }
            browser.send_anyhow(form);
            let found = self.faults(browser);
            let alerts = "return document.querySelectorAll('main [role=alert]').length";
            let alerts = browser.script(alerts, &[]).as_i64();
            let mut found: Vec<String> = found.into_iter().collect();
            if alerts != Some(1) {
                found.push(format!("{alerts:?} alerts: {}", browser.text()));
            }
            if !found.is_empty() {
                let mut walk = self.walk.lock().expect("no browser panicked");
                walk.faults.insert(format!("{page} {form}"), found);
            }
        }
    }

    /// Nothing was wrong anywhere.
    pub(crate) fn end(self) {
        let walk = self.walk.into_inner().expect("no browser panicked");
        assert!(walk.faults.is_empty(), "{:#?}", walk.faults);
        assert!(20 < walk.seen.len(), "only {:?}", walk.seen);
    }
}

#[test]
fn pages_of_one_kind_are_one() {
    assert_eq!(kind("/documents/doc_0a1?x=1"), "/documents/{}");
    assert_eq!(kind("/reports/trial-balance"), "/reports/trial-balance");
    assert_eq!(kind("/customers/C-1"), kind("/customers/C-2"));
}
