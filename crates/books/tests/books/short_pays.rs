//! Short-pays: parted off by runs and by people, worked to their end, taken back with what they
//! came of; matching knows each as the document that it came of.

use books::access;
use books::approvals::policy::{self, Rule};
use books::approvals::{self, Asked, Verdict as Voice, Wish};
use books::cash::desk::{self, Division, Part};
use books::cash::export;
use books::open_items::{self, Unapply};
use books::short_pays::{self, Credit, NewShortPay, ShortPay, State};
use books::{Context, Failure, Outcome, Work};
use domain::access::Area;
use domain::calendar::Date;
use domain::cash::Kind;
use domain::documents::Side;
use domain::money::Money;
use domain::short_pays::Reason;
use formats::exchange::Kind as File;
use serde_json::json;

use crate::access::staff;
use crate::cash::{company, eur, is_good, line_of, outcomes, take};
use crate::dividing::{open, taken};
use crate::engines::{Fixture, context, on_every_engine};

pub(crate) const FEBRUARY: &str = ":20:ST2
:25:DE02120300000000202051
:28C:2/1
:60F:C250210EUR2493,90
:61:2502100210C480,00NTRFNONREF//F-1
:86:166?00GUTSCHRIFT?20SVWZ+RG-2025-0102 ABZUEGL. 2?210,00 BESCHAEDIGTE WARE?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH
:62F:C250210EUR2973,90
-
";

const MARCH: &str = ":20:ST3
:25:DE02120300000000202051
:28C:3/1
:60F:C250310EUR2973,90
:61:2503100310C20,00NTRFNONREF//M-1
:86:166?00GUTSCHRIFT?20SVWZ+RG-2025-0102 REST?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH
:62F:C250310EUR2993,90
-
";

const CASE_QUOTED: &str = ":20:ST3
:25:DE02120300000000202051
:28C:3/1
:60F:C250310EUR2973,90
:61:2503100310C20,00NTRFNONREF//M-1
:86:166?00GUTSCHRIFT?20SVWZ+SP-000001 REST?31DE89370400440532013000?32HANSEN WERKZEUGE GMBH
:62F:C250310EUR2993,90
-
";

fn by(login: &str) -> Context {
    Context {
        actor: login.into(),
        ..context()
    }
}

pub(crate) fn write<T>(
    fixture: &Fixture,
    context: &Context,
    act: impl FnMut(&mut Work<'_>) -> Outcome<T>,
) -> Result<T, Failure> {
    fixture.db.write(context, None, act)
}

fn code<T: std::fmt::Debug>(done: Result<T, Failure>) -> &'static str {
    done.expect_err("it is refused").code()
}

pub(crate) fn run(fixture: &Fixture) {
    books::cash::apply(&fixture.db, &context(), None, None, true).expect("applied");
}

pub(crate) fn cases(fixture: &Fixture) -> Vec<ShortPay> {
    let all = fixture.db.read(&context(), None, short_pays::all);
    all.expect("cases")
}

pub(crate) fn one(fixture: &Fixture) -> ShortPay {
    let mut all = cases(fixture);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Reference, document and amount of every row that is exported.
fn exported(fixture: &Fixture) -> Vec<String> {
    let mut rows = Vec::new();
    let read = fixture.db.read(&context(), None, |work| {
        rows.clear();
        export::each(work, |row| {
            rows.push(format!(
                "{} {} {} {}",
                row.entry_ref, row.document_number, row.amount, row.kind
            ));
            Ok(())
        })
    });
    read.expect("exported");
    rows
}

pub(crate) fn open_of_k1(fixture: &Fixture) -> Vec<String> {
    let mut rows = open(fixture);
    rows.retain(|row| row.starts_with("K1 "));
    rows
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

#[test]
fn a_run_parts_off_what_is_held_back_for_a_reason() {
    on_every_engine("sp_run", |fixture| {
        company(fixture);
        run(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        assert_eq!(open_of_k1(fixture), ["K1 SP-000001 20.00"]);
        let case = one(fixture);
        assert_eq!(
            (case.reason, case.amount, case.from_number.as_str()),
            (Reason::Damaged, eur("20.00"), "RG-2025-0102")
        );
        assert!(case.stated.contains("BESCHAEDIGTE WARE"), "{}", case.stated);
        assert_eq!(case.due_on, day("2025-02-11"), "as old as the invoice");
        assert_eq!(case.state, State::Open);
        assert!(!case.is_by_hand);
        assert_eq!(case.answer_by, day("2025-04-14"));
        is_good(&fixture.db);
        // A run that comes again opens nothing again.
        run(fixture);
        assert_eq!(cases(fixture).len(), 1);
        // The rest comes with the number of the invoice.
        take(&fixture.db, None, "march.sta", MARCH);
        run(fixture);
        let rows = exported(fixture);
        for row in [
            "F-1 RG-2025-0102 500.00 payment",
            "F-1 RG-2025-0102 -20.00 short_pay_dispute",
            "M-1 RG-2025-0102 20.00 payment",
        ] {
            assert!(rows.iter().any(|known| known == row), "{row}: {rows:?}");
        }
        assert!(open_of_k1(fixture).is_empty(), "{:?}", open(fixture));
        assert_eq!(one(fixture).state, State::Paid);
        is_good(&fixture.db);
    });
}

#[test]
fn a_rest_may_come_with_the_number_of_the_case() {
    on_every_engine("sp_quoted", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        assert_eq!(one(fixture).number, "SP-000001");
        take(&fixture.db, None, "case.sta", CASE_QUOTED);
        run(fixture);
        let rows = exported(fixture);
        let paid = "M-1 RG-2025-0102 20.00 payment";
        assert!(rows.iter().any(|row| row == paid), "{rows:?}");
        assert_eq!(one(fixture).state, State::Paid);
        is_good(&fixture.db);
    });
}

#[test]
fn a_rest_that_comes_in_the_same_run_is_no_case() {
    on_every_engine("sp_same_run", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        take(&fixture.db, None, "march.sta", MARCH);
        run(fixture);
        assert_eq!(cases(fixture), []);
        assert!(open_of_k1(fixture).is_empty(), "{:?}", open(fixture));
        is_good(&fixture.db);
    });
}

#[test]
fn taking_the_decision_back_takes_the_short_pay_back() {
    on_every_engine("sp_undo", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        let line = line_of(&fixture.db, "F-1");
        assert_eq!(one(fixture).state, State::Open);
        write(fixture, &context(), |work| desk::undo(work, &line)).expect("taken back");
        assert_eq!(one(fixture).state, State::TakenBack);
        assert!(
            open_of_k1(fixture).contains(&"K1 RG-2025-0102 500.00".to_owned()),
            "{:?}",
            open(fixture)
        );
        is_good(&fixture.db);
        // Released, it is decided and parted off anew.
        write(fixture, &context(), |work| desk::release(work, &line)).expect("released");
        run(fixture);
        let states: Vec<State> = cases(fixture).iter().map(|one| one.state).collect();
        assert_eq!(states, [State::TakenBack, State::Open]);
        // What was settled meanwhile is not taken back under somebody's hands.
        take(&fixture.db, None, "march.sta", MARCH);
        run(fixture);
        let refused = write(fixture, &context(), |work| desk::undo(work, &line));
        assert_eq!(code(refused), "short_pay_settled");
        let order = Unapply {
            on: day("2025-03-31"),
            what: "RG-2025-0102".into(),
            with: None,
        };
        let refused = write(fixture, &context(), |work| {
            open_items::unapply(work, std::slice::from_ref(&order))
        });
        assert_eq!(code(refused), "short_pay_settled");
        let later = line_of(&fixture.db, "M-1");
        write(fixture, &context(), |work| desk::undo(work, &later)).expect("taken back");
        write(fixture, &context(), |work| desk::undo(work, &line)).expect("taken back");
        is_good(&fixture.db);
    });
}

#[test]
fn unapplying_takes_the_short_pay_back_and_documents_do_not() {
    on_every_engine("sp_unapply", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        for half in ["SP-000001", "SPO-000001"] {
            let order = books::documents::Reverse {
                document: half.into(),
                on: day("2025-03-31"),
                reason: "no".into(),
            };
            let refused = write(fixture, &context(), |work| {
                books::documents::reverse(work, std::slice::from_ref(&order))
            });
            assert_eq!(code(refused), "of_short_pay");
        }
        let refused = write(fixture, &context(), |work| {
            short_pays::take_back(work, "SP-000001", None, "wrong")
        });
        assert_eq!(code(refused), "of_bank_line");
        let order = Unapply {
            on: day("2025-03-31"),
            what: "RG-2025-0102".into(),
            with: None,
        };
        write(fixture, &context(), |work| {
            open_items::unapply(work, std::slice::from_ref(&order))
        })
        .expect("taken back");
        assert_eq!(one(fixture).state, State::TakenBack);
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 500.00".to_owned()));
        is_good(&fixture.db);
    });
}

pub(crate) fn by_hand(document: &str, amount: &str, stated: &str) -> NewShortPay {
    NewShortPay {
        document: document.into(),
        amount: Some(eur(amount)),
        reason: None,
        stated: stated.into(),
        owner: None,
        answer_by: None,
        on: None,
    }
}

/// Applies 77.70 of the line B-3 to RG-2025-0102.
pub(crate) fn pay_in_part(fixture: &Fixture) {
    let line = line_of(&fixture.db, "B-3");
    let division = Division::from(vec![Part {
        document: "RG-2025-0102".into(),
        amount: Some(eur("77.70")),
        deductions: Vec::new(),
    }]);
    write(fixture, &context(), |work| {
        desk::apply(work, &line, &division)
    })
    .expect("applied");
}

#[test]
fn a_person_parts_off_and_takes_back() {
    on_every_engine("sp_by_hand", |fixture| {
        company(fixture);
        let new = by_hand("RG-2025-0102", "22.30", "Preisdifferenz lt. Angebot");
        let part =
            |new: &NewShortPay| write(fixture, &context(), |work| short_pays::part_off(work, new));
        assert_eq!(code(part(&new)), "not_paid_in_part");
        pay_in_part(fixture);
        assert_eq!(cases(fixture), [], "a rest without a reason is no case");
        let too_much = by_hand("RG-2025-0102", "422.31", "");
        assert_eq!(code(part(&too_much)), "exceeds_open");
        let nobody = NewShortPay {
            owner: Some("ghost".into()),
            ..new.clone()
        };
        assert_eq!(code(part(&nobody)), "no_person");
        let case = part(&new).expect("parted off");
        assert_eq!((case.reason, case.is_by_hand), (Reason::Price, true));
        assert_eq!(
            open_of_k1(fixture),
            [
                "K1 RG-2025-0101 1190.00",
                "K1 RG-2025-0102 400.00",
                "K1 SP-000001 22.30"
            ]
        );
        is_good(&fixture.db);
        let back = write(fixture, &context(), |work| {
            short_pays::take_back(work, &case.number, None, "it was the freight")
        });
        assert_eq!(back.expect("taken back").state, State::TakenBack);
        assert!(open_of_k1(fixture).contains(&"K1 RG-2025-0102 422.30".to_owned()));
        let again = write(fixture, &context(), |work| {
            short_pays::take_back(work, &case.number, None, "again")
        });
        assert_eq!(code(again), "short_pay_not_open");
        is_good(&fixture.db);
    });
}

#[test]
fn a_case_is_worked_and_credited_with_approval() {
    on_every_engine("sp_worked", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        staff(
            fixture,
            &[
                ("clerk", "cash_application", None),
                ("cora", "collector", None),
                ("fred", "credit", None),
                ("sam", "ar_senior", None),
            ],
        );
        let act = |login: &str, act: &dyn Fn(&mut Work<'_>) -> Outcome<ShortPay>| {
            write(fixture, &by(login), act)
        };
        let case = act("clerk", &|work| {
            short_pays::assign(work, "SP-000001", "cora", "her customer")
        });
        assert_eq!(case.expect("assigned").owner, "cora");
        let none = act("cora", &|work| short_pays::note(work, "SP-000001", " "));
        assert_eq!(code(none), "nothing_told");
        act("cora", &|work| {
            short_pays::note(work, "SP-000001", "photos came")
        })
        .expect("noted");
        let strange = act("cora", &|work| {
            short_pays::correct(work, "SP-000001", "weather", "")
        });
        assert_eq!(code(strange), "not_a_reason");
        act("cora", &|work| {
            short_pays::correct(work, "SP-000001", "quantity", "two were missing")
        })
        .expect("corrected");
        // Who applies cash does not decide.
        let decide = |login: &str| {
            act(login, &|work| {
                short_pays::decide(work, "SP-000001", ("justified", ""), "two were missing")
            })
        };
        assert_eq!(code(decide("clerk")), "not_allowed");
        let order = Credit {
            short_pay: "SP-000001".into(),
            amount: None,
            tax_rate: Some("19".into()),
            on: None,
        };
        let credit = |login: &str| {
            write(fixture, &by(login), |work| {
                short_pays::credit(work, &order, "")
            })
        };
        assert_eq!(code(credit("fred")), "not_justified");
        assert_eq!(decide("cora").expect("decided").state, State::Justified);
        assert_eq!(code(credit("cora")), "not_allowed");
        let rule = Rule {
            area: Area::CreditMemos,
            above: 0,
            approvers: 1,
            days: 14,
            roles: Vec::new(),
        };
        write(fixture, &by("tester"), |work| {
            policy::set(work, Area::CreditMemos, std::slice::from_ref(&rule), "all")
        })
        .expect("a policy");
        let Ok(Asked::Waits(id)) = credit("fred") else {
            panic!("it waits");
        };
        assert_eq!(one(fixture).state, State::Justified);
        write(fixture, &by("sam"), |work| {
            approvals::decide(work, id, Voice::Approve, "seen")
        })
        .expect("approved");
        let case = one(fixture);
        assert_eq!((case.state, case.open), (State::Credited, eur("0.00")));
        assert_eq!(case.reason, Reason::Quantity);
        assert!(open_of_k1(fixture).iter().all(|row| !row.contains("SP-")));
        assert_eq!(code(credit("fred")), "short_pay_not_open");
        assert_eq!(code(decide("cora")), "short_pay_not_open");
        let (_, events) = fixture
            .db
            .read(&context(), None, |work| short_pays::show(work, "SP-000001"))
            .expect("shown");
        let told: Vec<String> = events
            .iter()
            .map(|event| format!("{} {} {}", event.kind.code(), event.content, event.actor))
            .collect();
        assert_eq!(
            told,
            [
                "assigned cora clerk",
                "noted  cora",
                "reason quantity cora",
                "decided justified cora"
            ]
        );
        is_good(&fixture.db);
    });
}

#[test]
fn who_parted_off_does_not_decide_and_agents_do_nothing() {
    on_every_engine("sp_apart", |fixture| {
        company(fixture);
        pay_in_part(fixture);
        staff(
            fixture,
            &[
                ("anna", "ar_specialist", None),
                ("cora", "collector", None),
                ("sam", "ar_senior", None),
            ],
        );
        let case = write(fixture, &by("anna"), |work| {
            short_pays::part_off(work, &by_hand("RG-2025-0102", "10.00", "bonus"))
        })
        .expect("parted off");
        assert_eq!(case.reason, Reason::Promotion);
        let decide = |login: &str| {
            write(fixture, &by(login), |work| {
                short_pays::decide(work, "SP-000001", ("unjustified", ""), "none was agreed")
            })
        };
        assert_eq!(code(decide("anna")), "own_short_pay");
        assert_eq!(decide("cora").expect("decided").state, State::Unjustified);
        write(fixture, &by("tester"), |work| {
            access::issue_agent(work, "robot", "ar_specialist", None, 30)
        })
        .expect("an agent");
        let agent = by("agent:robot");
        let refused = write(fixture, &agent, |work| {
            short_pays::assign(work, "SP-000001", "cora", "")
        });
        assert_eq!(code(refused), "agent_only_proposes");
        let refused = write(fixture, &agent, |work| {
            short_pays::part_off(work, &by_hand("RG-2025-0102", "10.00", "bonus"))
        });
        assert_eq!(code(refused), "agent_only_proposes");
        // What is not worth the trouble is given up, with its own approval.
        let given_up = write(fixture, &by("tester"), |work| {
            short_pays::write_off(work, "SP-000001", None, None, "not worth it")
        });
        let waiting = given_up.expect("asked").waiting;
        assert_eq!(one(fixture).state, State::Unjustified, "it waits");
        write(fixture, &by("sam"), |work| {
            approvals::decide(work, waiting[0], Voice::Approve, "seen")
        })
        .expect("approved");
        assert_eq!(one(fixture).state, State::WrittenOff);
        is_good(&fixture.db);
    });
}

#[test]
fn of_two_who_decide_the_second_is_told_what_the_first_decided() {
    on_every_engine("sp_both", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        staff(
            fixture,
            &[("cora", "collector", None), ("carl", "collector", None)],
        );
        let decide = |login: &str, verdict: (&str, &str)| {
            write(fixture, &by(login), |work| {
                short_pays::decide(work, "SP-000001", verdict, "looked at")
            })
        };
        let refused = decide("cora", ("justified", "unjustified"));
        assert_eq!(code(refused), "short_pay_decided", "nothing stands yet");
        decide("cora", ("justified", "")).expect("decided");
        let refused = decide("carl", ("unjustified", "")).expect_err("decided meanwhile");
        assert_eq!(refused.code(), "short_pay_decided");
        let told = refused.to_string();
        assert!(told.contains("justified already, cora decided"), "{told}");
        assert_eq!(one(fixture).state, State::Justified);
        // Who knows the verdict replaces it.
        decide("carl", ("unjustified", "justified")).expect("replaced");
        assert_eq!(one(fixture).state, State::Unjustified);
        // Of two who give it up the second is refused, too.
        let give_up = || {
            write(fixture, &by("tester"), |work| {
                short_pays::write_off(work, "SP-000001", None, None, "small")
            })
        };
        let waiting = give_up().expect("asked").waiting;
        let twice = give_up().expect("asked").waiting;
        staff(fixture, &[("sam", "ar_senior", None)]);
        let approve = |id| {
            write(fixture, &by("sam"), |work| {
                approvals::decide(work, id, Voice::Approve, "seen")
            })
        };
        approve(waiting[0]).expect("given up");
        assert!(approve(twice[0]).is_err(), "nothing is open any more");
        let refused = write(fixture, &by("cora"), |work| {
            short_pays::assign(work, "SP-000001", "cora", "")
        });
        assert_eq!(code(refused), "short_pay_not_open");
        is_good(&fixture.db);
    });
}

#[test]
fn an_agent_proposes_and_a_person_decides() {
    on_every_engine("sp_agent", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        staff(
            fixture,
            &[
                ("cora", "collector", None),
                ("sam", "ar_senior", None),
                ("ines", "ar_associate", None),
            ],
        );
        write(fixture, &by("tester"), |work| {
            access::issue_agent(work, "robot", "collector", None, 30)?;
            access::issue_agent(work, "boss", "ar_senior", None, 30)
        })
        .expect("agents");
        let wish = |content: &serde_json::Value| Wish::parse("short_pay", content).expect("a wish");
        let asked = |login: &str, content: &serde_json::Value| {
            let done = write(fixture, &by(login), |work| {
                approvals::ask(work, &wish(content), "seen on the photos")
            });
            match done.expect("asked") {
                Asked::Waits(id) => id,
                Asked::Done(what) => panic!("{what} was done"),
            }
        };
        let approve = |login: &str, id| {
            write(fixture, &by(login), |work| {
                approvals::decide(work, id, Voice::Approve, "seen")
            })
        };
        assert_eq!(
            Wish::parse("short_pay", &json!({ "short_pay": "SP-000001" })),
            None
        );
        let id = asked(
            "agent:robot",
            &json!({ "short_pay": "SP-000001", "short_pay_reason": "quantity", "owner": "cora",
                "verdict": "unjustified" }),
        );
        assert_eq!(one(fixture).state, State::Open, "asking changes nothing");
        let shown = fixture
            .db
            .read(&context(), None, |work| approvals::request(work, id));
        let shown = shown.expect("the request");
        assert_eq!(
            shown.effect.as_array().map(Vec::len),
            Some(3),
            "{}",
            shown.effect
        );
        for (login, why) in [
            ("agent:robot", "agent_only_proposes"),
            ("agent:boss", "agent_only_proposes"),
            ("cora", "not_allowed"),
        ] {
            assert_eq!(code(approve(login, id)), why, "{login}");
        }
        approve("sam", id).expect("approved");
        let case = one(fixture);
        assert_eq!(
            (case.state, case.reason, case.owner.as_str()),
            (State::Unjustified, Reason::Quantity, "cora")
        );
        // What a person decided meanwhile is not overturned by a proposal that did not know it.
        let late = wish(&json!({ "short_pay": "SP-000001", "verdict": "justified" }));
        let refused = write(fixture, &by("agent:robot"), |work| {
            approvals::ask(work, &late, "seen")
        });
        assert_eq!(code(refused), "short_pay_decided");
        // The credit memo that follows waits for those who approve credit memos, with its entry.
        let id = asked(
            "agent:robot",
            &json!({ "short_pay": "SP-000001", "verdict": "justified",
                "instead_of": "unjustified", "credit_on": "2025-03-31", "tax_rate": "19" }),
        );
        let shown = fixture
            .db
            .read(&context(), None, |work| approvals::request(work, id));
        let effect = shown.expect("the request").effect.to_string();
        assert!(
            effect.contains("\"1200\"") && effect.contains("-20.00"),
            "{effect}"
        );
        assert_eq!(code(approve("agent:boss", id)), "agent_only_proposes");
        assert_eq!(code(approve("cora", id)), "not_allowed");
        assert_eq!(one(fixture).state, State::Unjustified);
        approve("sam", id).expect("approved");
        assert_eq!(one(fixture).state, State::Credited);
        is_good(&fixture.db);
    });
}

#[test]
fn owners_come_from_portfolios_and_defaults() {
    on_every_engine("sp_owners", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        staff(
            fixture,
            &[("cora", "collector", None), ("dora", "collector", None)],
        );
        let days = short_pays::Defaults {
            owner: "dora".into(),
            answer_days: 3,
        };
        let wrong = short_pays::Defaults {
            owner: "ghost".into(),
            ..days.clone()
        };
        let set = |new: &short_pays::Defaults| {
            write(fixture, &by("tester"), |work| {
                short_pays::set_defaults(work, new)
            })
        };
        assert_eq!(code(set(&wrong)), "no_person");
        set(&days).expect("set");
        write(fixture, &by("tester"), |work| {
            books::cash::apply_within(work, None, None)
        })
        .expect("applied");
        let case = one(fixture);
        assert_eq!(
            (case.owner.as_str(), case.answer_by),
            ("dora", day("2025-04-03"))
        );
        is_good(&fixture.db);
    });
}

const DOLLARS: &str = "document_number,type,customer_id,issue_date,due_date,currency,amount,\
open_amount,po_number,contract_number,discount_percent,discount_due_date,region
US-1,invoice,K2,2025-01-10,2025-02-09,USD,300.00,300.00,PO-7,,,,North
";
const RATES: &str = "date,from_currency,to_currency,rate,source
2025-01-10,USD,EUR,0.9367,ecb
2025-01-20,USD,EUR,0.9500,ecb
";

#[test]
fn a_foreign_short_pay_is_carried_at_its_share() {
    on_every_engine("sp_foreign", |fixture| {
        company(fixture);
        take(&fixture.db, Some(File::Rates), "rates.csv", RATES);
        take(&fixture.db, Some(File::OpenItems), "dollars.csv", DOLLARS);
        let line = line_of(&fixture.db, "B-2");
        // 250.00 EUR for 300.00 USD less a quarter: 250 of 333.33 EUR.
        let division = Division::from(vec![Part {
            document: "US-1".into(),
            amount: Some(eur("333.33")),
            deductions: vec![taken(Kind::ShortPayDispute, "83.33", "75 pieces missing")],
        }]);
        write(fixture, &context(), |work| {
            desk::apply(work, &line, &division)
        })
        .expect("applied");
        let case = one(fixture);
        assert_eq!(case.amount.currency().code(), "USD");
        assert_eq!(case.reason, Reason::Quantity);
        let whole = Money::new(30_000, case.amount.currency());
        let share = case.open_functional.minor() * whole.minor() / case.amount.minor();
        assert!((share - 28_101).abs() < 50, "{share}: {case:?}");
        is_good(&fixture.db);
        write(fixture, &context(), |work| desk::undo(work, &line)).expect("taken back");
        assert_eq!(one(fixture).state, State::TakenBack);
        is_good(&fixture.db);
    });
}

/// Tax withheld in euros of a dollar invoice: a part of it is charged back at its share.
#[test]
fn tax_withheld_in_another_currency_is_charged_back_in_part() {
    on_every_engine("sp_tax_foreign", |fixture| {
        company(fixture);
        take(&fixture.db, Some(File::Rates), "rates.csv", RATES);
        take(&fixture.db, Some(File::OpenItems), "dollars.csv", DOLLARS);
        let line = line_of(&fixture.db, "B-2");
        let division = Division::from(vec![Part {
            document: "US-1".into(),
            amount: Some(eur("333.33")),
            deductions: vec![taken(Kind::WithholdingTax, "83.33", "")],
        }]);
        write(fixture, &context(), |work| {
            desk::apply(work, &line, &division)
        })
        .expect("applied");
        let charge = |amount: Option<&str>| {
            write(fixture, &context(), |work| {
                let told = (day("2025-03-31"), "no certificate");
                let amount = amount.map(eur);
                books::certificates::charge_back(work, "TW-000001", amount, told).map(|_| ())
            })
        };
        let of_us = |fixture: &Fixture| {
            let mut rows = open(fixture);
            rows.retain(|row| row.contains("US-1"));
            rows
        };
        assert!(of_us(fixture).is_empty(), "{:?}", of_us(fixture));
        assert_eq!(code(charge(Some("83.34"))), "covered_by_certificate");
        // 83.33 EUR settled 75.00 USD; 40.00 of them are 36.00 USD.
        charge(Some("40.00")).expect("charged back");
        assert_eq!(of_us(fixture), ["K2 US-1 36.00"]);
        is_good(&fixture.db);
        charge(None).expect("charged back");
        assert_eq!(of_us(fixture), ["K2 US-1 75.00"]);
        is_good(&fixture.db);
    });
}

#[test]
fn the_report_sums_up_by_reason_owner_and_age() {
    use books::reports::{By, Question};
    on_every_engine("sp_report", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        let report = books::reports::find("short-pays").expect("a report");
        let ask = |by: Option<By>, as_of: &str| {
            let question = Question {
                by,
                ..Question::as_of(day(as_of))
            };
            let table = fixture
                .db
                .read(&context(), None, |work| report.answer(work, &question));
            let rows = table.map(|table| table.rows).unwrap_or_default();
            let text = |row: &Vec<books::reports::Cell>| {
                let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
                cells.join(" ")
            };
            rows.iter().map(text).collect::<Vec<_>>()
        };
        assert_eq!(
            ask(None, "2025-03-31"),
            ["damaged EUR 1 0 20.00 20.00", "TOTAL EUR 1 0 20.00 20.00"]
        );
        assert_eq!(
            ask(Some(By::Owner), "2025-04-30")[0],
            "unassigned EUR 1 1 20.00 20.00"
        );
        assert_eq!(
            ask(Some(By::Age), "2025-03-31")[0],
            "days_31_60 EUR 1 0 20.00 20.00"
        );
        assert_eq!(
            ask(None, "2025-02-09"),
            Vec::<String>::new(),
            "before it was parted off"
        );
        let each = ask(Some(By::Document), "2025-03-31");
        assert!(each[0].starts_with("SP-000001 RG-2025-0102 K1"), "{each:?}");
    });
}

#[test]
fn a_broken_case_is_found() {
    on_every_engine("sp_broken", |fixture| {
        company(fixture);
        take(&fixture.db, None, "february.sta", FEBRUARY);
        run(fixture);
        let _ = (outcomes(&fixture.db), Side::Receivable);
        books::testing::tamper(&fixture.url, "DROP TRIGGER short_pay_never_deleted")
            .or_else(|_| {
                books::testing::tamper(
                    &fixture.url,
                    "DROP TRIGGER short_pay_never_changed ON short_pay",
                )
            })
            .expect("a guard is gone");
        books::testing::tamper(&fixture.url, "DELETE FROM short_pay").expect("gone");
        let checks = fixture.db.read(&context(), None, books::verify::verify);
        let problems: Vec<String> = checks
            .expect("verified")
            .into_iter()
            .filter_map(|check| check.problem)
            .collect();
        for part in [
            "SPO-000001 parts off no short-pay",
            "short_pay: 1 rows were written",
        ] {
            assert!(
                problems.iter().any(|one| one.contains(part)),
                "{part}: {problems:?}"
            );
        }
    });
}
