//! What a batch made of an item, found without looking through all that it made.

use std::collections::HashMap;

use crate::documents::{DocumentKind, Issued};
use crate::ids::ItemId;
use crate::open_items::{Application, Applied};
use crate::receipts::Batch;

/// Where the applications and documents of a batch stand, as far as they were noted.
#[derive(Debug, Default)]
pub(super) struct Noted {
    applications: usize,
    issued: usize,
    /// How many of the applications were handed over.
    handed_over: usize,
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
            ..
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

    /// Hands over what was made since this was last asked, so that it can be written. What it means
    /// for later payments stays known; no mark leads back behind it.
    pub fn hand_over(&mut self) -> (Vec<Issued>, Applied) {
        self.note();
        self.noted.issued = 0;
        let made = &self.applied.applications;
        let applications = made.iter().skip(self.noted.handed_over).cloned();
        let applied = Applied {
            applications: applications.collect(),
            entries: std::mem::take(&mut self.applied.entries),
        };
        self.noted.handed_over = made.len();
        (std::mem::take(&mut self.issued), applied)
    }

    /// Forgets notes of what is no longer there.
    pub(super) fn note_afresh_after(&mut self, applications: usize, issued: usize) {
        if applications < self.noted.applications || issued < self.noted.issued {
            self.noted.by_debit.clear();
            (self.noted.applications, self.noted.issued) = (0, 0);
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
    use crate::receipts::{Cash, receive};

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

    #[test]
    fn what_was_handed_over_stays_known_and_is_handed_over_once() {
        let mut ids = Ids::starting(1, 1);
        let euros = Currency::parse("EUR").expect("euros");
        let mut batch = Batch::new(HashMap::new(), &mut ids, euros);
        let cash = Cash {
            party: None,
            on: crate::calendar::Date::constant(2025, 3, 1),
            bank: "1001".into(),
            amount: Money::new(500, euros),
            functional: Money::new(500, euros),
            memo: String::new(),
        };
        let receipt = receive(&mut batch, DocumentKind::Receipt, &cash);
        batch.applied.applications.push(application(1, 1, None));
        let (issued, applied) = batch.hand_over();
        assert_eq!((issued.len(), applied.applications.len()), (1, 1));
        assert_eq!(batch.kind_of(receipt), Some(DocumentKind::Receipt));

        let mark = batch.mark([]);
        let second = receive(&mut batch, DocumentKind::Receipt, &cash);
        assert_eq!(
            batch.kind_of(second),
            Some(DocumentKind::Receipt),
            "what is not noted yet is found, too"
        );
        assert_eq!(batch.kind_of(ItemId(9)), None, "another's document");
        batch.applied.applications.push(application(2, 1, None));
        batch.note();
        batch.back_to(mark);
        assert_eq!(batch.kind_of(receipt), Some(DocumentKind::Receipt));
        assert!(!batch.states.contains_key(&second));
        batch.applied.applications.push(application(3, 1, None));
        let (issued, applied) = batch.hand_over();
        assert_eq!(issued.len(), 0);
        assert_eq!(applied.applications, [application(3, 1, None)]);
        let known = batch.applied_to(&[ItemId(1)]);
        assert_eq!(known, [&application(1, 1, None), &application(3, 1, None)]);
    }
}
