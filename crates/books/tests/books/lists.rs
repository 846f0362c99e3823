//! Every list on both engines: all filters, one row by its key, and pages that join up.

use std::collections::BTreeSet;

use books::documents::{self, Content, NewDocument};
use books::open_items;
use books::reports::Cell;
use books::reports::lists::{self, Ask, FilterKind, LISTS};
use domain::documents::DocumentKind;

use crate::desk::{Desk, at_noon, day, line, money, order, settling};
use crate::engines::{context, on_every_engine};

#[test]
fn every_list_can_be_paged_and_narrowed() {
    on_every_engine("lists", |fixture| {
        let _desk = Desk::quarter(fixture);
        for list in LISTS {
            let ask = |ask: &Ask| {
                fixture
                    .db
                    .read(&context(), None, |work| lists::page(work, list, ask))
                    .unwrap_or_else(|failure| panic!("{}: {failure}", list.name))
            };
            let whole = ask(&Ask::default());
            let mut paged = Vec::new();
            let mut after = None;
            loop {
                let page = ask(&Ask {
                    after,
                    limit: Some(2),
                    filters: Vec::new(),
                });
                assert!(page.rows.len() <= 2, "{}", list.name);
                paged.extend(page.rows);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(paged, whole.rows, "{}", list.name);
            for row in &whole.rows {
                let key = row[0].to_string();
                let found = fixture
                    .db
                    .read(&context(), None, |work| lists::one(work, list, &key))
                    .unwrap_or_else(|failure| panic!("{}: {failure}", list.name));
                assert_eq!(found.as_ref(), Some(row), "{}", list.name);
            }
            for filter in list.filters {
                let value = match filter.kind {
                    FilterKind::Text => "C-1",
                    FilterKind::Prefix => "al%_\\",
                    FilterKind::Contains => "period%_\\'",
                    FilterKind::Date | FilterKind::Since | FilterKind::Until => "2025-02-01",
                    FilterKind::Id => "doc_0000000000001",
                    FilterKind::OneOf(words) => words[0],
                };
                ask(&Ask {
                    filters: vec![(filter.name.to_owned(), value.to_owned())],
                    ..Ask::default()
                });
            }
        }
    });
}

/// A document in instalments is one row: pages neither repeat nor lose a part of it.
#[test]
fn a_document_in_instalments_is_one_row_with_all_that_is_open() {
    on_every_engine("lists_instalments", |fixture| {
        let _desk = Desk::quarter(fixture);
        let lines = Content::Lines(vec![line("1000.00")]);
        let order = NewDocument {
            terms: Some("50% NET30, 50% NET60".into()),
            ..order(DocumentKind::Invoice, "03-01", lines)
        };
        let receipt = NewDocument {
            kind: DocumentKind::Receipt,
            terms: None,
            content: Content::Amount {
                amount: money("600.00 EUR"),
                bank: None,
            },
            ..order.clone()
        };
        let context = at_noon(day("03-02"));
        let numbers = fixture.db.write(&context, None, |work| {
            let issued = documents::issue(work, &[order.clone(), receipt.clone()])?;
            let numbers: Vec<String> = issued.into_iter().map(|one| one.number).collect();
            let apply = settling("03-02", &numbers[0], &numbers[1]);
            open_items::apply(work, &[apply])?;
            Ok(numbers)
        });
        let numbers = numbers.expect("issued and settled in part");
        for list in ["documents", "receipts"] {
            let list = lists::find(list).expect("a list");
            let filters = vec![("party".to_owned(), "C-1".to_owned())];
            let ask = Ask {
                filters,
                ..Ask::default()
            };
            let page = fixture
                .db
                .read(&context, None, |work| lists::page(work, list, &ask));
            let rows = page.expect("a page").rows;
            let ids: BTreeSet<String> = rows.iter().map(|row| row[0].to_string()).collect();
            assert_eq!(ids.len(), rows.len(), "{}: {rows:?}", list.name);
            let of = |number: &str| rows.iter().find(|row| row[2].to_string() == number);
            if let Some(row) = of(&numbers[0]) {
                let told = |name: &str| {
                    let mut columns = list.columns.iter();
                    let place = columns.position(|column| column.name == name);
                    row[place.expect("a column")].clone()
                };
                assert_eq!(told("open"), Cell::Money(money("400.00 EUR")));
                assert_eq!(told("due_on").to_string(), "2025-04-30");
            }
        }
        let paper = fixture
            .db
            .read(&context, None, |work| documents::paper(work, &numbers[0]));
        let open: Vec<String> = paper
            .expect("a paper")
            .items
            .iter()
            .map(|item| item.open.to_string())
            .collect();
        assert_eq!(open, ["0.00", "400.00"]);
    });
}

#[test]
fn what_is_due_comes_by_its_day_and_its_pages_join_up() {
    on_every_engine("lists_due", |fixture| {
        let _desk = Desk::quarter(fixture);
        let list = lists::find("open-items").expect("open items");
        let ask = |after: Option<String>, limit: i64, party: Option<&str>| {
            let mut filters = vec![("due_before".to_owned(), "2099-01-01".to_owned())];
            filters.extend(party.map(|code| ("party".to_owned(), code.to_owned())));
            let ask = Ask {
                after,
                limit: Some(limit),
                filters,
            };
            let page = fixture
                .db
                .read(&context(), None, |work| lists::page(work, list, &ask));
            page.expect("a page")
        };
        let whole = ask(None, 500, None).rows;
        assert!(1 < whole.len(), "{whole:?}");
        let due = |row: &Vec<books::reports::Cell>| row[8].to_string();
        assert!(whole.is_sorted_by_key(due), "{whole:?}");
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = ask(after, 1, None);
            paged.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole);
        // Of one party the newest come first, as without a day.
        let of_one = ask(None, 500, Some("C-1")).rows;
        assert!(of_one.is_sorted_by(|one, other| one[0].to_string() > other[0].to_string()));
    });
}

#[test]
fn search_finds_names_and_numbers_and_takes_any_text() {
    on_every_engine("search", |fixture| {
        let _desk = Desk::quarter(fixture);
        let found = |text: &str| {
            fixture
                .db
                .read(&context(), None, |work| lists::search(work, text))
                .expect("searched")
                .len()
        };
        assert_eq!(found("beta"), 1);
        assert_eq!(found("inv-"), 0, "numbers are told by their case");
        assert_eq!(found("INV-"), 3);
        for text in [
            "",
            " ",
            "%",
            "_",
            "\\",
            "'; DROP TABLE party; --",
            "\0",
            "ü\u{10ffff}",
        ] {
            assert_eq!(found(text), 0, "{text:?}");
        }
    });
}

/// What is due before a day comes from the index of the day, in its order: neither all that is open
/// nor all that is due is read for one page.
#[test]
fn what_is_due_comes_from_the_index_of_its_day() {
    on_every_engine("lists_plan", |fixture| {
        let _desk = Desk::quarter(fixture);
        let list = lists::find("open-items").expect("the list");
        let plan = |filters: &[(&str, &str)]| {
            let filters = filters.iter();
            let ask = Ask {
                filters: filters
                    .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
                    .collect(),
                ..Ask::default()
            };
            let steps = fixture.db.write(&context(), None, |work| {
                books::testing::plan(work, list, &ask)
            });
            steps.expect("a plan").join("; ")
        };
        let steps = plan(&[("due_before", "2025-03-01")]);
        assert!(steps.contains("open_item_due"), "{steps}");
        for sorted in ["TEMP B-TREE", "Sort"] {
            assert!(!steps.contains(sorted), "{steps}");
        }
        // The few items of a party do not come by the day.
        let steps = plan(&[("due_before", "2025-03-01"), ("party", "C-1")]);
        assert!(!steps.contains("open_item_due"), "{steps}");
    });
}
