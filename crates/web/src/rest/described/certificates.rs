//! Certificates: the register, what they cover, asking for them, charging back without one.

use super::{Answers, Described, get, one, post};
use crate::rest::shape::Holds::{Any, Claim, Date, Money, OneOf, Several, Text, Whole};
use crate::rest::shape::{Field, may, must};

const NAMED: &[Field] = &[
    must("document", Text, "Number or id of tax withheld: TW-000001"),
    may("amount", Money, "As much as both leave where not named"),
];

const COVERED: &[Field] = &[
    must("document", Text, "Number of the tax withheld"),
    must("document_id", Text, ""),
    must("on", Date, "The day on which it counts"),
    must("amount", Money, "What of it the certificate covers"),
];

const POLICY: Field = must(
    "ask_again_after_days",
    Whole,
    "After how many days it is asked again, 1 to 365",
);

/// The operations.
pub(super) const OPERATIONS: &[Described] = &[
    post(
        "certificates",
        "Keep a certificate; one of tax withheld covers what fits by party, period and sum, or the \
         documents named",
        &[
            must("party", Text, "Code of the customer"),
            must("kind", OneOf(&["withholding", "exemption"]), ""),
            must("number", Text, ""),
            must("authority", Text, "Who issued it"),
            must("country", Text, "Two capitals: IN"),
            may("region", Text, "State or region that it is for"),
            must("issued_on", Date, ""),
            must("valid_from", Date, "First day of its period"),
            may("valid_until", Date, "Last day; needed of tax withheld"),
            may(
                "amount",
                Money,
                "The tax that it certifies; none of an exemption",
            ),
            may("tax_rate", Text, "Percent, where it tells one"),
            may(
                "only_for",
                Text,
                "Number of the only document that it is for",
            ),
            may("file", Text, "The paper, base64"),
            may("file_name", Text, ""),
            may(
                "documents",
                Several(NAMED),
                "What it covers; nothing where the list is empty",
            ),
        ],
        &[must("id", Text, ""), must("covers", Several(COVERED), "")],
    ),
    Described {
        words: &[("verb", &["cover", "uncover", "withdraw"])],
        ..post(
            "certificates/{key}/{verb}",
            "Cover deductions, take cover back, or take a certificate out of the register",
            &[
                may(
                    "documents",
                    Several(NAMED),
                    "To cover; what fits by itself where not named",
                ),
                may("document", Text, "To take its cover back"),
                may("reason", Text, "To withdraw it"),
            ],
            &[
                must("id", Text, ""),
                must("state", Text, ""),
                must("covers", Several(COVERED), ""),
            ],
        )
    },
    get(
        "certificates/{key}/covers",
        "What a certificate covers",
        COVERED,
    ),
    Described {
        answer: Answers::Text("application/octet-stream"),
        ..one("certificates/{key}/paper", "The paper as it came", &[])
    },
    post(
        "certificate-askings",
        "Ask for certificates of what is awaited, each customer in one letter; those asked a short \
         while ago are passed over",
        &[
            may("party", Text, "One customer alone"),
            may("on", Date, "The day of the letters; today where not named"),
        ],
        &[must(
            "asked",
            Several(&[
                must("id", Text, "Of the asking; its letter is read by it"),
                must("party", Text, ""),
                must("documents", Any, "Numbers of the tax withheld"),
                must("awaited", Any, "One sum for each currency"),
            ]),
            "",
        )],
    ),
    Described {
        answer: Answers::Text("message/rfc822"),
        ..one(
            "certificate-askings/{key}/letter",
            "The letter, as a mail to be opened and sent",
            &[],
        )
    },
    post(
        "documents/{key}/charge-back",
        "Charge back withheld tax without a certificate: the invoice is open again by it",
        &[
            must("reason", Text, ""),
            may(
                "amount",
                Money,
                "All that no certificate covers where not named",
            ),
            may("on", Date, "Today where not named"),
        ],
        super::settling::SETTLED,
    ),
    get(
        "class-policies",
        "What is tolerated of payments, of everybody and of the parties of each class",
        &[
            may("class", Text, "Absent of everybody"),
            must("discount_grace_days", Whole, ""),
            must("bank_fee_tolerance", Any, "Largest fee by currency"),
            must("rounding_tolerance", Text, "In major units of any currency"),
        ],
    ),
    post(
        "class-policies",
        "Say what is tolerated of a class, whole; nothing of its own with `lift`",
        &[
            must("class", Text, ""),
            may("discount_grace_days", Whole, "As of everybody where absent"),
            may(
                "bank_fee_tolerance",
                Any,
                "Largest fee by currency: {\"EUR\": \"40.00\"}",
            ),
            may("rounding_tolerance", Text, "In major units of any currency"),
            may("lift", Claim, "Remove the tolerances of the class"),
            must("reason", Text, "Why; it stays in the audit log"),
        ],
        &[must("class", Text, ""), must("state", Text, "")],
    ),
    one(
        "certificate-policy",
        "After how many days a certificate is asked for again",
        &[POLICY],
    ),
    post(
        "certificate-policy",
        "Say after how many days a certificate is asked for again",
        &[
            POLICY,
            must("reason", Text, "Why; it stays in the audit log"),
        ],
        &[POLICY],
    ),
];
