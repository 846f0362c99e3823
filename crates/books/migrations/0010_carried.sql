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
-- The papers of one party, whether open or not; the first and the last day of the journal.
CREATE INDEX document_of_party ON document (entity_id, party_id, id);
CREATE INDEX journal_entry_by_day ON journal_entry (entity_id, posted_on);
