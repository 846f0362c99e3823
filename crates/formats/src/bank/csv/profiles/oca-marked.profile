# Sums whose sign is said by `D/C`.
name = oca-marked
date = MM/DD/YYYY
column.booked_on = Date
column.remittance = Label
column.amount = Amount
column.side = D/C
debit_mark = D
column.balance = Balance
column.counterparty = Partner Name
column.counterparty_account = Bank Account
