package account

import (
	"context"
	"fmt"

	"quire/auth"
)

// settingOwnerRole keeps the id of who counts as owner of everything; 0 is nobody.
const settingOwnerRole = "notebook.owner_role"

// applyOwnerRole makes what the server was started with the setting that decisions
// go by, and says so in the audit log at every start. A name that nobody bears yet
// counts for nobody until the next start.
func (s *Service) applyOwnerRole(ctx context.Context, a auth.Actor) error {
	if s.config.OwnerRole == "" {
		stored, err := s.store.Setting(ctx, settingOwnerRole)
		if err != nil || stored == nil || string(stored) == "0" {
			return err
		}
	}
	return s.changeAuthority(ctx, a, auth.SettingsChange, func(tx Tx) (deed, error) {
		who, err := s.findOwnerRole(ctx, tx)
		if err != nil {
			return deed{}, err
		}
		s.ownerRole = who.Name
		d := deed{object: settingOwnerRole, detail: map[string]any{"id": who.ID, "name": who.Name}}
		return d, tx.SetSetting(ctx, settingOwnerRole, who.ID, 0)
	})
}

func (s *Service) findOwnerRole(ctx context.Context, tx Tx) (PersonOrGroup, error) {
	name := s.config.OwnerRole
	if name == "" {
		return PersonOrGroup{}, nil
	}
	folded, err := Fold(name)
	if err != nil {
		return PersonOrGroup{}, fmt.Errorf("the owner of all notes: %w", err)
	}
	found, err := tx.Find(ctx, []string{folded})
	if err != nil {
		return PersonOrGroup{}, err
	}
	who, ok := found[folded]
	if !ok {
		s.config.Log.Warn("nobody owns all notes: there is no user or group of that name; make it and start again", "name", name)
		return PersonOrGroup{}, nil
	}
	if who.Kind != kindUser && who.Kind != kindGroup {
		return PersonOrGroup{}, fmt.Errorf("the owner of all notes must be a user or a group, not %q", name)
	}
	return who, nil
}
