-- Contacts of parties and notes about them. A contact is a fact; who it is and how they are reached
-- stands apart, so that it can be erased. A change is a new contact in the place of the old one.
CREATE TABLE party_contact (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    replaces_id BIGINT,
    task TEXT NOT NULL,
    valid_from DATE,
    valid_until DATE,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX party_contact_by_party ON party_contact (entity_id, party_id, id);
CREATE UNIQUE INDEX party_contact_replaced_once ON party_contact (entity_id, replaces_id)
    WHERE replaces_id IS NOT NULL;
CREATE TABLE contact_detail (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    contact_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    telephone TEXT NOT NULL,
    language TEXT NOT NULL,
    preferred TEXT NOT NULL,
    PRIMARY KEY (entity_id, contact_id)
)/*table*/;
CREATE TABLE party_note (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    -- Nobody where the payer of the bank line is not known.
    party_id BIGINT,
    document_id BIGINT,
    line_id BIGINT,
    corrects_id BIGINT,
    noted_on DATE NOT NULL,
    content TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX party_note_by_party ON party_note (entity_id, party_id, id);
CREATE INDEX party_note_by_line ON party_note (entity_id, line_id, id) WHERE line_id IS NOT NULL;
CREATE UNIQUE INDEX party_note_corrected_once ON party_note (entity_id, corrects_id)
    WHERE corrects_id IS NOT NULL;

-- What was done about a party, for its history.
CREATE INDEX audit_log_by_subject ON audit_log (entity_id, subject, sequence);
