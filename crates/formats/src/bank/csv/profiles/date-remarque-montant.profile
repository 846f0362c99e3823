# The least a French bank writes.
name = date-remarque-montant
date = YYYY/M/D
column.booked_on = Date
column.remittance = Remarque
column.amount = Montant
