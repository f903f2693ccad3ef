package account_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
)

// flush lets Run write what it holds, by ending it.
func (w *world) flush(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { w.Run(ctx) })
	stop()
	done.Wait()
}

func TestEqualRefusalsAreOneRow(t *testing.T) {
	w := newWorld(t)
	ana := w.named(t, "ana")
	ctx := w.as(t, ana.Secret)
	for range 5 {
		_, err := w.Groups(ctx)
		require.Error(t, err)
		_, err = w.SignIn(t.Context(), "ana", "a wrong one", account.Client{Address: "192.0.2.1"})
		require.Error(t, err)
		_, err = w.SignIn(t.Context(), "my secret password", "a wrong one", account.Client{})
		require.Error(t, err)
	}
	w.flush(t)
	entries, err := w.Audit(operator(t), account.AuditQuery{})
	require.NoError(t, err)
	got := map[string]int{}
	for _, e := range entries {
		if e.Outcome == account.Refused {
			got[fmt.Sprintf("%s %s %q %v", e.Actor, e.Operation, e.Object, e.Detail["address"])] += e.Count
		}
	}
	require.Equal(t, map[string]int{
		`ana group.list "" <nil>`:                  5,
		`anonymous session.signin "ana" 192.0.2.1`: 5,
		`anonymous session.signin "" <nil>`:        5, // what was typed for a name may be a password
	}, got)
	w.flush(t)
	require.Equal(t, int64(3), one[int64](t, w, `SELECT count(*) FROM audit WHERE outcome = 'refused'`), "written once")
}

func TestManyDifferentRefusalsAreBounded(t *testing.T) {
	w := newWorld(t)
	for i := range 2500 {
		w.Refused(t.Context(), auth.Actor{Name: fmt.Sprint("a", i)}, auth.NoteOpen, "x")
	}
	w.flush(t)
	require.Equal(t, int64(2001), one[int64](t, w, `SELECT count(*) FROM audit`))
	require.Equal(t, int64(2500), one[int64](t, w, `SELECT sum(count)::bigint FROM audit`), "none is lost")
}

func TestTheAuditLogIsReadInPages(t *testing.T) {
	w := newWorld(t)
	w.named(t, "ana")
	for range 250 {
		_, err := w.SignIn(t.Context(), "ana", password, account.Client{})
		require.NoError(t, err)
	}
	first, err := w.Audit(operator(t), account.AuditQuery{Object: "ana"})
	require.NoError(t, err)
	require.Len(t, first, 200)
	second, err := w.Audit(operator(t), account.AuditQuery{Object: "ana", Before: first[199].ID})
	require.NoError(t, err)
	require.NotEmpty(t, second)
	require.Less(t, second[0].ID, first[199].ID)
	none, err := w.Audit(operator(t), account.AuditQuery{Object: "bo"})
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestTheAuditLogOfSomebody(t *testing.T) {
	w := newWorld(t)
	ana := w.named(t, "ana")
	w.named(t, "bob")
	_, err := w.Groups(w.as(t, ana.Secret))
	require.Error(t, err)
	w.flush(t)
	all, err := w.Audit(operator(t), account.AuditQuery{})
	require.NoError(t, err)
	hers, err := w.Audit(operator(t), account.AuditQuery{Actor: "ana", Operation: "group."})
	require.NoError(t, err)
	require.Len(t, hers, 1)
	require.Equal(t, "group.list", hers[0].Operation)
	require.Greater(t, len(all), 1)
	none, err := w.Audit(operator(t), account.AuditQuery{Actor: "bob", Operation: "group."})
	require.NoError(t, err)
	require.Empty(t, none)
}
