ALTER TABLE run_parts DROP COLUMN lines, DROP COLUMN gap_line, DROP COLUMN gap_lines, DROP COLUMN table_form,
    DROP COLUMN marks;
ALTER TABLE nodes DROP COLUMN kernel_mode;
ALTER TABLE paragraphs DROP COLUMN own_runs;
DROP INDEX runs_own, runs_note;
ALTER TABLE runs DROP COLUMN own;
UPDATE runs SET kind = 'imported' WHERE kind = 'copied';
ALTER TABLE runs DROP CONSTRAINT runs_kind_check, ADD CONSTRAINT runs_kind_check CHECK (kind IN ('run', 'imported'));
DROP TABLE interpreter_users, interpreters, connection_users, connections, gateways;
