//! `TxDtls`: one payment of an entry, read before it is known on which side of it we stand.

use domain::money::Money;

use super::documents;
use super::remarks::Remarks;
use super::values::{
    Indicator, account_number, amount, bank, is_true, optional_amount, party_name,
};
use crate::bank::fields::quoted;
use crate::bank::{Counterparty, References};
use crate::xml::Element;

/// The amount that went between the parties.
pub(super) const TRANSACTED: &str = "AmtDtls/TxAmt/Amt";

/// A payment as the bank describes it.
#[derive(Default)]
pub(super) struct Transaction {
    pub(super) reference: Option<String>,
    pub(super) amount: Option<Money>,
    pub(super) indicator: Option<Indicator>,
    pub(super) reversal: bool,
    pub(super) code: String,
    pub(super) debtor: Counterparty,
    pub(super) creditor: Counterparty,
    pub(super) references: References,
    pub(super) remittance: Vec<String>,
    /// What the bank adds in words, for where there is no remittance.
    pub(super) added: Vec<String>,
    pub(super) instructed: Option<Money>,
    /// Before charges, where the amount has them in it.
    pub(super) transacted: Option<Money>,
    pub(super) charges: Option<Money>,
}

impl Transaction {
    /// Reads the element; what cannot be read of it is left out with a warning.
    pub(super) fn of(element: &Element, place: &str, remarks: &mut Remarks<'_>) -> Transaction {
        let indicator = Indicator::of(element).unwrap_or_else(|why| {
            remarks.warn(element.line, &format!("{place}/CdtDbtInd"), &why);
            None
        });
        let (references, remittance) = remittance(element, place, remarks);
        let mut added: Vec<String> = element.first(&["AddtlTxInf"]).into_iter().collect();
        for path in ["AddtlInf", "AddtlRtrRsnInf"] {
            let reasons = element.all("RtrInf").flat_map(|info| info.all(path));
            added.extend(texts(reasons));
        }
        Transaction {
            reference: element.first(&[
                "Refs/AcctSvcrRef",
                "Refs/AcctSvcrTxId",
                "Refs/TxId",
                "Refs/ClrSysRef",
            ]),
            amount: own_amount(element, place, remarks),
            indicator,
            reversal: is_true(element.at("RvslInd")),
            code: code(element),
            debtor: side(element, "Dbtr"),
            creditor: side(element, "Cdtr"),
            references,
            remittance,
            added,
            instructed: optional_amount(element, "AmtDtls/InstdAmt/Amt", place, remarks),
            transacted: optional_amount(element, TRANSACTED, place, remarks),
            charges: charges(element, place, remarks),
        }
    }
}

fn own_amount(element: &Element, place: &str, remarks: &mut Remarks<'_>) -> Option<Money> {
    optional_amount(element, "Amt", place, remarks)
        .or_else(|| optional_amount(element, TRANSACTED, place, remarks))
}

/// Domain, family and sub-family, or the bank's own code.
pub(super) fn code(element: &Element) -> String {
    let Some(code) = element.at("BkTxCd") else {
        return String::new();
    };
    let parts = ["Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd"];
    let parts: Vec<String> = parts
        .iter()
        .filter_map(|path| code.first(&[path]))
        .collect();
    if parts.is_empty() {
        code.first(&["Prtry/Cd"]).unwrap_or_default()
    } else {
        parts.join("/")
    }
}

/// `Dbtr`, `DbtrAcct`, `DbtrAgt` and `UltmtDbtr`, or the same of the creditor.
fn side(element: &Element, who: &str) -> Counterparty {
    let parties = element.at("RltdPties");
    let part = |name: String| parties.and_then(|parties| parties.at(&name));
    let account = part(format!("{who}Acct"));
    let party = part(who.to_owned());
    Counterparty {
        name: party
            .and_then(party_name)
            .or_else(|| account.and_then(|account| account.first(&["Nm"]))),
        account: account
            .and_then(|account| account.at("Id"))
            .and_then(account_number),
        bank: element
            .at(&format!("RltdAgts/{who}Agt"))
            .and_then(bank)
            .or_else(|| party.and_then(|party| party.at("Agt")).and_then(bank)),
        ultimate: part(format!("Ultmt{who}")).and_then(party_name),
    }
}

fn texts<'a>(elements: impl Iterator<Item = &'a Element>) -> Vec<String> {
    let texts = elements.map(Element::text).filter(|text| !text.is_empty());
    texts.map(str::to_owned).collect()
}

/// References and free text, from `Refs`, `RmtInf` and `RtrInf`.
fn remittance(
    element: &Element,
    place: &str,
    remarks: &mut Remarks<'_>,
) -> (References, Vec<String>) {
    let mut references = References {
        end_to_end: element
            .first(&["Refs/EndToEndId"])
            .filter(|id| !id.eq_ignore_ascii_case("NOTPROVIDED")),
        check: element.first(&["Refs/ChqNb"]),
        mandate: element.first(&["Refs/MndtId"]),
        return_reason: element.first(&[
            "RtrInf/Rsn/Cd",
            "RtrInf/Rsn/Prtry",
            "RtrInf/RtrRsn/Cd",
            "RtrInf/RtrRsn/Prtry",
        ]),
        traces: traces(element),
        ..References::default()
    };
    let mut remittance = Vec::new();
    let alone = documents::is_alone(element)
        .then(|| amount(element.at("Amt")?).ok())
        .flatten();
    for info in element.all("RmtInf") {
        remittance.extend(texts(info.all("Ustrd")));
        for structured in info.all("Strd") {
            let reference = structured.first(&["CdtrRefInf/Ref", "CdtrRefInf/CdtrRef"]);
            match (&references.creditor, reference) {
                (None, found) => references.creditor = found,
                // There is one place for a creditor reference; no other may be lost.
                (Some(first), Some(other)) if *first != other => remittance.push(other),
                (Some(_), _) => {}
            }
            for document in structured.all("RfrdDocInf") {
                references
                    .documents
                    .extend(document.first(&["Nb", "RfrdDocNb"]));
            }
            let listed = documents::listed(structured, alone, place, remarks);
            references.listed.extend(listed);
            remittance.extend(texts(structured.all("AddtlRmtInf")));
        }
    }
    (references, remittance)
}

/// What agents call the payment, and what the one that came back was called.
const TRACES: &[&str] = &[
    "Refs/InstrId",
    "Refs/TxId",
    "Refs/UETR",
    "Refs/Prtry/Ref",
    "RtrInf/OrgnlInstrId",
    "RtrInf/OrgnlEndToEndId",
    "RtrInf/OrgnlTxId",
    "OrgnlInstrId",
    "OrgnlEndToEndId",
    "OrgnlTxId",
];

fn traces(element: &Element) -> Vec<String> {
    let mut traces: Vec<String> = Vec::new();
    for trace in TRACES.iter().filter_map(|path| element.first(&[path])) {
        if !trace.eq_ignore_ascii_case("NOTPROVIDED") && !traces.contains(&trace) {
            traces.push(trace);
        }
    }
    traces
}

/// What banks kept: the total, or the sum of the single charges.
pub(super) fn charges(element: &Element, place: &str, remarks: &mut Remarks<'_>) -> Option<Money> {
    let mut single = Vec::new();
    for charges in element.all("Chrgs") {
        if charges.at("TtlChrgsAndTaxAmt").is_some() {
            let total = optional_amount(charges, "TtlChrgsAndTaxAmt", place, remarks)?;
            return Some(total.abs()).filter(|total| !total.is_zero());
        }
        if charges.at("Amt").is_some() {
            single.push(charges);
        }
        single.extend(charges.all("Rcrd"));
    }
    let line = single.first()?.line;
    match sum(&single) {
        Ok(sum) => Some(sum).filter(|sum| sum.is_positive()),
        Err(why) => {
            let why = format!("the charges are left out: {why}");
            remarks.warn(line, &format!("{place}/Chrgs"), &why);
            None
        }
    }
}

fn sum(records: &[&Element]) -> Result<Money, String> {
    let mut sum: Option<Money> = None;
    for record in records {
        let Some(one) = record.at("Amt") else {
            continue;
        };
        let one = amount(one)?;
        // A charge is a debit to us unless the record says that it is given back.
        let one = match Indicator::of(record)? {
            Some(Indicator::Credit) => -one,
            Some(Indicator::Debit) | None => one,
        };
        sum = match sum {
            None => Some(one),
            Some(sum) if sum.currency() != one.currency() => {
                return Err(format!("in {} and {}", sum.currency(), one.currency()));
            }
            Some(sum) => Some(
                sum.checked_add(one)
                    .filter(|sum| sum.minor() != i64::MIN)
                    .ok_or_else(|| format!("{} is too large", quoted(&one.to_string())))?,
            ),
        };
    }
    sum.ok_or_else(|| "no amount".to_owned())
}
