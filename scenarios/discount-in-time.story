# 2/10 net 30: the money came on the tenth day and was applied later; the discount stands.
book EUR DE
customer ACME "Acme GmbH" terms "2/10 NET30"
2026-01-05  invoice  INV-000001  ACME  1000.00 EUR
2026-01-15  receipt  RCT-000001  ACME  980.00 EUR
2026-01-20  apply    RCT-000001 to INV-000001
> open items ACME on 2026-01-20
    nothing
> journal from 2026-01-15 on 2026-01-31
    2026-01-15 2 Receipt
        1200 Accounts receivable             ACME        -980.00 EUR
        1000 Cash at bank                                 980.00 EUR
    2026-01-20 3 Early-payment discount given
        1200 Accounts receivable             ACME         -20.00 EUR
        4900 Early-payment discounts given                 20.00 EUR
