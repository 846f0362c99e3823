# Money of nobody waits on an account of its own, then turns out to be a customer's.
book EUR DE
customer ACME "Acme GmbH"
2026-01-10  receipt  RCT-000001  ?  250.00 EUR
2026-01-11  invoice  INV-000001  ACME  250.00 EUR
2026-01-12  apply    RCT-000001 to INV-000001 refused unrelated_parties
> open items on 2026-01-12
    ACME   INV-000001  due 2026-01-11       250.00 EUR
    ?      RCT-000001  due 2026-01-10      -250.00 EUR
2026-01-13  move     RCT-000001 to ACME
2026-01-13  apply    TI-000001 to INV-000001
2026-01-14  move     RCT-000001 to ACME refused nothing_open
> open items on 2026-01-13
    nothing
> journal from 2026-01-10 on 2026-01-31
    2026-01-10 1 Receipt
        2090 Unidentified receipts                       -250.00 EUR
        1000 Cash at bank                                 250.00 EUR
    2026-01-11 2 Invoice
        1200 Accounts receivable             ACME         250.00 EUR
        4000 Revenue                                     -250.00 EUR
    2026-01-13 3 Transfer out
        2090 Unidentified receipts                        250.00 EUR
        1095 Bank clearing                               -250.00 EUR
    2026-01-13 4 Transfer in
        1200 Accounts receivable             ACME        -250.00 EUR
        1095 Bank clearing                                250.00 EUR
