# A credit memo and two receipts settle three invoices; the credits go first.
book EUR DE
customer ACME "Acme GmbH" terms NET30
2026-01-05  invoice      INV-000001  ACME  100.00 EUR
2026-01-06  debit-memo   DM-000001   ACME  15.00 EUR
2026-01-07  invoice      INV-000002  ACME  85.00 EUR
2026-01-10  credit-memo  CM-000001   ACME  30.00 EUR
2026-01-20  receipt      RCT-000001  ACME  90.00 EUR
2026-01-21  receipt      RCT-000002  ACME  70.00 EUR
2026-01-21  apply        RCT-000001,CM-000001,RCT-000002 to INV-000001,DM-000001,INV-000002
> open items ACME on 2026-01-21
    ACME   INV-000002  due 2026-02-06        10.00 EUR
2026-01-22  apply        INV-000001 to RCT-000002 refused nothing_open
2026-01-22  invoice      INV-000003  ACME  5.00 EUR
2026-01-22  invoice      INV-000004  ACME  5.00 EUR
2026-01-22  apply        INV-000004 to INV-000003 refused same_column
