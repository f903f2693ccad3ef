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
-- The latest run of each person in a kernel of their own, by the person's id.
ALTER TABLE paragraphs ADD COLUMN own_runs jsonb NOT NULL DEFAULT '{}';

-- What kernels of notes below a folder start as: together or own; null inherits.
ALTER TABLE nodes ADD COLUMN kernel_mode text CHECK (kernel_mode IN ('together', 'own'));
