//! What a person decides about a line: documents, a proposal, or only whose money it is.

use std::collections::HashSet;

use domain::cash::{
    Advice, Confidence, Decision, Evidence, Kind, Outcome as Decided, Proposal, Row, Weight,
};
use domain::ids::LineId;
use domain::money::Money;
use serde_json::json;

use crate::approvals::{self, Asked, Wish};
use crate::cash::desk::divide::{Known, place_of, rows_of};
use crate::cash::desk::{DeskRefusal, Division, ForeseenApplication, open_unit};
use crate::cash::held::Said;
use crate::cash::load::{self, Names};
use crate::cash::record::{self, Chosen};
use crate::cash::sql::{self, ProposalRow};
use crate::cash::units::Unit;
use crate::failure::Outcome;
use crate::ledger::{self, Foreseen};
use crate::remittances::AdviceKey;
use crate::work::Work;

/// Applies a line as a person says: to documents, and on account of parties.
pub fn apply(work: &mut Work<'_>, line: &str, division: &Division) -> Outcome<()> {
    // Of two who decide about one line at once the second sees what the first decided.
    work.gate()?;
    let unit = open_unit(work, line)?;
    let mut known = Known::of(work, division)?;
    known.keep_reasons(division);
    let (rows, _) = rows_of(&known, unit.payment.amount, division)?;
    let reasons = division.reasons();
    decide(work, &known.names, unit, (rows, reasons), "applied_by_hand")
}

/// What a division leaves of a line. Writes nothing.
pub fn left_over(work: &mut Work<'_>, line: &str, division: &Division) -> Outcome<Money> {
    let unit = open_unit(work, line)?;
    let known = Known::of(work, division)?;
    Ok(rows_of(&known, unit.payment.amount, division)?.1)
}

/// Applies a line as a person says, or asks others where it gives something up that they must
/// approve: the line waits meanwhile.
pub fn apply_or_ask(
    work: &mut Work<'_>,
    line: &str,
    division: &Division,
    reason: &str,
) -> Outcome<Asked> {
    if !division.gives_up() {
        apply(work, line, division)?;
        return Ok(Asked::Done(line.to_owned()));
    }
    let wish = Wish::ApplyLine {
        line: line.to_owned(),
        division: division.clone(),
    };
    approvals::ask(work, &wish, reason)
}

/// What applying a line by hand would post, with its applications; nothing is kept. Of what
/// waits for others only the entry is known.
pub fn foresee_apply(
    work: &mut Work<'_>,
    line: &str,
    division: &Division,
) -> Outcome<Foreseen<Vec<ForeseenApplication>>> {
    if division.gives_up() {
        let wish = Wish::ApplyLine {
            line: line.to_owned(),
            division: division.clone(),
        };
        let preview = approvals::preview(work, &wish)?;
        return Ok(Foreseen {
            done: Vec::new(),
            effect: preview.effect,
            waits: preview.waits,
        });
    }
    ledger::rehearse(work, |work| {
        let last = work.ids.last();
        apply(work, line, division)?;
        Ok(sql::applications_after(work, last)?)
    })
}

/// Applies a line as one of its proposals.
pub fn accept(work: &mut Work<'_>, line: &str, rank: i64) -> Outcome<()> {
    // Of two who decide about one line at once the second sees what the first decided.
    work.gate()?;
    let unit = open_unit(work, line)?;
    let before = unit.before.as_ref().map(|before| before.decision);
    let mut stored: Vec<ProposalRow> =
        sql::proposals(work, &before.into_iter().collect::<Vec<_>>())?
            .into_values()
            .flatten()
            .collect();
    stored.retain(|row| row.rank == rank);
    if stored.is_empty() {
        return Err(DeskRefusal::NoProposal { rank }.into());
    }
    let codes: Vec<&str> = stored.iter().map(|row| row.party_code.as_str()).collect();
    let mut names = Known::parties(work, &codes)?.names;
    // The first proposal alone rests on the advice.
    let advice = unit.before.as_ref().and_then(|before| before.advice);
    names.advices.extend(advice.filter(|_| rank == 1));
    names.numbers = stored
        .iter()
        .filter_map(|row| Some((row.item?.cast_unsigned(), row.document_number.clone())))
        .collect();
    let is_short = |row: &ProposalRow| load::kind_of_word(&row.kind) == Kind::ShortPayDispute;
    if !names.advices.is_empty() && stored.iter().any(is_short) {
        names.said = said_by(work, names.advices[0])?;
    }
    let currency = unit.payment.amount.currency();
    let rows: Vec<Row> = stored
        .into_iter()
        .map(|row| Row {
            customer: place_of(&names, &row.party_code),
            item: row.item.map(i64::cast_unsigned),
            amount: Money::new(row.amount, currency),
            document_amount: row.document_amount,
            kind: load::kind_of_word(&row.kind),
        })
        .collect();
    decide(work, &names, unit, (rows, Vec::new()), "applied_by_hand")
}

/// What the one advice says that an accepted proposal rests on.
fn said_by(work: &mut Work<'_>, advice: AdviceKey) -> Outcome<Said> {
    let remittances = crate::remittances::load_file(work, advice.file)?;
    let advices = remittances.advices(work.functional(), &HashSet::new());
    let keys = remittances.advice_keys();
    let found = advices.into_iter().zip(keys);
    let own = found.filter(|(_, key)| *key == advice);
    let own = own.map(|(found, _)| Advice { id: 0, ..found });
    Ok(Said::of_advices(&own.collect::<Vec<_>>()))
}

/// Says whose money a line is; it stays unapplied, on account where that is the decision.
pub fn assign(work: &mut Work<'_>, line: &str, party: &str, on_account: bool) -> Outcome<()> {
    // Of two who decide about one line at once the second sees what the first decided.
    work.gate()?;
    let unit = open_unit(work, line)?;
    let names = Known::parties(work, &[party])?.names;
    let customer = place_of(&names, party).ok_or_else(|| DeskRefusal::UnknownParty {
        code: party.to_owned(),
    })?;
    let rows = vec![Row {
        customer: Some(customer),
        item: None,
        amount: unit.payment.amount,
        document_amount: None,
        kind: Kind::OverpaymentOnAccount,
    }];
    decide(
        work,
        &names,
        unit,
        (rows, Vec::new()),
        if on_account {
            "on_account"
        } else {
            "unapplied"
        },
    )
}

/// Posts a person's decision.
fn decide(
    work: &mut Work<'_>,
    names: &Names,
    unit: Unit,
    (rows, reasons): (Vec<Row>, Vec<Evidence>),
    outcome: &'static str,
) -> Outcome<()> {
    let line = LineId(unit.line_id);
    let by = Evidence {
        weight: Weight::For,
        text: format!("Decided by {}", work.actor()),
    };
    let proposal = Proposal {
        rows,
        confidence: Confidence::new(10_000),
        evidence: std::iter::once(by).chain(reasons).collect(),
    };
    let decision = Decision {
        outcome: Decided::Posted,
        alternatives: vec![proposal],
        payer: None,
        advice: (!names.advices.is_empty()).then_some(0),
        evidence: Vec::new(),
        waits: String::new(),
    };
    let chosen = Chosen {
        outcome,
        kind: "cash_desk",
    };
    let refused = record::write_one(work, names, unit, decision, &chosen)?;
    if let Some(reason) = refused {
        return Err(DeskRefusal::DoesNotFit { reason }.into());
    }
    work.note(
        "cash.decide",
        line.to_string(),
        json!({ "outcome": outcome }),
    );
    Ok(())
}
