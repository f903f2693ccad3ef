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
	NewNotes Audience `json:"newNotes" enum:"everyone,me" doc:"who sees new notes"`
}

// Settings returns the server's settings.
func (s *Service) Settings(ctx context.Context) (Settings, error) {
	if _, err := s.gate.CheckServer(ctx, auth.SettingsShow); err != nil {
		return Settings{}, err
	}
	newNotes, err := s.newNotes(ctx)
	return Settings{NewNotes: newNotes}, err
}

// ChangeSettings sets who sees new notes. It is Conflict while the environment
// says so.
func (s *Service) ChangeSettings(ctx context.Context, c Settings) (Settings, error) {
	a, err := s.gate.CheckServer(ctx, auth.SettingsChange)
	if err != nil {
		return Settings{}, err
	}
	if err := c.NewNotes.check(); err != nil {
		return Settings{}, err
	}
	if s.config.NotebookPublic != nil {
		return Settings{}, fault.New(fault.Conflict, "Who sees new notes is fixed by the server's environment (QUIRE_NOTEBOOK_PUBLIC).")
	}
	err = s.change(ctx, a, auth.SettingsChange, func(tx Tx) (deed, error) {
		d := deed{object: settingPublic, detail: map[string]any{"newNotes": c.NewNotes}}
		return d, tx.SetSetting(ctx, settingPublic, c.NewNotes == ForEveryone, a.User)
	})
	return c, err
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
