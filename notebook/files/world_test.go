package files_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook/files"
)

const writer, reader, stranger = auth.PrincipalID(2001), auth.PrincipalID(2002), auth.PrincipalID(2003)

const quota = 1 << 20

// world is a note's files with fakes of who may what, and of the audit log.
type world struct {
	*files.Service
	t    testing.TB
	dir  string
	note auth.ID
	gate *auth.Gate

	mu      sync.Mutex
	epoch   uint64
	noMore  bool // the writer has lost the right to everything
	audited []string
	away    bool // the database
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), note: auth.NewID(), epoch: 1}
	log := slog.New(slog.DiscardHandler)
	w.gate = auth.NewGate(w, log)
	w.gate.Confirm(context.Background())
	w.Service = files.New(files.Config{Dir: w.dir, Quota: quota, Log: log}, w.gate, w)
	return w
}

func (w *world) Identities(context.Context, []auth.ID) (map[auth.ID]auth.Identity, uint64, error) {
	return nil, w.epoch, nil
}

func (w *world) UserIdentity(_ context.Context, user auth.PrincipalID) (auth.Identity, uint64, error) {
	return auth.Identity{User: user, Principals: []auth.PrincipalID{auth.Everyone, user}, Scope: auth.AllActions}, w.epoch, nil
}

func (w *world) Chain(_ context.Context, node auth.ID) ([]auth.Object, uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	o := auth.Object{ID: node, Grants: []auth.Grant{{Principal: reader, Role: auth.Reader}}}
	if !w.noMore {
		o.Grants = append(o.Grants, auth.Grant{Principal: writer, Role: auth.Writer})
	}
	return []auth.Object{o}, w.epoch, nil
}

func (w *world) Epoch(context.Context) (uint64, error) { return w.epoch, nil }

func (w *world) Record(_ context.Context, op auth.Operation, _ auth.ID, detail map[string]any) error {
	if w.away {
		return errors.New("the database is away")
	}
	w.audited = append(w.audited, op.Name()+" "+detail["path"].(string))
	return nil
}

// takeAway ends the writer's grant.
func (w *world) takeAway() {
	w.mu.Lock()
	w.noMore = true
	w.epoch++
	epoch := w.epoch
	w.mu.Unlock()
	w.gate.Move(epoch)
}

func as(user auth.PrincipalID) context.Context {
	return auth.WithActor(context.Background(), auth.Actor{Kind: auth.Person, User: user, Name: "somebody"})
}

// path is where something of the note is on disk.
func (w *world) path(parts ...string) string {
	return filepath.Join(append([]string{w.dir, w.note.String()}, parts...)...)
}

func (w *world) write(p, content string) error {
	_, err := w.Write(as(writer), w.note, files.Upload{Path: p, Size: int64(len(content))}, strings.NewReader(content))
	return err
}

// put is write, which must succeed.
func (w *world) put(p, content string) {
	w.t.Helper()
	require.NoError(w.t, w.write(p, content))
}

func (w *world) read(p string) (string, error) {
	f, err := w.Open(as(reader), w.note, p)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	return string(b), err
}

// names lists a folder.
func (w *world) names(p string) []string {
	w.t.Helper()
	l, err := w.List(as(reader), w.note, p)
	require.NoError(w.t, err)
	list := []string{}
	for _, e := range l.Entries {
		list = append(list, e.Name)
	}
	return list
}

// onDisk is all that is in the note's folder, as the system tells it.
func (w *world) onDisk() []string {
	list := []string{}
	_ = filepath.WalkDir(w.path(), func(p string, _ os.DirEntry, _ error) error {
		if p != w.path() {
			list = append(list, strings.TrimPrefix(p, w.path()+"/"))
		}
		return nil
	})
	return list
}
