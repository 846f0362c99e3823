-- Certificates of customers, what of tax withheld they cover, when they were asked for; the rate by
-- which a party withholds. What is awaited is computed.
CREATE TABLE certificate (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('withholding', 'exemption')),
    party_id BIGINT NOT NULL,
    number TEXT NOT NULL,
    authority TEXT NOT NULL,
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    issued_on DATE NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE,
    currency TEXT,
    amount BIGINT CHECK (amount > 0),
    tax_rate TEXT,
    -- The number of the only document that it is for.
    only_for TEXT NOT NULL,
    -- The paper as it came, among the source files.
    file_id BIGINT,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX certificate_by_party ON certificate (entity_id, party_id, id);
CREATE TABLE certificate_withdrawal (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    certificate_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, certificate_id)
)/*table*/;
-- Below zero where cover is taken back.
CREATE TABLE certificate_cover (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    certificate_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount <> 0),
    covered_on DATE NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX certificate_cover_by_certificate
    ON certificate_cover (entity_id, certificate_id, id);
CREATE INDEX certificate_cover_by_document ON certificate_cover (entity_id, document_id, id);
-- Whom we asked is a contact, so that their address can be erased; nobody where the mail went to
-- the party's own address.
CREATE TABLE certificate_asking (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    asked_on DATE NOT NULL,
    contact_id BIGINT,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX certificate_asking_by_party ON certificate_asking (entity_id, party_id, id);
CREATE TABLE certificate_asked (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    asking_id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    awaited BIGINT NOT NULL,
    PRIMARY KEY (entity_id, asking_id, document_id)
)/*table*/;
CREATE INDEX certificate_asked_by_document
    ON certificate_asked (entity_id, document_id, asking_id);
-- The latest fact of a day counts; no percentage takes the agreement back.
CREATE TABLE party_withholding (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    percent TEXT,
    valid_from DATE NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX party_withholding_by_party ON party_withholding (entity_id, party_id, id);
