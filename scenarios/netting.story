# A customer who is a vendor: what it owes is netted against what we owe it, the oldest due first.
book EUR DE
customer BOTH "Both GmbH" terms NET30
vendor   BOTH "Both GmbH" terms NET30
2026-01-05  invoice  INV-000001  BOTH  100.00 EUR
2026-01-06  invoice  INV-000002  BOTH  60.00 EUR
2026-01-10  bill     A-77        BOTH  130.00 EUR
2026-02-10  net      BOTH
> open items BOTH on 2026-02-10
    BOTH   INV-000002  due 2026-02-05        30.00 EUR
> journal from 2026-02-10 on 2026-02-28
    2026-02-10 4 Application
        1200 Accounts receivable             BOTH        -130.00 EUR
        2000 Accounts payable                BOTH         130.00 EUR
2026-02-11  unapply  A-77 with INV-000002
> open items BOTH on 2026-02-11
    BOTH   INV-000002  due 2026-02-05        60.00 EUR
    BOTH   A-77        due 2026-02-09        30.00 EUR  payable
2026-02-12  net      BOTH limit 20.00 EUR
> open items BOTH on 2026-02-12
    BOTH   INV-000002  due 2026-02-05        40.00 EUR
    BOTH   A-77        due 2026-02-09        10.00 EUR  payable
2026-02-13  net      BOTH in USD refused nothing_named
