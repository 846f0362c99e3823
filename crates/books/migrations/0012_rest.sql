-- A receiver of webhooks may ask to be left alone for a while (Retry-After).

ALTER TABLE webhook_endpoint ADD COLUMN not_before TIMESTAMPTZ;

-- What waits for approval is found among everything that was ever asked.
CREATE INDEX approval_request_live ON approval_request (entity_id, expires_at);
