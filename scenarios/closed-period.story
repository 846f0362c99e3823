# January is closed: nothing is posted into it until it is reopened with a reason.
book EUR DE
customer ACME "Acme GmbH"
2026-01-05  invoice  INV-000001  ACME  100.00 EUR
2026-02-02  close    2026-01
2026-01-20  receipt  -           ACME  100.00 EUR refused period_closed
2026-01-31  void     INV-000001 refused period_closed
2026-02-03  receipt  RCT-000001  ACME  100.00 EUR
2026-01-31  apply    RCT-000001 to INV-000001 refused before_opened
2026-02-03  apply    RCT-000001 to INV-000001
2026-02-04  reopen   2026-01 "" refused reason_missing
2026-02-04  reopen   2026-01 "late bill of the auditor"
2026-02-05  invoice  INV-000002  ACME  10.00 EUR posted 2026-01-31
> open items ACME on 2026-02-05
    ACME   INV-000002  due 2026-02-05        10.00 EUR
