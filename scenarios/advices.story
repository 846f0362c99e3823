# An advice tells what a payment is for that quotes nothing, less what was short; another waits for its payment.
book EUR DE
customer ACME "Acme GmbH" terms NET30
customer BETA "Beta GmbH" terms NET30
bank EUR EUR
2026-01-05  invoice      INV-000001  ACME  100.00 EUR tax 19
2026-01-05  invoice      INV-000002  ACME  200.00 EUR tax 19
2026-01-05  invoice      INV-000003  BETA  300.00 EUR tax 19
2026-01-19  advice       ADV-1 346.00 EUR from "Acme GmbH" of INV-000001=119.00,INV-000002=227.00 less INV-000002=11.00
2026-01-19  advice       ADV-2 357.00 EUR from "Beta GmbH" of INV-000003=357.00
> advices on 2026-01-19
    ADV-2 of Beta GmbH: nothing: no payment of 357.00 EUR has come
    ADV-1 of Acme GmbH: nothing: no payment of 346.00 EUR has come
2026-01-20  line         P-1  346.00 EUR on EUR from "Acme GmbH"
> advices on 2026-01-20
    ADV-2 of Beta GmbH: nothing: no payment of 357.00 EUR has come
    ADV-1 of Acme GmbH: nothing: a payment of 2026-01-20 over 346.00 EUR has not been run yet
2026-01-20  run
> advices on 2026-01-20
    ADV-2 of Beta GmbH: nothing: no payment of 357.00 EUR has come
    ADV-1 of Acme GmbH: payment of 2026-01-20 over 346.00 EUR, applied
> open items on 2026-01-20
    ACME   SP-000001   due 2026-02-04        11.00 EUR
    BETA   INV-000003  due 2026-02-04       357.00 EUR
