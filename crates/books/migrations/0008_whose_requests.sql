-- The parties that a request is about, ids with commas between them: whose turn it is depends on
-- whose customers they are.
ALTER TABLE approval_request ADD COLUMN parties TEXT NOT NULL DEFAULT '';
