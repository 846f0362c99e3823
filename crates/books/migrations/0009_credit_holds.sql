-- Customers who are held: no invoice is issued to them but by approval. The latest fact counts.
CREATE TABLE credit_hold (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    party_id BIGINT NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('held', 'released')),
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX credit_hold_by_party ON credit_hold (entity_id, party_id, id);
