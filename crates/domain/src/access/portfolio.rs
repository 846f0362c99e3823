//! Whose customers a role is for: parties told by what stands on them, not by a list of codes.

use std::fmt;

/// By what parties are told.
pub const PORTFOLIO_BY: &[&str] = &["owner", "collector", "region", "class"];

/// Parties that somebody looks after: those whose field has one of some values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Portfolio {
    by: &'static str,
    values: Vec<String>,
}

/// A text that names no portfolio.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotAPortfolio {
    /// What stood there.
    pub text: String,
}

impl Portfolio {
    /// Reads `region=North,South`.
    pub fn parse(text: &str) -> Result<Portfolio, NotAPortfolio> {
        let refused = || NotAPortfolio { text: text.into() };
        let (by, values) = text.split_once('=').ok_or_else(refused)?;
        let known = PORTFOLIO_BY.iter().find(|known| **known == by.trim());
        let values = values.split(',').map(str::trim);
        let values: Vec<String> = values
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect();
        if values.is_empty() {
            return Err(refused());
        }
        Ok(Portfolio {
            by: known.ok_or_else(refused)?,
            values,
        })
    }

    /// Is a party in it? `field` tells what stands on the party.
    pub fn holds<'a>(&self, field: impl Fn(&str) -> Option<&'a str>) -> bool {
        let found = field(self.by);
        found.is_some_and(|found| self.values.iter().any(|value| value == found.trim()))
    }
}

impl fmt::Display for Portfolio {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}={}", self.by, self.values.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parties_are_told_by_what_stands_on_them() {
        let portfolio = Portfolio::parse("region = North, South").expect("a portfolio");
        assert_eq!(portfolio.to_string(), "region=North,South");
        let of = |name: &'static str, value: &'static str| {
            move |asked: &str| (asked == name).then_some(value)
        };
        assert!(portfolio.holds(of("region", "North")));
        assert!(portfolio.holds(of("region", " South ")));
        assert!(
            !portfolio.holds(of("region", "north")),
            "values are taken as they stand"
        );
        assert!(!portfolio.holds(of("class", "North")));
        assert!(!portfolio.holds(|_| None));
        for wrong in ["", "region", "region=", "region= ,", "name=Alpha"] {
            assert!(Portfolio::parse(wrong).is_err(), "{wrong}");
        }
    }
}
