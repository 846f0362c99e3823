//! A day at the desk in a real browser, and every page looked at by a checker of accessibility.

mod axe;
mod day;
mod driver;
mod office;
mod pages;
mod settle;

use driver::Browser;
use office::Office;

/// What everybody takes as password here.
const PASSWORD: &str = "three words in a row";

/// A database of its own on the server that tests are offered.
pub(crate) fn postgres(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests find the server by their environment"
    )]
    let server = std::env::var("DUEBOOK_TEST_POSTGRES").ok();
    let Some(server) = server else {
        eprintln!("skipped on PostgreSQL: DUEBOOK_TEST_POSTGRES names no server");
        return None;
    };
    let base = server.rsplit_once('/').map_or(&*server, |(base, _)| base);
    let name = format!("browser_{name}_{}", std::process::id());
    books::testing::fresh_database(&server, &name).expect("a fresh database");
    Some(format!("{base}/{name}"))
}

/// Opens a one-time link and sets the password.
fn welcome(browser: &Browser, link: &str) {
    browser.go(link);
    browser.press_first(PASSWORD);
    browser.press_on(driver::ENTER);
}

/// Logs in by the keyboard alone: the first field has the cursor.
fn log_in(browser: &Browser, login: &str) {
    browser.go("/login");
    browser.press_first(&format!("{login}{}{PASSWORD}", driver::TAB));
    browser.press_on(driver::ENTER);
}

#[test]
fn a_day_in_the_browser() {
    let office = Office::open(None);
    let Some(browser) = Browser::open(&office.base) else {
        return;
    };
    day::the_day(&office, &browser);
    // One walks on where the day ended, another helps.
    let walk = pages::Shared::new();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let helper = Browser::open(&office.base).expect("it opened before");
            walk.equip(&helper);
            log_in(&helper, "maria");
            walk.walk(&helper);
        });
        walk.equip(&browser);
        walk.refusals(&browser);
        log_in(&browser, "maria");
        walk.walk(&browser);
    });
    walk.end();
}

#[test]
fn a_morning_on_postgresql() {
    let Some(db) = postgres("day") else {
        return;
    };
    let office = Office::open(Some(db));
    let Some(browser) = Browser::open(&office.base) else {
        return;
    };
    day::the_morning(&office, &browser);
}

#[test]
fn settling_by_keyboard() {
    let office = Office::open(None);
    let Some(browser) = Browser::open(&office.base) else {
        return;
    };
    settle::settling(&office, &browser);
}

#[test]
fn settling_by_keyboard_on_postgresql() {
    let Some(db) = postgres("settling") else {
        return;
    };
    let office = Office::open(Some(db));
    let Some(browser) = Browser::open(&office.base) else {
        return;
    };
    settle::settling(&office, &browser);
}
