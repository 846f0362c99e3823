# An invoice with a wrong price is voided by an opposite document; a bill by its mirror.
book EUR DE
customer ACME "Acme GmbH"
vendor   V1   "Paper GmbH"
2026-01-05  invoice  INV-000001  ACME  100.00 EUR tax 20
2026-01-06  void     INV-000001 reason "wrong price"
2026-01-07  void     INV-000001 refused already_reversed
2026-01-07  void     INV-000002 refused is_reversal
2026-01-07  void     INV-000009 refused unknown_document
2026-01-08  bill     B-1  V1  line 2 25.00 20 line 1 10.00 7
2026-01-07  void     B-1 refused before_posted
2026-01-09  void     B-1
> open items on 2026-01-09
    nothing
> journal on 2026-01-31
    2026-01-05 1 Invoice
        1200 Accounts receivable             ACME         120.00 EUR
        4000 Revenue                                     -100.00 EUR
        2200 Output tax                                   -20.00 EUR
    2026-01-06 2 Invoice taken back
        1200 Accounts receivable             ACME        -120.00 EUR
        4000 Revenue                                      100.00 EUR
        2200 Output tax                                    20.00 EUR
    2026-01-08 3 Bill
        2000 Accounts payable                V1           -70.70 EUR
        5000 Purchases                                     60.00 EUR
        1400 Input tax                                     10.70 EUR
    2026-01-09 4 Bill taken back
        2000 Accounts payable                V1            70.70 EUR
        5000 Purchases                                    -60.00 EUR
        1400 Input tax                                    -10.70 EUR
