ALTER TABLE nodes DROP COLUMN kernel_mode;
ALTER TABLE paragraphs DROP COLUMN own_runs;
DROP INDEX runs_own, runs_note;
ALTER TABLE runs DROP COLUMN own;
DROP TABLE interpreter_users, interpreters, connection_users, connections, gateways;
