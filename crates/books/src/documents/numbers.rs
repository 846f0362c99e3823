//! The numbers that vendors gave their papers: each is taken once, and one that is like an earlier
//! one only where somebody says why it is another paper.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::documents::{DocumentKind, keys_of_number};
use domain::ids::PartyId;
use serde_json::json;

use crate::documents::{IssueRefusal, NewDocument, sql};
use crate::failure::Fault;
use crate::work::Work;

/// A number of a vendor, as it is written.
pub(super) type VendorNumber = (DocumentKind, String, PartyId);

/// What is known, and what a batch adds to it.
pub(super) struct VendorNumbers {
    taken: HashSet<VendorNumber>,
    alike: Alike,
    /// What was said to be another paper.
    pub(super) no_duplicates: Vec<NoDuplicate>,
}

/// A paper that is none of the books' already, as somebody said.
pub(crate) struct NoDuplicate {
    pub(crate) party: String,
    pub(crate) number: String,
    /// The earlier number.
    pub(crate) like: String,
    pub(crate) why: String,
}

impl NoDuplicate {
    /// Keeps in the audit log what was said.
    pub(crate) fn note(self, work: &mut Work<'_>) {
        let detail = json!({ "party": self.party, "like": self.like, "why": self.why });
        work.note("document.no_duplicate", self.number, detail);
    }
}

/// Numbers by what they are compared by.
#[derive(Default)]
pub(crate) struct Alike(HashMap<(DocumentKind, PartyId, String), String>);

impl Alike {
    /// The numbers of some vendors' papers that stand.
    pub(crate) fn of(work: &mut Work<'_>, vendors: &BTreeSet<PartyId>) -> Result<Alike, Fault> {
        let mut alike = Alike::default();
        for (kind, number, party) in sql::standing_numbers(work, vendors)? {
            alike.keep((kind, &number, party));
        }
        Ok(alike)
    }

    /// Keeps a number; the first of those that are alike stays.
    pub(crate) fn keep(&mut self, (kind, number, party): (DocumentKind, &str, PartyId)) {
        for key in keys_of_number(number) {
            let first = self.0.entry((kind, party, key));
            first.or_insert_with(|| number.to_owned());
        }
    }

    /// The earlier number of the vendor that this one is like.
    pub(crate) fn find(
        &self,
        (kind, number, party): (DocumentKind, &str, PartyId),
    ) -> Option<&str> {
        let mut keys = keys_of_number(number).into_iter();
        keys.find_map(|key| self.0.get(&(kind, party, key)))
            .map(String::as_str)
    }
}

impl VendorNumbers {
    pub(super) fn new(taken: HashSet<VendorNumber>, alike: Alike) -> VendorNumbers {
        VendorNumbers {
            taken,
            alike,
            no_duplicates: Vec::new(),
        }
    }

    /// Takes the number of a vendor's paper.
    pub(super) fn take(
        &mut self,
        order: &NewDocument,
        number: &str,
        party: PartyId,
    ) -> Result<(), IssueRefusal> {
        let number = number.to_owned();
        let key = (order.kind, number.clone(), party);
        if !self.taken.insert(key) {
            return Err(IssueRefusal::DuplicateNumber { number });
        }
        let like = self.alike.find((order.kind, &number, party));
        let like = like.map(str::to_owned);
        self.alike.keep((order.kind, &number, party));
        let Some(like) = like else { return Ok(()) };
        let why = order.no_duplicate.as_deref().map(str::trim);
        let Some(why) = why.filter(|why| !why.is_empty()) else {
            return Err(IssueRefusal::SuspectedDuplicate { number, like });
        };
        self.no_duplicates.push(NoDuplicate {
            party: order.party.clone().unwrap_or_default(),
            number,
            like,
            why: why.to_owned(),
        });
        Ok(())
    }
}
