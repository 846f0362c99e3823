//! Credit: how much a customer may owe, what they owe, and what happens to an invoice that would
//! go beyond it or that is for a customer who is held.
//!
//! Exposure is what is open in functional currency: invoices and debit memos less credit memos
//! and cash that waits. Orders count once they are invoiced: nothing before is a claim.
//!
//! A limit covers what its customer owes, or what the customer and everybody below owe together.
//! An invoice must keep the limit of its customer and every limit above that covers the group.

use std::collections::{BTreeSet, HashMap};

use crate::ids::PartyId;
use crate::money::Money;
use crate::parties::Tree;

/// What happens to an invoice that goes beyond the limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Answer {
    /// It is issued, and the audit log says so.
    #[default]
    Warn,
    /// It waits for somebody else with authority over credit.
    Ask,
    /// It is not issued.
    Refuse,
}

impl Answer {
    /// Every answer with its word in tables, commands and URLs.
    pub const ALL: &'static [(&'static str, Answer)] = &[
        ("warn", Answer::Warn),
        ("ask", Answer::Ask),
        ("refuse", Answer::Refuse),
    ];

    /// The word.
    pub fn code(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, answer)| *answer == self);
        found.map_or("", |(word, _)| word)
    }

    /// The answer of a word.
    pub fn parse(word: &str) -> Option<Answer> {
        let found = Self::ALL.iter().find(|(known, _)| *known == word);
        found.map(|(_, answer)| *answer)
    }
}

/// Why a customer is held, and by whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// Who holds.
    pub actor: String,
    /// Why.
    pub reason: String,
}

/// Whose debts count against a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Covers {
    /// Those of the customer alone.
    #[default]
    Own,
    /// Those of the customer and of everybody below in the tree of parties.
    Group,
}

impl Covers {
    /// Both with their words in tables, files, commands and URLs.
    pub const ALL: &'static [(&'static str, Covers)] =
        &[("own", Covers::Own), ("group", Covers::Group)];

    /// The word.
    pub fn code(self) -> &'static str {
        match self {
            Covers::Own => "own",
            Covers::Group => "group",
        }
    }

    /// What a word means.
    pub fn parse(word: &str) -> Option<Covers> {
        let found = Self::ALL.iter().find(|(known, _)| *known == word);
        found.map(|(_, covers)| *covers)
    }
}

/// How much may be owed, and by whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limit {
    /// How much.
    pub amount: Money,
    /// Whose debts count.
    pub covers: Covers,
}

/// A limit, and what counts against it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    /// Whose limit it is: the customer's, or that of somebody above.
    pub of: PartyId,
    /// The limit.
    pub limit: Limit,
    /// What those whom it covers owe.
    pub exposure: Money,
}

/// How a customer stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// What they owe.
    pub exposure: Money,
    /// The limits that an invoice for them must keep: their own, then those above, the nearest
    /// first; none is no limit.
    pub rooms: Vec<Room>,
    /// Whether they are held.
    pub hold: Option<Hold>,
}

/// What speaks against an invoice, the hold before the limit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Objection {
    /// The customer is held.
    OnHold(Hold),
    /// More would be owed than may be.
    OverLimit {
        /// Whose limit it is.
        of: PartyId,
        /// How much may be owed, and by whom.
        limit: Limit,
        /// How much they would owe.
        exposure: Money,
    },
}

impl Room {
    /// What may be owed beyond what is owed; below zero where too much is owed already.
    pub fn headroom(&self) -> Money {
        let left = self.limit.amount.minor();
        Money::new(
            left.saturating_sub(self.exposure.minor()),
            self.exposure.currency(),
        )
    }

    /// What would be owed after another invoice or credit of this worth.
    fn after(&self, added: Money) -> Money {
        let minor = self.exposure.minor().saturating_add(added.minor());
        Money::new(minor, self.exposure.currency())
    }
}

impl Standing {
    /// Their own limit.
    pub fn limit_of(&self, party: PartyId) -> Option<Limit> {
        let own = self.rooms.iter().find(|room| room.of == party);
        own.map(|room| room.limit)
    }

    /// The limit that leaves least room; of two the nearer one.
    pub fn tightest(&self) -> Option<&Room> {
        self.rooms.iter().min_by_key(|room| room.headroom().minor())
    }

    /// What they may owe beyond what they owe; below zero where they owe too much already.
    pub fn headroom(&self) -> Option<Money> {
        self.tightest().map(Room::headroom)
    }
}

/// Customers with the limits that cover them; invoices and credits of a batch move what is owed.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    rooms: Vec<Room>,
    /// Which rooms an invoice for a customer must keep.
    of: HashMap<PartyId, Vec<usize>>,
    /// What customers owe themselves.
    owed: HashMap<PartyId, Money>,
    holds: HashMap<PartyId, Hold>,
}

impl Accounts {
    /// Limits, what each party owes, who is held: for some customers and everybody whose debts
    /// count against a limit that covers them.
    pub fn new(
        parties: &BTreeSet<PartyId>,
        tree: &Tree,
        limits: &HashMap<PartyId, Limit>,
        owed: HashMap<PartyId, Money>,
        holds: HashMap<PartyId, Hold>,
    ) -> Accounts {
        let mut all = Accounts {
            owed,
            holds,
            ..Accounts::default()
        };
        let below = tree.below(&limits.keys().copied().collect());
        let mut places: HashMap<PartyId, usize> = HashMap::new();
        for party in parties {
            let above = tree.above(*party).into_iter();
            for of in std::iter::once(*party).chain(above) {
                let Some(limit) = limits.get(&of) else {
                    continue;
                };
                if of != *party && limit.covers == Covers::Own {
                    continue;
                }
                let place = *places.entry(of).or_insert_with(|| {
                    let children = below.get(&of).filter(|_| limit.covers == Covers::Group);
                    let covered = children.into_iter().flatten().chain([&of]);
                    let exposure = covered.fold(0_i64, |sum, party| {
                        let owed = all.owed.get(party).map_or(0, |owed| owed.minor());
                        sum.saturating_add(owed)
                    });
                    all.rooms.push(Room {
                        of,
                        limit: *limit,
                        exposure: Money::new(exposure, limit.amount.currency()),
                    });
                    all.rooms.len() - 1
                });
                all.of.entry(*party).or_default().push(place);
            }
        }
        all
    }

    /// Is there neither limit nor hold?
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty() && self.holds.is_empty()
    }

    fn rooms_of(&self, party: PartyId) -> impl Iterator<Item = &Room> {
        let places = self.of.get(&party).into_iter().flatten();
        places.filter_map(|place| self.rooms.get(*place))
    }

    /// How a customer stands; `nothing` is zero in functional currency.
    pub fn standing(&self, party: PartyId, nothing: Money) -> Standing {
        Standing {
            exposure: self.owed.get(&party).copied().unwrap_or(nothing),
            rooms: self.rooms_of(party).cloned().collect(),
            hold: self.holds.get(&party).cloned(),
        }
    }

    /// What speaks against another invoice of this worth.
    pub fn objection(&self, party: PartyId, added: Money) -> Option<Objection> {
        if let Some(hold) = self.holds.get(&party) {
            return Some(Objection::OnHold(hold.clone()));
        }
        let mut rooms = self.rooms_of(party);
        rooms.find_map(|room| {
            let exposure = room.after(added);
            let is_over = room.limit.amount.minor() < exposure.minor();
            is_over.then_some(Objection::OverLimit {
                of: room.of,
                limit: room.limit,
                exposure,
            })
        })
    }

    /// Takes an invoice or a credit into what is owed.
    pub fn add(&mut self, party: PartyId, added: Money) {
        for place in self.of.get(&party).into_iter().flatten() {
            if let Some(room) = self.rooms.get_mut(*place) {
                room.exposure = room.after(added);
            }
        }
    }
}

impl Objection {
    /// What happens to the invoice: a hold is never only warned of.
    pub fn answer(&self, policy: Answer) -> Answer {
        match (self, policy) {
            (Objection::OnHold(_), Answer::Warn) => Answer::Refuse,
            (Objection::OnHold(_) | Objection::OverLimit { .. }, policy) => policy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn eur(minor: i64) -> Money {
        Money::new(minor, Currency::parse("EUR").expect("EUR"))
    }

    const ACME: PartyId = PartyId(1);

    /// The customer alone: a limit, and what they owe.
    fn alone(limit: Option<i64>, owed: i64, hold: Option<Hold>) -> Accounts {
        let limit = limit.map(|minor| Limit {
            amount: eur(minor),
            covers: Covers::Own,
        });
        Accounts::new(
            &[ACME].into(),
            &Tree::default(),
            &limit.map(|limit| (ACME, limit)).into_iter().collect(),
            [(ACME, eur(owed))].into(),
            hold.map(|hold| (ACME, hold)).into_iter().collect(),
        )
    }

    #[test]
    fn the_limit_itself_may_be_owed_and_not_a_cent_more() {
        let known = alone(Some(1_000), 400, None);
        let headroom = |known: &Accounts| known.standing(ACME, eur(0)).headroom();
        assert_eq!(headroom(&known), Some(eur(600)));
        assert_eq!(known.objection(ACME, eur(600)), None);
        let over = Objection::OverLimit {
            of: ACME,
            limit: Limit {
                amount: eur(1_000),
                covers: Covers::Own,
            },
            exposure: eur(1_001),
        };
        assert_eq!(known.objection(ACME, eur(601)), Some(over));
        assert_eq!(alone(None, i64::MAX, None).objection(ACME, eur(1)), None);
        let credit = alone(Some(0), -5, None);
        assert_eq!(credit.objection(ACME, eur(5)), None, "a credit is room");
        assert_eq!(headroom(&alone(Some(100), 250, None)), Some(eur(-150)));
    }

    #[test]
    fn a_hold_comes_before_the_limit_and_is_never_only_warned_of() {
        let hold = Hold {
            actor: "cora".into(),
            reason: "insolvent".into(),
        };
        let held = alone(Some(0), 5, Some(hold));
        let found = held.objection(ACME, eur(1)).expect("an objection");
        assert!(matches!(found, Objection::OnHold(_)));
        assert_eq!(found.answer(Answer::Warn), Answer::Refuse);
        assert_eq!(found.answer(Answer::Ask), Answer::Ask);
        let over = alone(Some(0), 5, None).objection(ACME, eur(1));
        let over = over.expect("an objection");
        for (_, answer) in Answer::ALL {
            assert_eq!(over.answer(*answer), *answer);
        }
    }

    /// Holding 1 has the subsidiaries 2 and 3; 4 belongs to 2; 5 is a stranger.
    fn group(limits: &[(i64, i64, Covers)], owed: &[(i64, i64)]) -> Accounts {
        let tree: Tree = [(2, 1), (3, 1), (4, 2)]
            .map(|(child, parent)| (PartyId(child), PartyId(parent)))
            .into_iter()
            .collect();
        let limit = |(party, minor, covers): &(i64, i64, Covers)| {
            let amount = eur(*minor);
            (
                PartyId(*party),
                Limit {
                    amount,
                    covers: *covers,
                },
            )
        };
        Accounts::new(
            &(1..=5).map(PartyId).collect(),
            &tree,
            &limits.iter().map(limit).collect(),
            owed.iter()
                .map(|(party, minor)| (PartyId(*party), eur(*minor)))
                .collect(),
            HashMap::new(),
        )
    }

    #[test]
    fn a_limit_of_the_group_covers_everybody_below_together() {
        let limits = [(1, 100, Covers::Group), (2, 60, Covers::Own)];
        let mut known = group(&limits, &[(1, 10), (2, 50), (4, 20), (5, 999)]);
        let headroom = |known: &Accounts, party: i64| {
            let headroom = known.standing(PartyId(party), eur(0)).headroom();
            headroom.map(Money::minor)
        };
        assert_eq!(headroom(&known, 1), Some(20));
        assert_eq!(headroom(&known, 2), Some(10), "its own is tighter");
        assert_eq!(headroom(&known, 3), Some(20), "without a limit of its own");
        assert_eq!(
            headroom(&known, 4),
            Some(20),
            "2's own limit does not cover it"
        );
        assert_eq!(headroom(&known, 5), None);
        assert_eq!(known.objection(PartyId(3), eur(20)), None);
        let over = known.objection(PartyId(3), eur(21));
        assert!(matches!(
            over,
            Some(Objection::OverLimit { of: PartyId(1), .. })
        ));
        // What one of them is invoiced leaves less to the others, what one is credited more.
        known.add(PartyId(3), eur(15));
        assert_eq!(headroom(&known, 4), Some(5));
        known.add(PartyId(4), eur(-10));
        assert_eq!(headroom(&known, 3), Some(15));
        assert_eq!(headroom(&known, 2), Some(10), "nobody's debt but its own");
    }

    #[test]
    fn a_limit_of_its_own_covers_nobody_below() {
        let known = group(&[(1, 100, Covers::Own)], &[(1, 10), (2, 500)]);
        assert_eq!(known.objection(PartyId(1), eur(90)), None);
        assert_eq!(known.objection(PartyId(2), eur(500)), None);
    }

    #[test]
    fn words_of_covers_are_read_back() {
        for (word, covers) in Covers::ALL {
            assert_eq!((covers.code(), Covers::parse(word)), (*word, Some(*covers)));
        }
    }
}
