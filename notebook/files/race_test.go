package files_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook/files"
)

// swapper is what a kernel with bad intentions does: it swaps a folder, a link out
// of the note's folder, a pipe and a file with each other, as fast as it can.
const swapper = `
import os, sys
os.chdir(sys.argv[1])
outside = sys.argv[2]
os.makedirs("real/deep", exist_ok=True)
open("real/secret", "w").write("mine")
open("real/deep/x", "w").write("mine")
print("ready", flush=True)
def swap(make):
    try: make("next")
    except FileExistsError: pass
    try: os.rename("real", "aside")
    except OSError: pass
    try: os.rename("next", "real")
    except OSError: pass
    for gone in ("real",):
        try:
            if os.path.islink(gone): os.unlink(gone)
            elif not os.path.isdir(gone): os.unlink(gone)
        except OSError: pass
    try: os.rename("aside", "real")
    except OSError: pass
while True:
    swap(lambda n: os.symlink(outside, n))
    swap(lambda n: os.symlink("../" + os.path.basename(outside), n))
    swap(lambda n: os.mkfifo(n))
    swap(lambda n: open(n, "w").close())
`

// hostile runs swapper until the test ends.
func hostile(t *testing.T, folder, outside string) {
	t.Helper()
	cmd := exec.Command("python3", "-c", swapper, folder, outside)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	_, err = out.Read(make([]byte, 16))
	require.NoError(t, err)
}

func TestAProcessThatSwapsThingsWinsNothing(t *testing.T) {
	w := newWorld(t)
	w.put("x", "mine")
	outside := filepath.Join(w.dir, "outside")
	require.NoError(t, os.MkdirAll(filepath.Join(outside, "deep"), 0o700))
	for _, name := range []string{"secret", "deep/x"} {
		require.NoError(t, os.WriteFile(filepath.Join(outside, name), []byte("theirs"), 0o600))
	}
	hostile(t, w.path(), outside)
	rounds := 1500
	if testing.Short() {
		rounds = 200
	}
	read := 0
	for range rounds {
		for _, p := range []string{"real/secret", "real/deep/x"} {
			if got, err := w.read(p); err == nil && got != "" {
				read++
				require.Equal(t, "mine", got)
			}
		}
		_ = w.write("real/secret", "mine")
		_ = w.MakeFolder(as(writer), w.note, "real/made")
		_ = w.Rename(as(writer), w.note, "real/made", "real/moved")
		_ = w.Delete(as(writer), w.note, "real/moved")
		_ = w.Delete(as(writer), w.note, "real/deep/none")
		if l, err := w.List(as(reader), w.note, "real"); err == nil {
			for _, e := range l.Entries {
				require.NotEqual(t, int64(len("theirs")), e.Size, "%s", e.Name)
			}
		}
	}
	require.Positive(t, read, "it was tried at all")
	copied := auth.NewID()
	for range rounds / 50 {
		_, _ = w.Copy(as(reader), w.note, copied)
		_ = filepath.WalkDir(filepath.Join(w.dir, copied.String()), func(p string, d os.DirEntry, _ error) error {
			if d != nil && d.Type().IsRegular() {
				b, err := os.ReadFile(p)
				require.NoError(t, err)
				require.NotContains(t, string(b), "theirs")
			}
			return nil
		})
		_, _ = w.Each(as(reader), w.note, func(_ string, f *files.File) error {
			b := make([]byte, 16)
			n, _ := f.Read(b)
			require.NotContains(t, string(b[:n]), "theirs")
			return nil
		})
		w.Remove(copied)
	}
	list, err := os.ReadDir(outside)
	require.NoError(t, err)
	require.Len(t, list, 2, "nothing came or went outside")
	b, err := os.ReadFile(filepath.Join(outside, "secret"))
	require.NoError(t, err)
	require.Equal(t, "theirs", string(b))
	require.False(t, strings.Contains(string(b), "mine"))
}
