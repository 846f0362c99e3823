# 40 of 98 USD come back: the invoice is open by 40 at its own rate, and the discount stands, since
# the customer paid in time; also when the rest comes back, until somebody takes it back.
book EUR DE
rate 2026-01-05 USD EUR 0.90
rate 2026-01-12 USD EUR 0.95
rate 2026-02-02 USD EUR 0.80
customer ACME "Acme Inc" terms "2/10 NET30"
2026-01-05  invoice  INV-000001  ACME  100.00 USD
2026-01-12  receipt  RCT-000001  ACME  98.00 USD
2026-01-12  apply    RCT-000001 to INV-000001
2026-02-02  return   RCT-000001 amount 40.00 USD reason "chargeback"
> open items on 2026-02-02
    ACME   INV-000001  due 2026-02-04        40.00 USD
> trial balance on 2026-02-02
    1000 Cash at bank                              61.10
    1200 Accounts receivable                       36.00
    4000 Revenue                                  -90.00
    4900 Early-payment discounts given              1.80
    7200 Realised exchange differences             -8.90
2026-02-03  return   RCT-000001 amount 58.01 USD refused exceeds_document
2026-02-03  return   RCT-000001 amount 58.00 USD reason "chargeback"
> open items on 2026-02-03
    ACME   INV-000001  due 2026-02-04        98.00 USD
> trial balance on 2026-02-03
    1000 Cash at bank                              14.70
    1200 Accounts receivable                       88.20
    4000 Revenue                                  -90.00
    4900 Early-payment discounts given              1.80
    7200 Realised exchange differences            -14.70
2026-02-04  unapply  INV-000001 with DG-000001
> open items on 2026-02-04
    ACME   INV-000001  due 2026-02-04       100.00 USD
