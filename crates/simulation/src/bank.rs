//! Our accounts at banks and what moves on them: every line with the truth about it.

use std::collections::BTreeMap;

use domain::calendar::Date;
use domain::cash::Kind;

use crate::parties::{Customer, Vendor, account, plain};
use crate::random::Chance;
use crate::rates::later;
use crate::trade::{Channel, Payment, Truth, business_day};

/// How a bank writes its statements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Writing {
    Camt,
    Bai2,
    Mt940,
}

/// One of our accounts.
pub(crate) struct OwnAccount {
    pub(crate) code: &'static str,
    pub(crate) writing: Writing,
    pub(crate) id: String,
    pub(crate) bic: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) opening: i64,
}

/// One movement on an account.
pub(crate) struct Line {
    pub(crate) account: usize,
    pub(crate) on: Date,
    pub(crate) amount: i64,
    pub(crate) reference: String,
    pub(crate) counterparty: Option<(String, String)>,
    pub(crate) text: String,
    pub(crate) truths: Vec<Truth>,
    /// The payments in a sum; then the truth is theirs.
    pub(crate) items: Vec<BatchItem>,
}

/// One payment within a sum.
pub(crate) struct BatchItem {
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) amount: i64,
    pub(crate) text: String,
    pub(crate) truths: Vec<Truth>,
}

/// A remittance advice that comes by e-mail.
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) name: String,
    pub(crate) on: Date,
    pub(crate) amount: i64,
    pub(crate) currency: &'static str,
    pub(crate) rows: Vec<(String, i64)>,
}

/// Our accounts: euros in Germany, dollars in America, pounds in England.
pub(crate) fn own_accounts(chance: &mut Chance) -> Vec<OwnAccount> {
    let mut own = |code, writing, country, bic, owner| OwnAccount {
        code,
        writing,
        id: account(chance, country),
        bic,
        owner,
        opening: chance.between(20_000_000, 90_000_000),
    };
    vec![
        own(
            "EUR",
            Writing::Camt,
            "DE",
            "VESSDEFFXXX",
            "Brightwater Instruments GmbH",
        ),
        own(
            "USD",
            Writing::Bai2,
            "US",
            "WICKUS33",
            "Brightwater Instruments Inc.",
        ),
        own(
            "GBP",
            Writing::Mt940,
            "GB",
            "ORSAGB2L",
            "Brightwater Instruments Ltd",
        ),
    ]
}

/// Puts payments and everything else that happens on the accounts in order.
pub(crate) fn lines(
    chance: &mut Chance,
    accounts: &[OwnAccount],
    (customers, vendors): (&[Customer], &[Vendor]),
    payments: Vec<Payment>,
    (first, last): (Date, Date),
) -> (Vec<Line>, Vec<Mail>) {
    let mut lines: Vec<Line> = Vec::new();
    let mut mails = Vec::new();
    let mut sums = BTreeMap::new();
    for payment in payments {
        let Some(payer) = customers.get(payment.payer) else {
            continue;
        };
        let at = accounts
            .iter()
            .position(|own| own.code == payer.pays_in)
            .unwrap_or(0);
        let (name, text) = (shown_name(chance, payer), payment.text);
        match payment.channel {
            Channel::Batch => {
                let item = BatchItem {
                    name,
                    account: payer.account.clone(),
                    amount: payment.amount,
                    text,
                    truths: payment.truths,
                };
                into_sum(&mut lines, &mut sums, (at, payment.on), item);
            }
            channel => {
                let mailed = channel == Channel::Mail;
                if mailed {
                    mails.push(mail(payer, payment.on, payment.amount, &payment.truths));
                }
                lines.push(Line {
                    account: at,
                    on: payment.on,
                    amount: payment.amount,
                    reference: String::new(),
                    counterparty: Some((name, payer.account.clone())),
                    text: if mailed {
                        "REMITTANCE ADVICE SENT BY E-MAIL".to_owned()
                    } else {
                        text
                    },
                    truths: payment.truths,
                    items: Vec::new(),
                });
            }
        }
    }
    for at in 0..accounts.len() {
        others(chance, at, vendors, (first, last), &mut lines);
    }
    lines.sort_by_key(|line| (line.account, line.on));
    for (number, line) in lines.iter_mut().enumerate() {
        let day = line.on.strftime("%y%m%d");
        line.reference = format!("{day}{:07}", number + 1);
    }
    (lines, mails)
}

fn shown_name(chance: &mut Chance, payer: &Customer) -> String {
    match (&payer.alias, chance.between(0, 3)) {
        (Some(alias), 0..3) => alias.clone(),
        (_, 0) => plain(&payer.name).to_uppercase(),
        _ => payer.name.clone(),
    }
}

/// Adds a payment to the sum of the day, or begins one.
fn into_sum(
    lines: &mut Vec<Line>,
    sums: &mut BTreeMap<(usize, Date), usize>,
    (account, on): (usize, Date),
    item: BatchItem,
) {
    let begun = sums.get(&(account, on)).copied();
    if let Some(sum) = begun.and_then(|at| lines.get_mut(at)) {
        sum.amount += item.amount;
        sum.items.push(item);
        return;
    }
    sums.insert((account, on), lines.len());
    lines.push(Line {
        account,
        on,
        amount: item.amount,
        reference: String::new(),
        counterparty: None,
        text: "COLLECTED PAYMENTS, SEE FILE".to_owned(),
        truths: Vec::new(),
        items: vec![item],
    });
}

fn mail(payer: &Customer, on: Date, amount: i64, truths: &[Truth]) -> Mail {
    let mut rows: Vec<(String, i64)> = Vec::new();
    for truth in truths {
        let Some(document) = &truth.document else {
            continue;
        };
        match rows.iter_mut().find(|(number, _)| number == document) {
            Some((_, paid)) => *paid += truth.amount,
            None => rows.push((document.clone(), truth.amount)),
        }
    }
    Mail {
        from: payer.email.clone(),
        name: payer.name.clone(),
        on,
        amount,
        currency: payer.pays_in,
        rows,
    }
}

/// What is no customer's money, and now and then money that nobody can place.
fn others(
    chance: &mut Chance,
    account: usize,
    vendors: &[Vendor],
    (first, last): (Date, Date),
    lines: &mut Vec<Line>,
) {
    let mut add = |on, amount, counterparty, text: &str, kind| {
        if on <= last {
            lines.push(Line {
                account,
                on,
                amount,
                reference: String::new(),
                counterparty,
                text: text.to_owned(),
                truths: vec![Truth {
                    customer: None,
                    document: None,
                    amount,
                    kind,
                    document_amount: None,
                }],
                items: Vec::new(),
            });
        }
    };
    let mut on = first;
    while on <= last {
        let fee = -chance.between(900, 4_500);
        let month = later(on, chance.between(25, 29));
        add(
            business_day(month),
            fee,
            None,
            "ACCOUNT FEES",
            Kind::NotCustomerCash,
        );
        if !vendors.is_empty() {
            let vendor = chance.pick(vendors);
            let paid = -chance.between(10_000, 400_000);
            let to = Some((vendor.name.clone(), vendor.account.clone()));
            let day = business_day(later(on, chance.between(1, 20)));
            let text = format!("PAYMENT RUN {}", chance.digits(5));
            add(day, paid, to, &text, Kind::NotCustomerCash);
        }
        if chance.percent(40) {
            let day = business_day(later(on, chance.between(1, 20)));
            let amount = chance.between(20, 500) * 100;
            add(day, amount, None, "CASH DEPOSIT", Kind::Unidentifiable);
        }
        on = later(on, 30);
    }
}
