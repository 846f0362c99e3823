# Account, currency, period and balances stand in rows above and below the lines.
name = oca-preamble
date = DD/MM/YY
decimal = ,
column.booked_on = Date
column.reference = Operation Number
column.remittance = Label
column.paid_out = Debit
column.paid_in = Credit
column.remittance = Detail
find.bank = Bank code :
find.account = Account Number :
find.currency = :
find.from = Download start date :
find.to = Download end date :
find.closing = Balance at end of period
find.opening = Balance at start of period
