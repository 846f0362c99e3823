//! Names of parties, for search and for the rows of reports.

use std::collections::HashMap;

use crate::audit::Reach;
use crate::failure::Fault;
use crate::reports::carried::Part;
use crate::reports::known::Named;
use crate::reports::lists::{Found, MOST_FOUND};
use crate::work::Work;

/// Every party, in the order of codes.
#[derive(Default)]
pub(super) struct Names {
    known: Option<i64>,
    all: Vec<Party>,
    by_id: HashMap<i64, Named>,
}

struct Party {
    named: Named,
    /// Code and name in lower case.
    lower: [Box<str>; 2],
    is_customer: bool,
}

impl Part for Names {
    fn known(&mut self) -> &mut Option<i64> {
        &mut self.known
    }

    fn fill(&mut self, work: &mut Work<'_>) -> Result<(), Fault> {
        let entity = work.entity_id();
        work.connection.each(
            "SELECT id, code, name, is_customer FROM party WHERE entity_id = $1 ORDER BY code",
            &[entity.into()],
            |row| {
                let (code, name) = (row.text(1)?, row.text(2)?);
                let lower = [code.to_lowercase().into(), name.to_lowercase().into()];
                let named = Named {
                    code: code.into(),
                    name: name.into(),
                };
                self.by_id.insert(row.int(0)?, named.clone());
                self.all.push(Party {
                    named,
                    lower,
                    is_customer: row.int(3)? == 1,
                });
                Ok(())
            },
        )
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

    /// The parties that a text in lower case means, as many as are shown.
    pub(super) fn search(&self, text: &str) -> Vec<Found> {
        let found = self.all.iter().filter(|party| {
            let [code, name] = &party.lower;
            **code == *text || name.contains(text)
        });
        let found = found.map(|party| Found::Party {
            code: party.named.code.to_string(),
            name: party.named.name.to_string(),
            is_customer: party.is_customer,
        });
        found.take(MOST_FOUND).collect()
    }
}
