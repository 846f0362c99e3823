# 30 % at once, the rest in 60 days (05_credit_terms TERM-ODOO-30-70): two items of one document.
book EUR DE
customer ACME "Acme GmbH" terms "30% RECEIPT; 70% NET60"
2026-01-05  invoice  INV-000001  ACME  1000.00 EUR tax 19
> open items ACME on 2026-01-05
    ACME   INV-000001  due 2026-01-05       357.00 EUR
    ACME   INV-000001  due 2026-03-06       833.00 EUR
2026-01-10  receipt  RCT-000001  ACME  500.00 EUR
2026-01-10  apply    RCT-000001 to INV-000001
> aging on 2026-01-10
                  not due       1-30      31-60      61-90    over 90  unapplied      total
    ACME   EUR     690.00       0.00       0.00       0.00       0.00       0.00     690.00
    TOTAL  EUR     690.00       0.00       0.00       0.00       0.00       0.00     690.00
> open items ACME on 2026-01-10
    ACME   INV-000001  due 2026-03-06       690.00 EUR
2026-01-11  void     INV-000001 refused settled_document
2026-01-12  unapply  INV-000001
2026-01-12  void     INV-000001
> open items ACME on 2026-01-12
    ACME   RCT-000001  due 2026-01-10      -500.00 EUR
