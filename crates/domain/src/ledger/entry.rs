//! Journal entries: balanced in every transaction currency and in functional currency.

use std::borrow::Cow;

use crate::calendar::Date;
use crate::ids::{EntryId, ItemId, PartyId};
use crate::ledger::Role;
use crate::money::{Currency, Money};

/// What an entry is the consequence of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A document was issued.
    Document,
    /// Items were taken over from another system.
    Opening,
    /// One item settled another.
    Application,
    /// A bank line that is no customer's or vendor's money.
    BankLine,
    /// Open foreign items were valued at a closing rate, or that was reversed.
    Revaluation,
    /// An entry made by hand.
    Manual,
    /// An earlier entry was reversed.
    Reversal,
}

impl Source {
    /// The word under which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Source::Document => "document",
            Source::Opening => "opening",
            Source::Application => "application",
            Source::BankLine => "bank_line",
            Source::Revaluation => "revaluation",
            Source::Manual => "manual",
            Source::Reversal => "reversal",
        }
    }
}

/// One leg of an entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JournalLine {
    /// The account's number.
    pub account: Cow<'static, str>,
    /// Whose account, on control accounts.
    pub party: Option<PartyId>,
    /// The open item that the line is the consequence of.
    pub item: Option<ItemId>,
    /// Transaction currency; a debit is above zero.
    pub amount: Money,
    /// Functional currency, same sign.
    pub functional: Money,
}

/// A balanced entry. Only [`EntryDraft::balanced`] makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JournalEntry {
    /// Its identity.
    pub id: EntryId,
    /// The day it counts.
    pub posted_on: Date,
    /// What it is the consequence of.
    pub source: Source,
    /// For people.
    pub memo: Cow<'static, str>,
    /// The entry that this one reverses.
    pub reverses: Option<EntryId>,
    lines: Vec<JournalLine>,
}

impl JournalEntry {
    /// The legs in order.
    pub fn lines(&self) -> &[JournalLine] {
        &self.lines
    }

    /// The entry that takes this one back, dated in an open period.
    pub fn reversal(&self, id: EntryId, posted_on: Date) -> JournalEntry {
        let lines = self
            .lines
            .iter()
            .map(|line| JournalLine {
                amount: -line.amount,
                functional: -line.functional,
                ..line.clone()
            })
            .collect();
        JournalEntry {
            id,
            posted_on,
            source: Source::Reversal,
            memo: self.memo.clone(),
            reverses: Some(self.id),
            lines,
        }
    }
}

/// An entry under construction.
#[derive(Clone, Debug)]
pub struct EntryDraft {
    id: EntryId,
    posted_on: Date,
    source: Source,
    memo: Cow<'static, str>,
    lines: Vec<JournalLine>,
}

impl EntryDraft {
    /// Starts an entry on a day.
    pub fn on(
        id: EntryId,
        posted_on: Date,
        source: Source,
        memo: impl Into<Cow<'static, str>>,
    ) -> EntryDraft {
        EntryDraft {
            id,
            posted_on,
            source,
            memo: memo.into(),
            lines: Vec::new(),
        }
    }

    /// Adds a leg to an ordinary account; above zero is a debit.
    pub fn line(
        self,
        account: impl Into<Cow<'static, str>>,
        amount: Money,
        functional: Money,
    ) -> EntryDraft {
        self.leg(JournalLine {
            account: account.into(),
            party: None,
            item: None,
            amount,
            functional,
        })
    }

    /// Adds a leg to the account of a role; above zero is a debit.
    pub fn role(self, role: Role, amount: Money, functional: Money) -> EntryDraft {
        self.line(role.code(), amount, functional)
    }

    /// Adds any leg.
    pub fn leg(mut self, line: JournalLine) -> EntryDraft {
        if !line.amount.is_zero() || !line.functional.is_zero() {
            self.lines.push(line);
        }
        self
    }

    /// Has it no leg yet?
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Finishes the entry. Panics when it does not balance: the posting rule is wrong then.
    pub fn balanced(self) -> JournalEntry {
        let mut sums: Vec<(Currency, i128)> = Vec::new();
        let mut functional = 0_i128;
        for line in &self.lines {
            functional += i128::from(line.functional.minor());
            let currency = line.amount.currency();
            match sums.iter_mut().find(|(known, _)| *known == currency) {
                Some((_, sum)) => *sum += i128::from(line.amount.minor()),
                None => sums.push((currency, i128::from(line.amount.minor()))),
            }
        }
        assert!(
            functional == 0 && sums.iter().all(|(_, sum)| *sum == 0),
            "entry does not balance: {:?}",
            self.lines
        );
        JournalEntry {
            id: self.id,
            posted_on: self.posted_on,
            source: self.source,
            memo: self.memo,
            reverses: None,
            lines: self.lines,
        }
    }
}
