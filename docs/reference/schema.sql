-- The database of a book as all migrations leave it, in the words of SQLite; PostgreSQL has the same
-- tables, indexes and guards with its own types (DATE, TIMESTAMPTZ, NUMERIC).
-- Made by `cargo xtask reference`; a test keeps it true.

CREATE TABLE account (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    class TEXT NOT NULL,
    is_control INTEGER NOT NULL,
    PRIMARY KEY (entity_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE application (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    debit_item_id INTEGER NOT NULL,
    credit_item_id INTEGER NOT NULL,
    debit_amount INTEGER NOT NULL,
    credit_amount INTEGER NOT NULL,
    debit_functional INTEGER NOT NULL,
    credit_functional INTEGER NOT NULL,
    applied_on TEXT NOT NULL,
    entry_id INTEGER,
    undoes_id INTEGER,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX application_by_credit ON application (entity_id, credit_item_id);

CREATE INDEX application_by_debit ON application (entity_id, debit_item_id);

CREATE INDEX application_undoing_credit ON application (entity_id, credit_item_id, applied_on)
    WHERE undoes_id IS NOT NULL;

CREATE INDEX application_undoing_debit ON application (entity_id, debit_item_id, applied_on)
    WHERE undoes_id IS NOT NULL;

CREATE UNIQUE INDEX application_undone_once ON application (entity_id, undoes_id)
    WHERE undoes_id IS NOT NULL;

CREATE TRIGGER application_never_changed BEFORE UPDATE ON application
                   BEGIN SELECT RAISE(ABORT, 'facts of application are never changed'); END;

CREATE TRIGGER application_never_deleted BEFORE DELETE ON application
                   BEGIN SELECT RAISE(ABORT, 'facts of application are never deleted'); END;

CREATE TABLE approval_policy (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    area TEXT NOT NULL,
    version INTEGER NOT NULL,
    tiers TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, area, version)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER approval_policy_never_changed BEFORE UPDATE ON approval_policy
                   BEGIN SELECT RAISE(ABORT, 'facts of approval_policy are never changed'); END;

CREATE TRIGGER approval_policy_never_deleted BEFORE DELETE ON approval_policy
                   BEGIN SELECT RAISE(ABORT, 'facts of approval_policy are never deleted'); END;

CREATE TABLE approval_request (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    effect TEXT NOT NULL,
    amount INTEGER NOT NULL,
    needed INTEGER NOT NULL,
    maker TEXT NOT NULL,
    reason TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL, roles TEXT NOT NULL DEFAULT '', parties TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX approval_request_live ON approval_request (entity_id, expires_at);

CREATE TRIGGER approval_request_never_changed BEFORE UPDATE ON approval_request
                   BEGIN SELECT RAISE(ABORT, 'facts of approval_request are never changed'); END;

CREATE TRIGGER approval_request_never_deleted BEFORE DELETE ON approval_request
                   BEGIN SELECT RAISE(ABORT, 'facts of approval_request are never deleted'); END;

CREATE TABLE approval_voice (
    entity_id INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    actor TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'denied', 'withdrawn')),
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL,
    recorded_at TEXT NOT NULL, stands_for TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entity_id, request_id, actor)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER approval_voice_never_changed BEFORE UPDATE ON approval_voice
                   BEGIN SELECT RAISE(ABORT, 'facts of approval_voice are never changed'); END;

CREATE TRIGGER approval_voice_never_deleted BEFORE DELETE ON approval_voice
                   BEGIN SELECT RAISE(ABORT, 'facts of approval_voice are never deleted'); END;

CREATE TABLE audit_log (
    entity_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
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
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_log_by_subject ON audit_log (entity_id, subject, sequence);

CREATE TRIGGER audit_log_never_changed BEFORE UPDATE ON audit_log
                   BEGIN SELECT RAISE(ABORT, 'facts of audit_log are never changed'); END;

CREATE TRIGGER audit_log_never_deleted BEFORE DELETE ON audit_log
                   BEGIN SELECT RAISE(ABORT, 'facts of audit_log are never deleted'); END;

CREATE TABLE audit_reach (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    sequence INTEGER NOT NULL,
    links INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    names_changed INTEGER NOT NULL,
    PRIMARY KEY (entity_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE bank_account (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    number TEXT NOT NULL,
    owner TEXT NOT NULL,
    bank TEXT NOT NULL,
    currency TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX bank_account_by_number ON bank_account (entity_id, number, currency);

CREATE TABLE bank_line (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    statement_id INTEGER NOT NULL,
    bank_account_id INTEGER NOT NULL,
    parent_id INTEGER,
    part INTEGER NOT NULL,
    reference TEXT NOT NULL,
    booked_on TEXT NOT NULL,
    value_on TEXT,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    is_reversal INTEGER NOT NULL,
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
    instructed_amount INTEGER,
    instructed_currency TEXT,
    charges INTEGER,
    batch_id TEXT NOT NULL,
    batch_count INTEGER,
    detail_count INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bank_line_of_account ON bank_line (entity_id, bank_account_id, part);

CREATE INDEX bank_line_of_amount ON bank_line (entity_id, amount);

CREATE UNIQUE INDEX bank_line_once ON bank_line (entity_id, bank_account_id, fingerprint);

CREATE INDEX bank_line_to_apply ON bank_line (entity_id, booked_on, id)
    WHERE status = 'booked' AND detail_count = 0;

CREATE TRIGGER bank_line_never_changed BEFORE UPDATE ON bank_line
                   BEGIN SELECT RAISE(ABORT, 'facts of bank_line are never changed'); END;

CREATE TRIGGER bank_line_never_deleted BEFORE DELETE ON bank_line
                   BEGIN SELECT RAISE(ABORT, 'facts of bank_line are never deleted'); END;

CREATE TABLE bank_statement (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    file_id INTEGER NOT NULL,
    bank_account_id INTEGER NOT NULL,
    reference TEXT NOT NULL,
    starts_on TEXT,
    ends_on TEXT,
    currency TEXT NOT NULL,
    opening INTEGER,
    closing INTEGER,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX bank_statement_by_day ON bank_statement (entity_id, bank_account_id, ends_on);

CREATE TRIGGER bank_statement_never_changed BEFORE UPDATE ON bank_statement
                   BEGIN SELECT RAISE(ABORT, 'facts of bank_statement are never changed'); END;

CREATE TRIGGER bank_statement_never_deleted BEFORE DELETE ON bank_statement
                   BEGIN SELECT RAISE(ABORT, 'facts of bank_statement are never deleted'); END;

CREATE TABLE cash_decision (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    line_id INTEGER NOT NULL,
    unit TEXT NOT NULL,
    entry_ref TEXT NOT NULL,
    statement_name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    class TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    party_id INTEGER,
    receipt_id INTEGER,
    entry_id INTEGER,
    confidence INTEGER NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    replaces_id INTEGER,
    advice_file_id INTEGER,
    advice_place INTEGER,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cash_decision_by_line ON cash_decision (entity_id, line_id, unit);

CREATE INDEX cash_decision_of_advice ON cash_decision (entity_id, advice_file_id)
    WHERE advice_file_id IS NOT NULL;

CREATE UNIQUE INDEX cash_decision_replaced_once ON cash_decision (entity_id, replaces_id)
    WHERE replaces_id IS NOT NULL;

CREATE INDEX cash_decision_waiting ON cash_decision (entity_id, line_id, unit)
    WHERE outcome IN ('proposed', 'waiting', 'held');

CREATE TRIGGER cash_decision_never_changed BEFORE UPDATE ON cash_decision
                   BEGIN SELECT RAISE(ABORT, 'facts of cash_decision are never changed'); END;

CREATE TRIGGER cash_decision_never_deleted BEFORE DELETE ON cash_decision
                   BEGIN SELECT RAISE(ABORT, 'facts of cash_decision are never deleted'); END;

CREATE TABLE cash_decision_document (
    entity_id INTEGER NOT NULL,
    decision_id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    PRIMARY KEY (entity_id, decision_id, document_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX cash_decision_document_by_document ON cash_decision_document (entity_id, document_id);

CREATE TRIGGER cash_decision_document_never_changed BEFORE UPDATE ON cash_decision_document
                   BEGIN SELECT RAISE(ABORT, 'facts of cash_decision_document are never changed'); END;

CREATE TRIGGER cash_decision_document_never_deleted BEFORE DELETE ON cash_decision_document
                   BEGIN SELECT RAISE(ABORT, 'facts of cash_decision_document are never deleted'); END;

CREATE TABLE cash_proposal (
    entity_id INTEGER NOT NULL,
    decision_id INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    row_number INTEGER NOT NULL,
    party_code TEXT NOT NULL,
    document_number TEXT NOT NULL,
    item_id INTEGER,
    kind TEXT NOT NULL,
    amount INTEGER NOT NULL,
    document_amount INTEGER,
    document_currency TEXT,
    confidence INTEGER NOT NULL,
    PRIMARY KEY (entity_id, decision_id, rank, row_number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER cash_proposal_never_changed BEFORE UPDATE ON cash_proposal
                   BEGIN SELECT RAISE(ABORT, 'facts of cash_proposal are never changed'); END;

CREATE TRIGGER cash_proposal_never_deleted BEFORE DELETE ON cash_proposal
                   BEGIN SELECT RAISE(ABORT, 'facts of cash_proposal are never deleted'); END;

CREATE TABLE certificate (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('withholding', 'exemption')),
    party_id INTEGER NOT NULL,
    number TEXT NOT NULL,
    authority TEXT NOT NULL,
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    currency TEXT,
    amount INTEGER CHECK (amount > 0),
    tax_rate TEXT,
    only_for TEXT NOT NULL,
    file_id INTEGER,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX certificate_by_party ON certificate (entity_id, party_id, id);

CREATE TRIGGER certificate_never_changed BEFORE UPDATE ON certificate
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate are never changed'); END;

CREATE TRIGGER certificate_never_deleted BEFORE DELETE ON certificate
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate are never deleted'); END;

CREATE TABLE certificate_asked (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    asking_id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    awaited INTEGER NOT NULL,
    PRIMARY KEY (entity_id, asking_id, document_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX certificate_asked_by_document
    ON certificate_asked (entity_id, document_id, asking_id);

CREATE TRIGGER certificate_asked_never_changed BEFORE UPDATE ON certificate_asked
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate_asked are never changed'); END;

CREATE TRIGGER certificate_asked_never_deleted BEFORE DELETE ON certificate_asked
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate_asked are never deleted'); END;

CREATE TABLE certificate_asking (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    party_id INTEGER NOT NULL,
    asked_on TEXT NOT NULL,
    contact_id INTEGER,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX certificate_asking_by_party ON certificate_asking (entity_id, party_id, id);

CREATE TRIGGER certificate_asking_never_changed BEFORE UPDATE ON certificate_asking
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate_asking are never changed'); END;

CREATE TRIGGER certificate_asking_never_deleted BEFORE DELETE ON certificate_asking
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate_asking are never deleted'); END;

CREATE TABLE certificate_cover (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    certificate_id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount <> 0),
    covered_on TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX certificate_cover_by_certificate
    ON certificate_cover (entity_id, certificate_id, id);

CREATE INDEX certificate_cover_by_document ON certificate_cover (entity_id, document_id, id);

CREATE TRIGGER certificate_cover_never_changed BEFORE UPDATE ON certificate_cover
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate_cover are never changed'); END;

CREATE TRIGGER certificate_cover_never_deleted BEFORE DELETE ON certificate_cover
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate_cover are never deleted'); END;

CREATE TABLE certificate_withdrawal (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    certificate_id INTEGER NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, certificate_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER certificate_withdrawal_never_changed BEFORE UPDATE ON certificate_withdrawal
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate_withdrawal are never changed'); END;

CREATE TRIGGER certificate_withdrawal_never_deleted BEFORE DELETE ON certificate_withdrawal
                   BEGIN SELECT RAISE(ABORT, 'facts of certificate_withdrawal are never deleted'); END;

CREATE TABLE contact_detail (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    contact_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    telephone TEXT NOT NULL,
    language TEXT NOT NULL,
    preferred TEXT NOT NULL,
    PRIMARY KEY (entity_id, contact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE credit_hold (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    party_id INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('held', 'released')),
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX credit_hold_by_party ON credit_hold (entity_id, party_id, id);

CREATE TRIGGER credit_hold_never_changed BEFORE UPDATE ON credit_hold
                   BEGIN SELECT RAISE(ABORT, 'facts of credit_hold are never changed'); END;

CREATE TRIGGER credit_hold_never_deleted BEFORE DELETE ON credit_hold
                   BEGIN SELECT RAISE(ABORT, 'facts of credit_hold are never deleted'); END;

CREATE TABLE credit_limit (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    party_id INTEGER NOT NULL,
    amount INTEGER,
    covers TEXT NOT NULL CHECK (covers IN ('own', 'group')),
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX credit_limit_by_party ON credit_limit (entity_id, party_id, id);

CREATE INDEX credit_limit_of_groups ON credit_limit (entity_id, party_id) WHERE covers = 'group';

CREATE TRIGGER credit_limit_never_changed BEFORE UPDATE ON credit_limit
                   BEGIN SELECT RAISE(ABORT, 'facts of credit_limit are never changed'); END;

CREATE TRIGGER credit_limit_never_deleted BEFORE DELETE ON credit_limit
                   BEGIN SELECT RAISE(ABORT, 'facts of credit_limit are never deleted'); END;

CREATE TABLE delegation (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    delegator TEXT NOT NULL,
    delegate TEXT NOT NULL,
    from_on TEXT NOT NULL,
    until_on TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER delegation_never_changed BEFORE UPDATE ON delegation
                   BEGIN SELECT RAISE(ABORT, 'facts of delegation are never changed'); END;

CREATE TRIGGER delegation_never_deleted BEFORE DELETE ON delegation
                   BEGIN SELECT RAISE(ABORT, 'facts of delegation are never deleted'); END;

CREATE TABLE delegation_end (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    delegation_id INTEGER NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, delegation_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER delegation_end_never_changed BEFORE UPDATE ON delegation_end
                   BEGIN SELECT RAISE(ABORT, 'facts of delegation_end are never changed'); END;

CREATE TRIGGER delegation_end_never_deleted BEFORE DELETE ON delegation_end
                   BEGIN SELECT RAISE(ABORT, 'facts of delegation_end are never deleted'); END;

CREATE TABLE document (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    side TEXT NOT NULL,
    number TEXT NOT NULL,
    party_id INTEGER,
    issued_on TEXT NOT NULL,
    posted_on TEXT NOT NULL,
    currency TEXT NOT NULL,
    net INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    gross INTEGER NOT NULL CHECK (gross = net + tax),
    reverses_id INTEGER,
    entry_id INTEGER,
    purchase_order TEXT,
    contract TEXT,
    region TEXT,
    memo TEXT,
    origin TEXT NOT NULL CHECK (origin IN ('issued', 'opening', 'vendor')),
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX document_by_form ON document (entity_id, LOWER(
    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
        number, '0', ''), ' ', ''), '-', ''), '/', ''), '.', ''), '_', ''), '#', ''), ',', ''),
        ':', ''), '*', '')
    )) WHERE side = 'payable';

CREATE UNIQUE INDEX document_by_number ON document (entity_id, number, kind, party_id);

CREATE INDEX document_by_party ON document (entity_id, party_id, id);

CREATE INDEX document_of_kind ON document (entity_id, kind, id);

CREATE INDEX document_payable ON document (entity_id, id) WHERE side = 'payable';

CREATE INDEX document_taken_back ON document (entity_id, reverses_id)
    WHERE reverses_id IS NOT NULL;

CREATE TRIGGER document_never_changed BEFORE UPDATE ON document
                   BEGIN SELECT RAISE(ABORT, 'facts of document are never changed'); END;

CREATE TRIGGER document_never_deleted BEFORE DELETE ON document
                   BEGIN SELECT RAISE(ABORT, 'facts of document are never deleted'); END;

CREATE TABLE document_line (
    entity_id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    line_number INTEGER NOT NULL,
    description TEXT NOT NULL,
    account TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    net INTEGER NOT NULL,
    tax INTEGER NOT NULL,
    tax_rate TEXT NOT NULL,
    tax_category TEXT NOT NULL,
    PRIMARY KEY (entity_id, document_id, line_number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER document_line_never_changed BEFORE UPDATE ON document_line
                   BEGIN SELECT RAISE(ABORT, 'facts of document_line are never changed'); END;

CREATE TRIGGER document_line_never_deleted BEFORE DELETE ON document_line
                   BEGIN SELECT RAISE(ABORT, 'facts of document_line are never deleted'); END;

CREATE TABLE entity (
    id INTEGER NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    country TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE exchange_rate (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    rate_on TEXT NOT NULL,
    from_currency TEXT NOT NULL,
    to_currency TEXT NOT NULL,
    rate TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (entity_id, rate_on, from_currency, to_currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE half_session (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    hash TEXT NOT NULL,
    login TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, hash)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX half_session_by_hash ON half_session (hash);

CREATE TABLE item_valuation (
    entity_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    functional INTEGER NOT NULL,
    PRIMARY KEY (entity_id, item_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER item_valuation_never_changed BEFORE UPDATE ON item_valuation
                   BEGIN SELECT RAISE(ABORT, 'facts of item_valuation are never changed'); END;

CREATE TRIGGER item_valuation_never_deleted BEFORE DELETE ON item_valuation
                   BEGIN SELECT RAISE(ABORT, 'facts of item_valuation are never deleted'); END;

CREATE TABLE journal_entry (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    posted_on TEXT NOT NULL,
    source TEXT NOT NULL,
    memo TEXT NOT NULL,
    reverses_id INTEGER,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_entry_by_day ON journal_entry (entity_id, posted_on, number);

CREATE TRIGGER journal_entry_never_changed BEFORE UPDATE ON journal_entry
                   BEGIN SELECT RAISE(ABORT, 'facts of journal_entry are never changed'); END;

CREATE TRIGGER journal_entry_never_deleted BEFORE DELETE ON journal_entry
                   BEGIN SELECT RAISE(ABORT, 'facts of journal_entry are never deleted'); END;

CREATE TABLE journal_line (
    entity_id INTEGER NOT NULL,
    entry_id INTEGER NOT NULL,
    line_number INTEGER NOT NULL,
    posted_on TEXT NOT NULL,
    account TEXT NOT NULL,
    party_id INTEGER,
    item_id INTEGER,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    functional INTEGER NOT NULL,
    PRIMARY KEY (entity_id, entry_id, line_number)
) STRICT, WITHOUT ROWID;

CREATE INDEX journal_line_by_item ON journal_line (entity_id, item_id) WHERE item_id IS NOT NULL;

CREATE TRIGGER journal_line_never_changed BEFORE UPDATE ON journal_line
                   BEGIN SELECT RAISE(ABORT, 'facts of journal_line are never changed'); END;

CREATE TRIGGER journal_line_never_deleted BEFORE DELETE ON journal_line
                   BEGIN SELECT RAISE(ABORT, 'facts of journal_line are never deleted'); END;

CREATE TABLE later_discount (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    item_id INTEGER NOT NULL,
    points INTEGER NOT NULL,
    until TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, item_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER later_discount_never_changed BEFORE UPDATE ON later_discount
                   BEGIN SELECT RAISE(ABORT, 'facts of later_discount are never changed'); END;

CREATE TRIGGER later_discount_never_deleted BEFORE DELETE ON later_discount
                   BEGIN SELECT RAISE(ABORT, 'facts of later_discount are never deleted'); END;

CREATE TABLE number_series (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    kind TEXT NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (entity_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE open_item (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    side TEXT NOT NULL,
    party_id INTEGER,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    functional INTEGER NOT NULL,
    opened_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    discount_points INTEGER,
    discount_until TEXT,
    recorded_at TEXT NOT NULL,
    open_amount INTEGER NOT NULL,
    open_functional INTEGER NOT NULL,
    PRIMARY KEY (entity_id, id),
    CHECK (amount >= 0 AND open_amount >= 0 AND open_amount <= amount
        OR amount < 0 AND open_amount <= 0 AND open_amount >= amount)
) STRICT, WITHOUT ROWID;

CREATE INDEX open_item_by_document ON open_item (entity_id, document_id);

CREATE INDEX open_item_by_party ON open_item (entity_id, party_id) WHERE open_amount <> 0;

CREATE INDEX open_item_due ON open_item (entity_id, due_on, id)
    WHERE open_amount <> 0 AND due_on <> '0001-01-01';

CREATE INDEX open_item_payable ON open_item (entity_id, id)
    WHERE side = 'payable' AND open_amount <> 0;

CREATE INDEX open_item_unvalued ON open_item (entity_id, id)
    WHERE functional = 0 AND amount <> 0;

CREATE TRIGGER open_item_never_changed BEFORE UPDATE OF entity_id, id, document_id,
               side, party_id, account, currency, amount, functional, opened_on, due_on,
               discount_points, discount_until, recorded_at ON open_item
               BEGIN SELECT RAISE(ABORT, 'facts of open_item are never changed'); END;

CREATE TRIGGER open_item_never_deleted BEFORE DELETE ON open_item
               BEGIN SELECT RAISE(ABORT, 'facts of open_item are never deleted'); END;

CREATE TABLE openid_provider (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    PRIMARY KEY (entity_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE openid_subject (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    login TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE party (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    currency TEXT NOT NULL,
    parent_code TEXT,
    email TEXT NOT NULL,
    terms TEXT NOT NULL,
    is_customer INTEGER NOT NULL,
    is_vendor INTEGER NOT NULL,
    extra TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX party_by_code ON party (entity_id, code);

CREATE INDEX party_by_name ON party (entity_id, LOWER(name));

CREATE INDEX party_children ON party (entity_id, parent_code) WHERE parent_code IS NOT NULL;

CREATE INDEX party_vendors ON party (entity_id, code) WHERE is_vendor = 1;

CREATE TABLE party_alias (
    entity_id INTEGER NOT NULL,
    party_id INTEGER NOT NULL,
    alias TEXT NOT NULL,
    PRIMARY KEY (entity_id, party_id, alias),
    FOREIGN KEY (entity_id, party_id) REFERENCES party (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE party_bank_account (
    entity_id INTEGER NOT NULL,
    party_id INTEGER NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (entity_id, party_id, number),
    FOREIGN KEY (entity_id, party_id) REFERENCES party (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE party_contact (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    party_id INTEGER NOT NULL,
    replaces_id INTEGER,
    task TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX party_contact_by_party ON party_contact (entity_id, party_id, id);

CREATE UNIQUE INDEX party_contact_replaced_once ON party_contact (entity_id, replaces_id)
    WHERE replaces_id IS NOT NULL;

CREATE TRIGGER party_contact_never_changed BEFORE UPDATE ON party_contact
                   BEGIN SELECT RAISE(ABORT, 'facts of party_contact are never changed'); END;

CREATE TRIGGER party_contact_never_deleted BEFORE DELETE ON party_contact
                   BEGIN SELECT RAISE(ABORT, 'facts of party_contact are never deleted'); END;

CREATE TABLE party_note (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    party_id INTEGER,
    document_id INTEGER,
    line_id INTEGER,
    corrects_id INTEGER,
    noted_on TEXT NOT NULL,
    content TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX party_note_by_line ON party_note (entity_id, line_id, id) WHERE line_id IS NOT NULL;

CREATE INDEX party_note_by_party ON party_note (entity_id, party_id, id);

CREATE UNIQUE INDEX party_note_corrected_once ON party_note (entity_id, corrects_id)
    WHERE corrects_id IS NOT NULL;

CREATE TRIGGER party_note_never_changed BEFORE UPDATE ON party_note
                   BEGIN SELECT RAISE(ABORT, 'facts of party_note are never changed'); END;

CREATE TRIGGER party_note_never_deleted BEFORE DELETE ON party_note
                   BEGIN SELECT RAISE(ABORT, 'facts of party_note are never deleted'); END;

CREATE TABLE party_withholding (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    party_id INTEGER NOT NULL,
    percent TEXT,
    valid_from TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX party_withholding_by_party ON party_withholding (entity_id, party_id, id);

CREATE TRIGGER party_withholding_never_changed BEFORE UPDATE ON party_withholding
                   BEGIN SELECT RAISE(ABORT, 'facts of party_withholding are never changed'); END;

CREATE TRIGGER party_withholding_never_deleted BEFORE DELETE ON party_withholding
                   BEGIN SELECT RAISE(ABORT, 'facts of party_withholding are never deleted'); END;

CREATE TABLE password (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    login TEXT NOT NULL,
    hash TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, login)
) STRICT, WITHOUT ROWID;

CREATE TABLE past_application (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    payment_ref TEXT NOT NULL,
    paid_on TEXT NOT NULL,
    bank_account TEXT NOT NULL,
    payer_name TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    remittance TEXT NOT NULL,
    payment_amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    party_code TEXT NOT NULL,
    document_number TEXT NOT NULL,
    applied_amount INTEGER NOT NULL,
    kind TEXT NOT NULL,
    document_issued_on TEXT,
    document_due_on TEXT,
    document_amount INTEGER,
    document_currency TEXT,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE period_event (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    period TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('closed', 'reopened')),
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER period_event_never_changed BEFORE UPDATE ON period_event
                   BEGIN SELECT RAISE(ABORT, 'facts of period_event are never changed'); END;

CREATE TRIGGER period_event_never_deleted BEFORE DELETE ON period_event
                   BEGIN SELECT RAISE(ABORT, 'facts of period_event are never deleted'); END;

CREATE TABLE person (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, login)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_code (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    login TEXT NOT NULL,
    hash TEXT NOT NULL,
    used_at TEXT,
    PRIMARY KEY (entity_id, login, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE reminder (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    counted_on TEXT NOT NULL,
    login TEXT NOT NULL,
    request_id INTEGER NOT NULL,
    stands_for TEXT NOT NULL,
    age_days INTEGER NOT NULL,
    run_id INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, counted_on, login, request_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER reminder_never_changed BEFORE UPDATE ON reminder
                   BEGIN SELECT RAISE(ABORT, 'facts of reminder are never changed'); END;

CREATE TRIGGER reminder_never_deleted BEFORE DELETE ON reminder
                   BEGIN SELECT RAISE(ABORT, 'facts of reminder are never deleted'); END;

CREATE TABLE revaluation (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    valued_on TEXT NOT NULL,
    entry_id INTEGER,
    reversal_entry_id INTEGER,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX revaluation_once ON revaluation (entity_id, valued_on);

CREATE TRIGGER revaluation_never_changed BEFORE UPDATE ON revaluation
                   BEGIN SELECT RAISE(ABORT, 'facts of revaluation are never changed'); END;

CREATE TRIGGER revaluation_never_deleted BEFORE DELETE ON revaluation
                   BEGIN SELECT RAISE(ABORT, 'facts of revaluation are never deleted'); END;

CREATE TABLE role_event (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    login TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('given', 'taken')),
    limit_amount INTEGER,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL, portfolio TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER role_event_never_changed BEFORE UPDATE ON role_event
                   BEGIN SELECT RAISE(ABORT, 'facts of role_event are never changed'); END;

CREATE TRIGGER role_event_never_deleted BEFORE DELETE ON role_event
                   BEGIN SELECT RAISE(ABORT, 'facts of role_event are never deleted'); END;

CREATE TABLE run (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    counted_on TEXT NOT NULL,
    actor TEXT NOT NULL,
    report TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER run_never_changed BEFORE UPDATE ON run
                   BEGIN SELECT RAISE(ABORT, 'facts of run are never changed'); END;

CREATE TRIGGER run_never_deleted BEFORE DELETE ON run
                   BEGIN SELECT RAISE(ABORT, 'facts of run are never deleted'); END;

CREATE TABLE sales_order (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    number TEXT NOT NULL,
    proforma_number TEXT NOT NULL,
    party_code TEXT NOT NULL,
    ordered_on TEXT,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    extra TEXT NOT NULL,
    PRIMARY KEY (entity_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE schema_version (version BIGINT NOT NULL);

CREATE TABLE second_factor (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    login TEXT NOT NULL,
    secret TEXT NOT NULL,
    is_confirmed INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    failed_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, login)
) STRICT, WITHOUT ROWID;

CREATE TABLE secret (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    hash TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('session', 'invitation', 'token')),
    login TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    ended_at TEXT, seen_at TEXT,
    PRIMARY KEY (entity_id, hash)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX secret_by_hash ON secret (hash);

CREATE TABLE setting (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (entity_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE short_pay (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    document_id INTEGER NOT NULL,
    item_id INTEGER NOT NULL,
    credit_document_id INTEGER NOT NULL,
    credit_item_id INTEGER NOT NULL,
    from_document_id INTEGER NOT NULL,
    from_item_id INTEGER NOT NULL,
    decision_id INTEGER,
    reason TEXT NOT NULL,
    stated TEXT NOT NULL,
    owner TEXT NOT NULL,
    answer_by TEXT NOT NULL,
    is_by_hand INTEGER NOT NULL CHECK (is_by_hand IN (0, 1)),
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, document_id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX short_pay_by_credit ON short_pay (entity_id, credit_item_id);

CREATE INDEX short_pay_by_from ON short_pay (entity_id, from_item_id);

CREATE UNIQUE INDEX short_pay_by_item ON short_pay (entity_id, item_id);

CREATE TRIGGER short_pay_never_changed BEFORE UPDATE ON short_pay
                   BEGIN SELECT RAISE(ABORT, 'facts of short_pay are never changed'); END;

CREATE TRIGGER short_pay_never_deleted BEFORE DELETE ON short_pay
                   BEGIN SELECT RAISE(ABORT, 'facts of short_pay are never deleted'); END;

CREATE TABLE short_pay_event (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    document_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('assigned', 'answer_by', 'noted', 'reason', 'decided')),
    content TEXT NOT NULL,
    told TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX short_pay_event_by_case ON short_pay_event (entity_id, document_id, kind, id);

CREATE TRIGGER short_pay_event_never_changed BEFORE UPDATE ON short_pay_event
                   BEGIN SELECT RAISE(ABORT, 'facts of short_pay_event are never changed'); END;

CREATE TRIGGER short_pay_event_never_deleted BEFORE DELETE ON short_pay_event
                   BEGIN SELECT RAISE(ABORT, 'facts of short_pay_event are never deleted'); END;

CREATE TABLE source_file (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    format TEXT NOT NULL,
    content BLOB,
    accepted INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX source_file_once ON source_file (entity_id, purpose, sha256);

CREATE TRIGGER source_file_never_changed BEFORE UPDATE ON source_file
                   BEGIN SELECT RAISE(ABORT, 'facts of source_file are never changed'); END;

CREATE TRIGGER source_file_never_deleted BEFORE DELETE ON source_file
                   BEGIN SELECT RAISE(ABORT, 'facts of source_file are never deleted'); END;

CREATE TABLE sqlite_stat1(tbl,idx,stat);

CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample);

CREATE TABLE taken_request (
    entity_id INTEGER NOT NULL,
    request_key TEXT NOT NULL,
    answer TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, request_key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER taken_request_never_changed BEFORE UPDATE ON taken_request
                   BEGIN SELECT RAISE(ABORT, 'facts of taken_request are never changed'); END;

CREATE TRIGGER taken_request_never_deleted BEFORE DELETE ON taken_request
                   BEGIN SELECT RAISE(ABORT, 'facts of taken_request are never deleted'); END;

CREATE TABLE webhook_attempt (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    endpoint_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    status INTEGER,
    outcome TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER webhook_attempt_never_changed BEFORE UPDATE ON webhook_attempt
                   BEGIN SELECT RAISE(ABORT, 'facts of webhook_attempt are never changed'); END;

CREATE TRIGGER webhook_attempt_never_deleted BEFORE DELETE ON webhook_attempt
                   BEGIN SELECT RAISE(ABORT, 'facts of webhook_attempt are never deleted'); END;

CREATE TABLE webhook_delivery (
    entity_id INTEGER NOT NULL,
    endpoint_id INTEGER NOT NULL,
    event_id INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts INTEGER NOT NULL,
    next_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, endpoint_id, event_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_delivery_due ON webhook_delivery (entity_id, next_at)
    WHERE state = 'waiting';

CREATE TABLE webhook_endpoint (
    entity_id INTEGER NOT NULL REFERENCES entity (id),
    id INTEGER NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    about TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_until TEXT,
    state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'removed')),
    why TEXT NOT NULL,
    failing_since TEXT,
    recorded_at TEXT NOT NULL, not_before TEXT,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_event (
    entity_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    PRIMARY KEY (entity_id, id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER webhook_event_never_changed BEFORE UPDATE ON webhook_event
                   BEGIN SELECT RAISE(ABORT, 'facts of webhook_event are never changed'); END;

CREATE TRIGGER webhook_event_never_deleted BEFORE DELETE ON webhook_event
                   BEGIN SELECT RAISE(ABORT, 'facts of webhook_event are never deleted'); END;
