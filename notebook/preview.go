package notebook

import (
	"context"
	"crypto/rand"

	"quire/auth"
)

// A preview tells what a change would do to whom, before it is saved. The change is
// the real one, by the same methods with the same checks, on a store that measures
// it and rolls it back; open notes and pages hear nothing of it.

// PreviewGrants tells what SetGrants would do.
func (t *Tree) PreviewGrants(ctx context.Context, id ID, c GrantChange) (auth.Effect, error) {
	return t.preview(ctx, id, func(r *Tree) error {
		_, err := r.SetGrants(ctx, id, c)
		return err
	})
}

// PreviewClose tells what closing a node to grants above would do, or opening it.
func (t *Tree) PreviewClose(ctx context.Context, id ID, closed bool) (auth.Effect, error) {
	return t.preview(ctx, id, func(r *Tree) error {
		g, err := r.grants(ctx, id)
		if err != nil {
			return err
		}
		c := GrantChange{Version: g.Version, Closed: &closed}
		for _, have := range highest(g.Own) {
			if have.undated() && have.Principal.Kind != "link" {
				c.Grants = append(c.Grants, GrantWish{ID: have.Principal.ID, Role: have.Role})
			}
		}
		_, err = r.SetGrants(ctx, id, c)
		return err
	})
}

// PreviewMove tells what Move would do to who may do what.
func (t *Tree) PreviewMove(ctx context.Context, id, parent ID) (auth.Effect, error) {
	return t.preview(ctx, id, func(r *Tree) error {
		_, err := r.Move(ctx, id, parent, "")
		return err
	})
}

// PreviewTrash tells what TrashNode would do to who may do what.
func (t *Tree) PreviewTrash(ctx context.Context, id ID) (auth.Effect, error) {
	return t.preview(ctx, id, func(r *Tree) error { return r.TrashNode(ctx, id) })
}

// PreviewRestore tells what Restore, perhaps under another name, would do to who may
// do what.
func (t *Tree) PreviewRestore(ctx context.Context, id ID, name string) (auth.Effect, error) {
	return t.preview(ctx, id, func(r *Tree) error {
		_, err := r.Restore(ctx, id, name)
		return err
	})
}

// PreviewLink tells what a link would give to whoever opens it.
func (t *Tree) PreviewLink(ctx context.Context, id ID, n NewLink) (auth.Effect, error) {
	n.SecretHash = []byte(rand.Text()) // of no secret
	return t.preview(ctx, id, func(r *Tree) error {
		_, err := r.CreateLink(ctx, id, n)
		return err
	})
}

func (t *Tree) preview(ctx context.Context, id ID, change func(*Tree) error) (auth.Effect, error) {
	if _, _, err := t.gate.CheckNode(ctx, auth.AccessPreview, id); err != nil {
		return auth.Effect{}, err
	}
	rehearsing := *t
	var effect *auth.Effect
	rehearsing.store, effect = t.store.Rehearse(auth.Touched{Nodes: []ID{id}})
	rehearsing.notes, rehearsing.Changed = unheard{t.notes}, nil
	err := change(&rehearsing)
	return *effect, err
}

// unheard are open notes that are not told of changes.
type unheard struct{ Notes }

// NodeChanged implements Notes.
func (unheard) NodeChanged([]ID, bool) {}
