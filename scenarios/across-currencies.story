# A dollar invoice paid in euros: the document's currency decides whether it is paid.
book EUR DE
rate 2026-01-05 USD EUR 0.90
rate 2026-01-20 USD EUR 0.95
customer ACME "Acme Inc"
2026-01-05  invoice  INV-000001  ACME  100.00 USD
2026-01-20  receipt  RCT-000001  ACME  95.00 EUR
2026-01-20  apply    RCT-000001 to INV-000001
> open items ACME on 2026-01-20
    nothing
# Both amounts named: the rate that the customer's bank gave.
2026-01-21  invoice  INV-000002  ACME  100.00 USD
2026-01-22  receipt  RCT-000002  ACME  94.00 EUR
2026-01-22  apply    RCT-000002 to INV-000002 using 94.00 EUR amount 100.00 USD
# Not enough: the euros go as far as they reach.
2026-01-23  invoice  INV-000003  ACME  200.00 USD
2026-01-23  receipt  RCT-000003  ACME  95.00 EUR
2026-01-23  apply    RCT-000003 to INV-000003
> open items ACME on 2026-01-23
    ACME   INV-000003  due 2026-01-23       100.00 USD
> journal from 2026-01-20 on 2026-01-31
    2026-01-20 2 Receipt
        1200 Accounts receivable             ACME         -95.00 EUR
        1000 Cash at bank                                  95.00 EUR
    2026-01-20 3 Application
        1200 Accounts receivable             ACME        -100.00 USD =       -90.00 EUR
        1200 Accounts receivable             ACME          95.00 EUR
        1900 Exchange clearing                            100.00 USD =        95.00 EUR
        1900 Exchange clearing                            -95.00 EUR
        7200 Realised exchange differences                           =        -5.00 EUR
    2026-01-21 4 Invoice
        1200 Accounts receivable             ACME         100.00 USD =        95.00 EUR
        4000 Revenue                                     -100.00 USD =       -95.00 EUR
    2026-01-22 5 Receipt
        1200 Accounts receivable             ACME         -94.00 EUR
        1000 Cash at bank                                  94.00 EUR
    2026-01-22 6 Application
        1200 Accounts receivable             ACME        -100.00 USD =       -95.00 EUR
        1200 Accounts receivable             ACME          94.00 EUR
        1900 Exchange clearing                            100.00 USD =        94.00 EUR
        1900 Exchange clearing                            -94.00 EUR
        7200 Realised exchange differences                           =         1.00 EUR
    2026-01-23 7 Invoice
        1200 Accounts receivable             ACME         200.00 USD =       190.00 EUR
        4000 Revenue                                     -200.00 USD =      -190.00 EUR
    2026-01-23 8 Receipt
        1200 Accounts receivable             ACME         -95.00 EUR
        1000 Cash at bank                                  95.00 EUR
    2026-01-23 9 Application
        1200 Accounts receivable             ACME        -100.00 USD =       -95.00 EUR
        1200 Accounts receivable             ACME          95.00 EUR
        1900 Exchange clearing                            100.00 USD =        95.00 EUR
        1900 Exchange clearing                            -95.00 EUR
