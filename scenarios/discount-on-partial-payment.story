# 500 paid of 1,000 at 1 %: the cash is grossed up and settles 505.05.
# Source: 05_credit_terms TERM-D365-PART-500 (Microsoft Dynamics 365 Finance documentation, CC BY 4.0).
book USD US
customer ACME "Acme Inc" terms "1/14 NET30"
2015-06-29  invoice  INV-000001  ACME  1000.00 USD
2015-07-01  receipt  RCT-000001  ACME  500.00 USD
2015-07-01  apply    RCT-000001 to INV-000001
> open items ACME on 2015-07-01
    ACME   INV-000001  due 2015-07-29       494.95 USD
> trial balance on 2015-07-31
    1000 Cash at bank                             500.00
    1200 Accounts receivable                      494.95
    4000 Revenue                                -1000.00
    4900 Early-payment discounts given              5.05
