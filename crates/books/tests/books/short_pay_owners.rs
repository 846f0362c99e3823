//! Short-pays: who answers for them.

use books::access;
use books::short_pays;
use domain::access::Portfolio;
use formats::exchange::Kind as File;

use crate::access::staff;
use crate::cash::{CUSTOMERS, company, is_good, take};
use crate::engines::{Fixture, context, on_every_engine};
use crate::short_pays::{by_hand, pay_in_part, write};

/// The customers again, with what tells who looks after them.
fn looked_after(region: &str, collector: &str) -> &'static str {
    let mut text = String::new();
    for (place, line) in CUSTOMERS.lines().enumerate() {
        let more = if place == 0 {
            ",region,collector".to_owned()
        } else {
            format!(",{region},{collector}")
        };
        text.push_str(&format!("{line}{more}\n"));
    }
    Box::leak(text.into_boxed_str())
}

/// Who answers for a short-pay that is parted off now; it is taken back.
fn owner(fixture: &Fixture) -> String {
    let new = by_hand("RG-2025-0102", "10.00", "price");
    let case = write(fixture, &context(), |work| short_pays::part_off(work, &new));
    let case = case.expect("parted off");
    write(fixture, &context(), |work| {
        short_pays::take_back(work, &case.number, None, "tried")
    })
    .expect("taken back");
    case.owner
}

#[test]
fn whoever_looks_after_the_customer_answers() {
    on_every_engine("sp_keepers", |fixture| {
        company(fixture);
        pay_in_part(fixture);
        staff(
            fixture,
            &[
                ("cora", "auditor", None),
                ("dora", "auditor", None),
                ("carl", "auditor", None),
            ],
        );
        let defaults = short_pays::Defaults {
            owner: "dora".into(),
            ..short_pays::Defaults::default()
        };
        write(fixture, &context(), |work| {
            short_pays::set_defaults(work, &defaults)
        })
        .expect("set");
        assert_eq!(owner(fixture), "dora", "nobody looks after the customer");
        let look_after = |login: &str, region: &str| {
            let within = Portfolio::parse(&format!("region={region}")).expect("a portfolio");
            write(fixture, &context(), |work| {
                access::give_within(work, login, "collector", None, Some(&within))
            })
            .expect("given");
        };
        let customers = |name: &str, region: &str, collector: &str| {
            let text = looked_after(region, collector);
            take(&fixture.db, Some(File::Customers), name, text);
        };
        customers("north.csv", "North", "");
        look_after("cora", "North");
        assert_eq!(owner(fixture), "cora", "it is in her portfolio alone");
        customers("south.csv", "South", "");
        assert_eq!(owner(fixture), "dora", "it is in nobody's portfolio");
        look_after("carl", "North");
        customers("both.csv", "North", "");
        assert_eq!(owner(fixture), "dora", "two look after it");
        customers("named.csv", "North", "carl");
        assert_eq!(owner(fixture), "carl", "he stands on the customer");
        customers("ghost.csv", "North", "ghost");
        assert_eq!(
            owner(fixture),
            "dora",
            "who is not there answers for nothing"
        );
        is_good(&fixture.db);
    });
}
