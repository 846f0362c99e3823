//! The kinds of documents: what makes one different from another.

/// The two mirrors of the house.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum Side {
    /// What others owe us.
    Receivable,
    /// What we owe others.
    Payable,
}

impl Side {
    /// The word under which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Side::Receivable => "receivable",
            Side::Payable => "payable",
        }
    }

    /// The side of a word.
    pub fn parse(text: &str) -> Option<Side> {
        [Side::Receivable, Side::Payable]
            .into_iter()
            .find(|side| side.code() == text)
    }

    /// The sign under which an item that raises what is owed stands in the ledger.
    pub fn sign(self) -> i64 {
        match self {
            Side::Receivable => 1,
            Side::Payable => -1,
        }
    }
}

/// On which column of the control account the item of a document stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// A debit item.
    Debit,
    /// A credit item.
    Credit,
}

impl Direction {
    /// +1 for a debit, −1 for a credit.
    pub fn sign(self) -> i64 {
        match self {
            Direction::Debit => 1,
            Direction::Credit => -1,
        }
    }

    /// The other column.
    pub fn opposite(self) -> Direction {
        match self {
            Direction::Debit => Direction::Credit,
            Direction::Credit => Direction::Debit,
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $prefix:literal, $title:literal, $side:ident, $direction:ident;)*) => {
        /// What kind of business paper a document is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
        pub enum DocumentKind { $($(#[$doc])* $name,)* }

        /// Every kind of document.
        pub const KINDS: &[Kind] = &[$(Kind {
            kind: DocumentKind::$name,
            code: $code,
            prefix: $prefix,
            title: $title,
            side: Side::$side,
            direction: Direction::$direction,
        },)*];
    };
}

/// What makes one kind of document different from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kind {
    /// The kind described.
    pub kind: DocumentKind,
    /// Key in files, URLs and tables: `credit_memo`.
    pub code: &'static str,
    /// First letters of its numbers: `CM`.
    pub prefix: &'static str,
    /// For people.
    pub title: &'static str,
    /// Side of the house.
    pub side: Side,
    /// Column on which its item stands.
    pub direction: Direction,
}

kinds! {
    /// We ask a customer to pay.
    Invoice, "invoice", "INV", "Invoice", Receivable, Debit;
    /// We raise what a customer owes, without a sale.
    DebitMemo, "debit_memo", "DM", "Debit memo", Receivable, Debit;
    /// We lower what a customer owes.
    CreditMemo, "credit_memo", "CM", "Credit memo", Receivable, Credit;
    /// A customer paid.
    Receipt, "receipt", "RCT", "Receipt", Receivable, Credit;
    /// A customer's payment came back: ACH return, chargeback, bounced check.
    ReturnedReceipt, "returned_receipt", "RRT", "Returned receipt", Receivable, Debit;
    /// We paid a customer's credit out.
    Refund, "refund", "RF", "Refund", Receivable, Debit;
    /// We give up a receivable.
    WriteOff, "write_off", "WO", "Write-off", Receivable, Credit;
    /// A customer took an early-payment discount.
    DiscountGiven, "discount_given", "DG", "Early-payment discount given", Receivable, Credit;
    /// Banks or processors kept a part of a customer's payment.
    FeeBorne, "fee_borne", "FB", "Bank fee borne", Receivable, Credit;
    /// A customer withheld tax.
    TaxWithheld, "tax_withheld", "TW", "Tax withheld", Receivable, Credit;
    /// A difference within tolerance in the customer's favour.
    RoundingGiven, "rounding_given", "RG", "Rounding difference given", Receivable, Credit;
    /// A difference within tolerance in our favour.
    RoundingGained, "rounding_gained", "RN", "Rounding difference gained", Receivable, Debit;
    /// What a payer held back for a reason, parted from the document that it was held back from …
    ShortPay, "short_pay", "SP", "Short-pay", Receivable, Debit;
    /// … which it settles there.
    PartedOff, "parted_off", "SPO", "Parted off as a short-pay", Receivable, Credit;
    /// A receipt is taken from where it stood (unidentified, another party) …
    TransferOut, "transfer_out", "TO", "Transfer out", Receivable, Debit;
    /// … and put where it belongs.
    TransferIn, "transfer_in", "TI", "Transfer in", Receivable, Credit;
    /// A vendor asks us to pay.
    Bill, "bill", "BILL", "Bill", Payable, Credit;
    /// A vendor raises what we owe.
    VendorDebitMemo, "vendor_debit_memo", "VDM", "Vendor debit memo", Payable, Credit;
    /// A vendor lowers what we owe.
    VendorCredit, "vendor_credit", "VC", "Vendor credit", Payable, Debit;
    /// We paid a vendor.
    Payment, "payment", "PAY", "Payment", Payable, Debit;
    /// Our payment came back.
    ReturnedPayment, "returned_payment", "RPY", "Returned payment", Payable, Credit;
    /// A vendor paid its credit out to us.
    VendorRefund, "vendor_refund", "VR", "Vendor refund", Payable, Credit;
    /// A vendor gives up what we owe.
    PayableWriteOff, "payable_write_off", "PWO", "Payable write-off", Payable, Debit;
    /// We took an early-payment discount.
    DiscountTaken, "discount_taken", "DT", "Early-payment discount taken", Payable, Debit;
}

impl DocumentKind {
    /// What makes this kind different.
    pub fn kind(self) -> &'static Kind {
        KINDS
            .iter()
            .find(|kind| kind.kind == self)
            .expect("every kind has a row")
    }

    /// The key under which it is stored.
    pub fn code(self) -> &'static str {
        self.kind().code
    }

    /// The kind of a key.
    pub fn parse(code: &str) -> Option<DocumentKind> {
        KINDS
            .iter()
            .find(|kind| kind.code == code)
            .map(|kind| kind.kind)
    }
}
