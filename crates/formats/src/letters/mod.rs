//! Letters to parties, as mails that wait to be sent: text and HTML, in a few languages.
//!
//! The mail has no sender: whoever opens it sends it from their own desk (`X-Unsent`).

mod mail;
mod words;

use domain::calendar::Date;
use domain::money::Money;

use words::Words;

/// Tax withheld for which a certificate is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Awaited {
    /// The numbers and dates of the documents from which it was withheld.
    pub invoices: Vec<(String, Date)>,
    /// Our number of the deduction.
    pub document: String,
    /// The day on which it counts: that of the payment.
    pub on: Date,
    /// What was withheld.
    pub withheld: Money,
    /// What of it no certificate covers.
    pub awaited: Money,
}

/// A letter that asks a customer for certificates of tax withheld.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateLetter {
    /// Who writes: our name.
    pub from: String,
    /// The customer's code.
    pub code: String,
    /// To whom: a person, a desk, or the customer.
    pub to_name: String,
    /// Their address; empty where none is known.
    pub to_email: String,
    /// The language that they read, like `de` or `pt-BR`; English where it is not known here.
    pub language: String,
    /// The day of the letter.
    pub on: Date,
    /// What tells the letter.
    pub id: String,
    /// What is asked for.
    pub rows: Vec<Awaited>,
}

/// The language of a country in which letters are written so; none where several are spoken.
pub fn language_of(country: &str) -> &'static str {
    match country {
        "DE" | "AT" => "de",
        "FR" => "fr",
        "IT" => "it",
        "BR" | "PT" => "pt",
        "ES" | "MX" | "AR" | "CL" | "CO" | "PE" => "es",
        _ => "",
    }
}

impl CertificateLetter {
    fn words(&self) -> &'static Words {
        words::of(&self.language)
    }

    /// What it is about.
    pub fn subject(&self) -> String {
        format!("{} – {}", self.words().subject, self.from)
    }

    /// The sums that are asked for, one for each currency.
    fn sums(&self) -> Vec<Money> {
        let mut sums: Vec<Money> = Vec::new();
        for row in &self.rows {
            let currency = row.awaited.currency();
            match sums.iter_mut().find(|sum| sum.currency() == currency) {
                Some(sum) => *sum += row.awaited,
                None => sums.push(row.awaited),
            }
        }
        sums
    }

    /// The cells of each row: documents, their dates, day of the payment, withheld, awaited, ours.
    fn cells(&self) -> Vec<[String; 6]> {
        let words = self.words();
        let row = |row: &Awaited| {
            let all = |of: fn(&(String, Date), &Words) -> String| {
                let each: Vec<String> = row.invoices.iter().map(|one| of(one, words)).collect();
                each.join(", ")
            };
            [
                all(|(number, _), _| number.clone()),
                all(|(_, day), words| words.day(*day)),
                words.day(row.on),
                words.sum(row.withheld),
                words.sum(row.awaited),
                row.document.clone(),
            ]
        };
        self.rows.iter().map(row).collect()
    }

    /// The letter in plain text.
    pub fn text(&self) -> String {
        let words = self.words();
        let mut text = format!("{} {},\n\n{}\n\n", words.dear, self.to_name, words.begins);
        let cells = self.cells();
        let width = |place: usize| {
            let longest = cells.iter().map(|row| row[place].chars().count()).max();
            longest.unwrap_or(0).max(words.heads[place].chars().count())
        };
        let widths: Vec<usize> = (0..6).map(width).collect();
        let line = |row: [&str; 6]| {
            let cells = row.iter().zip(&widths).enumerate();
            let cells = cells.map(|(place, (cell, width))| {
                if matches!(place, 3 | 4) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            });
            let line: Vec<String> = cells.collect();
            format!("{}\n", line.join("  ").trim_end())
        };
        text += &line(words.heads);
        for row in &cells {
            text += &line([&row[0], &row[1], &row[2], &row[3], &row[4], &row[5]]);
        }
        let sums: Vec<String> = self.sums().iter().map(|sum| words.sum(*sum)).collect();
        text += &format!("\n{}: {}\n\n", words.total, sums.join(", "));
        text += &format!(
            "{}\n\n{}\n\n{}\n{}\n",
            words.needed, words.otherwise, words.regards, self.from
        );
        text
    }

    /// The letter in HTML.
    pub fn html(&self) -> String {
        let words = self.words();
        let heads: String = words
            .heads
            .iter()
            .map(|head| cell("th", head, ""))
            .collect();
        let mut rows = String::new();
        for row in self.cells() {
            rows += "<tr>";
            for (place, text) in row.iter().enumerate() {
                let right = if matches!(place, 3 | 4) {
                    "text-align:right"
                } else {
                    ""
                };
                rows += &cell("td", text, right);
            }
            rows += "</tr>\n";
        }
        let sums: Vec<String> = self.sums().iter().map(|sum| words.sum(*sum)).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<body style=\"font-family:sans-serif\">\n\
             <p>{} {},</p>\n<p>{}</p>\n\
             <table style=\"border-collapse:collapse\">\n<thead><tr>{heads}</tr></thead>\n\
             <tbody>\n{rows}</tbody>\n</table>\n<p><strong>{}: {}</strong></p>\n\
             <p>{}</p>\n<p>{}</p>\n<p>{}<br>{}</p>\n</body>\n</html>\n",
            words.language,
            words.dear,
            escaped(&self.to_name),
            escaped(words.begins),
            words.total,
            escaped(&sums.join(", ")),
            escaped(words.needed),
            escaped(words.otherwise),
            words.regards,
            escaped(&self.from),
        )
    }

    /// The mail, ready to be opened and sent.
    pub fn mail(&self) -> Vec<u8> {
        mail::write(self)
    }
}

fn cell(tag: &str, text: &str, more: &str) -> String {
    format!(
        "<{tag} style=\"border:1px solid #999;padding:4px 8px;{more}\">{}</{tag}>",
        escaped(text)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use domain::money::Currency;

    use super::*;

    fn letter(language: &str) -> CertificateLetter {
        let rupees = Currency::parse("INR").expect("a currency");
        let on = |text: &str| text.parse::<Date>().expect("a day");
        CertificateLetter {
            from: "Nordlicht GmbH".into(),
            code: "C-1".into(),
            to_name: "Jörg <Müller> & Söhne".into(),
            to_email: "ap@example.com".into(),
            language: language.into(),
            on: on("2026-04-30"),
            id: "ask_1".into(),
            rows: vec![Awaited {
                invoices: vec![("INV-000002".into(), on("2026-01-05"))],
                document: "TW-000001".into(),
                on: on("2026-02-10"),
                withheld: Money::new(123_456_789, rupees),
                awaited: Money::new(1_000_050, rupees),
            }],
        }
    }

    #[test]
    fn the_letter_tells_what_was_withheld_and_what_is_needed() {
        let text = letter("en").text();
        for part in [
            "INV-000002",
            "2026-01-05",
            "2026-02-10",
            "1,234,567.89 INR",
            "10,000.50 INR",
            "TW-000001",
            "certificate",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        let german = letter("de-AT").text();
        assert!(
            german.contains("1.234.567,89 INR") && german.contains("10.02.2026"),
            "{german}"
        );
        assert!(german.contains("Bescheinigung"), "{german}");
        let html = letter("fr").html();
        assert!(html.contains("Jörg &lt;Müller&gt; &amp; Söhne"), "{html}");
        assert_eq!(letter("xx").text(), text, "English where it is not known");
    }

    #[test]
    fn the_mail_can_be_read_again() {
        for language in ["en", "de", "fr", "es", "it", "pt"] {
            let letter = letter(language);
            let bytes = letter.mail();
            assert!(bytes.is_ascii(), "no mail breaks it");
            let longest = bytes.split(|byte| *byte == b'\n').map(<[u8]>::len).max();
            assert!(longest < Some(200), "{longest:?}");
            let read = mail_parser::MessageParser::default().parse(&bytes);
            let read = read.expect("a mail");
            assert_eq!(read.subject(), Some(&*letter.subject()));
            let plain = read.body_text(0).expect("text").replace("\r\n", "\n");
            assert_eq!(plain, letter.text());
            let html = read.body_html(0).expect("HTML").replace("\r\n", "\n");
            assert_eq!(html, letter.html());
            let to = read.to().and_then(|to| to.first()).expect("to whom");
            assert_eq!(to.address(), Some("ap@example.com"));
            assert_eq!(to.name(), Some(&*letter.to_name));
        }
    }

    #[test]
    fn nobody_slips_a_header_in() {
        let evil = CertificateLetter {
            to_name: "Ann\r\nBcc: all@example.com".into(),
            to_email: "ann@example.com>\r\nBcc: all@example.com".into(),
            ..letter("en")
        };
        let text = String::from_utf8(evil.mail()).expect("ASCII");
        let head = text.split("\r\n\r\n").next().expect("a head");
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    }
}
