# One payment for two customers: a bank fee, a discount, something kept back and something given up.
book EUR DE
customer ACME "Acme GmbH" terms NET30
customer BETA "Beta GmbH" terms NET30
bank EUR EUR
2026-01-05  invoice      INV-000001  ACME  100.00 EUR tax 19
2026-01-05  invoice      INV-000002  BETA  200.00 EUR tax 19
2026-01-20  line         P-1  326.00 EUR on EUR
2026-01-20  divide       P-1 to INV-000001=119.00,INV-000002=218.00 fee INV-000001=5.00 short-pay INV-000002=8.00 on-account BETA=3.00 refused too_much
2026-01-20  divide       P-1 to INV-000001=119.00,INV-000002=218.00 fee INV-000001=5.00 discount INV-000002=4.00 short-pay INV-000002=8.00 write-off INV-000001=1.00 on-account BETA=3.00
> open items on 2026-01-20
    ACME   RCT-000002  due 2026-01-20        -4.00 EUR
    BETA   RCT-000001  due 2026-01-20        -3.00 EUR
    BETA   INV-000002  due 2026-02-04        20.00 EUR
    BETA   SP-000001   due 2026-02-04         8.00 EUR
> journal from 2026-01-20 on 2026-01-20
    2026-01-20 3 Receipt
        1200 Accounts receivable             BETA        -209.00 EUR
        1001 Bank EUR                                     209.00 EUR
    2026-01-20 4 Early-payment discount given
        1200 Accounts receivable             BETA          -4.00 EUR
        4900 Early-payment discounts given                  4.00 EUR
    2026-01-20 5 Receipt
        1200 Accounts receivable             ACME        -117.00 EUR
        1001 Bank EUR                                     117.00 EUR
    2026-01-20 6 Bank fee borne
        1200 Accounts receivable             ACME          -5.00 EUR
        6800 Bank fees                                      5.00 EUR
    2026-01-20 7 Write-off
        1200 Accounts receivable             ACME          -1.00 EUR
        6850 Bad debt                                       1.00 EUR
    2026-01-20 8 Short-pay parted off
        1200 Accounts receivable             BETA           8.00 EUR
        1200 Accounts receivable             BETA          -8.00 EUR
2026-01-20  divide       P-1 to INV-000001 refused line_settled
> trial balance on 2026-01-31
    1001 Bank EUR                                 326.00
    1200 Accounts receivable                       21.00
    2200 Output tax                               -57.00
    4000 Revenue                                 -300.00
    4900 Early-payment discounts given              4.00
    6800 Bank fees                                  5.00
    6850 Bad debt                                   1.00
