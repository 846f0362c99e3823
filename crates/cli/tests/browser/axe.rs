//! What axe-core, a checker of accessibility, finds on a page.
//!
//! `cargo xtask test` fetches it; without it the pages are walked and only what needs no checker
//! is looked at.

use serde_json::{Value as Json, json};

use super::driver::Browser;

/// The text of the checker, when the machine has it.
pub(crate) fn axe() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests find the checker by their environment"
    )]
    let file = std::env::var("DUEBOOK_TEST_AXE").ok();
    let text = file.and_then(|file| std::fs::read_to_string(file).ok());
    if text.is_none() {
        eprintln!("skipped: DUEBOOK_TEST_AXE names no axe.min.js; cargo xtask test fetches one");
    }
    text
}

/// Faults of the page, which knows the checker, that are serious or critical by every rule, one line each.
pub(crate) fn faults(browser: &Browser) -> Vec<String> {
    const CHECK: &str = "const [options, done] = arguments; axe.run(document, options).then(found => done(found.violations.map(one => \
          [one.impact, one.id, one.help, one.nodes.slice(0, 4).map(node => node.html)])), \
          problem => done([['critical', 'axe', String(problem), []]]))";
    let options = json!({ "resultTypes": ["violations"], "preload": false });
    let found = browser.script_later(CHECK, &[options]);
    let faults = found.as_array().cloned().unwrap_or_default();
    let is_grave = |fault: &&Json| fault[0] == "serious" || fault[0] == "critical";
    let words = |fault: &Json| format!("{}: {} {}", fault[1], fault[2], fault[3]);
    faults.iter().filter(is_grave).map(words).collect()
}
