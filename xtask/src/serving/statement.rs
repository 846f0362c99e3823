//! Small bank statements, each a new one: MT940 of an own bank account of the book.

use super::client::{Client, between};

/// One payment: how much in cents, and the document that it quotes.
pub(super) struct Payment {
    pub(super) cents: u64,
    pub(super) quotes: String,
    pub(super) payer: String,
}

/// An own bank account: its number and its currency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Account {
    pub(super) number: String,
    pub(super) currency: String,
}

/// The first own bank account that tells its IBAN and a balance on the page of bank accounts.
pub(super) fn own_account(client: &Client) -> Result<Account, String> {
    let page = client.get("/bank")?;
    let mut rows = page.body.split("<tr").filter_map(account_of);
    rows.next()
        .ok_or_else(|| "the book has no bank account with an IBAN and a balance".to_owned())
}

fn account_of(row: &str) -> Option<Account> {
    let (_, currency) = between(row, "<small", "</small>")?.split_once('>')?;
    let is_iban = |text: &&str| {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let starts = text.bytes().take(2).all(|byte| byte.is_ascii_uppercase());
        is_plain && starts && (15..=34).contains(&text.len())
    };
    let number = row.split(['<', '>']).find(is_iban)?;
    Some(Account {
        number: number.to_owned(),
        currency: currency.to_owned(),
    })
}

/// A statement of one day; `mark` tells it and its lines from all others.
pub(super) fn mt940(account: &Account, mark: u128, day: &str, payments: &[Payment]) -> String {
    let day: String = day.chars().filter(char::is_ascii_digit).skip(2).collect();
    let sum: u64 = payments.iter().map(|payment| payment.cents).sum();
    let currency = &account.currency;
    let mut text = format!(
        ":20:{mark}\r\n:25:{}\r\n:28C:{}/1\r\n:60F:C{day}{currency}0,00\r\n",
        account.number,
        mark % 100_000
    );
    for (place, payment) in payments.iter().enumerate() {
        text.push_str(&format!(
            ":61:{day}{}C{}NTRFNONREF//{mark}{place}\r\n:86:?00UEBERWEISUNG?20{}?32{}\r\n",
            day.get(2..).unwrap_or_default(),
            amount(payment.cents),
            payment.quotes,
            payment.payer,
        ));
    }
    text.push_str(&format!(":62F:C{day}{currency}{}\r\n-\r\n", amount(sum)));
    text
}

fn amount(cents: u64) -> String {
    format!("{},{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_closes_with_what_came_in() {
        let payment = Payment {
            cents: 12_305,
            quotes: "INV-1".into(),
            payer: "Alpha".into(),
        };
        let row = "><td>E</td><td>DE50960687976732629730</td><td>1.00 <small>EUR</small></td>";
        let account = account_of(row).expect("an account");
        assert_eq!(account.number, "DE50960687976732629730");
        let text = mt940(&account, 17, "2026-11-25", &[payment]);
        assert!(
            text.contains(":61:2611251125C123,05NTRFNONREF//170\r\n"),
            "{text}"
        );
        assert!(text.contains(":62F:C261125EUR123,05"), "{text}");
    }
}
