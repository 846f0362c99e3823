# Sparkasse CSV-CAMT.
name = sparkasse
delimiter = ;
encoding = windows-1252
decimal = ,
date = DD.MM.YY
column.account = Auftragskonto
column.booked_on = Buchungstag
column.value_on = Valutadatum
column.code = Buchungstext
column.remittance = Verwendungszweck
column.mandate = Mandatsreferenz
column.end_to_end = Kundenreferenz (End-to-End)
column.counterparty = Beguenstigter/Zahlungspflichtiger
column.counterparty_account = Kontonummer/IBAN
column.counterparty_bank = BIC (SWIFT-Code)
column.amount = Betrag
column.currency = Waehrung
