# A cardholder takes a part back: so much of the newest application gives way, all else stands.
book EUR DE
customer ACME "Acme GmbH"
2026-01-05  invoice  INV-000001  ACME  60.00 EUR
2026-01-06  invoice  INV-000002  ACME  40.00 EUR
2026-01-10  receipt  RCT-000001  ACME  100.00 EUR
2026-01-10  apply    RCT-000001 to INV-000001
2026-01-11  apply    RCT-000001 to INV-000002
2026-02-01  return   RCT-000001 amount 150.00 EUR refused exceeds_document
2026-02-01  return   RCT-000001 amount 30.00 EUR reason "chargeback 10.4"
> open items ACME on 2026-02-01
    ACME   INV-000002  due 2026-01-06        30.00 EUR
