//! Credit: how much a customer may owe, what they owe, and what happens to an invoice that would
//! go beyond it or that is for a customer who is held.
//!
//! Exposure is what is open in functional currency: invoices and debit memos less credit memos
//! and cash that waits. Orders count once they are invoiced: nothing before is a claim.

use crate::money::Money;

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

/// How a customer stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// How much they may owe; none is no limit.
    pub limit: Option<Money>,
    /// What they owe.
    pub exposure: Money,
    /// Whether they are held.
    pub hold: Option<Hold>,
}

/// What speaks against an invoice, the hold before the limit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Objection {
    /// The customer is held.
    OnHold(Hold),
    /// The customer would owe more than they may.
    OverLimit {
        /// How much they may owe.
        limit: Money,
        /// How much they would owe.
        exposure: Money,
    },
}

impl Standing {
    /// What they may owe beyond what they owe; below zero where they owe too much already.
    pub fn headroom(&self) -> Option<Money> {
        let limit = self.limit?.minor().saturating_sub(self.exposure.minor());
        Some(Money::new(limit, self.exposure.currency()))
    }

    /// What speaks against another invoice of this worth.
    pub fn objection(&self, added: Money) -> Option<Objection> {
        if let Some(hold) = &self.hold {
            return Some(Objection::OnHold(hold.clone()));
        }
        let limit = self.limit?;
        let exposure = self.after(added);
        (limit.minor() < exposure.minor()).then_some(Objection::OverLimit { limit, exposure })
    }

    /// Takes an invoice or a credit into the exposure.
    pub fn add(&mut self, added: Money) {
        self.exposure = self.after(added);
    }

    fn after(&self, added: Money) -> Money {
        let minor = self.exposure.minor().saturating_add(added.minor());
        Money::new(minor, self.exposure.currency())
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

    fn standing(limit: Option<i64>, exposure: i64) -> Standing {
        Standing {
            limit: limit.map(eur),
            exposure: eur(exposure),
            hold: None,
        }
    }

    #[test]
    fn the_limit_itself_may_be_owed_and_not_a_cent_more() {
        let known = standing(Some(1_000), 400);
        assert_eq!(known.headroom(), Some(eur(600)));
        assert_eq!(known.objection(eur(600)), None);
        let over = Objection::OverLimit {
            limit: eur(1_000),
            exposure: eur(1_001),
        };
        assert_eq!(known.objection(eur(601)), Some(over));
        assert_eq!(standing(None, i64::MAX).objection(eur(1)), None);
        assert_eq!(
            standing(Some(0), -5).objection(eur(5)),
            None,
            "a credit is room"
        );
        assert_eq!(standing(Some(100), 250).headroom(), Some(eur(-150)));
    }

    #[test]
    fn a_hold_comes_before_the_limit_and_is_never_only_warned_of() {
        let hold = Hold {
            actor: "cora".into(),
            reason: "insolvent".into(),
        };
        let held = Standing {
            hold: Some(hold),
            ..standing(Some(0), 5)
        };
        let found = held.objection(eur(1)).expect("an objection");
        assert!(matches!(found, Objection::OnHold(_)));
        assert_eq!(found.answer(Answer::Warn), Answer::Refuse);
        assert_eq!(found.answer(Answer::Ask), Answer::Ask);
        let over = standing(Some(0), 5)
            .objection(eur(1))
            .expect("an objection");
        for (_, answer) in Answer::ALL {
            assert_eq!(over.answer(*answer), *answer);
        }
    }
}
