CREATE FUNCTION node_roles(principals bigint[], moment timestamptz)
RETURNS TABLE (node_id uuid, role smallint, trashed boolean) LANGUAGE sql STABLE AS $$
    SELECT p.descendant, max(g.role), bool_or(t.id IS NOT NULL)
    FROM grants g
    JOIN node_paths p ON p.ancestor = g.node_id AND p.carries
    LEFT JOIN nodes t ON t.id = p.descendant AND t.trash_id IS NOT NULL
    WHERE g.principal_id = ANY (principals)
      AND g.revoked_at IS NULL
      AND (g.starts_at IS NULL OR g.starts_at <= moment)
      AND (g.ends_at IS NULL OR g.ends_at > moment)
    GROUP BY p.descendant
    HAVING max(g.role) = 4 OR bool_and(t.id IS NULL)
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
