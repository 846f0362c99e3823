-- How people prove who they are beside the password: codes of an app, a provider they trust.

-- When a session was last used, for those that end when nobody works.
ALTER TABLE secret ADD COLUMN seen_at TIMESTAMPTZ;

-- The secret of an app that makes codes (RFC 6238). A step that was used is never taken again.
CREATE TABLE second_factor (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    login TEXT NOT NULL,
    secret TEXT NOT NULL,
    is_confirmed BIGINT NOT NULL,
    last_step BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, login)
)/*table*/;

-- Codes for a lost app; of each only the SHA-256 is kept, and it works once.
CREATE TABLE recovery_code (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    login TEXT NOT NULL,
    hash TEXT NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (entity_id, login, hash)
)/*table*/;

-- Whoever gave the password and owes the code, for a few minutes.
CREATE TABLE half_session (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    hash TEXT NOT NULL,
    login TEXT NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, hash)
)/*table*/;
CREATE UNIQUE INDEX half_session_by_hash ON half_session (hash);

-- The provider of OpenID Connect by which people of an entity come in.
CREATE TABLE openid_provider (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    name TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    PRIMARY KEY (entity_id)
)/*table*/;

-- Which subject of a provider is which login; nobody is added by a provider.
CREATE TABLE openid_subject (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    login TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, issuer, subject)
)/*table*/;
