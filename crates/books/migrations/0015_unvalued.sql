-- Opening items that were carried at zero for want of an exchange rate: few, if any, and looked for
-- whenever rates come.
CREATE INDEX open_item_unvalued ON open_item (entity_id, id)
    WHERE functional = 0 AND amount <> 0;
