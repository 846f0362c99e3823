-- The second early-payment discount of an item, after the first has ended: 3 % for ten days, then
-- 2 % for twenty. Few items have one; the first stands with the item.
CREATE TABLE later_discount (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    item_id BIGINT NOT NULL,
    -- Hundredths of a percent, fewer than those of the first.
    points BIGINT NOT NULL,
    -- Its last day, after that of the first.
    until DATE NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (entity_id, item_id)
)/*table*/;
