//! `STMTTRN` (booked) and `STMTTRNP` (announced): one bank line each.

use domain::money::{Currency, Money};

use super::super::{BankLine, Counterparty, LineStatus, References};
use super::fields::{self, Day};
use super::record::{Record, Value};
use super::{Reader, place};
use crate::Problem;

impl Reader<'_> {
    pub(super) fn line(&mut self, record: &Record) {
        if self.statement.is_none() {
            // Lines outside a statement are kept; its end says that the account is missing.
            self.begin(record.line);
        }
        let Some(currency) = self.line_currency(record) else {
            return;
        };
        let amount = match amount(record, currency) {
            Ok(amount) => amount,
            Err((line, why)) => {
                let place = place(line, &format!("{}/TRNAMT", record.name));
                self.refuse(record, place, &why);
                return;
            }
        };
        let booked = if record.name == "STMTTRN" {
            "DTPOSTED"
        } else {
            "DTTRAN"
        };
        let booked_value = record.value(booked);
        if let Some(value) = booked_value
            && fields::day(value.text) == Day::Wrong
        {
            let why = format!("\"{}\" is no date; expected YYYYMMDD", value.text);
            let place = place(value.line, &format!("{}/{booked}", record.name));
            self.refuse(record, place, &why);
            return;
        }
        self.remark_on(record, booked);
        let mut line = BankLine::of(amount);
        line.booked_on = booked_value.and_then(|value| self.day(booked, value));
        let value_on = record
            .value("DTAVAIL")
            .filter(|value| !value.text.is_empty())
            .or_else(|| record.value("VALUEDATE"));
        line.value_on = value_on.and_then(|value| self.day("DTAVAIL", value));
        if record.name != "STMTTRN" {
            line.status = LineStatus::Pending;
        }
        line.reference = owned(record.said("FITID")).unwrap_or_default();
        line.code = owned(record.said("TRNTYPE")).unwrap_or_default();
        line.counterparty = counterparty(record);
        line.references = References {
            check: owned(record.said("CHECKNUM")),
            ..References::default()
        };
        for name in ["MEMO", "MEMO2", "REFNUM"] {
            line.remittance.extend(owned(record.said(name)));
        }
        if let Some(open) = &mut self.statement {
            open.parts.push(line, self.sink);
        }
    }

    fn refuse(&mut self, record: &Record, place: String, why: &str) {
        let which = match record.said("FITID") {
            Some(id) => format!(" with FITID {id}"),
            None => String::new(),
        };
        self.sink.problem(Problem::error(
            place,
            format!("{why}. The bank line{which} is left out"),
        ));
    }

    /// What a person should know of a line that is read all the same.
    fn remark_on(&mut self, record: &Record, booked: &str) {
        if record.said(booked).is_none() {
            let remark = format!("{booked} is missing: the line has no day");
            self.warn(record.line, &record.name, remark);
        }
        if record.name == "STMTTRN" && record.said("FITID").is_none() {
            self.warn(
                record.line,
                &record.name,
                "FITID is missing: the bank gives the line no reference",
            );
        }
        if let Some(corrected) = record.said("CORRECTFITID") {
            let action = record.said("CORRECTACTION").unwrap_or("REPLACE");
            let remark =
                format!("the bank corrects its earlier line {corrected} ({action}); undo that one");
            self.warn(record.line, &record.name, remark);
        }
    }

    /// The currency of the amount: that of `CURRENCY`, else that of the statement.
    fn line_currency(&mut self, record: &Record) -> Option<Currency> {
        let own = record.said_in("CURRENCY", "CURSYM").map(str::to_owned);
        let default = self
            .statement
            .as_ref()
            .and_then(|open| open.parts.statement.account.currency);
        if let Some(code) = own {
            let value = Value {
                text: &code,
                line: record.line,
            };
            if let Some(currency) = self.currency("CURRENCY/CURSYM", value) {
                if default.is_some_and(|default| default != currency) {
                    let remark = format!("the amount is in {currency}, not in that of the account");
                    self.warn(record.line, "CURRENCY", remark);
                } else if default.is_none() {
                    let remark = format!("CURDEF is empty; the line says {currency}");
                    self.warn(record.line, "CURDEF", remark);
                }
                return Some(currency);
            }
        }
        self.statement_currency(record.line)
    }
}

fn amount(record: &Record, currency: Currency) -> Result<Money, (u64, String)> {
    match record.value("TRNAMT") {
        Some(value) => fields::amount(value.text, currency).map_err(|why| (value.line, why)),
        None => Err((record.line, "TRNAMT, the amount, is missing".to_owned())),
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn counterparty(record: &Record) -> Counterparty {
    let name = record
        .said("EXTDNAME")
        .or_else(|| record.said("NAME"))
        .or_else(|| record.said_in("PAYEE", "NAME"));
    let to = |name: &str| {
        record
            .said_in("BANKACCTTO", name)
            .or_else(|| record.said_in("CCACCTTO", name))
    };
    Counterparty {
        name: owned(name),
        account: to("ACCTID").map(|id| id.split_whitespace().collect()),
        bank: owned(to("BANKID")),
        ultimate: None,
    }
}
