-- How many movements a bank account has, counted from the index alone; and the few vendors among
-- many customers.
CREATE INDEX bank_line_of_account ON bank_line (entity_id, bank_account_id, part);
CREATE INDEX party_vendors ON party (entity_id, code) WHERE is_vendor = 1;
-- What is due before a day, the earliest first. The day that no item has stands there so that
-- only statements which say so are answered from it: without statistics an engine takes it for the
-- few items of a party as well, and reads all that is due.
CREATE INDEX open_item_due ON open_item (entity_id, due_on, id)
    WHERE open_amount <> 0 AND due_on <> '0001-01-01';
