# One payment of the parent settles the invoices of two children; a stranger cannot pay.
book EUR DE
customer HOLD  "Holding AG"
customer NORTH "North GmbH" parent HOLD
customer SOUTH "South GmbH" parent HOLD
customer OTHER "Other GmbH"
2026-01-05  invoice  INV-000001  NORTH  70.00 EUR
2026-01-05  invoice  INV-000002  SOUTH  50.00 EUR
2026-01-05  invoice  INV-000003  OTHER  10.00 EUR
2026-01-20  receipt  RCT-000001  HOLD   130.00 EUR
2026-01-20  apply    RCT-000001 to INV-000003 refused unrelated_parties
2026-01-20  apply    RCT-000001 to INV-000001,INV-000002
> open items on 2026-01-20
    HOLD   RCT-000001  due 2026-01-20       -10.00 EUR
    OTHER  INV-000003  due 2026-01-05        10.00 EUR
> journal from 2026-01-20 on 2026-01-31
    2026-01-20 4 Receipt
        1200 Accounts receivable             HOLD        -130.00 EUR
        1000 Cash at bank                                 130.00 EUR
    2026-01-20 5 Application
        1200 Accounts receivable             NORTH        -70.00 EUR
        1200 Accounts receivable             HOLD         120.00 EUR
        1200 Accounts receivable             SOUTH        -50.00 EUR
