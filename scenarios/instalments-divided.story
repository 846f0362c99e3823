# A payment of several instalments, applied at the desk by the number of the invoice: the earliest due first.
book EUR DE
customer ACME "Acme GmbH" terms "30% RECEIPT; 40% NET30; 30% NET60"
bank EUR EUR
2026-01-05  invoice  INV-000001  ACME  1000.00 EUR
2026-01-20  line     P-1  500.00 EUR on EUR
2026-01-20  divide   P-1 to INV-000001 fee INV-000001=10.00
> open items ACME on 2026-01-20
    ACME   INV-000001  due 2026-02-04       190.00 EUR
    ACME   INV-000001  due 2026-03-06       300.00 EUR
2026-02-20  line     P-2  400.00 EUR on EUR
2026-02-20  divide   P-2 to INV-000001=500.00 refused more_than_open
2026-02-20  divide   P-2 to INV-000001=440.00 short-pay INV-000001=40.00
> open items ACME on 2026-02-20
    ACME   SP-000001   due 2026-02-04        40.00 EUR
    ACME   INV-000001  due 2026-03-06        50.00 EUR
2026-03-20  line     P-3  60.00 EUR on EUR
2026-03-20  divide   P-3 to INV-000001
> open items ACME on 2026-03-20
    ACME   INV-000001  due 2026-03-06        30.00 EUR
> journal from 2026-01-20 on 2026-03-20
    2026-01-20 2 Receipt
        1200 Accounts receivable             ACME        -500.00 EUR
        1001 Bank EUR                                     500.00 EUR
    2026-01-20 3 Bank fee borne
        1200 Accounts receivable             ACME         -10.00 EUR
        6800 Bank fees                                     10.00 EUR
    2026-02-20 4 Receipt
        1200 Accounts receivable             ACME        -400.00 EUR
        1001 Bank EUR                                     400.00 EUR
    2026-02-20 5 Short-pay parted off
        1200 Accounts receivable             ACME          40.00 EUR
        1200 Accounts receivable             ACME         -40.00 EUR
    2026-03-20 6 Receipt
        1200 Accounts receivable             ACME         -60.00 EUR
        1001 Bank EUR                                      60.00 EUR
