# 30 USD credited at 1.20 and paid out at 1.30: 39 leave the bank, 3 are lost
# (06_fx FX-STRIPE-REFUND, Stripe documentation).
book EUR DE
rate 2026-01-05 USD EUR 1.20
rate 2026-01-20 USD EUR 1.30
customer ACME "Acme Inc"
2026-01-05  credit-memo  CM-000001  ACME  30.00 USD
2026-01-20  refund       RF-000001  ACME  30.00 USD
2026-01-20  apply        CM-000001 to RF-000001
> open items ACME on 2026-01-20
    nothing
> trial balance on 2026-01-31
    1000 Cash at bank                             -39.00
    4000 Revenue                                   36.00
    7200 Realised exchange differences              3.00
