# EUR 20,000 stand at 25,000, at 22,000 at year end, and are paid with 24,000: 3,000 gained, then 2,000
# lost, 1,000 in all (06_fx FX-EUR-PURCH). With the reversal the settlement shows the 1,000 itself.
book USD US
rate 2025-11-15 EUR USD 1.25
rate 2025-12-31 EUR USD 1.10
rate 2026-01-20 EUR USD 1.20
vendor V1 "Papier SA" currency EUR
2025-11-15  bill     P-1  V1  20000.00 EUR
2025-12-31  revalue
> trial balance on 2025-12-31
    1290 Revaluation of open items               3000.00
    2000 Accounts payable                      -25000.00
    5000 Purchases                              25000.00
    7210 Unrealised exchange differences        -3000.00
2026-01-20  payment  PAY-000001  V1  20000.00 EUR
2026-01-20  apply    PAY-000001 to P-1
> journal from 2025-12-31 on 2026-01-31
    2025-12-31 2 Open foreign items at the closing rate
        1290 Revaluation of open items                               =      3000.00 USD
        7210 Unrealised exchange differences                         =     -3000.00 USD
    2026-01-01 3 Open foreign items at the closing rate
        1290 Revaluation of open items                               =     -3000.00 USD
        7210 Unrealised exchange differences                         =      3000.00 USD
    2026-01-20 4 Payment
        2000 Accounts payable                V1         20000.00 EUR =     24000.00 USD
        1000 Cash at bank                              -20000.00 EUR =    -24000.00 USD
    2026-01-20 5 Application
        2000 Accounts payable                V1                      =      1000.00 USD
        7200 Realised exchange differences                           =     -1000.00 USD
