//! Standing in for somebody who is away, and reminding of what waits.

use books::approvals::policy::Rule;
use books::approvals::{self, Turn, Wish};
use domain::access::Area;

use super::{approve, by, on, read, rule, set_rule, waits, write};
use crate::access::staff;
use crate::desk::{Desk, day, money};
use crate::engines::{Fixture, on_every_engine};

fn manned(fixture: &Fixture) -> Desk<'_> {
    let desk = Desk::quarter(fixture);
    staff(
        fixture,
        &[
            ("cora", "credit", None),
            ("sam", "ar_senior", Some(2_000)),
            ("cleo", "controller", None),
            ("bill", "billing", None),
        ],
    );
    desk
}

fn write_off(desk: &Desk<'_>, number: &str, amount: &str) -> Wish {
    Wish::WriteOff {
        item: desk.item(number),
        amount: Some(money(amount)),
        on: day("03-31"),
    }
}

fn delegate(
    fixture: &Fixture,
    who: &str,
    (from, to): (&str, &str),
    (first, last): (&str, &str),
) -> Result<domain::ids::DelegationId, &'static str> {
    write(fixture, &by(who), |work| {
        approvals::delegate(work, from, to, (day(first), day(last)), "away")
    })
}

#[test]
fn who_stands_in_decides_by_the_rights_of_who_is_away() {
    on_every_engine("ctl_delegate", |fixture| {
        let desk = manned(fixture);
        let days = ("03-30", "04-02");
        let cleo = ("cleo", "bill");
        assert_eq!(delegate(fixture, "sam", cleo, days), Err("not_yours"));
        assert_eq!(
            delegate(fixture, "cleo", ("cleo", "cleo"), days),
            Err("own_delegate")
        );
        assert_eq!(
            delegate(fixture, "cleo", ("cleo", "eve"), days),
            Err("no_person")
        );
        assert_eq!(
            delegate(fixture, "cleo", cleo, ("04-02", "04-01")),
            Err("wrong_days")
        );
        assert_eq!(
            delegate(fixture, "cleo", cleo, ("03-01", "03-30")),
            Err("wrong_days")
        );
        let wish = write_off(&desk, "INV-1", "30.00 EUR");
        let first = waits(fixture, &by("cora"), &wish);
        assert_eq!(approve(fixture, &by("bill"), first), Err("not_allowed"));
        let given = delegate(fixture, "cleo", cleo, days).expect("given");
        // Above the limit of the one, within that of the other.
        assert_eq!(approve(fixture, &by("sam"), first), Err("above_limit"));
        assert_eq!(
            approve(fixture, &by("bill"), first).as_deref(),
            Ok("WO-000001")
        );
        let seen = read(fixture, &by("sam"), |work| approvals::requests(work, true));
        let voice = &seen.expect("listed")[0].voices[0];
        assert_eq!(
            (voice.actor.as_str(), voice.stands_for.as_str()),
            ("bill", "cleo")
        );
        // After the last day, and after it was ended, it is worth nothing.
        let second = waits(
            fixture,
            &by("cora"),
            &write_off(&desk, "INV-3", "30.00 EUR"),
        );
        assert_eq!(
            approve(fixture, &on("bill", "04-03"), second),
            Err("not_allowed")
        );
        let end = |login: &str| {
            write(fixture, &by(login), |work| {
                approvals::end_delegation(work, given)
            })
        };
        assert_eq!(end("bill"), Err("not_yours"));
        assert_eq!(end("cleo"), Ok(()));
        assert_eq!(end("cleo"), Err("not_found"));
        assert_eq!(approve(fixture, &by("bill"), second), Err("not_allowed"));
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn no_way_round_leads_back_to_the_maker() {
    on_every_engine("ctl_maker", |fixture| {
        let desk = manned(fixture);
        let days = ("03-30", "04-02");
        // The maker stands in for who may approve; who stands in for the maker may approve by
        // the maker's rights alone; and the owner asks, with somebody standing in for them.
        delegate(fixture, "cleo", ("cleo", "cora"), days).expect("given");
        let own = waits(
            fixture,
            &by("cora"),
            &write_off(&desk, "INV-1", "30.00 EUR"),
        );
        assert_eq!(approve(fixture, &by("cora"), own), Err("own_work"));
        delegate(fixture, "tester", ("tester", "bill"), days).expect("given");
        let owners = waits(
            fixture,
            &by("tester"),
            &write_off(&desk, "INV-3", "30.00 EUR"),
        );
        assert_eq!(approve(fixture, &by("bill"), owners), Err("not_allowed"));
        // Where two must approve, one and who stands in for them are one.
        let two = Rule {
            approvers: 2,
            ..rule(Area::WriteOffs, 0)
        };
        set_rule(fixture, "tester", two);
        delegate(fixture, "cleo", ("cleo", "bill"), days).expect("given");
        let two = waits(fixture, &by("cora"), &write_off(&desk, "INV-1", "5.00 EUR"));
        assert_eq!(approve(fixture, &by("cleo"), two), Ok(String::new()));
        // Bill stands in for cleo, who spoke, and for the owner, who did not.
        assert!(approve(fixture, &by("bill"), two).is_ok());
        let seen = read(fixture, &by("sam"), |work| approvals::requests(work, true));
        let voices = seen.expect("listed").remove(0).voices;
        let last = voices
            .iter()
            .find(|voice| voice.actor == "bill")
            .expect("a voice");
        assert_eq!(last.stands_for, "tester");
        let other = waits(fixture, &by("cora"), &write_off(&desk, "INV-1", "5.00 EUR"));
        assert_eq!(approve(fixture, &by("bill"), other), Ok(String::new()));
        let first = read(fixture, &by("sam"), |work| approvals::requests(work, false));
        let first = first.expect("listed")[0].voices[0].stands_for.clone();
        assert_eq!(approve(fixture, &by(&first), other), Err("said_already"));
        crate::verify::assert_good(fixture);
    });
}

#[test]
fn people_are_reminded_once_a_day_of_what_waits_for_them() {
    on_every_engine("ctl_remind", |fixture| {
        let desk = manned(fixture);
        let id = waits(
            fixture,
            &by("cora"),
            &write_off(&desk, "INV-1", "30.00 EUR"),
        );
        let turns = read(fixture, &by("cora"), |work| {
            let requests = approvals::requests(work, false)?;
            approvals::turns(work, &requests)
        });
        let turn = |login: &str| Turn {
            login: login.into(),
            stands_for: String::new(),
        };
        assert_eq!(turns, Ok(vec![vec![turn("cleo"), turn("tester")]]));
        let preview = read(fixture, &on("cora", "04-03"), |work| {
            approvals::preview_reminders(work, 0)
        });
        let preview = preview.expect("shown");
        assert_eq!(preview.due.len(), 2);
        assert_eq!((preview.due[0].age_days, preview.run), (3, None));
        let commit = |context: &books::Context, least: i64| {
            let done = write(fixture, context, |work| {
                approvals::commit_reminders(work, least)
            });
            let done = done.expect("reminded");
            (
                done.run.is_some(),
                done.due.iter().filter(|due| !due.is_repeated).count(),
            )
        };
        assert_eq!(
            commit(&on("cora", "04-03"), 4),
            (false, 0),
            "it is not old enough"
        );
        assert_eq!(commit(&on("cora", "04-03"), 3), (true, 2));
        assert_eq!(
            commit(&on("cora", "04-03"), 0),
            (false, 0),
            "the second of a day changes nothing"
        );
        assert_eq!(commit(&on("cora", "04-04"), 0), (true, 2));
        let yours =
            |login: &str| read(fixture, &on(login, "04-05"), approvals::yours).expect("listed");
        let cleos = yours("cleo");
        assert_eq!(cleos.len(), 1);
        assert_eq!(cleos[0].request.id, id);
        assert_eq!(
            (cleos[0].age_days, cleos[0].reminded_on),
            (5, Some(day("04-04")))
        );
        assert!(yours("cora").is_empty(), "never the maker");
        assert!(yours("sam").is_empty(), "above the limit");
        assert!(approve(fixture, &on("cleo", "04-05"), id).is_ok());
        assert_eq!(commit(&on("cora", "04-05"), 0), (false, 0), "nothing waits");
        crate::verify::assert_good(fixture);
    });
}
