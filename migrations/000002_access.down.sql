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
DROP FUNCTION node_actions(bigint[], timestamptz), owner_of_all();
DROP INDEX notes_scratch, grants_starts, grants_ends, grants_node;
CREATE INDEX grants_node ON grants (node_id) WHERE revoked_at IS NULL;
ALTER TABLE notes DROP COLUMN scratch, DROP COLUMN scratch_of;
DROP TABLE caps, access_requests, link_holders, links, past_memberships;
DROP TRIGGER memberships_past ON memberships;
DROP FUNCTION keep_past_membership();
ALTER TABLE memberships DROP COLUMN leads;
ALTER TABLE sign_ins DROP CONSTRAINT sign_ins_kind_check;
ALTER TABLE sign_ins ADD CHECK (kind IN ('browser', 'token'));
ALTER TABLE sign_ins DROP CONSTRAINT sign_ins_user_id_fkey;
ALTER TABLE sign_ins ADD FOREIGN KEY (user_id) REFERENCES users;
