package socket_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.

const patience = 20 * time.Second

// await waits for what must come.
func await(t *testing.T, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(patience):
		require.FailNow(t, "it did not come")
	}
}

// records are the facts that decisions rest on, as the test sets them.

type records struct {
	mu         sync.Mutex
	epoch      uint64
	identities map[auth.ID]auth.Identity
	chains     map[auth.ID][]auth.Object
	broken     error
	noChains   error // as broken, of notes only
	asked      int   // looks that were not only at the epoch
	// crowd, when set, keeps whoever looks until it is closed, or for a moment.
	crowd chan struct{}
	in    int // who is being kept
}

// crowdWait is how long those who look are kept for others to come.
const (
	crowdWait = 300 * time.Millisecond
	crowdSize = 20
)

// look counts, and keeps whoever looks. A crowd is let go at once.
func (r *records) look() {
	r.mu.Lock()
	r.asked++
	r.in++
	crowd := r.crowd
	if crowd != nil && r.in == crowdSize {
		close(crowd)
		r.crowd = nil
	}
	r.mu.Unlock()
	if crowd != nil {
		select {
		case <-crowd:
		case <-time.After(crowdWait):
		}
	}
	r.mu.Lock()
	r.in--
	r.mu.Unlock()
}

func (r *records) Identities(_ context.Context, signIns []auth.ID) (map[auth.ID]auth.Identity, uint64, error) {
	r.look()
	r.mu.Lock()
	defer r.mu.Unlock()
	found := map[auth.ID]auth.Identity{}
	for _, id := range signIns {
		if who, ok := r.identities[id]; ok {
			found[id] = who
		}
	}
	return found, r.epoch, r.broken
}

func (r *records) UserIdentity(context.Context, auth.PrincipalID) (auth.Identity, uint64, error) {
	return auth.Identity{}, 0, errors.New("not asked for here")
}

func (r *records) Chain(_ context.Context, node auth.ID) ([]auth.Object, uint64, error) {
	r.look()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.noChains != nil {
		return nil, 0, r.noChains
	}
	chain, ok := r.chains[node]
	if !ok && r.broken == nil {
		return nil, 0, fault.New(fault.NotFound, "no such node")
	}
	return chain, r.epoch, r.broken
}

func (r *records) Epoch(context.Context) (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.epoch, r.broken
}

// change is a transaction: it returns the epoch it raised.

func (r *records) change(do func()) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	do()
	r.epoch++
	return r.epoch
}

// world is a socket server with people, notes and outputs that the test holds in

// its hands.

type world struct {
	t       *testing.T
	records *records
	gate    *auth.Gate
	book    *book
	outputs *outputs
	server  *socket.Server
	http    *httptest.Server
	// accept may wrap the server's end of each connection.
	accept func(net.Conn) net.Conn

	mu     sync.Mutex
	actors map[string]auth.Actor
}

func newWorld(t *testing.T, c socket.Config, prepare ...func(*world)) *world {
	t.Helper()
	r := &records{epoch: 1, identities: map[auth.ID]auth.Identity{}, chains: map[auth.ID][]auth.Object{}}
	w := &world{t: t, records: r, actors: map[string]auth.Actor{}, outputs: newOutputs()}
	log := slog.New(slog.DiscardHandler)
	w.gate = auth.NewGate(r, log)
	w.book = &book{gate: w.gate, notes: map[auth.ID]*page{}}
	for _, p := range prepare {
		p(w)
	}
	ctx, stop := context.WithCancel(context.Background())
	gateDone := make(chan struct{})
	go func() { w.gate.Run(ctx, nil); close(gateDone) }()
	w.gate.Confirm(ctx)
	c.Build = "test"
	w.server = socket.New(c, w.book, w.book, w.gate, w.outputs, log)
	w.http = httptest.NewUnstartedServer(w)
	w.http.Listener = &listener{w.http.Listener, w}
	w.http.Start()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, w.server.Shutdown(ctx))
		w.http.Close()
		stop()
		<-gateDone
	})
	return w
}

type listener struct {
	net.Listener
	w *world
}

func (l *listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err == nil && l.w.accept != nil {
		c = l.w.accept(c)
	}
	return c, err
}

// ServeHTTP authenticates by a header, as the server proper does by cookie or token.

func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	a, ok := w.actors[r.Header.Get("X-Secret")]
	w.mu.Unlock()
	if ok {
		r = r.WithContext(auth.WithActor(r.Context(), a))
	}
	w.server.ServeHTTP(rw, r)
}

// person adds somebody who is signed in.

func (w *world) person(name string) auth.Actor {
	a := auth.Actor{Kind: auth.Person, Name: name, SignIn: auth.NewID(), Request: "request-of-" + name}
	w.mu.Lock()
	a.User = auth.PrincipalID(len(w.actors) + 10)
	w.actors[a.SignIn.String()] = a
	w.mu.Unlock()
	w.commit(func() {
		w.records.identities[a.SignIn] = auth.Identity{
			User: a.User, Name: name, Principals: []auth.PrincipalID{auth.Everyone, a.User}, Scope: auth.AllActions,
		}
	})
	return a
}

// commit changes the records and has the gate know, as services do.

func (w *world) commit(do func()) { w.gate.Move(w.records.change(do)) }

// grant gives somebody exactly this role on a note; NoRole takes all away.

func (w *world) grant(note auth.ID, to auth.Actor, role auth.Role) {
	w.commit(func() { w.setGrant(note, to, role) })
}

func (w *world) setGrant(note auth.ID, to auth.Actor, role auth.Role) {
	chain := w.records.chains[note]
	var grants []auth.Grant
	for _, g := range chain[0].Grants {
		if g.Principal != to.User {
			grants = append(grants, g)
		}
	}
	if role != auth.NoRole {
		grants = append(grants, auth.Grant{Principal: to.User, Role: role})
	}
	w.records.chains[note] = []auth.Object{{ID: note, Grants: grants}}
}

// note adds a note of the owner's with paragraphs p1, p2, ….

func (w *world) note(owner auth.Actor, paragraphs ...string) auth.ID {
	id := auth.NewID()
	n := &notebook.Note{ID: id, Epoch: auth.NewID(), Bin: map[string]*notebook.Paragraph{}}
	for _, p := range paragraphs {
		n.Paragraphs = append(n.Paragraphs, &notebook.Paragraph{ID: p})
	}
	w.book.add(n)
	w.commit(func() {
		w.records.chains[id] = []auth.Object{{ID: id, Grants: []auth.Grant{{Principal: owner.User, Role: auth.Owner}}}}
	})
	return id
}

// got is a frame that came.

// client is a browser's end of a socket.

// dial opens a socket and says nothing yet.

// join opens a socket and exchanges HELLO.

// next returns the next frame, or how the connection ended.

// must returns the next frame that is not PEOPLE (those come when they come), which

// has to be of this kind.

// mustAmong is must where frames of another kind may come before, which are

// skipped.

// closed reads on until the connection ends, and returns the close code and the

// frames before.

// open opens a note and returns what it starts from.

// title sends an operation, which sets a paragraph's title.
