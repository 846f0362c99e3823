# A vendor credit for goods sent back; the vendor pays it out.
book EUR DE
vendor V1 "Paper GmbH"
2026-01-05  bill           B-1        V1  119.00 EUR
2026-01-10  payment        PAY-000001 V1  119.00 EUR
2026-01-10  apply          PAY-000001 to B-1
2026-01-20  vendor-credit  VC-9       V1  19.00 EUR
2026-01-25  vendor-refund  VR-000001  V1  19.00 EUR
2026-01-25  apply          VC-9 to VR-000001
> open items V1 on 2026-01-25
    nothing
> trial balance on 2026-01-31
    1000 Cash at bank                            -100.00
    5000 Purchases                                100.00
