-- What lets sums be carried forward instead of read anew: for each write, how many links it left
-- up to which number, an id below which it made none, and whether it changed a party's name.
CREATE TABLE audit_reach (
    entity_id BIGINT NOT NULL REFERENCES entity (id),
    sequence BIGINT NOT NULL,
    links BIGINT NOT NULL,
    first_id BIGINT NOT NULL,
    names_changed BIGINT NOT NULL,
    PRIMARY KEY (entity_id, sequence)
)/*table*/;
-- The papers of one kind; the few of payables. Those of one party have document_by_party.
CREATE INDEX document_of_kind ON document (entity_id, kind, id);
CREATE INDEX document_payable ON document (entity_id, id) WHERE side = 'payable';
CREATE INDEX open_item_payable ON open_item (entity_id, id)
    WHERE side = 'payable' AND open_amount <> 0;
-- The journal in its order, and names by how they begin.
CREATE INDEX journal_entry_by_day ON journal_entry (entity_id, posted_on, number);
CREATE INDEX party_by_name ON party (entity_id, LOWER(name));
