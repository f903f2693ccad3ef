package files_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
)

func TestTheNextStartFinishesWhatWasBegun(t *testing.T) {
	w := newWorld(t)
	kept := w.note
	ids := map[string]auth.ID{"coming": auth.NewID(), "going": auth.NewID(), "unknown": auth.NewID()}
	for _, id := range ids {
		w.note = id
		w.put("a", "x")
	}
	w.note = kept
	w.put("a", "x")
	require.NoError(t, os.WriteFile(w.path(".quire-upload-half"), []byte("x"), 0o600))
	require.NoError(t, w.Doubt(ids["coming"], ids["going"], kept))
	there := map[auth.ID]bool{kept: true, ids["coming"]: true}
	require.NoError(t, w.Sweep(context.Background(), func(_ context.Context, id auth.ID) (bool, error) { return there[id], nil }))

	require.Equal(t, []string{"a"}, w.onDisk(), "what did not arrive is gone")
	w.note = ids["coming"]
	require.Equal(t, []string{"a"}, w.onDisk(), "the note is there after all")
	w.note = ids["going"]
	require.NoDirExists(t, w.path(), "marked, and no note's")
	w.note = ids["unknown"]
	require.DirExists(t, w.path(), "without a mark nothing is deleted: the database may be another one")
	entries, err := os.ReadDir(w.dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.False(t, strings.HasPrefix(e.Name(), ".doubtful-"), "%s", e.Name())
	}
}

func TestASweepThatCannotAskDeletesNothing(t *testing.T) {
	w := newWorld(t)
	w.put("a", "x")
	require.NoError(t, w.Doubt(w.note))
	require.Error(t, w.Sweep(context.Background(), func(context.Context, auth.ID) (bool, error) { return false, os.ErrDeadlineExceeded }))
	require.Equal(t, []string{"a"}, w.onDisk())
}

func TestRemoveTakesTheFolderAndTheMark(t *testing.T) {
	w := newWorld(t)
	w.put("a", "x")
	other := auth.NewID()
	require.Equal(t, []auth.ID{w.note}, w.With([]auth.ID{w.note, other}))
	require.NoError(t, w.Doubt(w.note))
	w.Remove(w.note, other)
	entries, err := os.ReadDir(w.dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}
