package account

import (
	"context"
	"encoding/json"
	"fmt"
)

// settingAnyone tells whether links to notes may let in people without an account.
const settingAnyone = "links.anyone"

// LinksAnyone tells whether links to notes may let in people without an account: not
// unless an administrator has said so.
func (s *Service) LinksAnyone(ctx context.Context) (bool, error) {
	value, err := s.store.Setting(ctx, settingAnyone)
	if err != nil || value == nil {
		return false, err
	}
	var anyone bool
	if err := json.Unmarshal(value, &anyone); err != nil {
		return false, fmt.Errorf("setting %s: %w", settingAnyone, err)
	}
	return anyone, nil
}

// NewLinkSecret makes the secret of a link to a note, which is shown once.
func NewLinkSecret() Secret { return newSecret("") }

// Hash is what is kept of a link's secret; nil for what can be none.
func (s Secret) Hash() []byte {
	if !s.plausible() {
		return nil
	}
	return s.hash()
}
