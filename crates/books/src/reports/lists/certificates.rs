//! Certificates of customers, and what was asked.

use domain::ids::{AskingId, CertificateId};

use crate::reports::Cell;
use crate::reports::known;
use crate::reports::lists::{FilterKind, Key, List, filter};
use crate::reports::table::{Column, count, date, money, text};

const COLUMNS: &[Column] = &[
    text("id"),
    text("kind"),
    text("number"),
    text("party_code"),
    text("party_name"),
    text("authority"),
    text("country"),
    text("region"),
    date("issued_on"),
    date("valid_from"),
    date("valid_until"),
    money("amount"),
    money("covers"),
    money("free"),
    text("tax_rate"),
    text("only_for"),
    text("file"),
    text("withdrawn"),
    text("actor"),
    text("recorded_at"),
];

/// The register.
pub(super) const CERTIFICATES: List = List {
    name: "certificates",
    about: "Certificates of customers: of tax withheld, with what they cover, and of exemptions",
    columns: COLUMNS,
    filters: &[
        filter(
            "party",
            FilterKind::Text,
            "p.code = {}",
            "Code of the party",
        ),
        filter(
            "kind",
            FilterKind::OneOf(&["withholding", "exemption"]),
            "c.kind = {}",
            "withholding or exemption",
        ),
        filter("number", FilterKind::Text, "c.number = {}", "Number, whole"),
    ],
    is_control: false,
    select: "
    SELECT c.id, c.kind, c.number, p.code, p.name, c.authority, c.country, c.region, c.issued_on,
        c.valid_from, c.valid_until, c.currency, c.amount,
        (SELECT CAST(SUM(v.amount) AS BIGINT) FROM certificate_cover v
         WHERE v.entity_id = c.entity_id AND v.certificate_id = c.id),
        c.tax_rate, c.only_for, f.name, w.reason, c.actor, c.recorded_at
    FROM certificate c
    JOIN party p ON p.entity_id = c.entity_id AND p.id = c.party_id
    LEFT JOIN certificate_withdrawal w ON w.entity_id = c.entity_id AND w.certificate_id = c.id
    LEFT JOIN source_file f ON f.entity_id = c.entity_id AND f.id = c.file_id
    WHERE c.entity_id = $1",
    key_column: "c.id",
    key: Key::Id(|text| text.parse::<CertificateId>().ok().map(|id| id.0)),
    read: |row| {
        let mut sums = [Cell::Empty, Cell::Empty, Cell::Empty];
        if let (Some(code), Some(amount)) = (row.opt_text(11)?, row.opt_int(12)?) {
            let covers = row.opt_int(13)?.unwrap_or(0);
            for (cell, minor) in sums.iter_mut().zip([amount, covers, amount - covers]) {
                *cell = known::sum(minor, &code)?.into();
            }
        }
        let [amount, covers, free] = sums;
        Ok(vec![
            CertificateId(row.int(0)?).to_string().into(),
            row.text(1)?.into(),
            row.text(2)?.into(),
            row.text(3)?.into(),
            row.text(4)?.into(),
            row.text(5)?.into(),
            row.text(6)?.into(),
            row.text(7)?.into(),
            row.date(8)?.into(),
            row.date(9)?.into(),
            row.opt_date(10)?.map_or(Cell::Empty, Cell::from),
            amount,
            covers,
            free,
            row.opt_text(14)?.into(),
            row.text(15)?.into(),
            row.opt_text(16)?.into(),
            row.opt_text(17)?.into(),
            row.text(18)?.into(),
            row.at(19)?.to_string().into(),
        ])
    },
};

/// Who was asked for certificates, and when.
pub(super) const ASKINGS: List = List {
    name: "certificate-askings",
    about: "Who was asked for certificates of tax withheld, and when",
    columns: &[
        text("id"),
        text("party_code"),
        text("party_name"),
        date("asked_on"),
        count("documents"),
        text("actor"),
        text("recorded_at"),
    ],
    filters: &[filter(
        "party",
        FilterKind::Text,
        "p.code = {}",
        "Code of the party",
    )],
    is_control: false,
    select: "
    SELECT a.id, p.code, p.name, a.asked_on, (SELECT COUNT(*) FROM certificate_asked x
            WHERE x.entity_id = a.entity_id AND x.asking_id = a.id), a.actor, a.recorded_at
    FROM certificate_asking a
    JOIN party p ON p.entity_id = a.entity_id AND p.id = a.party_id
    WHERE a.entity_id = $1",
    key_column: "a.id",
    key: Key::Id(|text| text.parse::<AskingId>().ok().map(|id| id.0)),
    read: |row| {
        Ok(vec![
            AskingId(row.int(0)?).to_string().into(),
            row.text(1)?.into(),
            row.text(2)?.into(),
            row.date(3)?.into(),
            Cell::Count(row.int(4)?),
            row.text(5)?.into(),
            row.at(6)?.to_string().into(),
        ])
    },
};
