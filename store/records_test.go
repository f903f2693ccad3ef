package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/store"
	"quire/store/storetest"
)

// facts writes rows as they could stand in the database.
type facts struct {
	t  *testing.T
	db *store.DB
}

func newFacts(t *testing.T) facts {
	t.Helper()
	return facts{t, openDB(t, storetest.New(t))}
}

func scanned[T any](f facts, sql string, args ...any) (v T) {
	f.t.Helper()
	require.NoError(f.t, f.db.Tx(f.t.Context(), func(tx pgx.Tx) error {
		return tx.QueryRow(f.t.Context(), sql, args...).Scan(&v)
	}))
	return v
}

func (f facts) exec(sql string, args ...any) {
	f.t.Helper()
	require.NoError(f.t, f.db.Tx(f.t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(f.t.Context(), sql, args...)
		return err
	}))
}

func (f facts) principal(kind, name string) auth.PrincipalID {
	f.t.Helper()
	id := scanned[auth.PrincipalID](f, `INSERT INTO principals (kind, name, folded) VALUES ($1, $2, $2) RETURNING id`, kind, name)
	if kind == "group" {
		f.exec(`INSERT INTO groups (id) VALUES ($1)`, id)
	} else {
		f.exec(`INSERT INTO users (id, subject) VALUES ($1, $1::bigint::text)`, id)
	}
	return id
}

func (f facts) member(group, member auth.PrincipalID) {
	f.t.Helper()
	f.exec(`INSERT INTO memberships (group_id, member_id) VALUES ($1, $2)`, group, member)
}

func (f facts) signIn(user auth.PrincipalID, scope []string) auth.ID {
	f.t.Helper()
	id := auth.NewID()
	f.exec(`INSERT INTO sign_ins (id, user_id, kind, secret_hash, scope, expires_at)
		VALUES ($1, $2, 'token', $3, $4, now() + interval '1 hour')`, id, user, []byte(id.String()), scope)
	return id
}

func TestIdentitiesOfManyAtOnce(t *testing.T) {
	f := newFacts(t)
	ana, bo, off := f.principal("user", "ana"), f.principal("user", "bo"), f.principal("user", "off")
	inner, middle, outer, other := f.principal("group", "inner"), f.principal("group", "middle"), f.principal("group", "outer"), f.principal("group", "other")
	f.member(inner, ana)
	f.member(middle, inner)
	f.member(outer, middle)
	f.member(outer, ana) // by two ways
	f.member(other, bo)
	f.exec(`UPDATE users SET admin = true WHERE id = $1`, bo)
	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, off)
	browser, token, bos := f.signIn(ana, nil), f.signIn(ana, []string{"read", "use", "of-a-newer-version"}), f.signIn(bo, nil)
	ended, expired, offs := f.signIn(ana, nil), f.signIn(ana, nil), f.signIn(off, nil)
	f.exec(`UPDATE sign_ins SET ended_at = now() WHERE id = $1`, ended)
	f.exec(`UPDATE sign_ins SET expires_at = now() WHERE id = $1`, expired)

	found, epoch, err := f.db.Records().Identities(t.Context(), []auth.ID{browser, token, bos, ended, expired, offs, auth.NewID()})
	require.NoError(t, err)
	require.Equal(t, uint64(1), epoch)
	require.Len(t, found, 3)
	require.Equal(t, []auth.PrincipalID{auth.Everyone, ana, inner, middle, outer}, found[browser].Principals)
	require.Equal(t, found[browser].Principals, found[token].Principals)
	require.Equal(t, []auth.PrincipalID{auth.Everyone, bo, other}, found[bos].Principals)
	require.Equal(t, "ana", found[browser].Name)
	require.Equal(t, ana, found[browser].User)
	require.False(t, found[browser].Admin)
	require.True(t, found[bos].Admin)
	require.Equal(t, auth.AllActions, found[browser].Scope)
	require.Equal(t, auth.Actions(auth.Read|auth.Use), found[token].Scope)
	require.WithinDuration(t, time.Now().Add(time.Hour), found[browser].Until, time.Minute)

	found, epoch, err = f.db.Records().Identities(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, uint64(1), epoch, "an epoch comes with no rows too")
}

func TestIdentityOfAUser(t *testing.T) {
	f := newFacts(t)
	ana, crew := f.principal("user", "ana"), f.principal("group", "crew")
	f.member(crew, ana)
	who, epoch, err := f.db.Records().UserIdentity(t.Context(), ana)
	require.NoError(t, err)
	require.Equal(t, uint64(1), epoch)
	require.Equal(t, auth.Identity{User: ana, Name: "ana", Principals: []auth.PrincipalID{auth.Everyone, ana, crew}, Leads: []auth.PrincipalID{}, Scope: auth.AllActions}, who)
	f.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, ana)
	for _, id := range []auth.PrincipalID{ana, crew, auth.Everyone, 0, 99999} {
		_, _, err := f.db.Records().UserIdentity(t.Context(), id)
		require.True(t, fault.Is(err, fault.NotFound), "%d %v", id, err)
	}
}

// tree makes a folder in a folder with a note in it, each owned by the user.
func (f facts) tree(owner auth.PrincipalID) (top, folder, note auth.ID) {
	f.t.Helper()
	top, folder, note = auth.NewID(), auth.NewID(), auth.NewID()
	require.NoError(f.t, f.db.Tx(f.t.Context(), func(tx pgx.Tx) error {
		var above []auth.ID
		for i, id := range []auth.ID{top, folder, note} {
			kind, parent := "folder", auth.ID{}
			if i > 0 {
				parent = above[i-1]
			}
			if id == note {
				kind = "note"
			}
			above = append(above, id)
			if err := addNode(f.t.Context(), tx, id, parent, kind, owner, above); err != nil {
				return err
			}
		}
		return nil
	}))
	return top, folder, note
}

func addNode(ctx context.Context, tx pgx.Tx, id, parent auth.ID, kind string, owner auth.PrincipalID, above []auth.ID) error {
	if _, err := tx.Exec(ctx, `INSERT INTO nodes (id, parent_id, kind, name) VALUES ($1, $2, $3, $4)`, id, parent, kind, id.String()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO grants (node_id, principal_id, role) VALUES ($1, $2, 4)`, id, owner); err != nil {
		return err
	}
	for i, a := range above {
		if _, err := tx.Exec(ctx, `INSERT INTO node_paths VALUES ($1, $2, $3, true)`, a, id, len(above)-1-i); err != nil {
			return err
		}
	}
	return nil
}

func TestAChainGoesFromTheNodeToTheTop(t *testing.T) {
	f := newFacts(t)
	ana, bo := f.principal("user", "ana"), f.principal("user", "bo")
	top, folder, note := f.tree(ana)
	f.tree(bo) // somebody else's, not in the chain
	f.exec(`UPDATE nodes SET closed = true WHERE id = $1`, folder)
	begins, ends := time.Now().Add(time.Hour).Round(time.Second), time.Now().Add(2*time.Hour).Round(time.Second)
	grant := func(sql string, args ...any) {
		f.exec(`INSERT INTO grants (node_id, principal_id, role, `+sql, args...)
	}
	grant(`starts_at, ends_at) VALUES ($1, $2, 2, $3, $4)`, note, bo, begins, ends)
	grant(`ends_at) VALUES ($1, $2, 1, now() - interval '1 second')`, note, bo)
	grant(`revoked_at) VALUES ($1, $2, 3, now())`, note, bo)

	chain, epoch, err := f.db.Records().Chain(t.Context(), note)
	require.NoError(t, err)
	require.Equal(t, uint64(1), epoch)
	require.Len(t, chain, 3)
	require.Equal(t, []auth.ID{note, folder, top}, []auth.ID{chain[0].ID, chain[1].ID, chain[2].ID})
	require.Equal(t, []bool{false, true, false}, []bool{chain[0].Closed, chain[1].Closed, chain[2].Closed})
	require.Len(t, chain[0].Grants, 2, "over and taken back ones are left out")
	require.Equal(t, auth.Grant{Principal: ana, Role: auth.Owner}, chain[0].Grants[0])
	later := chain[0].Grants[1]
	require.Equal(t, auth.Runner, later.Role)
	require.True(t, later.StartsAt.Equal(begins) && later.EndsAt.Equal(ends))
	require.Len(t, chain[1].Grants, 1)
	require.False(t, chain[0].Trashed)

	f.exec(`UPDATE nodes SET trash_id = $1, trashed_at = now() WHERE id IN ($1, $2)`, folder, note)
	chain, _, err = f.db.Records().Chain(t.Context(), note)
	require.NoError(t, err)
	require.Equal(t, []bool{true, true, false}, []bool{chain[0].Trashed, chain[1].Trashed, chain[2].Trashed})

	_, _, err = f.db.Records().Chain(t.Context(), auth.NewID())
	require.True(t, fault.Is(err, fault.NotFound))
}

// A node whose grants were all taken back is in the chain, without any.
func TestAChainHasNodesWithoutGrants(t *testing.T) {
	f := newFacts(t)
	ana := f.principal("user", "ana")
	top, folder, note := f.tree(ana)
	f.exec(`DELETE FROM grants WHERE node_id IN ($1, $2)`, top, note)
	chain, _, err := f.db.Records().Chain(t.Context(), note)
	require.NoError(t, err)
	require.Len(t, chain, 3)
	require.Empty(t, chain[0].Grants)
	require.Equal(t, folder, chain[1].ID)
	require.Empty(t, chain[2].Grants)
}

// Rows and epoch are of one moment: an answer with the new epoch has the new rows.
func TestAnEpochIsThatOfItsRows(t *testing.T) {
	f := newFacts(t)
	ana, crew := f.principal("user", "ana"), f.principal("group", "crew")
	signIn := f.signIn(ana, nil)
	stop := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		defer close(done)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			// Odd epochs have no member, even ones do.
			_, err := f.db.Authority(context.Background(), func(tx pgx.Tx) error {
				sql := `INSERT INTO memberships (group_id, member_id) VALUES ($1, $2)`
				if i%2 == 1 {
					sql = `DELETE FROM memberships WHERE group_id = $1 AND member_id = $2`
				}
				_, err := tx.Exec(context.Background(), sql, crew, ana)
				return err
			})
			if err != nil {
				done <- err
				return
			}
		}
	}()
	for range 300 {
		found, epoch, err := f.db.Records().Identities(t.Context(), []auth.ID{signIn})
		require.NoError(t, err)
		require.Equal(t, epoch%2 == 0, found[signIn].Is(crew), fmt.Sprint(epoch))
	}
	close(stop)
	require.NoError(t, <-done)
}

// link makes a link on the note, as it could stand in the database.
func (f facts) link(note auth.ID, label string, anyone bool) auth.PrincipalID {
	f.t.Helper()
	id := scanned[auth.PrincipalID](f, `INSERT INTO principals (kind, name, folded) VALUES ('link', $1, $1) RETURNING id`, "link:"+auth.NewID().String())
	f.exec(`INSERT INTO links (id, node_id, label, secret_hash, anyone) VALUES ($1, $2, $3, $4, $5)`, id, note, label, []byte(fmt.Sprint(id)), anyone)
	return id
}

func (f facts) guest(link auth.PrincipalID) auth.ID {
	f.t.Helper()
	id := auth.NewID()
	f.exec(`INSERT INTO sign_ins (id, user_id, kind, secret_hash, expires_at) VALUES ($1, $2, 'guest', $3, now() + interval '1 hour')`, id, link, id[:])
	return id
}

func (f facts) identity(signIn auth.ID) (auth.Identity, bool) {
	f.t.Helper()
	found, _, err := f.db.Records().Identities(f.t.Context(), []auth.ID{signIn})
	require.NoError(f.t, err)
	who, ok := found[signIn]
	return who, ok
}

func TestAnIdentityHasLinksHeldCapsAndWhatItLeads(t *testing.T) {
	f := newFacts(t)
	ana, bo := f.principal("user", "ana"), f.principal("user", "bo")
	inner, outer, other := f.principal("group", "inner"), f.principal("group", "outer"), f.principal("group", "other")
	f.member(inner, ana)
	f.member(outer, inner)
	f.member(other, bo)
	_, folder, note := f.tree(ana)
	held, revoked, others := f.link(note, "", false), f.link(note, "", false), f.link(note, "", false)
	for link, who := range map[auth.PrincipalID]auth.PrincipalID{held: ana, revoked: ana, others: bo} {
		f.exec(`INSERT INTO link_holders (link_id, user_id) VALUES ($1, $2)`, link, who)
	}
	f.exec(`UPDATE principals SET removed_at = now() WHERE id = $1`, revoked)
	f.exec(`UPDATE memberships SET leads = true WHERE group_id IN ($1, $2)`, inner, outer)
	f.exec(`INSERT INTO caps (group_id, node_id, actions, lifted_at) VALUES ($1, NULL, 3, NULL), ($1, $2, 1, NULL), ($3, NULL, 1, NULL), ($1, NULL, 1, now())`,
		outer, folder, other)
	who, _ := f.identity(f.signIn(ana, nil))
	require.Equal(t, []auth.PrincipalID{auth.Everyone, ana, inner, outer, held}, who.Principals)
	require.Equal(t, []auth.PrincipalID{inner}, who.Leads, "not what a group leads")
	require.Equal(t, []auth.Cap{{Actions: 3}, {Node: folder, Actions: 1}}, who.Caps)
	require.False(t, who.OwnsAll)
	f.exec(`INSERT INTO settings (key, value) VALUES ('notebook.owner_role', to_jsonb($1::bigint))`, outer)
	who, _ = f.identity(f.signIn(ana, nil))
	require.True(t, who.OwnsAll)
	who, _ = f.identity(f.signIn(bo, nil))
	require.False(t, who.OwnsAll)
	f.exec(`UPDATE principals SET removed_at = now() WHERE id = $1`, outer)
	who, _ = f.identity(f.signIn(ana, nil))
	require.False(t, who.OwnsAll)
}

func TestAGuestIsNobodyButItsLink(t *testing.T) {
	f := newFacts(t)
	_, _, note := f.tree(f.principal("user", "ana"))
	link := f.link(note, "visitors", true)
	guest, closed := f.guest(link), f.guest(f.link(note, "", false))
	_, in := f.identity(guest)
	require.False(t, in, "not unless the setting says so")
	f.exec(`INSERT INTO settings (key, value) VALUES ('links.anyone', 'true')`)
	_, in = f.identity(closed)
	require.False(t, in, "a link that needs an account")
	who, in := f.identity(guest)
	require.True(t, in)
	require.WithinDuration(t, time.Now().Add(time.Hour), who.Until, time.Minute)
	who.Until = time.Time{}
	want := auth.Identity{User: link, Name: "guest (visitors)", Principals: []auth.PrincipalID{link}, Leads: []auth.PrincipalID{},
		Scope: auth.GuestScope, Guest: true}
	require.Equal(t, want, who)
	without, _, err := f.db.Records().UserIdentity(t.Context(), link)
	require.NoError(t, err)
	require.Equal(t, want, without, "what it started runs on as it")
	s, err := f.db.People().SignInOf(t.Context(), guest[:])
	require.NoError(t, err)
	require.Equal(t, []any{guest, link, "guest (visitors)"}, []any{s.ID, s.User, s.UserName})

	_, _, err = f.db.Records().UserIdentity(t.Context(), link+1000)
	require.True(t, fault.Is(err, fault.NotFound), "nobody is taken for a guest")
	for what, change := range map[string]string{
		"a sign-in that was ended":      `UPDATE sign_ins SET ended_at = now() WHERE id = $1`,
		"one that is over":              `UPDATE sign_ins SET expires_at = now() - interval '1 second' WHERE id = $1`,
		"one that was not made as such": `UPDATE sign_ins SET kind = 'browser' WHERE id = $1`,
	} {
		other := f.guest(link)
		_, in = f.identity(other)
		require.True(t, in)
		f.exec(change, other)
		_, in = f.identity(other)
		require.False(t, in, what)
	}

	f.exec(`UPDATE principals SET removed_at = now() WHERE id = $1`, link)
	_, in = f.identity(guest)
	require.False(t, in, "a revoked link")
	_, err = f.db.People().SignInOf(t.Context(), guest[:])
	require.True(t, fault.Is(err, fault.NotFound))
	_, _, err = f.db.Records().UserIdentity(t.Context(), link)
	require.True(t, fault.Is(err, fault.NotFound))
}
