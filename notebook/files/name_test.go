package files_test

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/auth/fault"
	"quire/notebook/files"
)

func TestNamesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	w.put("there", "x")
	for _, p := range []string{"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", "./a", "a\x00b", "a\nb", "a\x1b[31m", "a\u202eb",
		`a\b`, `..\x`, `\x00`, `a\x2fb`, `\xzz`, "\xff", strings.Repeat("é", 128), strings.Repeat("x/", 2100) + "x", "   ", ".quire-upload-x",
		strings.Repeat("d/", 100) + "x"} {
		err := w.write(p, "x")
		require.Contains(t, []fault.Code{fault.Invalid, fault.NotFound}, fault.CodeOf(err), "%q: %v", p, err)
		require.Error(t, w.Rename(as(writer), w.note, "there", p), "%q", p)
		require.Error(t, w.MakeFolder(as(writer), w.note, p), "%q", p)
	}
	require.Equal(t, []string{"there"}, w.onDisk())
	require.Error(t, w.Delete(as(writer), w.note, ""), "the whole folder is not deleted by an empty path")
	require.Error(t, w.Delete(as(writer), w.note, "."))
	require.DirExists(t, w.path())
}

func TestOddNamesOfCodeCanBeReadRenamedAndDeleted(t *testing.T) {
	w := newWorld(t)
	w.put("x", "")
	for _, name := range []string{"\xff\xfe", "line\nfeed", `back\slash`, "a\u202etxt.exe", "cafe\u0301", "\uFFFD", "%2e%2e", " ", "-rf", "a:b*?\"<>|", "con"} {
		require.NoError(t, os.WriteFile(w.path(name), []byte(name), 0o600))
		shown := files.Show(name)
		require.True(t, utf8.ValidString(shown))
		require.Contains(t, w.names(""), shown)
		got, err := w.read(shown)
		require.NoError(t, err, "%q", shown)
		require.Equal(t, name, got)
		require.NoError(t, w.Rename(as(writer), w.note, shown, "plain"))
		require.NoError(t, w.Delete(as(writer), w.note, "plain"))
	}
	require.Equal(t, `\xff`, files.Show("\xff"))
	require.Equal(t, `a\x5cb`, files.Show(`a\b`))
}

func TestComposedAndDecomposedNamesAreOne(t *testing.T) {
	w := newWorld(t)
	w.put("cafe\u0301", "1") // as macOS sends it
	require.Equal(t, []string{"café"}, w.names(""))
	w.put("café", "2")
	require.Equal(t, []string{"café"}, w.names(""))
	require.NoError(t, os.WriteFile(w.path("nai\u0308ve"), []byte("code's"), 0o600))
	w.put("nai\u0308ve", "3")
	require.Equal(t, []string{"café", "nai\u0308ve"}, w.names(""), "the very name is replaced where it is there")
}

// Whatever bytes a name has, what is shown is text, is no other name's, and finds
// it again.
func TestShowIsOneToOne(t *testing.T) {
	w := newWorld(t)
	w.put("x", "")
	name := rapid.Map(rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte(`\x0a5cé.`))), 1, 40), func(b []byte) string { return string(b) })
	valid := func(s string) bool { return !strings.ContainsAny(s, "/\x00") && s != "." && s != ".." && s != "x" }
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Filter(valid).Draw(t, "a"), name.Filter(valid).Draw(t, "b")
		require.True(t, utf8.ValidString(files.Show(a)))
		require.Equal(t, a == b, files.Show(a) == files.Show(b))
		require.NoError(t, os.WriteFile(w.path(a), []byte(a), 0o600))
		got, err := w.read(files.Show(a))
		require.NoError(t, err, "%q", a)
		require.Equal(t, a, got)
		require.NoError(t, os.Remove(w.path(a)))
	})
}

// No path, however made, touches anything outside the note's folder.
func FuzzPaths(f *testing.F) {
	for _, p := range []string{"a", "../a", "up/a", `\x2e\x2e/a`, "out/../../b", "d/./e", "/abs", "link/x"} {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, p string) {
		w := newWorld(t)
		w.put("d", "x")
		require.NoError(t, os.Symlink("..", w.path("up")))
		require.NoError(t, os.Symlink(w.dir, w.path("link")))
		before, err := os.ReadDir(w.dir)
		require.NoError(t, err)
		_, _ = w.read(p)
		_ = w.write(p, "content")
		_ = w.MakeFolder(as(writer), w.note, p)
		_ = w.Rename(as(writer), w.note, "d", p)
		_ = w.Delete(as(writer), w.note, p)
		after, err := os.ReadDir(w.dir)
		require.NoError(t, err)
		require.Len(t, after, len(before))
		require.DirExists(t, w.path())
	})
}
