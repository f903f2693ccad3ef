-- Sharing: links, requests, caps, leaders of groups, the past of memberships,
-- scratch copies.

-- Who leads a group changes its members. memberships holds what counts now; what
-- ended stands in past_memberships, by which the past can be told.
ALTER TABLE memberships ADD COLUMN leads boolean NOT NULL DEFAULT false;
CREATE TABLE past_memberships (
    group_id  bigint NOT NULL,
    member_id bigint NOT NULL,
    added_at  timestamptz NOT NULL,
    ended_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX past_memberships_member ON past_memberships (member_id);
CREATE INDEX past_memberships_group ON past_memberships (group_id);
CREATE FUNCTION keep_past_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO past_memberships (group_id, member_id, added_at) VALUES (OLD.group_id, OLD.member_id, OLD.added_at);
    RETURN NULL;
END
$$;
CREATE TRIGGER memberships_past AFTER DELETE ON memberships
    FOR EACH ROW EXECUTE FUNCTION keep_past_membership();

-- A link is a principal: its grant stands on one node, as reader or runner. The
-- secret travels in the fragment of an address; only its hash is kept. Whoever
-- opened a link while signed in holds it. anyone lets people without an account
-- in, who then act as the link itself.
CREATE TABLE links (
    id           bigint PRIMARY KEY REFERENCES principals,
    node_id      uuid NOT NULL REFERENCES nodes ON DELETE CASCADE,
    label        text NOT NULL DEFAULT '',
    secret_hash  bytea NOT NULL UNIQUE,
    anyone       boolean NOT NULL DEFAULT false,
    created_by   bigint REFERENCES principals,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    uses         bigint NOT NULL DEFAULT 0
);
CREATE INDEX links_node ON links (node_id);
CREATE TABLE link_holders (
    link_id      bigint NOT NULL REFERENCES links ON DELETE CASCADE,
    user_id      bigint NOT NULL REFERENCES users,
    opened_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (link_id, user_id)
);
CREATE INDEX link_holders_user ON link_holders (user_id);
-- A guest's sign-in belongs to the link.
ALTER TABLE sign_ins DROP CONSTRAINT sign_ins_user_id_fkey;
ALTER TABLE sign_ins ADD FOREIGN KEY (user_id) REFERENCES principals;
ALTER TABLE sign_ins DROP CONSTRAINT sign_ins_kind_check;
ALTER TABLE sign_ins ADD CHECK (kind IN ('browser', 'token', 'guest'));

-- Somebody asks the owners of a node for access. An ended request keeps who decided.
-- Whether there is such a node must not show: requests are kept for any id.
CREATE TABLE access_requests (
    id         uuid PRIMARY KEY,
    node_id    uuid NOT NULL,
    user_id    bigint NOT NULL REFERENCES users,
    role       smallint NOT NULL CHECK (role BETWEEN 1 AND 3),
    message    text NOT NULL DEFAULT '',
    asked_at   timestamptz NOT NULL DEFAULT now(),
    outcome    text CHECK (outcome IN ('granted', 'declined')),
    decided_by bigint REFERENCES principals,
    decided_at timestamptz
);
CREATE UNIQUE INDEX access_requests_open ON access_requests (node_id, user_id) WHERE decided_at IS NULL;
CREATE INDEX access_requests_user ON access_requests (user_id, asked_at);

-- A cap takes actions away from a group's members, everywhere or below a folder:
-- what is left is actions (1 read, 2 run, 4 write, 8 manage), reading always among
-- them. A lifted cap stays.
CREATE TABLE caps (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id   bigint NOT NULL REFERENCES principals,
    node_id    uuid REFERENCES nodes ON DELETE CASCADE,
    actions    smallint NOT NULL CHECK (actions BETWEEN 1 AND 15 AND actions & 1 = 1),
    reason     text NOT NULL DEFAULT '',
    set_by     bigint REFERENCES principals,
    set_at     timestamptz NOT NULL DEFAULT now(),
    lifted_at  timestamptz,
    lifted_by  bigint REFERENCES principals
);
CREATE UNIQUE INDEX caps_live ON caps (group_id, node_id) NULLS NOT DISTINCT WHERE lifted_at IS NULL;

-- The past is asked about too.
DROP INDEX grants_node;
CREATE INDEX grants_node ON grants (node_id);
-- The next moment at which a grant begins or ends is looked up after every change.
CREATE INDEX grants_starts ON grants (starts_at) WHERE starts_at IS NOT NULL AND revoked_at IS NULL;
CREATE INDEX grants_ends ON grants (ends_at) WHERE ends_at IS NOT NULL AND revoked_at IS NULL;

-- A scratch copy is a note that is gone when it is closed; it stands in no list.
ALTER TABLE notes ADD COLUMN scratch_of uuid REFERENCES notes ON DELETE SET NULL;
ALTER TABLE notes ADD COLUMN scratch boolean NOT NULL DEFAULT false;
CREATE INDEX notes_scratch ON notes (id) WHERE scratch;

-- Whose members count as owners of everything, by the setting notebook.owner_role:
-- the id of a user or a group. No row when nobody does.
CREATE FUNCTION owner_of_all() RETURNS TABLE (id bigint) LANGUAGE sql STABLE AS $$
    SELECT p.id FROM settings s JOIN principals p ON p.id = s.value::bigint
    WHERE s.key = 'notebook.owner_role' AND p.kind IN ('user', 'group') AND p.removed_at IS NULL
$$;

-- The one SQL form of the permission rule: on each node the highest live role of
-- these principals, by grants on it and on folders above, and the actions that all
-- caps of theirs leave of it; caps count on everything structurally below. Its twin
-- in Go is auth.Decide; a test holds them equal. What is in the trash belongs to
-- those who still manage it.
CREATE FUNCTION node_actions(principals bigint[], moment timestamptz)
RETURNS TABLE (node_id uuid, role smallint, actions smallint, trashed boolean) LANGUAGE sql STABLE AS $$
    SELECT given.node_id, given.role, has.actions, t.id IS NOT NULL
    FROM (
        SELECT p.descendant AS node_id, max(g.role) AS role
        FROM grants g JOIN node_paths p ON p.ancestor = g.node_id AND p.carries
        WHERE g.principal_id = ANY (principals) AND g.revoked_at IS NULL
            AND (g.starts_at IS NULL OR g.starts_at <= moment) AND (g.ends_at IS NULL OR g.ends_at > moment)
            AND ((SELECT id FROM owner_of_all()) = ANY (principals)) IS NOT TRUE
        GROUP BY p.descendant
        UNION ALL
        -- All nodes, in words by which the planner does not count them: it would plan
        -- everybody's lists for reading everything.
        SELECT p.descendant, 4::smallint FROM node_paths p
        WHERE p.ancestor = p.descendant AND (SELECT id FROM owner_of_all()) = ANY (principals)
    ) given
    LEFT JOIN (
        SELECT p.descendant, bit_and(c.actions) AS actions
        FROM caps c JOIN node_paths p ON p.ancestor = c.node_id
        WHERE c.group_id = ANY (principals) AND c.lifted_at IS NULL
        GROUP BY p.descendant
    ) cap ON cap.descendant = given.node_id
    LEFT JOIN nodes t ON t.id = given.node_id AND t.trash_id IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT (CASE given.role WHEN 4 THEN 15 WHEN 3 THEN 7 WHEN 2 THEN 3 ELSE 1 END
            & coalesce(cap.actions, 15)
            & coalesce((SELECT bit_and(c.actions) FROM caps c
                WHERE c.group_id = ANY (principals) AND c.node_id IS NULL AND c.lifted_at IS NULL), 15)
            & CASE WHEN t.id IS NULL THEN 15 ELSE 9 END)::smallint AS actions
    ) has
    WHERE t.id IS NULL OR has.actions & 8 <> 0
$$;
DROP FUNCTION node_roles(bigint[], timestamptz), principals_of(bigint);
