# No header: day, name, paid in, paid out.
name = in-out-tab
delimiter = tab
header = no
columns = 4
date = DD/YYYY/MM
column.booked_on = #1
column.counterparty = #2
column.paid_in = #3
column.paid_out = #4
