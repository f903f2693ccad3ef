package notebook_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func TestOneNameTwiceIsRefused(t *testing.T) {
	f := newForest(t)
	ana, bob := f.person("ana"), f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	before := f.rows(id)
	for _, twice := range []notebook.GrantWish{byName("BOB", auth.Writer), byName("ｂｏｂ", auth.Reader), {ID: who(bob).User, Role: auth.Owner}} {
		_, err := f.set(ana, id, 1, byName("ana", auth.Owner), byName("bob", auth.Reader), twice)
		require.Equal(t, fault.Invalid, code(err), "%+v", twice)
		require.Equal(t, map[string]any{"repeated": []auth.PrincipalID{who(bob).User}}, fault.Of(err).Details)
	}
	require.Equal(t, before, f.rows(id))
	_, err := f.setDated(ana, id, 1, byName("ana", auth.Owner), byName("bob", auth.Reader),
		dated("BOB", auth.Writer, time.Time{}, time.Now().Add(time.Hour)))
	require.NoError(t, err, "for a while somebody may have more")
}

func TestOddNames(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	f.person("zoë")
	id := f.newNote(ana, "n", notebook.ID{})
	before := f.rows(id)
	odd := []string{"a\x00b", "a\nb", "\u202eana", "ana\u200b", "a\x1b[31m", "\xff\xfe", "😀😀", "ana ", " ", strings.Repeat("é", 70), "a:b"}
	var wishes []notebook.GrantWish
	for _, name := range odd {
		wishes = append(wishes, byName(name, auth.Reader))
	}
	_, err := f.set(ana, id, 1, append(wishes, byName("ana", auth.Owner))...)
	require.Equal(t, fault.Invalid, code(err))
	require.Equal(t, map[string]any{"unknown": odd}, fault.Of(err).Details)
	for _, bad := range []string{"\x00", "\n", "\u202e", "\u200b", "\x1b", "\xff"} {
		require.NotContains(t, err.Error(), bad, "what one cannot see is not in the message")
	}
	require.Equal(t, before, f.rows(id))
	_, err = f.set(ana, id, 1, byName("ana", auth.Owner), byName("zoe\u0308", auth.Reader))
	require.NoError(t, err, "the same letters written in another way are the same name")

	many := []notebook.GrantWish{byName("ana", auth.Owner)}
	for i := range notebook.MaxGrants - 1 {
		many = append(many, byName(fmt.Sprint("stranger", i), auth.Reader))
	}
	_, err = f.set(ana, id, 2, many...)
	require.Equal(t, fault.Invalid, code(err))
	require.Less(t, len(err.Error()), 1000, "a long list is cut short in the message")
	require.Len(t, fault.Of(err).Details.(map[string]any)["unknown"], notebook.MaxGrants-1)
	for range 2 * notebook.MaxGrants {
		many = append(many, byName("x", auth.Reader))
	}
	_, err = f.set(ana, id, 2, many...)
	require.Equal(t, fault.TooLarge, code(err))
}

func TestNobodyGrantsMoreThanTheyMay(t *testing.T) {
	f := newForest(t)
	ana := f.person("ana")
	f.person("bob")
	id := f.newNote(ana, "n", notebook.ID{})
	before := f.rows(id)
	token := f.token(ana, "read", "manage")
	for _, role := range []auth.Role{auth.Runner, auth.Writer, auth.Owner} {
		_, err := f.set(token, id, 1, byName("ana", auth.Owner), byName("bob", role))
		require.Equal(t, fault.Forbidden, code(err), role)
	}
	_, err := f.tree.CreateLink(token, id, notebook.NewLink{Label: "l", Role: auth.Runner, SecretHash: []byte{1}})
	require.Equal(t, fault.Forbidden, code(err))
	require.Equal(t, before, f.rows(id))
	_, err = f.set(token, id, 1, byName("ana", auth.Owner), byName("bob", auth.Reader))
	require.NoError(t, err)
}

// Owning is passed on in one change, to a person or a group, and the one who passes
// it on may leave with it.
func TestOwnershipIsPassedOn(t *testing.T) {
	f := newForest(t)
	ana, bob, eve := f.person("ana"), f.person("bob"), f.person("eve")
	f.group("empty")
	f.group("crew", who(bob).User)
	f.group("outer", f.group("inner", who(eve).User))
	id := f.newNote(ana, "n", notebook.ID{})
	_, err := f.set(ana, id, 1, byName("empty", auth.Owner))
	require.Equal(t, fault.Conflict, code(err), "a group without anybody owns nothing")
	require.Equal(t, owns, f.may(ana, id))
	_, err = f.set(ana, id, 1, byName("crew", auth.Owner))
	require.NoError(t, err)
	require.Equal(t, []auth.Actions{0, owns}, []auth.Actions{f.may(ana, id), f.may(bob, id)})
	_, err = f.set(bob, id, 2, byName("outer", auth.Owner), byName("ana", auth.Reader))
	require.NoError(t, err)
	require.Equal(t, []auth.Actions{reads, 0, owns}, []auth.Actions{f.may(ana, id), f.may(bob, id), f.may(eve, id)})
	_, err = f.set(ana, id, 3, byName("ana", auth.Owner))
	require.Equal(t, fault.Forbidden, code(err))
}
