-- The books of legal entities. One text for both engines: TEXT, BIGINT, DATE, TIMESTAMPTZ and
-- BYTEA are each engine's own type; /*table*/ ends a table (STRICT, WITHOUT ROWID on SQLite).
-- entity_id comes first in every key, so that a large book can be spread over many servers.

CREATE TABLE entity (
    id BIGINT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    country TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL
)/*table*/;

CREATE TABLE person (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, login)
)/*table*/;

CREATE TABLE setting (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (entity_id, name)
)/*table*/;

CREATE TABLE account (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    class TEXT NOT NULL,
    is_control BIGINT NOT NULL,
    PRIMARY KEY (entity_id, code)
)/*table*/;

-- Closing and reopening are facts; a period is closed when its latest fact says so.
CREATE TABLE period_event (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    period TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('closed', 'reopened')),
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;

CREATE TABLE number_series (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    kind TEXT NOT NULL,
    next BIGINT NOT NULL,
    PRIMARY KEY (entity_id, kind)
)/*table*/;

CREATE TABLE party (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    parent_code TEXT,
    email TEXT NOT NULL,
    terms TEXT NOT NULL,
    is_customer BIGINT NOT NULL,
    is_vendor BIGINT NOT NULL,
    extra TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE UNIQUE INDEX party_by_code ON party (entity_id, code);

CREATE TABLE party_bank_account (
    entity_id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (entity_id, party_id, number),
    FOREIGN KEY (entity_id, party_id) REFERENCES party (entity_id, id)
)/*table*/;

CREATE TABLE party_alias (
    entity_id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    alias TEXT NOT NULL,
    PRIMARY KEY (entity_id, party_id, alias),
    FOREIGN KEY (entity_id, party_id) REFERENCES party (entity_id, id)
)/*table*/;

CREATE TABLE document (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    number TEXT NOT NULL,
    party_id BIGINT,
    issued_on DATE NOT NULL,
    posted_on DATE NOT NULL,
    currency TEXT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    gross BIGINT NOT NULL CHECK (gross = net + tax),
    reverses_id BIGINT,
    entry_id BIGINT,
    purchase_order TEXT,
    contract TEXT,
    region TEXT,
    memo TEXT,
    origin TEXT NOT NULL CHECK (origin IN ('issued', 'opening', 'vendor')),
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE UNIQUE INDEX document_by_number ON document (entity_id, number, kind, party_id);
-- A document is taken back whole once; a deduction also in parts.
CREATE INDEX document_taken_back ON document (entity_id, reverses_id)
    WHERE reverses_id IS NOT NULL;

CREATE TABLE document_line (
    entity_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    line_number BIGINT NOT NULL,
    description TEXT NOT NULL,
    account TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    net BIGINT NOT NULL,
    tax BIGINT NOT NULL,
    tax_rate TEXT NOT NULL,
    tax_category TEXT NOT NULL,
    PRIMARY KEY (entity_id, document_id, line_number)
)/*table*/;

CREATE TABLE journal_entry (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    posted_on DATE NOT NULL,
    source TEXT NOT NULL,
    memo TEXT NOT NULL,
    reverses_id BIGINT,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;

CREATE TABLE journal_line (
    entity_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    line_number BIGINT NOT NULL,
    posted_on DATE NOT NULL,
    account TEXT NOT NULL,
    party_id BIGINT,
    item_id BIGINT,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    functional BIGINT NOT NULL,
    PRIMARY KEY (entity_id, entry_id, line_number)
)/*table*/;

-- The open amounts are cached sums of amount and applications; `verify` recomputes them.
CREATE TABLE open_item (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    side TEXT NOT NULL,
    party_id BIGINT,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    functional BIGINT NOT NULL,
    opened_on DATE NOT NULL,
    due_on DATE NOT NULL,
    discount_points BIGINT,
    discount_until DATE,
    recorded_at TIMESTAMPTZ NOT NULL,
    open_amount BIGINT NOT NULL,
    open_functional BIGINT NOT NULL,
    PRIMARY KEY (entity_id, id),
    CHECK (amount >= 0 AND open_amount >= 0 AND open_amount <= amount
        OR amount < 0 AND open_amount <= 0 AND open_amount >= amount)
)/*table*/;
CREATE INDEX open_item_by_party ON open_item (entity_id, party_id) WHERE open_amount <> 0;
-- A document that is due in instalments opens several items.
CREATE INDEX open_item_by_document ON open_item (entity_id, document_id);

CREATE TABLE application (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    debit_item_id BIGINT NOT NULL,
    credit_item_id BIGINT NOT NULL,
    debit_amount BIGINT NOT NULL,
    credit_amount BIGINT NOT NULL,
    debit_functional BIGINT NOT NULL,
    credit_functional BIGINT NOT NULL,
    applied_on DATE NOT NULL,
    entry_id BIGINT,
    undoes_id BIGINT,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX application_by_debit ON application (entity_id, debit_item_id);
CREATE INDEX application_by_credit ON application (entity_id, credit_item_id);
CREATE INDEX application_undoing_debit ON application (entity_id, debit_item_id, applied_on)
    WHERE undoes_id IS NOT NULL;
CREATE INDEX application_undoing_credit ON application (entity_id, credit_item_id, applied_on)
    WHERE undoes_id IS NOT NULL;
CREATE UNIQUE INDEX application_undone_once ON application (entity_id, undoes_id)
    WHERE undoes_id IS NOT NULL;

-- What an item was valued at later: opening items whose exchange rate came after them.
CREATE TABLE item_valuation (
    entity_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    functional BIGINT NOT NULL,
    PRIMARY KEY (entity_id, item_id)
)/*table*/;

CREATE TABLE exchange_rate (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    rate_on DATE NOT NULL,
    from_currency TEXT NOT NULL,
    to_currency TEXT NOT NULL,
    rate TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (entity_id, rate_on, from_currency, to_currency)
)/*table*/;

CREATE TABLE revaluation (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    valued_on DATE NOT NULL,
    entry_id BIGINT,
    reversal_entry_id BIGINT,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE UNIQUE INDEX revaluation_once ON revaluation (entity_id, valued_on);

CREATE TABLE sales_order (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    number TEXT NOT NULL,
    proforma_number TEXT NOT NULL,
    party_code TEXT NOT NULL,
    ordered_on DATE,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    extra TEXT NOT NULL,
    PRIMARY KEY (entity_id, number)
)/*table*/;

-- How earlier months were applied, here or in another system; matching learns from it.
CREATE TABLE past_application (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    payment_ref TEXT NOT NULL,
    paid_on DATE NOT NULL,
    bank_account TEXT NOT NULL,
    payer_name TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    remittance TEXT NOT NULL,
    payment_amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    party_code TEXT NOT NULL,
    document_number TEXT NOT NULL,
    applied_amount BIGINT NOT NULL,
    kind TEXT NOT NULL,
    document_issued_on DATE,
    document_due_on DATE,
    document_amount BIGINT,
    document_currency TEXT,
    PRIMARY KEY (entity_id, id)
)/*table*/;

-- Everything from outside, told by the hash of its content: taken exactly once.
CREATE TABLE source_file (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    purpose TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    content BYTEA,
    accepted BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE UNIQUE INDEX source_file_once ON source_file (entity_id, purpose, sha256);

CREATE TABLE bank_account (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    number TEXT NOT NULL,
    owner TEXT NOT NULL,
    bank TEXT NOT NULL,
    currency TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE UNIQUE INDEX bank_account_by_number ON bank_account (entity_id, number, currency);

CREATE TABLE bank_statement (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    file_id BIGINT NOT NULL,
    bank_account_id BIGINT NOT NULL,
    reference TEXT NOT NULL,
    starts_on DATE,
    ends_on DATE,
    currency TEXT NOT NULL,
    opening BIGINT,
    closing BIGINT,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;

-- A movement (part 0) or one payment of a movement that sums up several (part 1, 2, …).
CREATE TABLE bank_line (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    statement_id BIGINT NOT NULL,
    bank_account_id BIGINT NOT NULL,
    parent_id BIGINT,
    part BIGINT NOT NULL,
    reference TEXT NOT NULL,
    booked_on DATE NOT NULL,
    value_on DATE,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    is_reversal BIGINT NOT NULL,
    payer_name TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    payer_bank TEXT NOT NULL,
    ultimate_payer TEXT NOT NULL,
    end_to_end TEXT NOT NULL,
    creditor_reference TEXT NOT NULL,
    check_number TEXT NOT NULL,
    mandate TEXT NOT NULL,
    return_reason TEXT NOT NULL,
    traces TEXT NOT NULL,
    documents TEXT NOT NULL,
    listed TEXT NOT NULL,
    remittance TEXT NOT NULL,
    instructed_amount BIGINT,
    instructed_currency TEXT,
    charges BIGINT,
    batch_id TEXT NOT NULL,
    batch_count BIGINT,
    detail_count BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE UNIQUE INDEX bank_line_once ON bank_line (entity_id, bank_account_id, fingerprint);

CREATE TABLE run (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    counted_on DATE NOT NULL,
    actor TEXT NOT NULL,
    report TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;

-- What cash application decided for a bank line, or for one item of a deposit that it sums up.
CREATE TABLE cash_decision (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    unit TEXT NOT NULL,
    entry_ref TEXT NOT NULL,
    statement_name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    class TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    party_id BIGINT,
    receipt_id BIGINT,
    entry_id BIGINT,
    confidence BIGINT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    replaces_id BIGINT,
    -- The advice that the best alternative rests on: its file, and its place in it.
    advice_file_id BIGINT,
    advice_place BIGINT,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX cash_decision_by_line ON cash_decision (entity_id, line_id, unit);
CREATE UNIQUE INDEX cash_decision_replaced_once ON cash_decision (entity_id, replaces_id)
    WHERE replaces_id IS NOT NULL;

-- The documents that a decision issued.
CREATE TABLE cash_decision_document (
    entity_id BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    PRIMARY KEY (entity_id, decision_id, document_id)
)/*table*/;
CREATE INDEX cash_decision_document_by_document ON cash_decision_document (entity_id, document_id);

-- The alternatives of a decision, best first; confidence in millionths.
CREATE TABLE cash_proposal (
    entity_id BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    party_code TEXT NOT NULL,
    document_number TEXT NOT NULL,
    item_id BIGINT,
    kind TEXT NOT NULL,
    amount BIGINT NOT NULL,
    document_amount BIGINT,
    document_currency TEXT,
    confidence BIGINT NOT NULL,
    PRIMARY KEY (entity_id, decision_id, rank, row_number)
)/*table*/;

-- One request, one effect: a second delivery is answered with the first result.
CREATE TABLE taken_request (
    entity_id BIGINT NOT NULL,
    request_key TEXT NOT NULL,
    answer TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, request_key)
)/*table*/;

-- Who did what, when, by which door and why: a chain of hashes, one link for each write.
CREATE TABLE audit_log (
    entity_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    door TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    reason TEXT NOT NULL,
    facts TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (entity_id, sequence)
)/*table*/;
