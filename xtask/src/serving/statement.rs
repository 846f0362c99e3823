//! Small bank statements, each a new one: MT940 of an own bank account of the book.

use super::client::Client;

/// One payment: how much in cents, and the document that it quotes.
pub(super) struct Payment {
    pub(super) cents: u64,
    pub(super) quotes: String,
    pub(super) payer: String,
}

/// An own bank account in euros, as the page of bank accounts shows it.
pub(super) fn own_account(client: &Client) -> Result<String, String> {
    let page = client.get("/bank")?;
    let texts = page.all_between(">", "<");
    in_euros(texts.iter().map(String::as_str))
        .ok_or_else(|| "the book has no bank account in euros with an IBAN".to_owned())
}

fn in_euros<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut last = None;
    for text in texts.map(str::trim) {
        let starts = text.bytes().take(2).all(|byte| byte.is_ascii_uppercase());
        let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if starts && is_plain && (15..=34).contains(&text.len()) {
            last = Some(text.to_owned());
        } else if text == "EUR" && last.is_some() {
            return last;
        } else if text.len() == 3 && starts && is_plain {
            last = None;
        }
    }
    None
}

/// A statement of one day in euros; `mark` tells it and its lines from all others.
pub(super) fn mt940(account: &str, mark: u128, day: &str, payments: &[Payment]) -> String {
    let day: String = day.chars().filter(char::is_ascii_digit).skip(2).collect();
    let sum: u64 = payments.iter().map(|payment| payment.cents).sum();
    let mut text = format!(
        ":20:{mark}\r\n:25:{account}\r\n:28C:{}/1\r\n:60F:C{day}EUR0,00\r\n",
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
    text.push_str(&format!(":62F:C{day}EUR{}\r\n-\r\n", amount(sum)));
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
        let text = mt940("DE1", 17, "2026-11-25", &[payment]);
        assert!(
            text.contains(":61:2611251125C123,05NTRFNONREF//170\r\n"),
            "{text}"
        );
        assert!(text.contains(":62F:C261125EUR123,05"), "{text}");
        let page = [
            "GB74LOYD68793835749278",
            "GBP",
            "DE50960687976732629730",
            "B",
            "EUR",
        ];
        let found = in_euros(page.into_iter());
        assert_eq!(found.as_deref(), Some("DE50960687976732629730"));
    }
}
