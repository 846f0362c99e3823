# YNAB 4 register in Jordanian dinars.
name = ynab
date = YYYY/MM/DD
currency = JOD
currency_sign = د.ا.
column.account = Account
column.check = Check Number
column.booked_on = Date
column.counterparty = Payee
column.remittance = Memo
column.paid_out = Outflow
column.paid_in = Inflow
column.balance = Running Balance
