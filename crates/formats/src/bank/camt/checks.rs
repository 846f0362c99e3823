//! Where a file departs from the schema in a way that a person at the bank should mend.
//!
//! Not a validation against XML Schema: lengths of texts, country codes, the order of entries'
//! elements. What changes the meaning is checked where it is read.

use super::remarks::Remarks;
use crate::bank::fields::quoted;
use crate::xml::Element;

/// Longest texts, in letters (the same in all versions that have the element).
const LENGTHS: &[(&str, usize)] = &[
    ("AddtlNtryInf", 500),
    ("AddtlRmtInf", 140),
    ("AddtlTxInf", 500),
    ("ChqNb", 35),
    ("EndToEndId", 35),
    ("InstrId", 35),
    ("MndtId", 35),
    ("MsgId", 35),
    ("Nm", 140),
    ("NtryRef", 35),
    ("PmtInfId", 35),
    ("TxId", 35),
    ("Ustrd", 140),
];

/// The elements of `Ntry` in their order, all versions together.
const ENTRY: &[&str] = &[
    "NtryRef",
    "Amt",
    "CdtDbtInd",
    "RvslInd",
    "Sts",
    "BookgDt",
    "ValDt",
    "AcctSvcrRef",
    "Avlbty",
    "BkTxCd",
    "ComssnWvrInd",
    "AddtlInfInd",
    "Btch",
    "AmtDtls",
    "Chrgs",
    "TechInptChanl",
    "Intrst",
    "CardTx",
    "NtryDtls",
    "TxDtls",
    "AddtlNtryInf",
];

/// Looks through an element and all that is in it.
pub(super) fn texts(element: &Element, place: &str, remarks: &mut Remarks<'_>) {
    if element.children.is_empty() {
        leaf(element, place, remarks);
    }
    for child in &element.children {
        texts(child, place, remarks);
    }
}

fn leaf(element: &Element, place: &str, remarks: &mut Remarks<'_>) {
    let text = element.text();
    let is_country = matches!(element.name.as_str(), "Ctry" | "CtryOfRes");
    if is_country && !(text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())) {
        let why = format!(
            "{} is no country; expected two capital letters",
            quoted(text)
        );
        remarks.warn(element.line, &format!("{place}/…/{}", element.name), &why);
    }
    let longest = LENGTHS.iter().find(|(name, _)| *name == element.name);
    if let Some((name, longest)) = longest
        && *longest < text.len()
        && *longest < text.chars().count()
    {
        remarks.habit(
            element.line,
            &format!("{place}/…/{name}"),
            "the text is longer than camt allows; kept whole",
        );
    }
}

/// Are the elements of an entry those of camt, in their order?
pub(super) fn entry(element: &Element, place: &str, remarks: &mut Remarks<'_>) {
    let mut reached = 0;
    for child in &element.children {
        let Some(at) = ENTRY.iter().position(|name| *name == child.name) else {
            remarks.habit(
                child.line,
                &format!("{place}/{}", child.name),
                "an entry has no such element; passed over",
            );
            continue;
        };
        if at < reached {
            remarks.habit(
                child.line,
                &format!("{place}/{}", child.name),
                "the elements of the entry are not in the order of camt",
            );
        }
        reached = reached.max(at);
    }
}
