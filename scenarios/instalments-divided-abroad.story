# Dollars owed in two instalments are paid in euros, applied at the desk by the number: each by its share.
book EUR US
customer ACME "Acme Inc." currency USD terms "30% RECEIPT; 70% NET60"
bank EUR EUR
rate 2026-01-05 USD EUR 0.90
2026-01-05  invoice  INV-000001  ACME  1000.00 USD
2026-01-20  line     P-1  890.00 EUR on EUR
2026-01-20  divide   P-1 to INV-000001=900.00 short-pay INV-000001=10.00
> open items ACME on 2026-01-20
    ACME   SP-000001   due 2026-01-05        11.11 USD
> journal from 2026-01-20 on 2026-01-20
    2026-01-20 2 Receipt
        1200 Accounts receivable             ACME        -890.00 EUR
        1001 Bank EUR                                     890.00 EUR
    2026-01-20 3 Application
        1200 Accounts receivable             ACME        -988.89 USD =      -890.00 EUR
        1200 Accounts receivable             ACME         890.00 EUR
        1900 Exchange clearing                            988.89 USD =       890.00 EUR
        1900 Exchange clearing                           -890.00 EUR
    2026-01-20 4 Short-pay parted off
        1200 Accounts receivable             ACME          11.11 USD =        10.00 EUR
        1200 Accounts receivable             ACME         -11.11 USD =       -10.00 EUR
