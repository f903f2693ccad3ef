package store

import (
	"context"
	"time"

	"quire/notebook"
)

// kernelDefaultsSQL counts people who may run by a grant to them, to a group that
// they are in, or to a link they hold. Nobody needs to know how many more than
// twenty-one they are.
const kernelDefaultsSQL = `
WITH RECURSIVE allowed AS (
	SELECT DISTINCT g.principal_id AS id FROM node_paths p JOIN grants g ON g.node_id = p.ancestor
	WHERE p.descendant = $1 AND p.carries AND g.role >= 2 AND ` + liveGrant + `),
inside AS (
	SELECT id FROM allowed
	UNION SELECT m.member_id FROM memberships m JOIN inside ON inside.id = m.group_id),
people AS (
	SELECT id FROM inside
	UNION SELECT h.user_id FROM link_holders h JOIN allowed ON allowed.id = h.link_id)
SELECT
	coalesce((SELECT n.kernel_mode FROM node_paths p JOIN nodes n ON n.id = p.ancestor
		WHERE p.descendant = $1 AND n.kernel_mode IS NOT NULL ORDER BY p.depth LIMIT 1), ''),
	EXISTS (SELECT FROM allowed WHERE id = 1),
	(SELECT count(*) FROM (SELECT FROM people JOIN users u USING (id) WHERE u.disabled_at IS NULL LIMIT 21) AS counted)`

// KernelDefaults implements notebook.Store.
func (s *Notes) KernelDefaults(ctx context.Context, note notebook.ID) (d notebook.KernelDefaults, err error) {
	err = s.db.pool.QueryRow(ctx, kernelDefaultsSQL, note, time.Now()).Scan(&d.Folder, &d.Public, &d.Runners)
	return d, translate(err)
}
