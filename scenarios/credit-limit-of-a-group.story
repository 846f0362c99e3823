# A holding answers for its subsidiaries: its limit is for all of them together. What one is invoiced
# leaves less to the others; a subsidiary's own limit is kept, too.
book EUR DE
customer HOLD "Holding AG" terms NET30
customer NORD "Nord GmbH" terms NET30 parent HOLD
customer SUED "Sued GmbH" terms NET30 parent HOLD
customer ALONE "Somebody else" terms NET30
2026-01-05  credit   refuse
2026-01-05  limit    HOLD 1000.00 EUR covers group
2026-01-05  limit    SUED 300.00 EUR
2026-01-06  invoice  INV-000001  NORD  600.00 EUR
2026-01-06  invoice  INV-000002  SUED  300.01 EUR refused over_credit_limit
2026-01-06  invoice  INV-000002  SUED  300.00 EUR
2026-01-06  invoice  INV-000003  HOLD  100.01 EUR refused over_credit_limit
2026-01-06  invoice  INV-000003  ALONE 5000.00 EUR
> credit on 2026-01-06
    ALONE  limit            owes   5000.00  headroom            overdue      0.00
    HOLD   limit   1000.00  owes      0.00  headroom    100.00  overdue      0.00  group owes 900.00
    NORD   limit            owes    600.00  headroom    100.00  overdue      0.00  limit of HOLD
    SUED   limit    300.00  owes    300.00  headroom      0.00  overdue      0.00
    TOTAL  limit            owes   5900.00  headroom            overdue      0.00
2026-01-20  receipt  RCT-000001  HOLD  250.00 EUR
2026-01-20  invoice  INV-000004  NORD  350.00 EUR
2026-01-21  invoice  INV-000005  NORD  0.01 EUR refused over_credit_limit
> credit on 2026-01-21
    ALONE  limit            owes   5000.00  headroom            overdue      0.00
    HOLD   limit   1000.00  owes   -250.00  headroom      0.00  overdue      0.00  group owes 1000.00
    NORD   limit            owes    950.00  headroom      0.00  overdue      0.00  limit of HOLD
    SUED   limit    300.00  owes    300.00  headroom      0.00  overdue      0.00
    TOTAL  limit            owes   6000.00  headroom            overdue      0.00
2026-01-22  limit    HOLD 1000.00 EUR covers own
2026-01-22  invoice  INV-000005  NORD  9000.00 EUR
> credit on 2026-01-22
    ALONE  limit            owes   5000.00  headroom            overdue      0.00
    HOLD   limit   1000.00  owes   -250.00  headroom   1250.00  overdue      0.00
    NORD   limit            owes   9950.00  headroom            overdue      0.00
    SUED   limit    300.00  owes    300.00  headroom      0.00  overdue      0.00
    TOTAL  limit            owes  15000.00  headroom            overdue      0.00
