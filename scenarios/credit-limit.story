# A customer may owe 500.00. What goes beyond is warned of, or refused; who is held gets nothing.
book EUR DE
customer ACME "Acme GmbH" terms NET30
2026-01-05  limit        ACME 500.00 EUR
2026-01-05  invoice      INV-000001  ACME  300.00 EUR
2026-01-06  invoice      INV-000002  ACME  200.01 EUR
> credit on 2026-01-06
    ACME   limit    500.00  owes    500.01  headroom     -0.01  overdue      0.00
    TOTAL  limit            owes    500.01  headroom            overdue      0.00
2026-01-07  credit       refuse
2026-01-07  invoice      INV-000003  ACME  1.00 EUR refused over_credit_limit
2026-01-08  credit-memo  CM-000001   ACME  10.00 EUR
2026-01-08  invoice      INV-000003  ACME  9.99 EUR
2026-01-09  invoice      INV-000004  ACME  0.01 EUR refused over_credit_limit
> credit on 2026-01-09
    ACME   limit    500.00  owes    500.00  headroom      0.00  overdue      0.00
    TOTAL  limit            owes    500.00  headroom            overdue      0.00
2026-02-10  receipt      RCT-000001  ACME  300.00 EUR
2026-02-10  apply        RCT-000001 to INV-000001
> credit on 2026-02-10
    ACME   limit    500.00  owes    200.00  headroom    300.00  overdue    210.00
    TOTAL  limit            owes    200.00  headroom            overdue    210.00
2026-02-11  hold         ACME "pays late"
2026-02-11  invoice      INV-000004  ACME  5.00 EUR refused credit_hold
2026-02-11  credit       warn
2026-02-11  invoice      INV-000004  ACME  5.00 EUR refused credit_hold
> credit on 2026-02-11
    ACME   limit    500.00  owes    200.00  headroom    300.00  overdue    210.00  tester: pays late
    TOTAL  limit            owes    200.00  headroom            overdue    210.00
2026-02-12  release      ACME
2026-02-12  release      ACME refused not_held
2026-02-12  invoice      INV-000004  ACME  5.00 EUR
> credit on 2026-02-12
    ACME   limit    500.00  owes    205.00  headroom    295.00  overdue    210.00
    TOTAL  limit            owes    205.00  headroom            overdue    210.00
