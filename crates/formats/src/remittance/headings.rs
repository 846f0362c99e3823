//! The words that head columns and label values, in the languages of the desk.
//!
//! Folded as [`super::columns::folded`] folds, apart by commas; the first role that has a word
//! keeps it.

use super::columns::Role;

/// Every word and the role that it names.
pub(super) const HEADINGS: &[(Role, &str)] = &[
    (
        Role::Deposit,
        "deposit ref, deposit reference, deposit id, deposit number, batch id, batch, \
         batch number, lockbox deposit, sammlerreferenz, sammler",
    ),
    (
        Role::ItemNumber,
        "item no, item number, item, pos, position, line, line no",
    ),
    (
        Role::CheckNumber,
        "check number, check no, cheque number, cheque no, schecknummer, numero de cheque, \
         check",
    ),
    (
        Role::CheckAmount,
        "check amount, cheque amount, scheckbetrag, payment amount, zahlbetrag gesamt",
    ),
    (
        Role::PayerName,
        "remitter name, remitter, payer, payer name, debtor name, debtor, auftraggeber, \
         zahler, zahlungspflichtiger, ordenante, ordinante, donneur d ordre, betaler, \
         platnik, customer name on check",
    ),
    (
        Role::OnBehalf,
        "on behalf of, ultimate debtor, im auftrag von, fur rechnung von, pour le compte de, \
         por cuenta de, per conto di, in opdracht van, namens, w imieniu",
    ),
    (
        Role::PayerBank,
        "remitter routing, routing number, routing, aba, bic, debtor bic, payer bic, \
         sort code",
    ),
    (
        Role::PayerAccount,
        "remitter account, debtor iban, debtor account, payer account, payer iban, \
         account number, iban",
    ),
    (
        Role::PaidOn,
        "check date, cheque date, payment date, value date, valuta, paid on, date paid, \
         settlement date, zahlungsdatum, zahldatum, wertstellung, valutadatum, \
         date de valeur, date de paiement, date du virement, fecha valor, fecha de pago, \
         fecha de valor, data valuta, data pagamento, data di pagamento, betaaldatum, \
         betalingsdatum, data platnosci, data zaplaty, ausfuhrungsdatum, date of payment, \
         buchungsdatum, betalningsdag, betalningsdatum, betalingsdato, \
         maksupaiva, data valor, data de pagamento, data pagamentos, data do pagamento, \
         datum uhrady, datum platby, odeme tarihi, data platii",
    ),
    (
        Role::Document,
        "invoice reference, invoice, invoice number, invoice no, invoice id, inv no, \
         document, document number, document no, doc no, doc, your invoice, your document, \
         bill, bill number, supplier invoice, vendor invoice, belegnummer, beleg, beleg nr, \
         belegnr, rechnung, rechnungsnummer, rechnungsnr, rechnungs nr, rechnung nr, \
         ihre rechnung, re nr, rg nr, ihr beleg, facture, numero de facture, n facture, \
         no facture, n de facture, votre facture, piece, factura, numero de factura, \
         n factura, no factura, num factura, documento, su factura, fattura, numero fattura, \
         n fattura, nr fattura, ns fattura, vs fattura, n documento, numero documento, \
         factuur, factuurnummer, factuurnr, uw factuur, faktura, numer faktury, nr faktury, \
         faktura nr, nr dokumentu, dokument, numer dokumentu, documents, fakturanr, fakturanummer, \
         fakturanumer, er faktura, vart fakturanr, fakturanro, laskun numero, lasku, \
         laskunumero, fatura, numero da fatura, n da fatura, n fatura, invoice ref, inv ref, \
         inv, invoices, invoice nbr, bill no, rechnungen, fact nr, fatt n, no piece, n piece, \
         numero piece, numero de piece, \
         inv nr, rif fattura, rif vs fattura, cislo faktury, c faktury, vase faktura, \
         vasa faktura, doklad, cislo dokladu, variabilni symbol, szamla, szamlaszam, \
         numar factura, nr factura, factura nr, fatura no, fatura numarasi, belge no, \
         er fakturanr, deres faktura, num facture, ref facture, n rechnung",
    ),
    (
        Role::IssuedOn,
        "date, invoice date, document date, doc date, issue date, issued, datum, belegdatum, \
         rechnungsdatum, re datum, date facture, date de facture, fecha, fecha factura, \
         fecha de factura, data, data fattura, data documento, factuurdatum, data faktury, \
         data wystawienia, dated, \
         document dt, posting date, data wystawienia faktury, datum vystaveni, kelt, \
         data facturii, tarih, fatura tarihi, paiva, paivays, laskun paiva, fakturadatum, \
         fakturadato, data da fatura, date piece, date de piece, fecha documento, \
         data do documento",
    ),
    (
        Role::Reference,
        "reference, ref, referenz, riferimento, referencia, kenmerk, referentie, referencja, \
         invoice or order, your reference, ihre referenz, viite, referens, referanse, \
         reference number, referencenummer, ihr zeichen",
    ),
    (
        Role::PaymentReference,
        "end to end id, end to end, endtoendid, end to end reference, payment reference, \
         payment ref, payment id, payment number, payment no, trace, trace number, \
         zahlungsreferenz, zahlungsnummer, zahlungs nr, zahlungsbeleg, avisnummer, \
         reference de paiement, reference du virement, reference paiement, \
         referencia de pago, numero de pago, riferimento pagamento, riferimento bonifico, \
         cro, trn, betalingskenmerk, betaalreferentie, numer platnosci, \
         referencja platnosci, tytul przelewu, bank reference, remittance number, \
         transaction reference, our reference, unsere referenz, notre reference",
    ),
    (
        Role::Gross,
        "gross, gross amount, invoice amount, document amount, invoice total, \
         original amount, brutto, bruttobetrag, rechnungsbetrag, belegbetrag, brut, \
         montant brut, montant facture, bruto, importe bruto, importe factura, \
         importe de factura, lordo, importo lordo, importo fattura, brutobedrag, \
         factuurbedrag, bruto bedrag, kwota brutto, kwota faktury, bruttobelopp, \
         fakturabelopp, bruttobelob, fakturabelob, fakturabelop, valor bruto, valor da fatura, \
         montant ttc, total ttc, open amount, outstanding amount, offener betrag, \
         re betrag, rg betrag, fakturovana castka, fatura tutari, laskun summa, \
         valoare factura, imponibile e iva",
    ),
    (
        Role::Deduction,
        "deduction, deduction amount, deductions, discount, discount amount, discount taken, \
         adjustment, adjustment amount, short payment, abzug, abzuge, skonto, skontobetrag, \
         kurzung, retenue, escompte, remise, deduccion, descuento, retencion, detrazione, \
         trattenuta, sconto, ritenuta, inhouding, korting, aftrek, potracenie, rabat, \
         skonto betrag, cash discount, avdrag, rabatt, fradrag, kassarabatt, desconto, \
         deducao, vahennys, abzuge gesamt, \
         dto, trattenute, srazka, sleva, zlava, levonas, engedmeny, retinere, reducere, \
         kesinti, iskonto, alennus, kateisalennus, wht, wht amount, withholding, \
         withholding amount, withholding tax, withholding tax amount, tax withheld, withheld, \
         amount withheld, tds, tds amount, quellensteuer, steuerabzug, abzugsteuer, \
         bauabzugsteuer, retenue a la source, ritenuta d acconto, retencion irpf, \
         bronbelasting",
    ),
    (
        Role::Paid,
        "net, net amount, paid, amount paid, paid amount, amount, payment, netto, \
         nettobetrag, zahlbetrag, zahlung, betrag, bezahlt, gezahlt, uberwiesen, montant, \
         montant paye, montant net, net paye, paye, regle, montant regle, neto, importe, \
         importe neto, importe pagado, pagado, importo, importo pagato, importo netto, \
         pagato, bedrag, betaald, betaald bedrag, nettobedrag, kwota, zaplacono, \
         kwota netto, do zaplaty, kwota zaplacona, remitted, amount remitted, net paid, \
         belopp, betalt, betalt belopp, betalat belopp, nettobelopp, belob, belop, \
         betalt belob, betalt belop, valor, valor pago, pago, valor liquido, summa maksettu, \
         maksettu, paid now, this payment, \
         uhrazeno, zaplaceno, castka, uhradene, osszeg, fizetett, fizetett osszeg, achitat, \
         platit, odenen, odenen tutar, tutar, remitted amount, zahlbetrag netto, regle net",
    ),
    (
        Role::Fee,
        "fee, fees, fee amount, gebuhr, gebuhren, frais, commission",
    ),
    (
        Role::Reason,
        "reason, deduction reason, deduction code, reason code, grund, abzugsgrund, \
         bemerkung, motif, motivo, causale, reden, omschrijving, powod, comment, note, \
         remark, remarks, comments, notes, adjustment reason, kommentar, opis, uwagi, orsak, \
         arsag, arsak, anmarkning, observaciones, observacoes, opmerking, osservazioni, note cliente, \
         text note, obs, poznamka, duvod, megjegyzes, observatii, aciklama, huom, huomautus, \
         selite, not, merknad, bemaerkning, pozn, bem",
    ),
    (
        Role::Currency,
        "currency, curr, ccy, wahrung, whg, devise, moneda, divisa, valuta code, waluta",
    ),
    (
        Role::Text,
        "remittance text, remittance information, remittance info, text, verwendungszweck, \
         motif du virement, concepto, mededeling, libelle",
    ),
    (
        Role::Payout,
        "payout id, automatic payout id, payout, settlement id, transfer id, auszahlung, \
         auszahlungsnummer",
    ),
    (
        Role::PayoutOn,
        "automatic payout effective at, automatic payout effective at utc, payout date, \
         arrival date, payout expected arrival date",
    ),
    (Role::Processor, "psp, processor, provider"),
    (
        Role::EntryKind,
        "type, reporting category, transaction type, category, typ",
    ),
    (
        Role::ProcessorRef,
        "balance transaction id, charge id, payment intent id, transaction id, source id, \
         refund id, dispute id",
    ),
    (
        Role::Email,
        "customer email, email, e mail, payer email, shipping email",
    ),
    (Role::CustomerName, "customer name, card name"),
    (
        Role::Payee,
        "payee, beneficiary, empfanger, beneficiaire, beneficiario, begunstigde, odbiorca",
    ),
    (
        Role::Total,
        "total, total amount, total paid, grand total, sum, summe, gesamt, gesamtbetrag, \
         gesamtsumme, total general, montant total, totale, totaal, totaalbedrag, \
         importo totale, importe total, razem, suma, total payment, payment total, \
         zahlungsbetrag, somme, total net, kwota razem, lacznie, \
         summa, total att betala, total geral, valor total, sum total, yhteensa, i alt, \
         totalbelopp, totalbelob, \
         celkem, spolu, osszesen, toplam, totalt, totaal betaald, suma platita, uhrada celkem",
    ),
    (Role::Count, "count"),
    (
        Role::Tax,
        "tax, tax amount, vat, vat amount, ust, mwst, steuer, mehrwertsteuer, umsatzsteuer, \
         tva, montant tva, iva, importe iva, importo iva, btw, btw bedrag, kwota vat",
    ),
];
