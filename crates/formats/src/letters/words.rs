//! The words of letters by language.

use domain::calendar::Date;
use domain::money::Money;

/// How a letter speaks.
pub(super) struct Words {
    /// Its language.
    pub(super) language: &'static str,
    /// The mark between thousands, and before the decimals.
    marks: (char, char),
    /// How days are written.
    day: fn(Date) -> String,
    pub(super) subject: &'static str,
    pub(super) dear: &'static str,
    pub(super) begins: &'static str,
    /// Document, its date, day of the payment, withheld, awaited, our number.
    pub(super) heads: [&'static str; 6],
    pub(super) total: &'static str,
    pub(super) needed: &'static str,
    pub(super) otherwise: &'static str,
    pub(super) regards: &'static str,
}

fn iso(day: Date) -> String {
    day.to_string()
}

fn dotted(day: Date) -> String {
    format!("{:02}.{:02}.{}", day.day(), day.month(), day.year())
}

fn slashed(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

const ALL: &[Words] = &[
    Words {
        language: "en",
        marks: (',', '.'),
        day: iso,
        subject: "Certificate of tax withheld",
        dear: "Dear",
        begins: "You withheld tax from the payments below. So that we can credit it and keep your \
                 invoices settled, please send us the certificates.",
        heads: [
            "Invoice",
            "Dated",
            "Paid on",
            "Withheld",
            "Not covered",
            "Our number",
        ],
        total: "Not covered by a certificate",
        needed: "We need the certificate of tax withheld as your tax office issues it, with its \
                 number, the period, our name and the amount.",
        otherwise: "Without a certificate we have to treat the amount as not paid.",
        regards: "Kind regards",
    },
    Words {
        language: "de",
        marks: ('.', ','),
        day: dotted,
        subject: "Bescheinigung über einbehaltene Steuer",
        dear: "Guten Tag",
        begins: "Sie haben von den folgenden Zahlungen Steuer einbehalten. Damit wir sie anrechnen \
                 können und Ihre Rechnungen bezahlt bleiben, senden Sie uns bitte die \
                 Bescheinigungen.",
        heads: [
            "Rechnung",
            "vom",
            "bezahlt am",
            "einbehalten",
            "nicht belegt",
            "unsere Nummer",
        ],
        total: "Noch nicht bescheinigt",
        needed: "Wir brauchen die Bescheinigung über die einbehaltene Steuer, wie Ihr Finanzamt \
                 sie ausstellt, mit Nummer, Zeitraum, unserem Namen und dem Betrag.",
        otherwise: "Ohne Bescheinigung müssen wir den Betrag als nicht bezahlt behandeln.",
        regards: "Freundliche Grüße",
    },
    Words {
        language: "fr",
        marks: ('\u{a0}', ','),
        day: slashed,
        subject: "Attestation de retenue à la source",
        dear: "Bonjour",
        begins: "Vous avez retenu un impôt sur les paiements ci-dessous. Afin que nous puissions \
                 l'imputer et que vos factures restent soldées, merci de nous envoyer les \
                 attestations.",
        heads: [
            "Facture",
            "du",
            "payée le",
            "retenu",
            "non justifié",
            "notre numéro",
        ],
        total: "Sans attestation",
        needed: "Il nous faut l'attestation de retenue telle que votre administration fiscale la \
                 délivre, avec son numéro, la période, notre nom et le montant.",
        otherwise: "Sans attestation, nous devrons considérer ce montant comme impayé.",
        regards: "Cordialement",
    },
    Words {
        language: "es",
        marks: ('.', ','),
        day: slashed,
        subject: "Certificado de retención",
        dear: "Hola",
        begins: "Han retenido un impuesto en los pagos siguientes. Para que podamos deducirlo y \
                 sus facturas sigan pagadas, les rogamos que nos envíen los certificados.",
        heads: [
            "Factura",
            "del",
            "pagada el",
            "retenido",
            "sin certificado",
            "nuestro número",
        ],
        total: "Sin certificado",
        needed: "Necesitamos el certificado de retención que emite su autoridad fiscal, con su \
                 número, el periodo, nuestro nombre y el importe.",
        otherwise: "Sin certificado tendremos que tratar el importe como no pagado.",
        regards: "Saludos cordiales",
    },
    Words {
        language: "it",
        marks: ('.', ','),
        day: slashed,
        subject: "Certificazione delle ritenute",
        dear: "Buongiorno",
        begins: "Avete trattenuto un'imposta sui pagamenti seguenti. Perché possiamo scomputarla e \
                 le vostre fatture restino saldate, vi preghiamo di inviarci le certificazioni.",
        heads: [
            "Fattura",
            "del",
            "pagata il",
            "trattenuto",
            "non coperto",
            "nostro numero",
        ],
        total: "Senza certificazione",
        needed: "Ci serve la certificazione della ritenuta come la rilascia la vostra autorità \
                 fiscale, con numero, periodo, il nostro nome e l'importo.",
        otherwise: "Senza certificazione dovremo considerare l'importo come non pagato.",
        regards: "Cordiali saluti",
    },
    Words {
        language: "pt",
        marks: ('.', ','),
        day: slashed,
        subject: "Comprovante de retenção na fonte",
        dear: "Olá",
        begins: "Vocês retiveram imposto nos pagamentos abaixo. Para que possamos deduzi-lo e suas \
                 faturas continuem pagas, pedimos que nos enviem os comprovantes.",
        heads: [
            "Fatura",
            "de",
            "paga em",
            "retido",
            "sem comprovante",
            "nosso número",
        ],
        total: "Sem comprovante",
        needed: "Precisamos do comprovante de retenção emitido pela sua autoridade fiscal, com o \
                 número, o período, o nosso nome e o valor.",
        otherwise: "Sem comprovante teremos de tratar o valor como não pago.",
        regards: "Atenciosamente",
    },
];

/// The words of a language, whatever country follows it; English where it is not known here.
pub(super) fn of(language: &str) -> &'static Words {
    let own = language.split(['-', '_']).next().unwrap_or_default();
    let found = ALL
        .iter()
        .find(|words| words.language.eq_ignore_ascii_case(own));
    found.unwrap_or(&ALL[0])
}

impl Words {
    /// A day as its readers write it.
    pub(super) fn day(&self, day: Date) -> String {
        (self.day)(day)
    }

    /// A sum as its readers write it, with its currency.
    pub(super) fn sum(&self, money: Money) -> String {
        let plain = money.to_string();
        let (whole, rest) = plain.split_once('.').unwrap_or((&plain, ""));
        let (sign, digits) = match whole.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", whole),
        };
        let mut text = String::from(sign);
        for (place, digit) in digits.chars().enumerate() {
            if 0 < place && (digits.len() - place).is_multiple_of(3) {
                text.push(self.marks.0);
            }
            text.push(digit);
        }
        if !rest.is_empty() {
            text.push(self.marks.1);
            text += rest;
        }
        format!("{text} {}", money.currency())
    }
}
