package files_test

import (
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook/files"
)

func TestFilesComeAndGo(t *testing.T) {
	w := newWorld(t)
	require.Empty(t, w.names(""), "a note without files has none")
	require.NoError(t, w.MakeFolder(as(writer), w.note, "data"))
	w.put("data/a.csv", "1,2")
	w.put("b.txt", "hello")
	require.Equal(t, []string{"data", "b.txt"}, w.names(""), "folders come first")
	got, err := w.read("data/a.csv")
	require.NoError(t, err)
	require.Equal(t, "1,2", got)

	l, err := w.List(as(reader), w.note, "data")
	require.NoError(t, err)
	require.Equal(t, files.FileKind, l.Entries[0].Kind)
	require.EqualValues(t, 3, l.Entries[0].Size)
	require.WithinDuration(t, time.Now(), l.Entries[0].ChangedAt, time.Minute)
	require.EqualValues(t, 8, l.Used)
	require.EqualValues(t, quota, l.Quota)

	require.NoError(t, w.Rename(as(writer), w.note, "b.txt", "data/c.txt"))
	require.Equal(t, []string{"a.csv", "c.txt"}, w.names("data"))
	require.NoError(t, w.Delete(as(writer), w.note, "data"))
	require.Empty(t, w.onDisk())
	require.Equal(t, []string{"file.write data", "file.write data/a.csv", "file.write b.txt", "file.write data/c.txt", "file.delete data"}, w.audited)
}

func TestWhoMayWhat(t *testing.T) {
	w := newWorld(t)
	w.put("a", "x")
	for user, code := range map[auth.PrincipalID]fault.Code{reader: fault.Forbidden, stranger: fault.NotFound} {
		ctx := as(user)
		_, err := w.Write(ctx, w.note, files.Upload{Path: "b", Size: -1}, strings.NewReader("x"))
		require.Equal(t, code, fault.CodeOf(err))
		require.Equal(t, code, fault.CodeOf(w.MakeFolder(ctx, w.note, "d")))
		require.Equal(t, code, fault.CodeOf(w.Rename(ctx, w.note, "a", "b")))
		require.Equal(t, code, fault.CodeOf(w.Delete(ctx, w.note, "a")))
	}
	_, err := w.List(as(stranger), w.note, "")
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = w.Open(as(stranger), w.note, "a")
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = w.Copy(as(stranger), w.note, auth.NewID())
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	_, err = w.Each(as(stranger), w.note, func(string, *files.File) error { return nil })
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	require.Equal(t, []string{"a"}, w.onDisk())
}

func TestRightsTakenBackEndWhatIsUnderWay(t *testing.T) {
	w := newWorld(t)
	w.put("a", "old")
	f, err := w.Open(as(writer), w.note, "a")
	require.NoError(t, err)
	defer f.Close()
	_, err = f.Read(make([]byte, 1))
	require.NoError(t, err)
	up := &arriving{content: "new", at: func() { w.takeAway() }}
	_, err = w.Write(as(writer), w.note, files.Upload{Path: "a", Size: -1}, up)
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	require.Equal(t, []string{"a"}, w.onDisk(), "what had arrived is gone")
	_, err = f.Read(make([]byte, 1))
	require.Equal(t, fault.NotFound, fault.CodeOf(err))
	got, err := w.read("a")
	require.NoError(t, err)
	require.Equal(t, "old", got)
}

// arriving is an upload in whose course something happens.
type arriving struct {
	content string
	at      func()
	end     error
}

func (a *arriving) Read(b []byte) (int, error) {
	if a.content == "" {
		if a.end != nil {
			return 0, a.end
		}
		return 0, io.EOF
	}
	a.at()
	n := copy(b, a.content)
	a.content = a.content[n:]
	return n, nil
}

func TestAnUploadThatBreaksOffChangesNothing(t *testing.T) {
	w := newWorld(t)
	w.put("a", "old")
	_, err := w.Write(as(writer), w.note, files.Upload{Path: "a", Size: -1}, &arriving{content: "half", at: func() {
		got, err := w.read("a")
		require.NoError(t, err)
		require.Equal(t, "old", got, "until all has arrived the old one stands there")
		require.Equal(t, []string{"a"}, w.names(""), "what arrives is not listed")
	}, end: errors.New("cut off")})
	require.Error(t, err)
	_, err = w.Write(as(writer), w.note, files.Upload{Path: "a", Size: 10}, strings.NewReader("short"))
	require.Equal(t, fault.Invalid, fault.CodeOf(err))
	_, err = w.Write(as(writer), w.note, files.Upload{Path: "a", Size: 2}, strings.NewReader("long"))
	require.Equal(t, fault.Invalid, fault.CodeOf(err))
	w.away = true
	require.Equal(t, fault.Unavailable, fault.CodeOf(w.write("a", "unseen")), "nothing is done that the audit log cannot keep")
	require.Equal(t, fault.Unavailable, fault.CodeOf(w.Delete(as(writer), w.note, "a")))
	got, err := w.read("a")
	require.NoError(t, err)
	require.Equal(t, "old", got)
	require.Equal(t, []string{"a"}, w.onDisk())
}

func TestClashes(t *testing.T) {
	w := newWorld(t)
	w.put("a", "1")
	require.NoError(t, w.MakeFolder(as(writer), w.note, "d"))
	w.put("d/x", "2")
	_, err := w.Write(as(writer), w.note, files.Upload{Path: "a", Size: 1, Keep: true}, strings.NewReader("3"))
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
	for _, err := range []error{
		w.MakeFolder(as(writer), w.note, "a"), w.MakeFolder(as(writer), w.note, "d"),
		w.Rename(as(writer), w.note, "a", "d"), w.Rename(as(writer), w.note, "d", "a"),
		w.write("d", "a file in place of a folder"), w.write("a/b", "below a file"),
	} {
		require.Contains(t, []fault.Code{fault.Conflict, fault.NotFound}, fault.CodeOf(err), "%v", err)
	}
	require.Equal(t, fault.NotFound, fault.CodeOf(w.write("none/b", "x")))
	require.Error(t, w.Rename(as(writer), w.note, "d", "d/e"), "into itself")
	// One that comes while the other arrives is kept.
	_, err = w.Write(as(writer), w.note, files.Upload{Path: "late", Size: -1, Keep: true}, &arriving{content: "second", at: func() {
		require.NoError(t, os.WriteFile(w.path("late"), []byte("first"), 0o600))
	}})
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
	got, err := w.read("late")
	require.NoError(t, err)
	require.Equal(t, "first", got)
	w.put("a", "replaced")
	require.ElementsMatch(t, []string{"a", "d", "d/x", "late"}, w.onDisk())
}

func TestTheQuotaCountsEverything(t *testing.T) {
	w := newWorld(t)
	w.put("a", strings.Repeat("x", quota/2))
	require.NoError(t, os.WriteFile(w.path("by the kernel"), make([]byte, quota/4), 0o600))
	require.Equal(t, fault.TooLarge, fault.CodeOf(w.write("b", strings.Repeat("x", quota/4+1))))
	_, err := w.Write(as(writer), w.note, files.Upload{Path: "b", Size: -1}, strings.NewReader(strings.Repeat("x", quota/4+1)))
	require.Equal(t, fault.TooLarge, fault.CodeOf(err), "also when it does not say how much comes")
	// Two at once share what is left.
	_, err = w.Write(as(writer), w.note, files.Upload{Path: "b", Size: quota / 8}, &arriving{content: strings.Repeat("x", quota/8), at: func() {
		require.Equal(t, fault.TooLarge, fault.CodeOf(w.write("c", strings.Repeat("x", quota/8+1))))
	}})
	require.NoError(t, err)
	w.put("c", strings.Repeat("x", quota/8))
	require.Equal(t, fault.TooLarge, fault.CodeOf(w.write("d", "x")))
	w.put("empty", "")
	require.NoError(t, w.Delete(as(writer), w.note, "a"))
	w.put("d", "x")
	sparse, err := os.Create(w.path("sparse"))
	require.NoError(t, err)
	require.NoError(t, sparse.Truncate(1<<40))
	require.NoError(t, sparse.Close())
	require.Equal(t, fault.TooLarge, fault.CodeOf(w.write("e", "x")), "holes count as the list shows them")
	_, err = w.Copy(as(reader), w.note, auth.NewID())
	require.Equal(t, fault.TooLarge, fault.CodeOf(err), "and are not copied until the disk is full")
	left, err := w.Each(as(reader), w.note, func(p string, _ *files.File) error { require.NotEqual(t, "sparse", p); return nil })
	require.NoError(t, err)
	require.Equal(t, 1, left)
}

func TestWhatIsNoFileIsListedAndLeftAlone(t *testing.T) {
	w := newWorld(t)
	w.put("real", "content")
	require.NoError(t, unix.Mkfifo(w.path("pipe"), 0o600))
	require.NoError(t, os.Symlink("real", w.path("inside")))
	require.NoError(t, os.Symlink("/etc/passwd", w.path("outside")))
	require.NoError(t, os.Symlink("../../..", w.path("up")))
	require.NoError(t, os.Symlink("loop", w.path("loop")))
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	require.NoError(t, err)
	defer unix.Close(fd)
	t.Chdir(w.path())
	require.NoError(t, unix.Bind(fd, &unix.SockaddrUnix{Name: "socket"}))

	l, err := w.List(as(reader), w.note, "")
	require.NoError(t, err)
	kinds := map[string]files.Kind{}
	for _, e := range l.Entries {
		kinds[e.Name] = e.Kind
	}
	require.Equal(t, map[string]files.Kind{"real": files.FileKind, "pipe": files.OtherKind, "socket": files.OtherKind,
		"inside": files.LinkKind, "outside": files.LinkKind, "up": files.LinkKind, "loop": files.LinkKind}, kinds)
	require.EqualValues(t, len("content"), l.Used, "links take nothing")

	for _, name := range []string{"pipe", "socket", "outside", "up", "loop", "up/etc/passwd"} {
		_, err := w.read(name) // a pipe without a writer would block here for ever
		require.Contains(t, []fault.Code{fault.Invalid, fault.NotFound}, fault.CodeOf(err), "%s: %v", name, err)
		require.NotContains(t, err.Error(), w.dir, "no path of the server is told")
	}
	got, err := w.read("inside")
	require.NoError(t, err)
	require.Equal(t, "content", got, "links among the note's files are followed")

	_, err = w.List(as(reader), w.note, "up")
	require.Equal(t, fault.Invalid, fault.CodeOf(err))
	require.Error(t, w.write("up/evil", "x"))
	require.Error(t, w.MakeFolder(as(writer), w.note, "up/evil"))
	require.Error(t, w.Rename(as(writer), w.note, "real", "up/evil"))
	require.Error(t, w.Delete(as(writer), w.note, "up/etc"))
	require.NoFileExists(t, w.dir+"/../evil")

	copied := auth.NewID()
	left, err := w.Copy(as(reader), w.note, copied)
	require.NoError(t, err)
	require.Equal(t, 6, left, "what is no file stays behind, and is counted")
	w.note = copied
	require.Equal(t, []string{"real"}, w.onDisk())
}

func TestReplacingALinkLeavesWhatItLeadsTo(t *testing.T) {
	w := newWorld(t)
	w.put("target", "old")
	require.NoError(t, os.Symlink("target", w.path("link")))
	w.put("link", "new")
	got, err := w.read("target")
	require.NoError(t, err)
	require.Equal(t, "old", got)
	require.NoError(t, os.Symlink("target", w.path("second")))
	require.NoError(t, w.Delete(as(writer), w.note, "second"))
	require.FileExists(t, w.path("target"))
}

func TestHugeFolders(t *testing.T) {
	w := newWorld(t)
	w.put("0", "first")
	for i := range files.MaxListed + 10 {
		require.NoError(t, os.WriteFile(w.path("f"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+time.Duration(i).String()), nil, 0o600))
	}
	l, err := w.List(as(reader), w.note, "")
	require.NoError(t, err)
	require.Len(t, l.Entries, files.MaxListed)
	require.Equal(t, 11, l.More)
	require.Equal(t, "0", l.Entries[0].Name)
}

func TestAFolderThatIsNoneIsRefused(t *testing.T) {
	w := newWorld(t)
	outside := t.TempDir()
	require.NoError(t, os.WriteFile(outside+"/secret", []byte("s"), 0o600))
	require.NoError(t, os.Symlink(outside, w.path()))
	_, err := w.read("secret")
	require.Equal(t, fault.Conflict, fault.CodeOf(err))
	require.Equal(t, fault.Conflict, fault.CodeOf(w.write("a", "x")))
}

func TestWhatTheServerWritesIsTheKernels(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give files away")
	}
	w := newWorld(t)
	require.NoError(t, os.Mkdir(w.path(), 0o770))
	require.NoError(t, os.Chown(w.path(), 54321, 54322))
	w.put("a", "x")
	require.NoError(t, w.MakeFolder(as(writer), w.note, "d"))
	w.put("d/b", "x")
	for _, name := range []string{"a", "d", "d/b"} {
		var st unix.Stat_t
		require.NoError(t, unix.Lstat(w.path(name), &st))
		require.EqualValues(t, 54321, st.Uid, name)
		require.EqualValues(t, 54322, st.Gid, name)
		require.EqualValues(t, 0, st.Mode&0o007, "%s is nobody else's", name)
		require.EqualValues(t, 0o060, st.Mode&0o060, "%s is the group's too", name)
	}
}

func TestHiddenOnesComeLast(t *testing.T) {
	w := newWorld(t)
	w.put("z", "x")
	for _, name := range []string{".local", "data"} {
		require.NoError(t, w.MakeFolder(as(writer), w.note, name))
	}
	require.Equal(t, []string{"data", "z", ".local"}, w.names(""))
}
