# Bank sheets of the Odoo community: the sums are in the currency of the account, which the file
# does not name; `Currency` and `Amount Currency` say what was ordered.
name = oca-sheet
date = MM/DD/YYYY
column.booked_on = Date
column.remittance = Label
column.amount = Amount
column.instructed_currency = Currency
column.instructed = Amount Currency
column.counterparty = Partner Name
column.counterparty_account = Bank Account
