# 105.00 with 10.50 discount is paid with 95.00: half a dollar too much is kept.
# Source: 05_credit_terms TERM-D365-OVER-SPEC1 (specific, within the maximum), there on an account
# of its own, here among the rounding differences.
book USD US
customer ACME "Acme Inc" terms "10/10 NET30"
2026-03-01  invoice  INV-000001  ACME  105.00 USD
2026-03-05  receipt  RCT-000001  ACME  95.00 USD
2026-03-05  apply    RCT-000001 to INV-000001 excess 0.50 USD
> open items ACME on 2026-03-05
    nothing
> journal from 2026-03-05 on 2026-03-31
    2026-03-05 2 Receipt
        1200 Accounts receivable             ACME         -95.00 USD
        1000 Cash at bank                                  95.00 USD
    2026-03-05 3 Early-payment discount given
        1200 Accounts receivable             ACME         -10.50 USD
        4900 Early-payment discounts given                 10.50 USD
    2026-03-05 4 Rounding difference gained
        1200 Accounts receivable             ACME           0.50 USD
        6890 Rounding differences                          -0.50 USD
# The same above the maximum (TERM-D365-OVER-SPEC2): the excess stays on the receipt.
2026-03-10  invoice  INV-000002  ACME  105.00 USD
2026-03-12  receipt  RCT-000002  ACME  95.00 USD
2026-03-12  apply    RCT-000002 to INV-000002
> open items ACME on 2026-03-12
    ACME   RCT-000002  due 2026-03-12        -0.50 USD
