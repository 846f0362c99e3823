//! Hands a statement over in parts, so that one with a million lines never stands in memory.

use domain::money::Money;

use crate::Problem;

use super::{Balance, BankLine, BankStatement, LineStatus, Sink};

/// Lines in one part.
const LINES: usize = 1000;

/// The statement that is being read.
#[derive(Default)]
pub(crate) struct Parts {
    /// Head and the lines not yet handed over.
    pub(crate) statement: BankStatement,
    opening: Option<Balance>,
    booked: i128,
    mixed: bool,
    any_pending: bool,
    continues: bool,
}

impl Parts {
    /// Adds a line; hands over a part when enough have come together.
    pub(crate) fn push(&mut self, line: BankLine, sink: &mut dyn Sink) {
        if LINES <= self.statement.lines.len() {
            self.hand_over(sink);
        }
        if line.status == LineStatus::Pending {
            self.any_pending = true;
        } else {
            self.booked += i128::from(line.amount.minor());
            let opening = self.statement.opening.or(self.opening);
            if opening.is_some_and(|opening| opening.amount.currency() != line.amount.currency()) {
                self.mixed = true;
            }
        }
        self.statement.lines.push(line);
    }

    /// Has a part of this statement been handed over, or a line read?
    pub(crate) fn has_lines(&self) -> bool {
        self.continues || !self.statement.lines.is_empty()
    }

    /// Ends the statement with the balance that closes it; warns where the sum does not tie out.
    pub(crate) fn finish(self, place: &str, sink: &mut dyn Sink) {
        let opening = self.statement.opening.or(self.opening);
        if let (Some(opening), Some(closing)) = (opening, self.statement.closing)
            && opening.amount.currency() == closing.amount.currency()
            && !self.mixed
            && !self.any_pending
        {
            let sum = i128::from(opening.amount.minor()) + self.booked;
            let closes = i128::from(closing.amount.minor());
            if sum != closes {
                let off = i64::try_from(closes - sum).map_or_else(
                    |_| (closes - sum).to_string(),
                    |minor| Money::new(minor, closing.amount.currency()).to_string(),
                );
                sink.problem(Problem::warning(
                    place,
                    format!(
                        "opening balance and lines do not add up to the closing balance: {off} {} \
                         missing; a line may be lost or doubled, ask the bank for the statement \
                         again",
                        closing.amount.currency()
                    ),
                ));
            }
        }
        sink.statement(self.statement, self.continues);
    }

    fn hand_over(&mut self, sink: &mut dyn Sink) {
        let rest = BankStatement {
            id: self.statement.id.clone(),
            account: self.statement.account.clone(),
            from: self.statement.from,
            to: self.statement.to,
            closing: self.statement.closing.take(),
            opening: None,
            lines: Vec::new(),
        };
        self.opening = self.statement.opening.or(self.opening);
        let part = std::mem::replace(&mut self.statement, rest);
        sink.statement(part, self.continues);
        self.continues = true;
    }
}
