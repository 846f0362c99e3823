# PayPal activity: the net moves the balance, the fee was kept from the gross.
name = paypal
date = MM/DD/YYYY
column.booked_on = Date
column.counterparty = Name
column.code = Type
column.currency = Currency
column.instructed = Gross
column.charges = Fee
column.amount = Net
column.reference = Transaction ID
column.remittance = Item Title
column.remittance = Note
column.balance = Balance
