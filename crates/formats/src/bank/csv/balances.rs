//! Proves a balance column: each balance is the one before and the line, oldest or newest first.

use domain::calendar::Date;
use domain::money::Money;

use super::super::Balance;
use crate::Problem;

/// A line's amount with the balance after it.
#[derive(Clone, Copy)]
struct Link {
    amount: Money,
    balance: Money,
    on: Option<Date>,
}

/// The balances of one account in file order.
#[derive(Default)]
pub(super) struct Chain {
    first: Option<Link>,
    last: Option<Link>,
    /// First row that does not follow, read with the oldest line first.
    oldest_breaks: Option<u64>,
    /// The same with the newest line first.
    newest_breaks: Option<u64>,
}

impl Chain {
    pub(super) fn add(&mut self, row: u64, amount: Money, balance: Money, on: Option<Date>) {
        let link = Link {
            amount,
            balance,
            on,
        };
        if let Some(last) = self.last {
            if last.balance.checked_add(amount) != Some(balance) {
                self.oldest_breaks = self.oldest_breaks.or(Some(row));
            }
            if balance.checked_add(last.amount) != Some(last.balance) {
                self.newest_breaks = self.newest_breaks.or(Some(row));
            }
        }
        self.first = self.first.or(Some(link));
        self.last = Some(link);
    }

    /// Is the newest line the first of the file?
    fn newest_first(&self) -> bool {
        match (self.oldest_breaks, self.newest_breaks) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(oldest), Some(newest)) => oldest < newest,
        }
    }

    /// The row from which the balances no longer follow.
    pub(super) fn problem(&self) -> Option<Problem> {
        let row = self.oldest_breaks?.max(self.newest_breaks?);
        Some(Problem::warning(
            format!("row {row}"),
            "the balance does not follow from the one before and the sum of the line; a line may \
             be missing or doubled",
        ))
    }

    /// Opening and closing balance.
    pub(super) fn ends(&self) -> Option<(Balance, Balance)> {
        let (first, last) = (self.first?, self.last?);
        let (oldest, newest) = if self.newest_first() {
            (last, first)
        } else {
            (first, last)
        };
        let before = oldest.balance.minor().checked_sub(oldest.amount.minor())?;
        let opening = Balance {
            amount: Money::new(before, oldest.balance.currency()),
            on: None,
        };
        let closing = Balance {
            amount: newest.balance,
            on: newest.on,
        };
        Some((opening, closing))
    }
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;

    use super::*;

    fn chain(links: &[(i64, i64)]) -> (Option<String>, Option<(i64, i64)>) {
        let eur = Currency::parse("EUR").expect("EUR");
        let mut chain = Chain::default();
        for (row, (amount, balance)) in (1..).zip(links) {
            chain.add(
                row,
                Money::new(*amount, eur),
                Money::new(*balance, eur),
                None,
            );
        }
        let ends = chain.ends();
        (
            chain.problem().map(|problem| problem.place),
            ends.map(|(opening, closing)| (opening.amount.minor(), closing.amount.minor())),
        )
    }

    #[test]
    fn balances_follow_in_either_order() {
        assert_eq!(chain(&[]), (None, None));
        assert_eq!(chain(&[(5, 15)]), (None, Some((10, 15))));
        assert_eq!(chain(&[(5, 15), (-3, 12), (1, 13)]), (None, Some((10, 13))));
        assert_eq!(chain(&[(1, 13), (-3, 12), (5, 15)]), (None, Some((10, 13))));
        let (problem, _) = chain(&[(5, 15), (-3, 12), (1, 14)]);
        assert_eq!(problem.as_deref(), Some("row 3"));
        let most = i64::MAX;
        assert_eq!(chain(&[(-1, most), (most, most)]).1, None);
    }
}
