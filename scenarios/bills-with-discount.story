# 2/10 net 30 on bills: the discount is taken when the payment leaves in time. A vendor's number is
# taken once.
book USD US
vendor V1 "Paper Inc" terms "2/10 NET30"
vendor V2 "Pens Inc"  terms "2/10 NET30"
2026-01-05  bill     4711  V1  500.00 USD tax 10
2026-01-06  bill     4711  V1  80.00 USD refused duplicate_number
2026-01-06  bill     ""    V1  80.00 USD refused number_missing
2026-01-06  bill     4711  V2  80.00 USD
2026-01-14  payment  PAY-000001  V1  539.00 USD
2026-01-14  apply    PAY-000001 to 4711 refused number_not_unique
> open items on 2026-01-14
    V1     PAY-000001  due 2026-01-14      -539.00 USD  payable
    V1     4711        due 2026-02-04       550.00 USD  payable
    V2     4711        due 2026-02-05        80.00 USD  payable
2026-01-20  bill     4712  V1  100.00 USD
2026-01-29  apply    PAY-000001 to 4712
> open items on 2026-01-29
    V1     PAY-000001  due 2026-01-14      -441.00 USD  payable
    V1     4711        due 2026-02-04       550.00 USD  payable
    V2     4711        due 2026-02-05        80.00 USD  payable
> journal from 2026-01-14 on 2026-01-31
    2026-01-14 3 Payment
        2000 Accounts payable                V1           539.00 USD
        1000 Cash at bank                                -539.00 USD
    2026-01-20 4 Bill
        2000 Accounts payable                V1          -100.00 USD
        5000 Purchases                                    100.00 USD
    2026-01-29 5 Early-payment discount taken
        2000 Accounts payable                V1             2.00 USD
        5900 Early-payment discounts taken                 -2.00 USD
