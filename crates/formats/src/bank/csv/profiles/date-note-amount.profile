# The least a bank writes.
name = date-note-amount
date = YYYY/M/D
column.booked_on = Date
column.remittance = Note
column.amount = Amount
