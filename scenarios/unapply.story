# Taking an application back takes the discount with it back; the other invoice stays paid.
book EUR DE
customer ACME "Acme GmbH" terms "2/10 NET30"
2026-01-05  invoice  INV-000001  ACME  100.00 EUR
2026-01-05  invoice  INV-000002  ACME  200.00 EUR
2026-01-10  receipt  RCT-000001  ACME  294.00 EUR
2026-01-10  apply    RCT-000001 to INV-000001,INV-000002
> open items ACME on 2026-01-10
    nothing
2026-01-09  unapply  RCT-000001 refused before_applied
2026-01-15  unapply  RCT-000001 with INV-000002
> open items ACME on 2026-01-15
    ACME   RCT-000001  due 2026-01-10      -196.00 EUR
    ACME   INV-000002  due 2026-02-04       200.00 EUR
2026-01-16  unapply  INV-000002 refused nothing_applied
2026-01-16  unapply  RCT-000001
2026-01-15  apply    RCT-000001 to INV-000002 refused before_undone
2026-01-17  apply    RCT-000001 to INV-000001 amount 120.00 EUR refused exceeds_open
2026-01-17  apply    RCT-000001 to INV-000002
> open items ACME on 2026-01-17
    ACME   RCT-000001  due 2026-01-10       -98.00 EUR
    ACME   INV-000001  due 2026-02-04       100.00 EUR
> trial balance on 2026-01-31
    1000 Cash at bank                             294.00
    1200 Accounts receivable                        2.00
    4000 Revenue                                 -300.00
    4900 Early-payment discounts given              4.00
