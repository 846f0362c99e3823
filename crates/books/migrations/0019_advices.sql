-- What rests on an advice; few decisions do.
CREATE INDEX cash_decision_of_advice ON cash_decision (entity_id, advice_file_id)
    WHERE advice_file_id IS NOT NULL;
-- Payments of the sum that an advice states.
CREATE INDEX bank_line_of_amount ON bank_line (entity_id, amount);
