# A vendor gives up a part of its bill: a gain of its own, which never lowers the bad debt of customers.
book EUR DE
customer ACME "Acme GmbH"
vendor   V1   "Paper GmbH"
2026-01-05  invoice  INV-000001  ACME  100.00 EUR
2026-01-06  bill     4711  V1  80.00 EUR
2026-01-20  apply    - to INV-000001 write-off 30.00 EUR
2026-01-20  apply    - to 4711 write-off 5.00 EUR payable
> open items on 2026-01-31
    ACME   INV-000001  due 2026-01-05        70.00 EUR
    V1     4711        due 2026-01-06        75.00 EUR  payable
> journal from 2026-01-20 on 2026-01-31
    2026-01-20 3 Write-off
        1200 Accounts receivable             ACME         -30.00 EUR
        6850 Bad debt                                      30.00 EUR
    2026-01-20 4 Payable write-off
        2000 Accounts payable                V1             5.00 EUR
        7100 Payables written off                          -5.00 EUR
> trial balance on 2026-01-31
    1200 Accounts receivable                       70.00
    2000 Accounts payable                         -75.00
    4000 Revenue                                 -100.00
    5000 Purchases                                 80.00
    6850 Bad debt                                  30.00
    7100 Payables written off                      -5.00
