# A customer keeps tax back. Its certificate proves it; what none proves is asked for, and in the end
# it is a short payment: the invoice is open again.
book EUR DE
customer ACME "Acme Ltd"
customer BOLT "Bolt Ltd"
2026-01-05  invoice  INV-000001  ACME  100.00 EUR
2026-01-06  invoice  INV-000002  ACME  200.00 EUR
2026-01-07  invoice  INV-000003  ACME  300.00 EUR
2026-02-10  receipt  RCT-000001  ACME  90.00 EUR
2026-02-10  apply    RCT-000001 to INV-000001 withholding 10.00 EUR
2026-03-10  receipt  RCT-000002  ACME  176.00 EUR
2026-03-10  apply    RCT-000002 to INV-000002 withholding 20.00 EUR discount 4.00 EUR
2026-04-10  receipt  RCT-000003  ACME  270.00 EUR
2026-04-10  apply    RCT-000003 to INV-000003 withholding 30.00 EUR
> withholding on 2026-04-10
    TW-000001 INV-000001   2026-02-10 EUR withheld    10.00  covered     0.00  awaited    10.00  value    10.00  awaited     59
    TW-000002 INV-000002   2026-03-10 EUR withheld    20.00  covered     0.00  awaited    20.00  value    20.00  awaited     31
    TW-000003 INV-000003   2026-04-10 EUR withheld    30.00  covered     0.00  awaited    30.00  value    30.00  awaited      0
    TOTAL                             EUR withheld    60.00  covered     0.00  awaited    60.00  value    60.00
    TOTAL     Balance of 1350            EUR withheld           covered           awaited           value    60.00
# It is asked once; another letter goes only when days have passed.
2026-04-11  ask ACME
2026-04-12  ask ACME
> withholding on 2026-04-12
    TW-000001 INV-000001   2026-02-10 EUR withheld    10.00  covered     0.00  awaited    10.00  value    10.00  asked       61 asked 2026-04-11
    TW-000002 INV-000002   2026-03-10 EUR withheld    20.00  covered     0.00  awaited    20.00  value    20.00  asked       33 asked 2026-04-11
    TW-000003 INV-000003   2026-04-10 EUR withheld    30.00  covered     0.00  awaited    30.00  value    30.00  asked        2 asked 2026-04-11
    TOTAL                             EUR withheld    60.00  covered     0.00  awaited    60.00  value    60.00
    TOTAL     Balance of 1350            EUR withheld           covered           awaited           value    60.00
> withholding on 2026-05-31
    TW-000001 INV-000001   2026-02-10 EUR withheld    10.00  covered     0.00  awaited    10.00  value    10.00  overdue    110 asked 2026-04-11
    TW-000002 INV-000002   2026-03-10 EUR withheld    20.00  covered     0.00  awaited    20.00  value    20.00  overdue     82 asked 2026-04-11
    TW-000003 INV-000003   2026-04-10 EUR withheld    30.00  covered     0.00  awaited    30.00  value    30.00  overdue     51 asked 2026-04-11
    TOTAL                             EUR withheld    60.00  covered     0.00  awaited    60.00  value    60.00
    TOTAL     Balance of 1350            EUR withheld           covered           awaited           value    60.00
# The certificate of the first quarter covers its deductions, the oldest first.
2026-05-02  certificate  Q1/25  ACME  25.00 EUR from 2026-01-01 until 2026-03-31
> withholding on 2026-05-02
    TW-000001 INV-000001   2026-02-10 EUR withheld    10.00  covered    10.00  awaited     0.00  value    10.00  covered        asked 2026-04-11
    TW-000002 INV-000002   2026-03-10 EUR withheld    20.00  covered    15.00  awaited     5.00  value    20.00  asked       53 asked 2026-04-11
    TW-000003 INV-000003   2026-04-10 EUR withheld    30.00  covered     0.00  awaited    30.00  value    30.00  asked       22 asked 2026-04-11
    TOTAL                             EUR withheld    60.00  covered    25.00  awaited    35.00  value    60.00
    TOTAL     Balance of 1350            EUR withheld           covered           awaited           value    60.00
2026-05-03  cover  Q1/25  TW-000002  refused beyond_certificate
2026-05-03  cover  Q1/25  TW-000003  refused outside_certificate_period
2026-05-03  cover  Q1/25  INV-000001  refused not_withheld
2026-05-03  certificate  Q1/26  BOLT  5.00 EUR from 2026-01-01 until 2026-03-31
2026-05-03  cover  Q1/26  TW-000002  refused certificate_of_other_party
2026-05-03  certificate  Q1/25  ACME  5.00 EUR from 2026-01-01 until 2026-03-31  refused certificate_known
2026-05-03  certificate  Q1/27  ACME  5.00 USD from 2026-01-01 until 2026-03-31
2026-05-03  cover  Q1/27  TW-000002  refused certificate_in_other_currency
# No certificate for the rest: it is charged back. The discount that came with it stays.
2026-06-01  charge-back  TW-000002  amount 6.00 EUR  "no certificate"  refused covered_by_certificate
2026-06-01  charge-back  TW-000001  "no certificate"  refused covered_by_certificate
2026-06-01  charge-back  TW-000002  "no certificate for all of it"
2026-06-01  charge-back  TW-000003  "no certificate"
> open items ACME on 2026-06-01
    ACME   INV-000002  due 2026-01-06         5.00 EUR
    ACME   INV-000003  due 2026-01-07        30.00 EUR
> withholding on 2026-06-01
    TW-000001 INV-000001   2026-02-10 EUR withheld    10.00  covered    10.00  awaited     0.00  value    10.00  covered        asked 2026-04-11
    TW-000002 INV-000002   2026-03-10 EUR withheld    15.00  covered    15.00  awaited     0.00  value    15.00  covered        asked 2026-04-11
    TOTAL                             EUR withheld    25.00  covered    25.00  awaited     0.00  value    25.00
    TOTAL     Balance of 1350            EUR withheld           covered           awaited           value    25.00
# Whoever takes a deduction back lets its certificate go, which then covers another.
2026-06-05  unapply  TW-000001
> withholding on 2026-06-05
    TW-000002 INV-000002   2026-03-10 EUR withheld    15.00  covered    15.00  awaited     0.00  value    15.00  covered        asked 2026-04-11
    TOTAL                             EUR withheld    15.00  covered    15.00  awaited     0.00  value    15.00
    TOTAL     Balance of 1350            EUR withheld           covered           awaited           value    15.00
> trial balance on 2026-06-30
    1000 Cash at bank                             536.00
    1200 Accounts receivable                       45.00
    1350 Withholding tax receivable                15.00
    4000 Revenue                                 -600.00
    4900 Early-payment discounts given              4.00
