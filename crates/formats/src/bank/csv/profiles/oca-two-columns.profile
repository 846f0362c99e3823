# Written from the side of the books: what came in is a debit of the bank account. The balance
# column proves it. Signs of the sums say nothing.
name = oca-two-columns
date = MM/DD/YYYY
column.booked_on = Date
column.remittance = Label
column.paid_in = Debit
column.paid_out = Credit
signs = ignored
column.balance = Balance
column.counterparty = Partner Name
column.counterparty_account = Bank Account
