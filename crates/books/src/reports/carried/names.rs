//! Names of parties, for search and for the rows of reports.

use std::collections::HashMap;
use std::sync::Arc;

use crate::audit::Reach;
use crate::failure::Fault;
use crate::reports::carried::Part;
use crate::reports::known::Named;
use crate::reports::lists::{Found, MOST_FOUND};
use crate::work::Work;

/// Every party.
#[derive(Default)]
pub(super) struct Names {
    known: Option<i64>,
    all: Arc<Searched>,
    by_id: HashMap<i64, Named>,
}

/// Parties as they are searched, by several at once.
#[derive(Default)]
pub(super) struct Searched {
    /// Them, in the order of codes.
    all: Vec<Party>,
    /// Their names in lower case, each on a line: one long text is searched far quicker than many
    /// short ones.
    names: String,
    /// The places of parties by their code in lower case.
    codes: HashMap<Box<str>, Vec<usize>>,
}

struct Party {
    named: Named,
    /// Where its name begins in the text.
    begins: usize,
    is_customer: bool,
}

impl Part for Names {
    fn known(&mut self) -> &mut Option<i64> {
        &mut self.known
    }

    fn fill(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        let entity = work.entity_id();
        let mut all = Searched::default();
        work.connection.each(
            "SELECT id, code, name, is_customer FROM party WHERE entity_id = $1 ORDER BY code",
            &[entity.into()],
            |row| {
                let named = Named {
                    code: row.text(1)?.into(),
                    name: row.text(2)?.into(),
                };
                self.by_id.insert(row.int(0)?, named.clone());
                all.add(named, row.int(3)? == 1);
                Ok(())
            },
        )?;
        self.all = Arc::new(all);
        Ok(())
    }

    fn add(&mut self, work: &mut Work<'_>, reach: Reach) -> Result<(), Fault> {
        if reach.names_changed {
            *self = Names::default();
            self.fill(work)?;
        }
        Ok(())
    }
}

impl Names {
    /// The party of an identity.
    pub(super) fn of(&self, id: i64) -> Result<&Named, Fault> {
        self.by_id
            .get(&id)
            .ok_or_else(|| Fault::new("an open item belongs to a party that is not there"))
    }

    /// The parties, to be searched while others read on.
    pub(super) fn searched(&self) -> Arc<Searched> {
        Arc::clone(&self.all)
    }
}

impl Searched {
    fn add(&mut self, named: Named, is_customer: bool) {
        let places = self
            .codes
            .entry(named.code.to_lowercase().into())
            .or_default();
        places.push(self.all.len());
        let begins = self.names.len();
        // A name of several lines is one line here.
        let name = named.name.to_lowercase();
        self.names.extend(name.chars().map(one_line));
        self.names.push('\n');
        self.all.push(Party {
            named,
            begins,
            is_customer,
        });
    }

    /// The parties that a text in lower case means, as many as are shown.
    pub(super) fn search(&self, text: &str) -> Vec<Found> {
        let text: String = text.chars().map(one_line).collect();
        let mut places: Vec<usize> = self.codes.get(&*text).cloned().unwrap_or_default();
        let by_code = places.len();
        let mut from = 0;
        while let Some(rest) = self.names.get(from..)
            && places.len() < by_code + MOST_FOUND
            && let Some(found) = rest.find(&text)
        {
            let at = from + found;
            // The last party that begins there or before.
            let place = self.all.partition_point(|party| party.begins <= at);
            let Some(place) = place.checked_sub(1) else {
                break;
            };
            places.push(place);
            let next = self.all.get(place + 1).map(|party| party.begins);
            from = next.unwrap_or(self.names.len());
        }
        places.sort_unstable();
        places.dedup();
        let found = places.iter().filter_map(|place| self.all.get(*place));
        let found = found.map(|party| Found::Party {
            code: party.named.code.to_string(),
            name: party.named.name.to_string(),
            is_customer: party.is_customer,
        });
        found.take(MOST_FOUND).collect()
    }
}

/// A sign as it is searched: none ends a line.
fn one_line(sign: char) -> char {
    if sign == '\n' { ' ' } else { sign }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(parties: &[(&str, &str)]) -> Searched {
        let mut all = Searched::default();
        for (code, name) in parties {
            let named = Named {
                code: (*code).into(),
                name: (*name).into(),
            };
            all.add(named, true);
        }
        all
    }

    fn codes(all: &Searched, text: &str) -> Vec<String> {
        let found = all.search(text).into_iter();
        let codes = found.filter_map(|found| match found {
            Found::Party { code, .. } => Some(code),
            Found::Document { .. } => None,
        });
        codes.collect()
    }

    #[test]
    fn a_text_finds_names_by_a_part_and_codes_whole() {
        let all = searched(&[
            ("A", "Ruth Ärzte"),
            ("B-1", ""),
            ("C", "two\nlines"),
            ("D", "b-1"),
        ]);
        assert_eq!(codes(&all, "ä"), ["A"]);
        assert_eq!(codes(&all, "b-1"), ["B-1", "D"]);
        assert_eq!(codes(&all, "o l"), ["C"], "a name is searched as one line");
        assert_eq!(
            codes(&all, "zteb"),
            Vec::<String>::new(),
            "names do not run together"
        );
        assert_eq!(
            codes(&all, "t"),
            ["A", "C"],
            "each once, in the order of codes"
        );
    }

    #[test]
    fn no_more_is_found_than_is_shown() {
        let codes_of: Vec<String> = (10..99).map(|place| format!("P{place}")).collect();
        let parties: Vec<(&str, &str)> = codes_of.iter().map(|code| (&**code, "same")).collect();
        let found = codes(&searched(&parties), "same");
        assert_eq!(found, codes_of.get(..MOST_FOUND).expect("enough"));
    }
}
