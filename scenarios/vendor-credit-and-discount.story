# A vendor credit lowers the base of the discount: of 1,000 less 200, 1 % is 8, so 792 are paid.
# Source: 05_credit_terms TERM-D365-CN198 (990 for the invoice less 198 for the credit note).
book USD US
vendor V1 "Paper Inc" terms "1/14 NET30"
2015-06-29  bill           Inv-10070   V1  1000.00 USD
2015-07-02  vendor-credit  CR-10070    V1  200.00 USD
2015-07-05  payment        PAY-000001  V1  792.00 USD
2015-07-05  apply          CR-10070,PAY-000001 to Inv-10070
> open items V1 on 2015-07-05
    nothing
> journal from 2015-07-05 on 2015-07-31
    2015-07-05 3 Payment
        2000 Accounts payable                V1           792.00 USD
        1000 Cash at bank                                -792.00 USD
    2015-07-05 4 Early-payment discount taken
        2000 Accounts payable                V1             8.00 USD
        5900 Early-payment discounts taken                 -8.00 USD
