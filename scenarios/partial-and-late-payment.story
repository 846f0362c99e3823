# An invoice paid in two parts, the second late and more than was due: the rest stays on account.
book EUR DE
customer ACME "Acme GmbH" terms NET30
2026-01-05  invoice  INV-000001  ACME  100.00 EUR tax 20
2026-01-20  receipt  RCT-000001  ACME  50.00 EUR
2026-01-20  apply    RCT-000001 to INV-000001
> open items ACME on 2026-01-31
    ACME   INV-000001  due 2026-02-04        70.00 EUR
2026-02-10  receipt  RCT-000002  ACME  80.00 EUR
2026-02-10  apply    RCT-000002 to INV-000001
2026-02-11  void     INV-000001 refused settled_document
> aging on 2026-02-09
                  not due       1-30      31-60      61-90    over 90  unapplied      total
    ACME   EUR       0.00      70.00       0.00       0.00       0.00       0.00      70.00
    TOTAL  EUR       0.00      70.00       0.00       0.00       0.00       0.00      70.00
> open items ACME on 2026-02-11
    ACME   RCT-000002  due 2026-02-10       -10.00 EUR
> journal on 2026-02-28
    2026-01-05 1 Invoice
        1200 Accounts receivable             ACME         120.00 EUR
        4000 Revenue                                     -100.00 EUR
        2200 Output tax                                   -20.00 EUR
    2026-01-20 2 Receipt
        1200 Accounts receivable             ACME         -50.00 EUR
        1000 Cash at bank                                  50.00 EUR
    2026-02-10 3 Receipt
        1200 Accounts receivable             ACME         -80.00 EUR
        1000 Cash at bank                                  80.00 EUR
