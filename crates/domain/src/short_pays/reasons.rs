//! Why something was held back: a closed list, read from the payer's words where they say it.

use crate::cash::plain_words;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $title:literal;)*) => {
        /// Why a payer held something back.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason, in the order in which they are offered.
            pub const ALL: &[Reason] = &[$(Reason::$name,)*];

            /// The word in files, tables and URLs.
            pub fn code(self) -> &'static str {
                match self { $(Reason::$name => $code,)* }
            }

            /// For people.
            pub fn title(self) -> &'static str {
                match self { $(Reason::$name => $title,)* }
            }
        }
    };
}

reasons! {
    /// Another price was agreed, they say.
    Price, "price", "Price";
    /// Less came than was charged.
    Quantity, "quantity", "Quantity";
    /// The goods were damaged or faulty.
    Damaged, "damaged", "Damaged or faulty goods";
    /// The goods went back.
    Returned, "returned", "Goods returned";
    /// An early-payment discount that was not earned.
    Discount, "discount", "Discount not earned";
    /// A bonus, a promotion, an allowance for advertising.
    Promotion, "promotion", "Bonus or promotion";
    /// A penalty for being late or for what was agreed otherwise.
    Penalty, "penalty", "Penalty";
    /// Tax was charged wrongly, they say.
    Tax, "tax", "Tax";
    /// Tax withheld without a certificate.
    Withholding, "withholding", "Tax withheld without a certificate";
    /// Freight, packaging, customs.
    Freight, "freight", "Freight";
    /// Paid before, or settled with what we owe them.
    AlreadyPaid, "already_paid", "Already paid or set off";
    /// Something else that they said.
    Other, "other", "Other";
    /// They did not say why.
    Unstated, "unstated", "Not stated";
}

/// Beginnings of words that tell a reason, in English, German, French, Italian, Spanish,
/// Portuguese, Dutch, Polish and the languages of the north. What is said of more things than one
/// stands behind what is said of one alone: `tax withheld` before `tax`.
const TOLD: &[(Reason, &[&str])] = &[
    (
        Reason::AlreadyPaid,
        &[
            "ALREADY PAID",
            "PAID TWICE",
            "DOUBLE PAY",
            "DUPLICATE",
            "SET OFF",
            "SETOFF",
            "OFFSET",
            "CONTRA ",
            "NETTING",
            "BEREITS BEZAHLT",
            "BEREITS GEZAHLT",
            "DOPPELT",
            "DOPPELZAHL",
            "VERRECHN",
            "AUFRECHN",
            "UBERZAHL",
            "GUTHABEN",
            "DEJA PAYE",
            "DEJA REGLE",
            "COMPENSATION",
            "TROP PERCU",
            "GIA PAGAT",
            "COMPENSAZ",
            "YA PAGAD",
            "COMPENSACION",
            "JA PAGO",
            "REEDS BETAALD",
            "AL BETAALD",
            "VERREKEN",
            "JUZ ZAPLAC",
            "OVERPAID",
            "OVERPAYMENT",
            "REDAN BETALD",
        ],
    ),
    (
        Reason::Withholding,
        &[
            "WITHH",
            "WHT",
            "TDS ",
            "QUELLENSTEUER",
            "BAUABZUG",
            "ABZUGSTEUER",
            "RETENUE A LA SOURCE",
            "RITENUT",
            "RETENCION",
            "RETENCAO",
            "IRPF",
            "BRONBELASTING",
            "KALLSKATT",
        ],
    ),
    (
        Reason::Discount,
        &[
            "SKONT",
            "SKTO",
            "DISCOUNT",
            "DISC ",
            "ESCOMPTE",
            "SCONTO",
            "DESCUENTO",
            "PRONTO PAGO",
            "DESCONTO",
            "KORTING",
            "KASSARABAT",
            "KASSERABAT",
            "RABAT KASOW",
        ],
    ),
    (
        Reason::Returned,
        &[
            "RETURN",
            "RETOUR",
            "RUCKSEND",
            "RUCKGABE",
            "RUCKLIEFER",
            "RMA ",
            "RENVOI",
            "RESO MERCE",
            "RESI ",
            "RESTITU",
            "DEVOLU",
            "TERUGGEZ",
            "TERUGZEND",
            "ZWROT",
            "RETUR",
        ],
    ),
    (
        Reason::Damaged,
        &[
            "DAMAGE",
            "FAULTY",
            "DEFECT",
            "BROKEN",
            "BREAKAGE",
            "QUALITY",
            "BESCHADIG",
            "SCHADEN",
            "DEFEKT",
            "MANGEL",
            "MAENGEL",
            "BRUCH",
            "QUALITAT",
            "AVARIE",
            "CASSE",
            "ABIME",
            "ENDOMMAGE",
            "DEFAUT",
            "DEFECTUEU",
            "DANN",
            "DIFETT",
            "ROTTUR",
            "ROTURA",
            "DANAD",
            "DANO",
            "AVARIA",
            "DEFEIT",
            "SCHADE",
            "BESCHADIGD",
            "GEBREK",
            "USZKODZ",
            "SKAD",
            "FEL VARA",
        ],
    ),
    (
        Reason::Quantity,
        &[
            "SHORTAGE",
            "SHORT DELIV",
            "SHORT SHIP",
            "SHORT SUPPL",
            "MISSING",
            "QTY",
            "QUANTIT",
            "NOT DELIVERED",
            "NOT RECEIVED",
            "FEHLMENGE",
            "MINDERMENGE",
            "MENGENDIFF",
            "FEHLEND",
            "FEHLLIEFER",
            "UNTERLIEFER",
            "MENGE",
            "NICHT GELIEFERT",
            "MANQUANT",
            "MANQUE",
            "NON LIVRE",
            "MANCANZA",
            "AMMANCO",
            "MANCANT",
            "FALTANTE",
            "FALTA",
            "CANTIDAD",
            "TEKORT",
            "AANTAL",
            "NIET GELEVERD",
            "BRAK TOWAR",
            "ILOSC",
            "ANTAL",
        ],
    ),
    (
        Reason::Penalty,
        &[
            "PENALT",
            "PENALE",
            "PENALI",
            "LATE DELIV",
            "DELAY",
            "VERTRAGSSTRAFE",
            "KONVENTIONAL",
            "POENALE",
            "VERZUG",
            "VERSPAT",
            "RETARD",
            "RITARDO",
            "MULTA",
            "PENALIZ",
            "BOETE",
            "VERTRAGING",
            "KARA UMOW",
        ],
    ),
    (
        Reason::Promotion,
        &[
            "PROMO",
            "BONUS",
            "REBATE",
            "COOP",
            "ADVERTIS",
            "MARKETING",
            "LISTING FEE",
            "WERBEKOSTEN",
            "WKZ",
            "RUCKVERGUT",
            "REMISE",
            "RISTOURNE",
            "PREMIO",
            "RAPPEL",
            "ACTIEKORTING",
        ],
    ),
    (
        Reason::Freight,
        &[
            "FREIGHT",
            "SHIPPING",
            "CARRIAGE",
            "DELIVERY COST",
            "TRANSPORT",
            "PACKAG",
            "PALLET",
            "CUSTOMS",
            "FRACHT",
            "VERSANDK",
            "VERPACK",
            "PALETTE",
            "ZOLL",
            "FRET",
            "PORT ",
            "DOUANE",
            "TRASPORTO",
            "SPEDIZ",
            "PORTES",
            "FLETE",
            "ENVIO",
            "FRETE",
            "VRACHT",
            "VERZENDK",
        ],
    ),
    (
        Reason::Price,
        &[
            "PRIC",
            "PREIS",
            "OVERCHARG",
            "RATE DIFF",
            "ZU HOCH BERECHNET",
            "TARIF",
            "PRIX",
            "PREZZO",
            "PRECIO",
            "PRECO",
            "PRIJS",
            "CENA",
            "CENY",
        ],
    ),
    (
        Reason::Tax,
        &[
            "VAT ",
            "TAX",
            "UST ",
            "MWST",
            "MEHRWERTSTEUER",
            "UMSATZSTEUER",
            "STEUER",
            "TVA ",
            "IVA ",
            "IMPUEST",
            "BTW ",
            "MOMS",
            "PODATEK",
            "GST ",
        ],
    ),
];

impl Reason {
    /// The reason of a word.
    pub fn parse(code: &str) -> Option<Reason> {
        Reason::ALL
            .iter()
            .find(|reason| reason.code() == code)
            .copied()
    }

    /// What a payer's words say. Words that tell no reason of the list tell another one; no words
    /// tell none.
    pub fn of_words(words: &str) -> Reason {
        match Reason::told(words) {
            Some(reason) => reason,
            None if words.trim().is_empty() => Reason::Unstated,
            None => Reason::Other,
        }
    }

    /// The reason that some text tells; none where it speaks of other things.
    pub fn told(text: &str) -> Option<Reason> {
        let words = format!(" {} ", plain_words(text).join(" "));
        // Stems are read as the words are: one spelling for umlauts.
        let tells = |stem: &&str| {
            let end = if stem.ends_with(' ') { " " } else { "" };
            words.contains(&format!(" {}{end}", plain_words(stem).join(" ")))
        };
        let found = TOLD.iter().find(|(_, stems)| stems.iter().any(&tells));
        found.map(|(reason, _)| *reason)
    }
}
