package account

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// settingUnseparated holds the Consent to kernels that are not kept apart; JSON's
// null after it was taken back.
const settingUnseparated = "kernels.unseparated"

// Consent is an administrator's word that code may run although whoever writes it
// can reach what the server can.
type Consent struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Unseparated returns the consent, nil without one.
func (s *Service) Unseparated(ctx context.Context) (*Consent, error) {
	value, err := s.store.Setting(ctx, settingUnseparated)
	if err != nil || value == nil {
		return nil, err
	}
	var c *Consent
	if err := json.Unmarshal(value, &c); err != nil {
		return nil, fmt.Errorf("setting %s: %w", settingUnseparated, err)
	}
	return c, nil
}

// MayRunUnseparated is nil where only one account can sign in, or an administrator
// has consented. Otherwise it is Forbidden and names who can consent.
func (s *Service) MayRunUnseparated(ctx context.Context) error {
	enough, admins, err := s.severalAccounts(ctx)
	if err != nil || !enough {
		return err
	}
	consent, err := s.Unseparated(ctx)
	if err != nil || consent != nil {
		return err
	}
	return fault.New(fault.Forbidden, "Code is not kept apart on this server: whoever runs it reaches what the server can, also other people's notes. "+
		"As there is more than one account, it runs only after an administrator (%s) has agreed, in a note's banner or by `quire kernels allow-unseparated`.",
		strings.Join(admins, ", "))
}

// severalAccounts tells whether more than one account is enabled, and some of the
// administrators.
func (s *Service) severalAccounts(ctx context.Context) (several bool, admins []string, err error) {
	const look, name = 200, 5
	users, err := s.store.Users(ctx, "", 0, look)
	if err != nil {
		return false, nil, err
	}
	enabled := 0
	for _, u := range users {
		if u.Disabled {
			continue
		}
		enabled++
		if u.Admin && len(admins) < name {
			admins = append(admins, u.Name)
		}
	}
	return enabled > 1, admins, nil
}

// setUnseparated gives the consent of a, or takes it back.
func (s *Service) setUnseparated(ctx context.Context, tx Tx, a auth.Actor, agreed bool) error {
	if !agreed {
		return tx.SetSetting(ctx, settingUnseparated, nil, a.User)
	}
	return tx.SetSetting(ctx, settingUnseparated, Consent{By: a.Name, At: time.Now().UTC()}, a.User)
}
