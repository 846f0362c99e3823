# Stripe balance report, itemised: times are UTC.
name = stripe
date = YYYY-MM-DD
column.reference = balance_transaction_id
column.booked_on = created_utc
column.value_on = available_on_utc
column.currency = currency
column.instructed = gross
column.charges = fee
column.amount = net
column.code = reporting_category
column.remittance = description
