-- What other programs are told of: where to, what happened, and how telling went.

-- An endpoint is changed and removed; its secret signs what is sent and is shown once.
CREATE TABLE webhook_endpoint (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    url TEXT NOT NULL,
    events TEXT NOT NULL,
    about TEXT NOT NULL,
    secret TEXT NOT NULL,
    old_secret TEXT,
    old_until TIMESTAMPTZ,
    state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'removed')),
    why TEXT NOT NULL,
    failing_since TIMESTAMPTZ,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;

-- Written with the fact itself; the message is sent as it stands here.
CREATE TABLE webhook_event (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;

-- What is to be delivered, and when next; a claim moves `next_at` ahead while somebody sends.
CREATE TABLE webhook_delivery (
    entity_id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts BIGINT NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, endpoint_id, event_id)
)/*table*/;
CREATE INDEX webhook_delivery_due ON webhook_delivery (entity_id, next_at)
    WHERE state = 'waiting';

CREATE TABLE webhook_attempt (
    entity_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    endpoint_id BIGINT NOT NULL,
    event_id BIGINT NOT NULL,
    status BIGINT,
    outcome TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
