# 30.00 of 150.00 are held back because goods were damaged: they become an item of their own, due as
# the invoice was. What is paid with the number of the invoice later settles it, the rest is credited.
book EUR DE
customer ACME "Acme GmbH" terms NET30
bank EUR EUR
2026-01-05  invoice      INV-000001  ACME  126.05 EUR tax 19
2026-01-25  line         P-1  120.00 EUR on EUR
2026-01-25  divide       P-1 to INV-000001=150.00 short-pay INV-000001=30.00
> open items ACME on 2026-01-25
    ACME   SP-000001   due 2026-02-04        30.00 EUR
> journal from 2026-01-25 on 2026-01-25
    2026-01-25 2 Receipt
        1200 Accounts receivable             ACME        -120.00 EUR
        1001 Bank EUR                                     120.00 EUR
    2026-01-25 3 Short-pay parted off
        1200 Accounts receivable             ACME          30.00 EUR
        1200 Accounts receivable             ACME         -30.00 EUR
2026-02-03  line         P-2  10.00 EUR on EUR
2026-02-03  divide       P-2 to INV-000001=10.00
> open items ACME on 2026-02-03
    ACME   SP-000001   due 2026-02-04        20.00 EUR
2026-02-10  credit-memo  CM-000001   ACME  16.81 EUR tax 19
2026-02-10  apply        CM-000001 to SP-000001
> open items ACME on 2026-02-10
    nothing
2026-02-11  unapply      INV-000001 refused short_pay_settled
> trial balance on 2026-02-28
    1001 Bank EUR                                 130.00
    2200 Output tax                               -20.76
    4000 Revenue                                 -109.24
