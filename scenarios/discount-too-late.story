# The same money a day too late: 20.00 stay open, until somebody grants the discount by decision.
# The override is "Use cash discount = Always" of 05_credit_terms TERM-D365-ALWAYS.
book EUR DE
customer ACME "Acme GmbH" terms "1/14 NET30"
2015-06-28  invoice  INV-000001  ACME  2000.00 EUR
2015-07-13  receipt  RCT-000001  ACME  1980.00 EUR
2015-07-13  apply    RCT-000001 to INV-000001
> open items ACME on 2015-07-13
    ACME   INV-000001  due 2015-07-28        20.00 EUR
2015-07-14  apply    - to INV-000001 discount 20.00 EUR
> open items ACME on 2015-07-14
    nothing
> trial balance on 2015-07-31
    1000 Cash at bank                            1980.00
    4000 Revenue                                -2000.00
    4900 Early-payment discounts given             20.00
