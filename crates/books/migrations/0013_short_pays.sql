-- Short-pays: what payers held back for a reason, each parted off its document as an item of its
-- own. What became of one is told by its items; what people did about it by its events.
CREATE TABLE short_pay (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    -- The short-pay itself, and its item.
    document_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    -- The credit that settles what was held back, and its item.
    credit_document_id BIGINT NOT NULL,
    credit_item_id BIGINT NOT NULL,
    -- The document that was paid short, and its item.
    from_document_id BIGINT NOT NULL,
    from_item_id BIGINT NOT NULL,
    -- The decision about a bank line that it comes of; none where a person parted it off alone.
    decision_id BIGINT,
    reason TEXT NOT NULL,
    -- The payer's words.
    stated TEXT NOT NULL,
    -- Who answers for it, and until when it should be answered; nobody where empty.
    owner TEXT NOT NULL,
    answer_by DATE NOT NULL,
    -- Did a person part it off, or a run?
    is_by_hand BIGINT NOT NULL CHECK (is_by_hand IN (0, 1)),
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, document_id)
)/*table*/;
CREATE UNIQUE INDEX short_pay_by_item ON short_pay (entity_id, item_id);
CREATE UNIQUE INDEX short_pay_by_credit ON short_pay (entity_id, credit_item_id);
CREATE INDEX short_pay_by_from ON short_pay (entity_id, from_item_id);
CREATE TABLE short_pay_event (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    id BIGINT NOT NULL,
    document_id BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('assigned', 'answer_by', 'noted', 'reason', 'decided')),
    -- The owner, the day, the reason's word or the verdict.
    content TEXT NOT NULL,
    -- Why, in words.
    told TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, id)
)/*table*/;
CREATE INDEX short_pay_event_by_case ON short_pay_event (entity_id, document_id, kind, id);
