# Chase checking account activity, newest line first.
name = chase
date = MM/DD/YYYY
currency = USD
column.booked_on = Posting Date
column.remittance = Description
column.amount = Amount
column.code = Type
column.balance = Balance
column.check = Check or Slip #
