# A machine bought for 100,000 USD at 1.070 and paid at 1.065: a gain of 500
# (06_fx FX-WALKER-AP, Modern Advanced Accounting). The rate of the order is irrelevant.
book EUR DE
rate 2026-01-01 USD EUR 1.065
rate 2026-01-15 USD EUR 1.070
rate 2026-02-15 USD EUR 1.065
vendor WALK "Walker Inc"
2026-01-15  bill     W-1         WALK  100000.00 USD
2026-02-15  payment  PAY-000001  WALK  100000.00 USD
2026-02-15  apply    PAY-000001 to W-1
> open items WALK on 2026-02-15
    nothing
> journal on 2026-02-28
    2026-01-15 1 Bill
        2000 Accounts payable                WALK     -100000.00 USD =   -107000.00 EUR
        5000 Purchases                                 100000.00 USD =    107000.00 EUR
    2026-02-15 2 Payment
        2000 Accounts payable                WALK      100000.00 USD =    106500.00 EUR
        1000 Cash at bank                             -100000.00 USD =   -106500.00 EUR
    2026-02-15 3 Application
        2000 Accounts payable                WALK                    =       500.00 EUR
        7200 Realised exchange differences                           =      -500.00 EUR
