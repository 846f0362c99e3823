# Signed sums with the balance after each line.
name = oca-balance
date = MM/DD/YYYY
column.booked_on = Date
column.remittance = Label
column.amount = Amount
column.balance = Balance
column.counterparty = Partner Name
column.counterparty_account = Bank Account
