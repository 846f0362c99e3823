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

/// The paper of a vendor that is at hand.
#[derive(Clone, Copy)]
pub(crate) struct Paper<'p> {
    pub(crate) kind: DocumentKind,
    pub(crate) number: &'p str,
    pub(crate) party: PartyId,
    /// The vendor's code.
    pub(crate) code: &'p str,
    /// Why it is no duplicate, where somebody says so.
    pub(crate) why: Option<&'p str>,
}

/// What is known, and what a batch adds to it.
pub(super) struct VendorNumbers {
    taken: HashSet<VendorNumber>,
    pub(super) alike: Alike,
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
pub(crate) struct Alike {
    first: HashMap<(DocumentKind, PartyId, String), String>,
    /// What was said to be another paper.
    no_duplicates: Vec<NoDuplicate>,
}

impl Alike {
    /// The numbers of all vendors' papers that stand.
    pub(crate) fn all(work: &mut Work<'_>) -> Result<Alike, Fault> {
        Ok(Alike::of(sql::standing_numbers(work, None)?))
    }

    /// Those of them that may be like some numbers.
    pub(super) fn to(work: &mut Work<'_>, numbers: &BTreeSet<&str>) -> Result<Alike, Fault> {
        Ok(Alike::of(sql::standing_numbers(work, Some(numbers))?))
    }

    fn of(numbers: Vec<VendorNumber>) -> Alike {
        let mut alike = Alike::default();
        for (kind, number, party) in numbers {
            alike.keep((kind, &number, party));
        }
        alike
    }

    /// Keeps a number; the first of those that are alike stays.
    fn keep(&mut self, (kind, number, party): (DocumentKind, &str, PartyId)) {
        for key in keys_of_number(number) {
            let first = self.first.entry((kind, party, key));
            first.or_insert_with(|| number.to_owned());
        }
    }

    /// The earlier number of the vendor that this one is like.
    fn find(&self, (kind, number, party): (DocumentKind, &str, PartyId)) -> Option<&String> {
        let mut keys = keys_of_number(number).into_iter();
        keys.find_map(|key| self.first.get(&(kind, party, key)))
    }

    /// Takes a paper. One whose number is like an earlier one, which it answers, is not taken
    /// unless somebody says why it is no duplicate.
    pub(crate) fn take(&mut self, paper: Paper<'_>) -> Result<(), String> {
        let key = (paper.kind, paper.number, paper.party);
        if let Some(like) = self.find(key).cloned() {
            let why = paper.why.map(str::trim).filter(|why| !why.is_empty());
            let Some(why) = why else { return Err(like) };
            self.no_duplicates.push(NoDuplicate {
                party: paper.code.to_owned(),
                number: paper.number.to_owned(),
                like,
                why: why.to_owned(),
            });
        }
        self.keep(key);
        Ok(())
    }

    /// What was said to be another paper, each once.
    pub(crate) fn no_duplicates(&mut self) -> Vec<NoDuplicate> {
        std::mem::take(&mut self.no_duplicates)
    }
}

impl VendorNumbers {
    pub(super) fn new(taken: HashSet<VendorNumber>, alike: Alike) -> VendorNumbers {
        VendorNumbers { taken, alike }
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
        let taken = self.alike.take(Paper {
            kind: order.kind,
            number: &number,
            party,
            code: order.party.as_deref().unwrap_or_default(),
            why: order.no_duplicate.as_deref(),
        });
        taken.map_err(|like| IssueRefusal::SuspectedDuplicate { number, like })
    }
}
