//! The matrix of controls against what keeps them here: the report an auditor begins with.
//!
//! The controls are data with their source named; what keeps each is [`MAPPINGS`], and a test
//! sees that everything named there exists. What the book itself switched off counts: a policy
//! that was lifted, or a book that nobody claimed, enforces nothing.

mod mapping;
mod review;

use std::fmt;

use domain::access::Grants;

pub use mapping::{MAPPINGS, Mapping, Means, Status};
pub(super) use review::run as access_review;

use crate::access;
use crate::approvals::policy::{self, Policy};
use crate::failure::{Fault, Outcome};
use crate::reports::table::{Column, text};
use crate::reports::{Question, Table};
use crate::work::Work;

/// The controls: id, process, risk, control, evidence, type.
const MATRIX: &str = include_str!("matrix.csv");

const COLUMNS: &[Column] = &[
    text("control"),
    text("process"),
    text("risk"),
    text("what_must_hold"),
    text("kind"),
    text("status"),
    text("kept_by"),
    text("gap"),
];

/// One control of the matrix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Control {
    /// Its id.
    pub id: String,
    /// The process it belongs to.
    pub process: String,
    /// What could go wrong.
    pub risk: String,
    /// What must hold.
    pub control: String,
    /// Preventive or detective, manual or automated.
    pub kind: String,
}

impl fmt::Display for Means {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Means::Verify(name) => write!(out, "verify: {name}"),
            Means::Close(name) => write!(out, "close check: {name}"),
            Means::Apart(one, other) => {
                write!(out, "duties apart: {}, {}", one.title(), other.title())
            }
            Means::Policy(area) => write!(out, "policy: {}", area.title()),
            Means::Refusal(code) => write!(out, "refusal: {code}"),
            Means::Report(name) => write!(out, "report: {name}"),
            Means::List(name) => write!(out, "list: {name}"),
            Means::Test(name) => write!(out, "test: {name}"),
        }
    }
}

/// Every control of the matrix.
pub fn controls() -> Result<Vec<Control>, Fault> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(MATRIX.as_bytes());
    let unreadable = |problem: csv::Error| Fault::new(format!("the matrix of controls: {problem}"));
    let mut all = Vec::new();
    for row in reader.records() {
        let row = row.map_err(unreadable)?;
        let cell = |place: usize| row.get(place).unwrap_or_default().to_owned();
        all.push(Control {
            id: cell(0),
            process: cell(1),
            risk: cell(2),
            control: cell(3),
            kind: cell(5),
        });
    }
    Ok(all)
}

/// Answers: each control, how far it is kept in this book, by what, and what is missing.
pub(super) fn run(work: &mut Work<'_>, _: &Question) -> Outcome<Table> {
    let policy = policy::standing(work)?;
    let is_open = access::grants(work)? == Grants::Unclaimed;
    let title = format!("Controls of {}", work.entity().name);
    let mut table = Table::new(title, COLUMNS);
    for control in controls()? {
        let mapping = MAPPINGS.iter().find(|mapping| mapping.id == control.id);
        let (status, gap) = match mapping {
            Some(mapping) => standing(mapping, &policy, is_open),
            None => (Status::NotCovered, "nobody mapped it".to_owned()),
        };
        let by = mapping.map_or(&[][..], |mapping| mapping.by);
        let by: Vec<String> = by.iter().map(ToString::to_string).collect();
        table.push(vec![
            control.id.into(),
            control.process.into(),
            control.risk.into(),
            control.control.into(),
            control.kind.into(),
            status.code().into(),
            by.join("; ").into(),
            gap.into(),
        ]);
    }
    Ok(table)
}

/// How far a control is kept as this book stands.
fn standing(mapping: &Mapping, policy: &Policy, is_open: bool) -> (Status, String) {
    let mut gaps = Vec::new();
    if !mapping.gap.is_empty() {
        gaps.push(mapping.gap.to_owned());
    }
    let mut status = mapping.status;
    let mut weaken = || {
        if status == Status::Enforced {
            status = Status::Partly;
        }
    };
    let of_people = |means: &&Means| matches!(means, Means::Apart(..) | Means::Policy(_));
    if is_open && mapping.by.iter().any(|means| of_people(&means)) {
        weaken();
        gaps.push("nobody claimed this book: roles and approvals are not asked for".to_owned());
    }
    for means in mapping.by {
        let Means::Policy(area) = means else { continue };
        // A rule that begins above zero lets what is smaller pass.
        let rules = policy.rules().filter(|rule| rule.area == *area);
        match rules.map(|rule| rule.above).min() {
            None => {
                weaken();
                gaps.push(format!("the policy of {} asks for nothing", area.title()));
            }
            Some(0) => {}
            Some(_) => gaps.push(format!("small {} pass by policy", area.title())),
        }
    }
    (status, gaps.join("; "))
}
