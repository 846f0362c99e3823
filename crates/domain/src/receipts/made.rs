//! What a batch made of an item, found without looking through all that it made.

use std::collections::HashMap;

use crate::documents::DocumentKind;
use crate::ids::ItemId;
use crate::open_items::Application;
use crate::receipts::Batch;

/// Where the applications and documents of a batch stand, as far as they were noted.
#[derive(Debug, Default)]
pub(super) struct Noted {
    applications: usize,
    issued: usize,
    by_debit: HashMap<ItemId, Vec<usize>>,
    kinds: HashMap<ItemId, DocumentKind>,
}

impl Batch<'_> {
    /// Notes what was made since the last note. What is not noted is found, too, only slower: a
    /// long run notes after each payment.
    pub fn note(&mut self) {
        let Noted {
            applications,
            issued,
            by_debit,
            kinds,
        } = &mut self.noted;
        let made = self.applied.applications.iter().enumerate();
        for (at, application) in made.skip(*applications) {
            by_debit.entry(application.debit).or_default().push(at);
        }
        for document in self.issued.iter().skip(*issued) {
            let items = std::iter::once(&document.item).chain(&document.further);
            kinds.extend(items.map(|item| (item.id, document.document.kind)));
        }
        *applications = self.applied.applications.len();
        *issued = self.issued.len();
    }

    /// Forgets notes of what is no longer there.
    pub(super) fn note_afresh_after(&mut self, applications: usize, issued: usize) {
        if applications < self.noted.applications || issued < self.noted.issued {
            self.noted = Noted::default();
        }
    }

    /// What the batch applied to debit items, and what of it it took back, in the order in which
    /// it did.
    pub fn applied_to(&self, debits: &[ItemId]) -> Vec<&Application> {
        let made = &self.applied.applications;
        let noted = debits
            .iter()
            .filter_map(|debit| self.noted.by_debit.get(debit));
        let mut noted: Vec<usize> = noted.flatten().copied().collect();
        noted.sort_unstable();
        noted.dedup();
        let since = made.iter().skip(self.noted.applications);
        let since = since.filter(|application| debits.contains(&application.debit));
        noted
            .into_iter()
            .filter_map(|at| made.get(at))
            .chain(since)
            .collect()
    }

    /// The kind of the document that opened an item, where the batch issued it.
    pub fn kind_of(&self, item: ItemId) -> Option<DocumentKind> {
        let since = || {
            let mut since = self.issued.iter().skip(self.noted.issued);
            let issued = since.find(|issued| {
                let mut items = std::iter::once(&issued.item).chain(&issued.further);
                items.any(|one| one.id == item)
            })?;
            Some(issued.document.kind)
        };
        self.noted.kinds.get(&item).copied().or_else(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ApplicationId, Ids};
    use crate::money::{Currency, Money};

    fn application(id: i64, debit: i64, undoes: Option<i64>) -> Application {
        let one = Money::new(1, Currency::parse("EUR").expect("euros"));
        Application {
            id: ApplicationId(id),
            debit: ItemId(debit),
            credit: ItemId(9),
            debit_amount: one,
            credit_amount: one,
            debit_functional: one,
            credit_functional: one,
            applied_on: crate::calendar::Date::constant(2025, 3, 1),
            entry: None,
            undoes: undoes.map(ApplicationId),
        }
    }

    #[test]
    fn what_was_noted_and_what_was_not_are_found_in_order() {
        let mut ids = Ids::starting(1, 1);
        let euros = Currency::parse("EUR").expect("euros");
        let mut batch = Batch::new(HashMap::new(), &mut ids, euros);
        let found = |batch: &Batch<'_>| -> Vec<i64> {
            let found = batch.applied_to(&[ItemId(2), ItemId(1)]);
            found.iter().map(|one| one.id.0).collect()
        };
        let first = [application(1, 1, None), application(2, 3, None)];
        batch.applied.applications.extend(first);
        batch.note();
        batch.applied.applications.push(application(3, 2, None));
        batch.note();
        let mark = batch.mark([]);
        batch.applied.applications.push(application(4, 1, Some(1)));
        assert_eq!(found(&batch), [1, 3, 4]);

        batch.note();
        batch.back_to(mark);
        batch.applied.applications.push(application(5, 3, None));
        assert_eq!(found(&batch), [1, 3], "what was taken back is not found");
        batch.applied.applications.push(application(6, 2, None));
        batch.note();
        assert_eq!(found(&batch), [1, 3, 6]);
    }
}
