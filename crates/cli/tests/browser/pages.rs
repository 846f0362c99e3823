//! Every page that a link leads to, one of each kind: it fits the screen and has no grave fault.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::axe;
use super::driver::{Browser, Look};

/// Pages that are looked at even when no link leads there.
const ALSO: &[&str] = &["/search?q=INV", "/documents/doc_none", "/login"];

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

/// Walks from home along all links.
pub(crate) fn look_at_all(browser: &Browser, look: Look) {
    let checker = axe::axe();
    let mut waiting = vec!["/".to_owned()];
    waiting.extend(ALSO.iter().map(|path| (*path).to_owned()));
    let mut seen = BTreeSet::new();
    let mut faults = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        let is_file = path.ends_with("json") || path.contains(".xlsx") || path.contains(".csv");
        if is_file || !seen.insert(kind(&path)) {
            continue;
        }
        browser.go(&path);
        let mut found = match &checker {
            Some(checker) if look != Look::Phone => axe::faults(browser, checker, look),
            _ => Vec::new(),
        };
        let wide = "return document.documentElement.scrollWidth - innerWidth";
        if browser
            .script(wide, &[])
            .as_i64()
            .is_some_and(|more| 0 < more)
        {
            found.push("the page is wider than the screen".to_owned());
        }
        if !found.is_empty() {
            faults.insert(path, found);
        }
        let links = "return [...document.querySelectorAll('a[href^=\"/\"]')]\
            .map(link => link.getAttribute('href'))";
        let links = browser.script(links, &[]);
        let links = links.as_array().into_iter().flatten();
        waiting.extend(links.filter_map(Json::as_str).map(str::to_owned));
    }
    assert!(faults.is_empty(), "{look:?}: {faults:#?}");
    assert!(20 < seen.len(), "only {seen:?}");
}

#[test]
fn pages_of_one_kind_are_one() {
    assert_eq!(kind("/documents/doc_0a1?x=1"), "/documents/{}");
    assert_eq!(kind("/reports/trial-balance"), "/reports/trial-balance");
    assert_eq!(kind("/customers/C-1"), kind("/customers/C-2"));
}
