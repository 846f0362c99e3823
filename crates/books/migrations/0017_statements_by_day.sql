-- A statement is known again in another form by its account, last day and balances.
CREATE INDEX bank_statement_by_day ON bank_statement (entity_id, bank_account_id, ends_on);
