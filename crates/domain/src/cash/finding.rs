//! What a rule finds: rows that add up to the payment, and why.

use super::confidence::Ground;
use super::decision::{Evidence, Row, Weight};
use super::model::Confidence;

/// One way to apply a payment, as a rule found it.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) rows: Vec<Row>,
    pub(super) ground: Ground,
    /// The last doubt about it, if there is one: only a person may post it then.
    pub(super) waits: Option<&'static str>,
    pub(super) evidence: Vec<Evidence>,
    /// The advice it rests on.
    pub(super) advice: Option<u64>,
    /// How sure it is, where the rule knows better than its ground and its doubt say.
    pub(super) sure: Option<Confidence>,
}

impl Finding {
    /// Rows on a ground, with nothing against them yet.
    pub(super) fn new(rows: Vec<Row>, ground: Ground) -> Finding {
        Finding {
            rows,
            ground,
            waits: None,
            evidence: Vec::new(),
            advice: None,
            sure: None,
        }
    }

    /// May it be posted without a person?
    pub(super) fn posts(&self) -> bool {
        self.waits.is_none()
    }

    /// Rests on an advice.
    pub(super) fn advised(mut self, advice: u64) -> Finding {
        self.advice = Some(advice);
        self
    }

    /// The rule knows how sure it is, with the doubts it has by now.
    pub(super) fn sure(mut self, sure: Confidence) -> Finding {
        self.sure = Some(sure);
        self
    }

    /// Speaks for it.
    pub(super) fn because(mut self, text: impl Into<String>) -> Finding {
        self.evidence.push(Evidence {
            weight: Weight::For,
            text: text.into(),
        });
        self
    }

    /// Only a person may post it. How sure a rule was before it had this doubt no longer counts.
    pub(super) fn but(mut self, why: &'static str) -> Finding {
        self.sure = None;
        self.waits = Some(why);
        self.evidence.push(Evidence {
            weight: Weight::Against,
            text: why.to_owned(),
        });
        self
    }

    /// A fact behind a doubt, in words of the payment.
    pub(super) fn against(mut self, text: String) -> Finding {
        self.evidence.push(Evidence {
            weight: Weight::Against,
            text,
        });
        self
    }

    /// Is something of it on this item?
    pub(super) fn pays(&self, item: u64) -> bool {
        self.rows.iter().any(|row| row.item == Some(item))
    }

    /// The same, where `holds`.
    pub(super) fn but_if(self, holds: bool, why: &'static str) -> Finding {
        if holds { self.but(why) } else { self }
    }
}
