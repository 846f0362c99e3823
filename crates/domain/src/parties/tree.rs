//! Who belongs to whom: a parent pays for its children, and may answer for what they owe.

use std::collections::{BTreeSet, HashMap};

use crate::ids::PartyId;

/// The parents of parties. Master data may hold a ring; every walk ends.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tree(HashMap<PartyId, PartyId>);

impl FromIterator<(PartyId, PartyId)> for Tree {
    /// From pairs of child and parent.
    fn from_iter<T: IntoIterator<Item = (PartyId, PartyId)>>(pairs: T) -> Tree {
        Tree(pairs.into_iter().collect())
    }
}

impl Tree {
    /// Everybody above a party, the nearest first.
    pub fn above(&self, party: PartyId) -> Vec<PartyId> {
        let mut all = Vec::new();
        let mut below = party;
        while let Some(parent) = self.0.get(&below) {
            if *parent == party || all.contains(parent) {
                break;
            }
            all.push(*parent);
            below = *parent;
        }
        all
    }

    /// Everybody below some parties, by whom they stand below.
    pub fn below(&self, tops: &BTreeSet<PartyId>) -> HashMap<PartyId, Vec<PartyId>> {
        let mut found: HashMap<PartyId, Vec<PartyId>> = HashMap::new();
        for child in self.0.keys() {
            for above in self.above(*child) {
                if tops.contains(&above) {
                    found.entry(above).or_default().push(*child);
                }
            }
        }
        found
    }

    /// The party at the top of the tree.
    pub fn root(&self, party: PartyId) -> PartyId {
        self.above(party).last().copied().unwrap_or(party)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_walk_up_ends() {
        let pairs = [(1, 2), (2, 3), (7, 8), (8, 7), (9, 7)];
        let tree: Tree = pairs
            .map(|(child, parent)| (PartyId(child), PartyId(parent)))
            .into_iter()
            .collect();
        assert_eq!(tree.above(PartyId(1)), [PartyId(2), PartyId(3)]);
        assert_eq!(tree.root(PartyId(1)), PartyId(3));
        let mut below = tree.below(&[PartyId(3)].into());
        let children = below.get_mut(&PartyId(3)).expect("children");
        children.sort_unstable();
        assert_eq!(*children, [PartyId(1), PartyId(2)]);
        assert_eq!(tree.root(PartyId(5)), PartyId(5));
        assert_eq!(tree.above(PartyId(7)), [PartyId(8)], "a ring ends");
        assert_eq!(tree.above(PartyId(9)), [PartyId(7), PartyId(8)]);
    }
}
