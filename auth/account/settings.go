package account

import (
	"context"
	"encoding/json"
	"fmt"

	"quire/auth"
	"quire/auth/fault"
)

// settingPublic is Zeppelin's zeppelin.notebook.public: whether everyone is a writer
// of new notes.
const settingPublic = "notebook.public"

// Audience is who sees new notes.
type Audience string

// The audiences of new notes.
const (
	ForEveryone Audience = "everyone"
	ForMe       Audience = "me"
)

func (a Audience) check() error {
	if a != ForEveryone && a != ForMe {
		return fault.New(fault.Invalid, "New notes are seen by “%s” or “%s”, not by “%s”.", ForEveryone, ForMe, shorten(string(a)))
	}
	return nil
}

// Settings are what administrators set for the whole server.
type Settings struct {
	NewNotes    Audience `json:"newNotes" enum:"everyone,me" doc:"who sees new notes"`
	LinksAnyone bool     `json:"linksAnyone" doc:"links to notes may let in people without an account"`
	// Unseparated is who agreed that code runs although it is not kept apart.
	Unseparated *Consent `json:"unseparated,omitempty"`
	OwnerRole   string   `json:"ownerRole,omitempty" doc:"the user or group that counts as owner of everything; set when the server is started"`
}

// SettingsChange changes what is not nil.
type SettingsChange struct {
	NewNotes    *Audience
	LinksAnyone *bool
	Unseparated *bool // whether code may run although it is not kept apart
}

// Settings returns the server's settings.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	if _, err := s.gate.CheckServer(ctx, auth.SettingsShow); err != nil {
		return Settings{}, err
	}
	return s.settings(ctx)
}

func (s *Service) settings(ctx context.Context) (Settings, error) {
	newNotes, err := s.newNotes(ctx)
	if err != nil {
		return Settings{}, err
	}
	anyone, err := s.LinksAnyone(ctx)
	if err != nil {
		return Settings{}, err
	}
	consent, err := s.Unseparated(ctx)
	return Settings{NewNotes: newNotes, LinksAnyone: anyone, Unseparated: consent, OwnerRole: s.ownerRole}, err
}

// ChangeSettings sets who sees new notes, and whether links may let in guests; those
// who are in by one are out at once when it is taken back. It is Conflict to change
// what the environment says.
func (s *Service) ChangeSettings(ctx context.Context, c SettingsChange) (Settings, error) {
	a, err := s.gate.CheckServer(ctx, auth.SettingsChange)
	if err != nil {
		return Settings{}, err
	}
	if c.NewNotes != nil {
		if err := s.checkNewNotes(*c.NewNotes); err != nil {
			return Settings{}, err
		}
	}
	save := s.change
	if c.LinksAnyone != nil {
		save = s.changeAuthority
	}
	err = save(ctx, a, auth.SettingsChange, func(tx Tx) (deed, error) {
		d := deed{object: "settings", detail: map[string]any{}}
		if c.NewNotes != nil {
			d.detail["newNotes"] = *c.NewNotes
			if err := tx.SetSetting(ctx, settingPublic, *c.NewNotes == ForEveryone, a.User); err != nil {
				return d, err
			}
		}
		if c.Unseparated != nil {
			d.detail["unseparated"] = *c.Unseparated
			if err := s.setUnseparated(ctx, tx, a, *c.Unseparated); err != nil {
				return d, err
			}
		}
		if c.LinksAnyone != nil {
			d.detail["linksAnyone"] = *c.LinksAnyone
			return d, tx.SetSetting(ctx, settingAnyone, *c.LinksAnyone, a.User)
		}
		return d, nil
	})
	if err != nil {
		return Settings{}, err
	}
	return s.settings(ctx)
}

func (s *Service) checkNewNotes(wanted Audience) error {
	if err := wanted.check(); err != nil {
		return err
	}
	if fixed := s.config.NotebookPublic; fixed != nil && *fixed != (wanted == ForEveryone) {
		return fault.New(fault.Conflict, "Who sees new notes is fixed by the server's environment (QUIRE_NOTEBOOK_PUBLIC).")
	}
	return nil
}

// NotesPublic tells whether everyone is a writer of new notes: by the environment,
// by the setting, or else as in Zeppelin, where they are.
func (s *Service) NotesPublic(ctx context.Context) (bool, error) {
	if s.config.NotebookPublic != nil {
		return *s.config.NotebookPublic, nil
	}
	public := true
	value, err := s.store.Setting(ctx, settingPublic)
	if err != nil || value == nil {
		return public, err
	}
	if err := json.Unmarshal(value, &public); err != nil {
		return false, fmt.Errorf("setting %s: %w", settingPublic, err)
	}
	return public, nil
}

func (s *Service) newNotes(ctx context.Context) (Audience, error) {
	public, err := s.NotesPublic(ctx)
	if public {
		return ForEveryone, err
	}
	return ForMe, err
}
