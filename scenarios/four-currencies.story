# Euros, dollars, yen without decimals, Kuwaiti dinars with three: invoiced at the rate of the day.
book EUR DE
rate 2026-01-05 USD EUR 0.90
rate 2026-01-05 EUR JPY 160
rate 2026-01-05 KWD EUR 3.01
customer ACME "Acme Inc"
2026-01-05  invoice  INV-000001  ACME  100.00 EUR
2026-01-05  invoice  INV-000002  ACME  100.00 USD
2026-01-05  invoice  INV-000003  ACME  in JPY  line 3 3333.4 10
2026-01-05  invoice  INV-000004  ACME  in KWD  line 1 10.0005 0
2026-01-05  invoice  -           ACME  100.00 GBP refused rate_missing
2026-01-05  invoice  INV-000005  ACME  100.00 GBP rate 1.20
> open items ACME on 2026-01-05
    ACME   INV-000001  due 2026-01-05       100.00 EUR
    ACME   INV-000005  due 2026-01-05       100.00 GBP
    ACME   INV-000003  due 2026-01-05        11000 JPY
    ACME   INV-000004  due 2026-01-05       10.001 KWD
    ACME   INV-000002  due 2026-01-05       100.00 USD
> journal on 2026-01-31
    2026-01-05 1 Invoice
        1200 Accounts receivable             ACME         100.00 EUR
        4000 Revenue                                     -100.00 EUR
    2026-01-05 2 Invoice
        1200 Accounts receivable             ACME         100.00 USD =        90.00 EUR
        4000 Revenue                                     -100.00 USD =       -90.00 EUR
    2026-01-05 3 Invoice
        1200 Accounts receivable             ACME          11000 JPY =        68.75 EUR
        4000 Revenue                                      -10000 JPY =       -62.50 EUR
        2200 Output tax                                    -1000 JPY =        -6.25 EUR
    2026-01-05 4 Invoice
        1200 Accounts receivable             ACME         10.001 KWD =        30.10 EUR
        4000 Revenue                                     -10.001 KWD =       -30.10 EUR
    2026-01-05 5 Invoice
        1200 Accounts receivable             ACME         100.00 GBP =       120.00 EUR
        4000 Revenue                                     -100.00 GBP =      -120.00 EUR
