# The customer keeps 30.00 back. Nothing is deducted: the rest stays open until it is credited.
book EUR DE
customer ACME "Acme GmbH" terms NET30
2026-01-05  invoice      INV-000001  ACME  150.00 EUR tax 19
2026-01-25  receipt      RCT-000001  ACME  148.50 EUR
2026-01-25  apply        RCT-000001 to INV-000001
> open items ACME on 2026-01-25
    ACME   INV-000001  due 2026-02-04        30.00 EUR
2026-02-03  credit-memo  CM-000001   ACME  25.21 EUR tax 19
2026-02-03  apply        CM-000001 to INV-000001
> open items ACME on 2026-02-03
    nothing
> trial balance on 2026-02-28
    1000 Cash at bank                             148.50
    2200 Output tax                               -23.71
    4000 Revenue                                 -124.79
