# Items of the old system keep their own dates; a dollar item is valued when its rate arrives.
book EUR DE
customer ACME "Acme Inc"
vendor   V1   "Paper GmbH"
opening invoice     OLD-1   ACME  100.00 USD  2025-11-20 due 2025-12-20
opening receipt     OLD-R1  ACME  -40.00 EUR  2025-12-01
opening bill        OLD-B1  V1    75.00 EUR   2025-12-10
> trial balance on 2025-12-31
    1200 Accounts receivable                      -40.00
    2000 Accounts payable                         -75.00
    3900 Opening balances                         115.00
rate 2025-11-30 USD EUR 0.92
rate 2026-01-12 USD EUR 0.95
> trial balance on 2025-12-31
    1200 Accounts receivable                       52.00
    2000 Accounts payable                         -75.00
    3900 Opening balances                          23.00
2026-01-12  receipt  RCT-000001  ACME  60.00 USD
2026-01-12  apply    RCT-000001 to OLD-1
2026-01-13  payment  PAY-000001  V1  75.00 EUR
2026-01-13  apply    PAY-000001 to OLD-B1
2026-01-14  void     OLD-R1 reason "taken over by mistake"
> aging on 2026-01-14
                  not due       1-30      31-60      61-90    over 90  unapplied      total
    ACME   USD       0.00      40.00       0.00       0.00       0.00       0.00      40.00
    TOTAL  USD       0.00      40.00       0.00       0.00       0.00       0.00      40.00
> trial balance on 2026-01-31
    1000 Cash at bank                             -18.00
    1200 Accounts receivable                       36.80
    3900 Opening balances                         -17.00
    7200 Realised exchange differences             -1.80
