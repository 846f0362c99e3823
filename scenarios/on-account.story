# Cash on account is a credit of the customer, never revenue (08_cash_application CASH-ONACC-ENTRY).
# It pays the next invoice.
book USD US
customer ACME "Acme Inc"
2026-01-10  receipt  RCT-000001  ACME  500.00 USD
> journal on 2026-01-31
    2026-01-10 1 Receipt
        1200 Accounts receivable             ACME        -500.00 USD
        1000 Cash at bank                                 500.00 USD
> aging on 2026-01-31
                  not due       1-30      31-60      61-90    over 90  unapplied      total
    ACME   USD       0.00       0.00       0.00       0.00       0.00    -500.00    -500.00
    TOTAL  USD       0.00       0.00       0.00       0.00       0.00    -500.00    -500.00
2026-02-01  invoice  INV-000001  ACME  320.00 USD
2026-02-01  apply    RCT-000001 to INV-000001
> open items ACME on 2026-02-01
    ACME   RCT-000001  due 2026-01-10      -180.00 USD
2026-02-02  refund   RF-000001   ACME  180.00 USD
2026-02-02  apply    RCT-000001 to RF-000001
> open items ACME on 2026-02-02
    nothing
