-- Running code: interpreters and connections as rows, kernels of one's own.

-- What %name stands for. kind kernel: a kernelspec of this machine; gateway: one of
-- a gateway; sql: a connection. Kernelspecs without a row are offered as they are.
CREATE TABLE interpreters (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name         text NOT NULL UNIQUE,
    aliases      text[] NOT NULL DEFAULT '{}',
    display_name text NOT NULL DEFAULT '',
    kind         text NOT NULL DEFAULT 'kernel' CHECK (kind IN ('kernel', 'gateway', 'sql')),
    spec         text NOT NULL DEFAULT '',
    language     text NOT NULL DEFAULT '', -- of a gateway's kernelspec, as the gateway said
    gateway_id   bigint,
    connection_id bigint,
    environment  jsonb NOT NULL DEFAULT '{}',
    arguments    text[] NOT NULL DEFAULT '{}',
    limits       jsonb NOT NULL DEFAULT '{}',
    enabled      boolean NOT NULL DEFAULT true,
    changed_by   bigint REFERENCES principals,
    changed_at   timestamptz NOT NULL DEFAULT now()
);
-- Who may use it; without rows nobody but administrators, everyone is principal 1.
CREATE TABLE interpreter_users (
    interpreter_id bigint NOT NULL REFERENCES interpreters ON DELETE CASCADE,
    principal_id   bigint NOT NULL REFERENCES principals,
    PRIMARY KEY (interpreter_id, principal_id)
);

-- Databases that %sql speaks to. secret is encrypted with a key that is not here.
CREATE TABLE connections (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    driver     text NOT NULL CHECK (driver IN ('postgres', 'mysql', 'sqlite')),
    host       text NOT NULL DEFAULT '',
    port       integer NOT NULL DEFAULT 0,
    database   text NOT NULL DEFAULT '',
    username   text NOT NULL DEFAULT '',
    options    jsonb NOT NULL DEFAULT '{}',
    secret     bytea,
    read_only  boolean NOT NULL DEFAULT false,
    changed_by bigint REFERENCES principals,
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE connection_users (
    connection_id bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
    principal_id  bigint NOT NULL REFERENCES principals,
    PRIMARY KEY (connection_id, principal_id)
);

-- Servers that start kernels elsewhere. token is encrypted as secrets are.
CREATE TABLE gateways (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE,
    url        text NOT NULL,
    token      bytea,
    options    jsonb NOT NULL DEFAULT '{}',
    changed_by bigint REFERENCES principals,
    changed_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE interpreters ADD FOREIGN KEY (gateway_id) REFERENCES gateways;
ALTER TABLE interpreters ADD FOREIGN KEY (connection_id) REFERENCES connections;

-- own marks a run in a kernel of one's own: its results are for whoever ran it and
-- for writers.
ALTER TABLE runs ADD COLUMN own boolean NOT NULL DEFAULT false;
CREATE INDEX runs_note ON runs (note_id, id);
CREATE INDEX runs_own ON runs (note_id, by_id, id) WHERE own;
-- A result that came with a copy of a note is told from one that came with a file.
ALTER TABLE runs DROP CONSTRAINT runs_kind_check, ADD CONSTRAINT runs_kind_check CHECK (kind IN ('run', 'imported', 'copied'));
-- The latest run of each person in a kernel of their own, by the person's id.
ALTER TABLE paragraphs ADD COLUMN own_runs jsonb NOT NULL DEFAULT '{}';

-- What kernels of notes below a folder start as: together or own; null inherits.
ALTER TABLE nodes ADD COLUMN kernel_mode text CHECK (kernel_mode IN ('together', 'own'));

-- Reading output by line. lines counts a stream's line breaks, with those that were
-- not stored: gap_lines, behind gap_line others. Of a table in a display, which
-- table_form tells, it counts the lines. marks are where some of the lines are.
ALTER TABLE run_parts
    ADD COLUMN lines      bigint NOT NULL DEFAULT 0,
    ADD COLUMN gap_line   bigint NOT NULL DEFAULT 0,
    ADD COLUMN gap_lines  bigint NOT NULL DEFAULT 0,
    ADD COLUMN table_form text NOT NULL DEFAULT '' CHECK (table_form IN ('', 'plain', 'escaped')),
    ADD COLUMN marks      bytea;
-- What is stored already has no marks; how many lines of it were not stored is not
-- known. encode leaves line breaks as they are, and makes text of all else.
UPDATE run_parts p SET lines = c.lines, gap_line = c.before
FROM (
    SELECT k.run_id, k.part, k.revision, sum(b.breaks) AS lines,
        coalesce(sum(b.breaks) FILTER (WHERE k.start < s.gap_at), 0) AS before
    FROM run_parts s JOIN run_chunks k USING (run_id, part, revision)
    CROSS JOIN LATERAL (SELECT encode(k.data, 'escape') AS data) e
    CROSS JOIN LATERAL (SELECT length(e.data) - length(replace(e.data, E'\n', '')) AS breaks) b
    WHERE s.kind = 'stream'
        AND (s.gap_bytes = 0 OR k.start < s.gap_at OR k.start >= s.gap_at + s.gap_bytes)
    GROUP BY k.run_id, k.part, k.revision
) c
WHERE p.run_id = c.run_id AND p.part = c.part AND p.revision = c.revision;
