# 1,000 at 1.123, worth 1.125 at the period's end, paid at 1.120 (06_fx FX-BC-AR, Microsoft Dynamics
# 365 Business Central documentation, CC BY 4.0): 2.00 unrealised and reversed, 3.00 lost in all.
# A payable that rises is a loss; an advance that quotes an order is not money.
book EUR DE
rate 2026-01-05 USD EUR 1.123
rate 2026-01-31 USD EUR 1.125
rate 2026-02-10 USD EUR 1.120
customer ACME "Acme Inc"
vendor   V1   "Paper Inc"
2026-01-05  invoice  INV-000001  ACME  1000.00 USD
2026-01-05  bill     P-1         V1    400.00 USD
2026-01-05  receipt  RCT-000001  ?     50.00 USD
2026-01-05  receipt  RCT-000002  ACME  10.00 USD po PO-4711
> revaluation on 2026-01-31
    4 open
    INV-000001       1000.00 USD      1123.00 →      1125.00       2.00
    P-1              -400.00 USD      -449.20 →      -450.00      -0.80
    RCT-000001        -50.00 USD       -56.15 →       -56.25      -0.10
    1 USD = 1.125 EUR (of 2026-01-31)
2026-01-30  revalue  2026-01-30 refused not_period_end
2026-02-01  revalue  2026-01-31
2026-02-01  revalue  2026-01-31
> trial balance on 2026-01-31
    1000 Cash at bank                              67.38
    1200 Accounts receivable                     1111.77
    1290 Revaluation of open items                  1.10
    2000 Accounts payable                        -449.20
    2090 Unidentified receipts                    -56.15
    4000 Revenue                                -1123.00
    5000 Purchases                                449.20
    7210 Unrealised exchange differences           -1.10
> trial balance on 2026-02-01
    1000 Cash at bank                              67.38
    1200 Accounts receivable                     1111.77
    2000 Accounts payable                        -449.20
    2090 Unidentified receipts                    -56.15
    4000 Revenue                                -1123.00
    5000 Purchases                                449.20
2026-02-10  receipt  RCT-000003  ACME  1000.00 USD
2026-02-10  apply    RCT-000003 to INV-000001
> journal from 2026-01-31 on 2026-02-28
    2026-01-31 5 Open foreign items at the closing rate
        1290 Revaluation of open items                               =         1.10 EUR
        7210 Unrealised exchange differences                         =        -1.10 EUR
    2026-02-01 6 Open foreign items at the closing rate
        1290 Revaluation of open items                               =        -1.10 EUR
        7210 Unrealised exchange differences                         =         1.10 EUR
    2026-02-10 7 Receipt
        1200 Accounts receivable             ACME       -1000.00 USD =     -1120.00 EUR
        1000 Cash at bank                                1000.00 USD =      1120.00 EUR
    2026-02-10 8 Application
        1200 Accounts receivable             ACME                    =        -3.00 EUR
        7200 Realised exchange differences                           =         3.00 EUR
2026-02-28  revalue  refused rate_too_old
rate 2026-02-27 USD EUR 1.110
2026-02-28  revalue
> revaluation on 2026-02-28
    3 open
    P-1              -400.00 USD      -449.20 →      -444.00       5.20
    RCT-000001        -50.00 USD       -56.15 →       -55.50       0.65
    1 USD = 1.11 EUR (of 2026-02-27, 1 day old)
