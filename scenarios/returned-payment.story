# A check bounces (08_cash_application CASH-OSA-FEETER: NSF 2,200): the invoice is open again, the
# discount with it is taken back, the bank charges a fee. In the other direction our payment returns.
book USD US
bank MAIN USD
customer ACME "Acme Inc" terms "2/10 NET30"
vendor   V1   "Paper Inc" terms "2/10 NET30"
2018-07-02  invoice  INV-000001  ACME  2244.90 USD
2018-07-05  receipt  RCT-000001  ACME  2200.00 USD bank MAIN
2018-07-05  apply    RCT-000001 to INV-000001
> open items on 2018-07-05
    nothing
2018-07-21  return   RCT-000001 fee 80.00 USD reason "NSF"
> open items on 2018-07-21
    ACME   INV-000001  due 2018-08-01      2244.90 USD
2018-07-22  return   RCT-000001 refused exceeds_document
2018-07-22  return   INV-000001 refused not_cash
2018-07-02  bill     P-1         V1  500.00 USD
2018-07-10  payment  PAY-000001  V1  490.00 USD
2018-07-10  apply    PAY-000001 to P-1
> open items on 2018-07-23
    ACME   INV-000001  due 2018-08-01      2244.90 USD
2018-07-24  return   PAY-000001 reason "account closed"
> open items on 2018-07-24
    ACME   INV-000001  due 2018-08-01      2244.90 USD
    V1     P-1         due 2018-08-01       500.00 USD  payable
> trial balance on 2018-07-31
    1001 Bank MAIN USD                            -80.00
    1200 Accounts receivable                     2244.90
    2000 Accounts payable                        -500.00
    4000 Revenue                                -2244.90
    5000 Purchases                                500.00
    6800 Bank fees                                 80.00
