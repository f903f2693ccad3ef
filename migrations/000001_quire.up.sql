-- Quire's first schema. Times are timestamptz, ids of nodes and runs are UUIDv7,
-- ids of principals are numbers that are never used again.

-- People ---------------------------------------------------------------------

-- Everything a grant can name. Users and groups share one namespace: folded is
-- the name under PRECIS UsernameCaseMapped, made by the server.
CREATE TABLE principals (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind IN ('everyone', 'user', 'group', 'link')),
    name       text NOT NULL,
    folded     text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz
);
CREATE UNIQUE INDEX principals_folded ON principals (folded) WHERE removed_at IS NULL;
CREATE INDEX principals_folded_prefix ON principals (folded text_pattern_ops) WHERE removed_at IS NULL;

-- The first principal is everyone: all who are signed in. Its id is fixed.
INSERT INTO principals (id, kind, name, folded) OVERRIDING SYSTEM VALUE VALUES (1, 'everyone', 'everyone', 'everyone');
SELECT setval(pg_get_serial_sequence('principals', 'id'), 1000);

CREATE TABLE users (
    id            bigint PRIMARY KEY REFERENCES principals,
    provider      text NOT NULL DEFAULT 'local',
    subject       text NOT NULL,
    display_name  text NOT NULL DEFAULT '',
    admin         boolean NOT NULL DEFAULT false,
    password_hash text,
    disabled_at   timestamptz,
    UNIQUE (provider, subject)
);

CREATE TABLE groups (
    id          bigint PRIMARY KEY REFERENCES principals,
    description text NOT NULL DEFAULT ''
);

CREATE TABLE memberships (
    group_id  bigint NOT NULL REFERENCES groups,
    member_id bigint NOT NULL REFERENCES principals,
    added_by  bigint REFERENCES principals,
    added_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (group_id, member_id),
    CHECK (group_id <> member_id)
);
CREATE INDEX memberships_member ON memberships (member_id);

-- A person's authenticated sessions and tokens. Only hashes of the secrets stand here.
CREATE TABLE sign_ins (
    id           uuid PRIMARY KEY,
    user_id      bigint NOT NULL REFERENCES users,
    kind         text NOT NULL CHECK (kind IN ('browser', 'token')),
    secret_hash  bytea NOT NULL UNIQUE,
    label        text NOT NULL DEFAULT '',
    address      text NOT NULL DEFAULT '',
    -- Actions a token may use; null is all of its owner's.
    scope        text[],
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz
);
CREATE INDEX sign_ins_user ON sign_ins (user_id) WHERE ended_at IS NULL;

-- Links that work once: setting up, invitation, reset of a password.
CREATE TABLE one_time_links (
    id          uuid PRIMARY KEY,
    purpose     text NOT NULL CHECK (purpose IN ('setup', 'invite', 'reset')),
    user_id     bigint REFERENCES users,
    secret_hash bytea NOT NULL UNIQUE,
    created_by  bigint REFERENCES principals,
    created_at  timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz
);

CREATE TABLE settings (
    key        text PRIMARY KEY,
    value      jsonb NOT NULL,
    changed_by bigint REFERENCES principals,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- The authority epoch: raised in the transaction of every change that can change
-- what somebody may do. Decisions name the epoch they rest on.
CREATE TABLE authority (
    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch bigint NOT NULL
);
INSERT INTO authority (epoch) VALUES (1);

-- What was done, by whom. Never updated or deleted by the server's role. object is
-- an id or a name; equal refusals share a row per minute through refusals below.
CREATE TABLE audit (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_id   bigint REFERENCES principals,
    actor      text NOT NULL,
    sign_in    uuid,
    operation  text NOT NULL,
    object     text NOT NULL DEFAULT '',
    outcome    text NOT NULL CHECK (outcome IN ('done', 'refused')),
    detail     jsonb NOT NULL DEFAULT '{}',
    count      integer NOT NULL DEFAULT 1,
    request_id text NOT NULL DEFAULT ''
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_object ON audit (object, at);
-- Edits of a note are one row per person, note and sign-in.
CREATE UNIQUE INDEX audit_edits ON audit (object, actor_id, sign_in) NULLS NOT DISTINCT WHERE operation = 'note.edit';

-- The tree -------------------------------------------------------------------

CREATE TABLE nodes (
    id             uuid PRIMARY KEY,
    parent_id      uuid REFERENCES nodes,
    kind           text NOT NULL CHECK (kind IN ('folder', 'note')),
    name           text NOT NULL CHECK (name <> '' AND octet_length(name) <= 1020),
    closed         boolean NOT NULL DEFAULT false,
    -- Everything under a trashed node carries that node's id here.
    trash_id       uuid REFERENCES nodes,
    trashed_at     timestamptz,
    trashed_by     bigint REFERENCES principals,
    access_version bigint NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL DEFAULT now(),
    created_by     bigint REFERENCES principals,
    changed_at     timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX nodes_sibling_names ON nodes (parent_id, name) NULLS NOT DISTINCT WHERE trash_id IS NULL;
CREATE INDEX nodes_trash ON nodes (trash_id) WHERE trash_id IS NOT NULL;
CREATE INDEX nodes_parent ON nodes (parent_id);

-- Every node with each node above it and itself (depth 0). carries tells whether
-- grants on the ancestor count for the descendant: not through a closed node.
CREATE TABLE node_paths (
    ancestor   uuid NOT NULL REFERENCES nodes ON DELETE CASCADE,
    descendant uuid NOT NULL REFERENCES nodes ON DELETE CASCADE,
    depth      integer NOT NULL,
    carries    boolean NOT NULL,
    PRIMARY KEY (descendant, ancestor)
);
CREATE INDEX node_paths_down ON node_paths (ancestor, carries) INCLUDE (descendant);

-- Roles are ordered: 1 reader, 2 runner, 3 writer, 4 owner. A grant that was
-- taken back stays, with the time, so that the past can be told.
CREATE TABLE grants (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    node_id      uuid NOT NULL REFERENCES nodes ON DELETE CASCADE,
    principal_id bigint NOT NULL REFERENCES principals,
    role         smallint NOT NULL CHECK (role BETWEEN 1 AND 4),
    granted_by   bigint REFERENCES principals,
    granted_at   timestamptz NOT NULL DEFAULT now(),
    starts_at    timestamptz,
    ends_at      timestamptz,
    revoked_at   timestamptz,
    revoked_by   bigint REFERENCES principals,
    CHECK (ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at)
);
CREATE INDEX grants_node ON grants (node_id) WHERE revoked_at IS NULL;
CREATE INDEX grants_principal ON grants (principal_id) INCLUDE (node_id, role) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX grants_undated ON grants (node_id, principal_id, role)
    WHERE revoked_at IS NULL AND starts_at IS NULL AND ends_at IS NULL;

-- The principals a user counts as: oneself, one's groups through nesting, everyone.
CREATE FUNCTION principals_of(user_id bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE held(id) AS (
        SELECT user_id
        UNION
        SELECT m.group_id FROM memberships m JOIN held ON held.id = m.member_id
    )
    SELECT id FROM held UNION ALL SELECT 1
$$;

-- The one SQL form of the permission rule: the highest live role of these
-- principals on each node, own grants and those of folders above. Its twin in Go
-- is auth.Decide; a test holds them equal. Nodes in the trash are their owners'.
CREATE FUNCTION node_roles(principals bigint[], moment timestamptz)
RETURNS TABLE (node_id uuid, role smallint, trashed boolean) LANGUAGE sql STABLE AS $$
    SELECT p.descendant, max(g.role), bool_or(n.trash_id IS NOT NULL)
    FROM grants g
    JOIN node_paths p ON p.ancestor = g.node_id AND p.carries
    JOIN nodes n ON n.id = p.descendant
    WHERE g.principal_id = ANY (principals)
      AND g.revoked_at IS NULL
      AND (g.starts_at IS NULL OR g.starts_at <= moment)
      AND (g.ends_at IS NULL OR g.ends_at > moment)
    GROUP BY p.descendant
    HAVING max(g.role) = 4 OR bool_and(n.trash_id IS NULL)
$$;

-- Whether somebody can still manage the node: an undated owner grant to everyone,
-- an enabled user, or a group with an enabled user in it.
CREATE FUNCTION has_live_owner(node uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM grants g
        WHERE g.node_id = node AND g.role = 4
          AND g.revoked_at IS NULL AND g.starts_at IS NULL AND g.ends_at IS NULL
          AND (g.principal_id = 1 OR EXISTS (
              WITH RECURSIVE inside(id) AS (
                  SELECT g.principal_id
                  UNION
                  SELECT m.member_id FROM memberships m JOIN inside ON inside.id = m.group_id
              )
              SELECT FROM inside JOIN users u USING (id) WHERE u.disabled_at IS NULL)))
$$;

CREATE FUNCTION refuse_ownerless() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM nodes WHERE id = NEW.node_id) AND NOT has_live_owner(NEW.node_id) THEN
        RAISE EXCEPTION 'node % would have no live owner', NEW.node_id USING ERRCODE = 'QO001';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER grants_keep_owner AFTER INSERT OR UPDATE ON grants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_ownerless();

CREATE FUNCTION refuse_unowned_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM nodes WHERE id = NEW.id) AND NOT has_live_owner(NEW.id) THEN
        RAISE EXCEPTION 'node % has no live owner', NEW.id USING ERRCODE = 'QO001';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER nodes_have_owner AFTER INSERT ON nodes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unowned_node();

-- Notes ----------------------------------------------------------------------

-- slot is a small number of the note's own, never reused: kernels' uids follow it.
CREATE TABLE notes (
    id          uuid PRIMARY KEY REFERENCES nodes ON DELETE CASCADE,
    slot        integer GENERATED ALWAYS AS IDENTITY,
    epoch       uuid NOT NULL,
    -- The checkpoint: paragraphs below stand at this number of the log.
    seq         bigint NOT NULL DEFAULT 0,
    settings    jsonb NOT NULL DEFAULT '{}'
);

-- What stands between words becomes a space, so that pd.read_csv is found by its
-- parts. The server splits queries by the same list (notebook.SearchQuery).
CREATE FUNCTION search_words(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace($1, '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7'
        '\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]+', ' ', 'g')
$$;

CREATE TABLE paragraphs (
    note_id      uuid NOT NULL REFERENCES notes ON DELETE CASCADE,
    id           text NOT NULL,
    -- Place in the note; null for a paragraph in the bin.
    place        integer,
    title        text NOT NULL DEFAULT '',
    text         text NOT NULL DEFAULT '',
    text_version bigint NOT NULL DEFAULT 0,
    settings     jsonb NOT NULL DEFAULT '{}',
    run_id       uuid,
    deleted_at   timestamptz,
    deleted_by   bigint REFERENCES principals,
    search       tsvector GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', search_words(title)), 'A') ||
        setweight(to_tsvector('simple', search_words(left(text, 200000))), 'D')) STORED,
    PRIMARY KEY (note_id, id)
);
CREATE INDEX paragraphs_search ON paragraphs USING gin (search) WHERE place IS NOT NULL;

-- The truth about a note: every committed operation. The primary key also keeps
-- two keepers from writing the same note.
CREATE TABLE note_log (
    note_id  uuid NOT NULL REFERENCES notes ON DELETE CASCADE,
    seq      bigint NOT NULL,
    actor_id bigint REFERENCES principals,
    op_id    text NOT NULL,
    at       timestamptz NOT NULL,
    kind     text NOT NULL,
    body     bytea NOT NULL,
    PRIMARY KEY (note_id, seq),
    UNIQUE NULLS NOT DISTINCT (note_id, actor_id, op_id)
);

-- Runs -----------------------------------------------------------------------

CREATE TABLE runs (
    id              uuid PRIMARY KEY,
    note_id         uuid NOT NULL REFERENCES notes ON DELETE CASCADE,
    paragraph_id    text NOT NULL,
    kind            text NOT NULL DEFAULT 'run' CHECK (kind IN ('run', 'imported')),
    by_id           bigint REFERENCES principals,
    text            text NOT NULL,
    text_version    bigint NOT NULL,
    interpreter     text NOT NULL DEFAULT '',
    kernel          text NOT NULL DEFAULT '',
    state           text NOT NULL CHECK (state IN ('queued', 'sent', 'done', 'error', 'cancelled', 'lost')),
    reason          text NOT NULL DEFAULT '',
    cancelled_by    bigint REFERENCES principals,
    execution_count integer NOT NULL DEFAULT 0,
    queued_at       timestamptz NOT NULL,
    sent_at         timestamptz,
    ended_at        timestamptz,
    dropped_bytes   bigint NOT NULL DEFAULT 0
);
CREATE INDEX runs_paragraph ON runs (note_id, paragraph_id, id);
CREATE INDEX runs_open ON runs (state) WHERE state IN ('queued', 'sent');

-- A run's output: parts in order, each an append-only stream of bytes. Rewriting a
-- display raises its revision; chunks of older revisions are deleted.
CREATE TABLE run_parts (
    run_id     uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    part       integer NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('stream', 'display', 'result', 'error', 'notice')),
    name       text NOT NULL DEFAULT '',
    display_id text NOT NULL DEFAULT '',
    revision   integer NOT NULL DEFAULT 0,
    bytes      bigint NOT NULL DEFAULT 0,
    -- Bytes between the kept head and the kept tail that were not stored.
    gap_at     bigint,
    gap_bytes  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, part)
);
CREATE TABLE run_chunks (
    run_id   uuid NOT NULL,
    part     integer NOT NULL,
    revision integer NOT NULL,
    start    bigint NOT NULL,
    data     bytea NOT NULL,
    PRIMARY KEY (run_id, part, revision, start),
    FOREIGN KEY (run_id, part) REFERENCES run_parts ON DELETE CASCADE
);
ALTER TABLE run_chunks ALTER COLUMN data SET STORAGE EXTERNAL;
