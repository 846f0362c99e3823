# 3/10 2/20 net 30: 3 % until the tenth day, then 2 % until the twentieth, of what is ours and of
# what we pay. The day on which the cash moved counts, not that of the application.
book EUR DE
customer ACME "Acme GmbH" terms "10 Tage 3 %, 20 Tage 2 %, 30 Tage netto"
vendor V1 "Papier GmbH" terms "3/10 2/20 NET30"
2026-01-05  invoice  INV-000001  ACME  1000.00 EUR
2026-01-05  invoice  INV-000002  ACME  1000.00 EUR
2026-01-05  invoice  INV-000003  ACME  1000.00 EUR
2026-01-05  bill     4711  V1  500.00 EUR
2026-01-15  receipt  RCT-000001  ACME  970.00 EUR
2026-01-16  receipt  RCT-000002  ACME  980.00 EUR
2026-01-26  receipt  RCT-000003  ACME  980.00 EUR
2026-01-20  payment  PAY-000001  V1  490.00 EUR
2026-01-28  apply    RCT-000001 to INV-000001
2026-01-28  apply    RCT-000002 to INV-000002
2026-01-28  apply    RCT-000003 to INV-000003
2026-01-28  apply    PAY-000001 to 4711
> open items on 2026-01-28
    ACME   INV-000003  due 2026-02-04        20.00 EUR
