package store

import (
	"context"
	"encoding/json"

	"quire/auth"
)

// Setting implements account.Store.
func (p *People) Setting(ctx context.Context, key string) (json.RawMessage, error) {
	var value json.RawMessage
	err := p.db.pool.QueryRow(ctx, `SELECT value FROM settings WHERE key = $1`, key).Scan(&value)
	return value, absent(err, nil)
}

// SetSetting implements account.Tx.
func (t peopleTx) SetSetting(ctx context.Context, key string, value any, by auth.PrincipalID) error {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = t.tx.Exec(ctx, `
		INSERT INTO settings (key, value, changed_by) VALUES ($1, $2, $3)
		ON CONFLICT (key) DO UPDATE SET value = $2, changed_by = $3, changed_at = now()`,
		key, json.RawMessage(encoded), by)
	return err
}
