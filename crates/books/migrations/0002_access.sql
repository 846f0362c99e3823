-- Who may work in the books, how they prove who they are, and what waits for a second person.

-- Roles given and taken; what somebody holds is what was given and not taken since.
CREATE TABLE role_event (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    login TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('given', 'taken')),
    limit_amount BIGINT,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;

CREATE TABLE password (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    login TEXT NOT NULL,
    hash TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, login)
)/*table*/;

-- Of every secret only its SHA-256 is kept. Kinds: session, invitation, token.
CREATE TABLE secret (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    hash TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('session', 'invitation', 'token')),
    login TEXT NOT NULL,
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    PRIMARY KEY (entity_id, hash)
)/*table*/;
CREATE UNIQUE INDEX secret_by_hash ON secret (hash);

CREATE TABLE approval_request (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT NOT NULL,
    effect TEXT NOT NULL,
    amount BIGINT NOT NULL,
    needed BIGINT NOT NULL,
    maker TEXT NOT NULL,
    reason TEXT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;

-- One voice of each person on a request; `done` and `failed` say what became of it.
CREATE TABLE approval_voice (
    entity_id BIGINT NOT NULL,
    request_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'denied', 'withdrawn')),
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, request_id, actor)
)/*table*/;

CREATE INDEX document_by_party ON document (entity_id, party_id, id);
CREATE INDEX journal_line_by_item ON journal_line (entity_id, item_id) WHERE item_id IS NOT NULL;
