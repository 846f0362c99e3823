-- What pages over large books look things up by.

-- The queue at the cash desk: what may wait, and lines by their day.
CREATE INDEX cash_decision_waiting ON cash_decision (entity_id, line_id, unit)
    WHERE outcome IN ('proposed', 'waiting', 'held');
CREATE INDEX bank_line_to_apply ON bank_line (entity_id, booked_on, id)
    WHERE status = 'booked' AND detail_count = 0;
