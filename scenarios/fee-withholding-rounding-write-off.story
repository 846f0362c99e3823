# One receipt, four invoices, each short for a reason of its own; each reason has its account.
book EUR DE
customer ACME "Acme GmbH"
2026-01-05  invoice  INV-000001  ACME  100.00 EUR
2026-01-05  invoice  INV-000002  ACME  200.00 EUR
2026-01-05  invoice  INV-000003  ACME  300.00 EUR
2026-01-05  invoice  INV-000004  ACME  400.00 EUR
2026-01-20  receipt  RCT-000001  ACME  949.98 EUR
2026-01-20  apply    RCT-000001 to INV-000001 using 95.00 EUR fee 5.00 EUR
2026-01-20  apply    RCT-000001 to INV-000002 using 180.00 EUR withholding 20.00 EUR
2026-01-20  apply    RCT-000001 to INV-000003 using 299.98 EUR rounding 0.02 EUR
2026-01-20  apply    RCT-000001 to INV-000004 write-off 25.00 EUR
2026-01-21  apply    - to INV-000004 discount 5.00 EUR refused nothing_open
> open items ACME on 2026-01-20
    nothing
> trial balance on 2026-01-31
    1000 Cash at bank                             949.98
    1350 Withholding tax receivable                20.00
    4000 Revenue                                -1000.00
    6800 Bank fees                                  5.00
    6850 Bad debt                                  25.00
    6890 Rounding differences                       0.02
