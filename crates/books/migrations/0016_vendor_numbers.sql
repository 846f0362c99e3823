-- Numbers of vendors' papers without marks, zeros and capitals: one paper keyed twice is found by it.
CREATE INDEX document_by_form ON document (entity_id, LOWER(
    REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(
        number, '0', ''), ' ', ''), '-', ''), '/', ''), '.', ''), '_', ''), '#', ''), ',', ''),
        ':', ''), '*', '')
    )) WHERE side = 'payable';
