//! Small bank statements, each a new one: MT940 of an account that no book has otherwise.

/// The bank account of the made-up statements.
const ACCOUNT: &str = "DE02120300000000202051";

/// One payment: how much in cents, and the document that it quotes.
pub(super) struct Payment {
    pub(super) cents: u64,
    pub(super) quotes: String,
    pub(super) payer: String,
}

/// A statement of one day in euros; `mark` tells it and its lines from all others.
pub(super) fn mt940(mark: u128, day: &str, payments: &[Payment]) -> String {
    let day: String = day.chars().filter(char::is_ascii_digit).skip(2).collect();
    let sum: u64 = payments.iter().map(|payment| payment.cents).sum();
    let mut text = format!(
        ":20:{mark}\r\n:25:{ACCOUNT}\r\n:28C:{}/1\r\n:60F:C{day}EUR0,00\r\n",
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
        let text = mt940(17, "2026-11-25", &[payment]);
        assert!(
            text.contains(":61:2611251125C123,05NTRFNONREF//170\r\n"),
            "{text}"
        );
        assert!(text.contains(":62F:C261125EUR123,05"), "{text}");
    }
}
