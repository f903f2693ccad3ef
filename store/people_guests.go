package store

import (
	"context"
	"time"

	"quire/auth/account"
)

const useGuestLinkSQL = `
UPDATE links l SET uses = l.uses + 1, last_used_at = now()
FROM ` + guestLinks + `
JOIN grants g ON g.principal_id = k.id AND g.node_id = k.node_id AND ` + liveGrant + `
JOIN nodes n ON n.id = k.node_id AND n.trash_id IS NULL
WHERE k.secret_hash = $1 AND l.id = k.id
RETURNING l.id, ` + guestName + `, l.node_id`

// UseGuestLink implements account.Tx.
func (t peopleTx) UseGuestLink(ctx context.Context, secretHash []byte) (l account.GuestLink, err error) {
	err = t.tx.QueryRow(ctx, useGuestLinkSQL, secretHash, time.Now()).Scan(&l.ID, &l.Name, &l.Node)
	return l, absent(err, errAbsent)
}
