-- Control: policies by version, delegations, reminders, credit limits, portfolios.

-- When work of an area needs approval: the whole ladder of the area in each version.
CREATE TABLE approval_policy (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    area TEXT NOT NULL,
    version BIGINT NOT NULL,
    tiers TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, area, version)
)/*table*/;

-- The roles one of which an approver must hold, with commas between them; none is any.
ALTER TABLE approval_request ADD COLUMN roles TEXT NOT NULL DEFAULT '';
-- For whom the voice was given, where somebody stood in.
ALTER TABLE approval_voice ADD COLUMN stands_for TEXT NOT NULL DEFAULT '';

-- Who decides for whom while away.
CREATE TABLE delegation (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    delegator TEXT NOT NULL,
    delegate TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE TABLE delegation_end (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    delegation_id BIGINT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, delegation_id)
)/*table*/;

-- Who was reminded of what on which day.
CREATE TABLE reminder (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    counted_on DATE NOT NULL,
    login TEXT NOT NULL,
    request_id BIGINT NOT NULL,
    stands_for TEXT NOT NULL,
    age_days BIGINT NOT NULL,
    run_id BIGINT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, counted_on, login, request_id)
)/*table*/;

-- How much a customer may owe, in the currency of the books; none is no limit. The latest counts.
-- It covers what the customer owes itself, or what it and everybody below owe together.
CREATE TABLE credit_limit (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    amount BIGINT,
    covers TEXT NOT NULL CHECK (covers IN ('own', 'group')),
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX credit_limit_by_party ON credit_limit (entity_id, party_id, id);
CREATE INDEX credit_limit_of_groups ON credit_limit (entity_id, party_id) WHERE covers = 'group';
CREATE INDEX party_children ON party (entity_id, parent_code) WHERE parent_code IS NOT NULL;

-- Whose customers a role is for: `region=North,South`; empty is everybody's.
ALTER TABLE role_event ADD COLUMN portfolio TEXT NOT NULL DEFAULT '';
