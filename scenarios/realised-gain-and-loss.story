# 500 USD invoiced at 0.6072, received at 0.6081: a gain of 0.45 (06_fx FX-JDE-500, Oracle JD Edwards
# documentation); 30 USD at 1.20, received at 1.10: a loss of 3.00 (FX-STRIPE-LOSS).
book EUR DE
rate 2026-01-05 USD EUR 0.6072
rate 2026-01-20 USD EUR 0.6081
rate 2026-02-01 USD EUR 1.20
rate 2026-02-10 USD EUR 1.10
customer ACME "Acme Inc"
2026-01-05  invoice  INV-000001  ACME  500.00 USD
2026-01-20  receipt  RCT-000001  ACME  500.00 USD
2026-01-20  apply    RCT-000001 to INV-000001
2026-02-01  invoice  INV-000002  ACME  30.00 USD
2026-02-10  receipt  RCT-000002  ACME  30.00 USD
2026-02-10  apply    RCT-000002 to INV-000002
> open items ACME on 2026-02-10
    nothing
> journal from 2026-01-20 on 2026-02-28
    2026-01-20 2 Receipt
        1200 Accounts receivable             ACME        -500.00 USD =      -304.05 EUR
        1000 Cash at bank                                 500.00 USD =       304.05 EUR
    2026-01-20 3 Application
        1200 Accounts receivable             ACME                    =         0.45 EUR
        7200 Realised exchange differences                           =        -0.45 EUR
    2026-02-01 4 Invoice
        1200 Accounts receivable             ACME          30.00 USD =        36.00 EUR
        4000 Revenue                                      -30.00 USD =       -36.00 EUR
    2026-02-10 5 Receipt
        1200 Accounts receivable             ACME         -30.00 USD =       -33.00 EUR
        1000 Cash at bank                                  30.00 USD =        33.00 EUR
    2026-02-10 6 Application
        1200 Accounts receivable             ACME                    =        -3.00 EUR
        7200 Realised exchange differences                           =         3.00 EUR
