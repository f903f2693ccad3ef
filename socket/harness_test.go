package socket_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket"
	"quire/socket/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// records are the facts that decisions rest on, as the test sets them.
type records struct {
	mu         sync.Mutex
	epoch      uint64
	identities map[auth.ID]auth.Identity
	chains     map[auth.ID][]auth.Object
	broken     error
}

func (r *records) Identities(_ context.Context, signIns []auth.ID) (map[auth.ID]auth.Identity, uint64, error) {
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
	r.mu.Lock()
	defer r.mu.Unlock()
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
	w.http = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
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

// serve authenticates by a header, as the server proper does by cookie or token.
func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
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
type got struct {
	Op   string  `json:"op"`
	Note auth.ID `json:"note"`
	raw  []byte
}

func into[T any](t *testing.T, g got) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal(g.raw, &v), "%s", g.raw)
	return v
}

// client is a browser's end of a socket.
type client struct {
	t  *testing.T
	ws *websocket.Conn
}

// dial opens a socket and says nothing yet.
func (w *world) dial(as auth.Actor) *client {
	w.t.Helper()
	d := websocket.Dialer{Subprotocols: []string{wire.Subprotocol}}
	return w.dialWith(d, as)
}

func (w *world) dialWith(d websocket.Dialer, as auth.Actor) *client {
	w.t.Helper()
	h := http.Header{"X-Secret": {as.SignIn.String()}}
	ws, _, err := d.Dial("ws"+strings.TrimPrefix(w.http.URL, "http"), h)
	require.NoError(w.t, err)
	end := ws.UnderlyingConn()
	w.t.Cleanup(func() { _ = end.Close() })
	return &client{w.t, ws}
}

// join opens a socket and exchanges HELLO.
func (w *world) join(as auth.Actor, tab string) *client {
	w.t.Helper()
	c := w.dial(as)
	c.greet(tab)
	return c
}

func (c *client) greet(tab string) wire.Hello {
	c.t.Helper()
	c.send(wire.Client{Op: wire.OpHello, Version: wire.Version, Tab: tab})
	return into[wire.Hello](c.t, c.must(wire.OpHello))
}

func (c *client) send(f wire.Client) {
	c.t.Helper()
	require.NoError(c.t, c.ws.WriteJSON(f))
}

// next returns the next frame, or how the connection ended.
func (c *client) next() (got, error) {
	_ = c.ws.SetReadDeadline(time.Now().Add(patience))
	_, data, err := c.ws.ReadMessage()
	if err != nil {
		return got{}, err
	}
	g := got{raw: data}
	return g, json.Unmarshal(data, &g)
}

// must returns the next frame that is not PEOPLE (those come when they come), which
// has to be of this kind.
func (c *client) must(op string) got {
	c.t.Helper()
	for {
		g, err := c.next()
		require.NoError(c.t, err)
		if g.Op != wire.OpPeople || op == wire.OpPeople {
			require.Equal(c.t, op, g.Op, "%s", g.raw)
			return g
		}
	}
}

// must2 returns the next frame of one of two kinds.
func (c *client) must2(one, other string) got {
	c.t.Helper()
	for {
		g, err := c.next()
		require.NoError(c.t, err)
		if g.Op != wire.OpPeople {
			require.Contains(c.t, []string{one, other}, g.Op, "%s", g.raw)
			return g
		}
	}
}

// closed reads on until the connection ends, and returns the close code and the
// frames before.
func (c *client) closed() (code int, before []got) {
	c.t.Helper()
	for {
		g, err := c.next()
		var ended *websocket.CloseError
		if errors.As(err, &ended) {
			return ended.Code, before
		}
		require.NoError(c.t, err)
		before = append(before, g)
	}
}

// open opens a note and returns what it starts from.
func (c *client) open(note auth.ID) wire.Note {
	c.t.Helper()
	c.send(wire.Client{Op: wire.OpOpen, Note: note})
	return into[wire.Note](c.t, c.must(wire.OpNote))
}

// title sends an operation, which sets a paragraph's title.
func (c *client) title(note auth.ID, id, paragraph, title string) {
	c.t.Helper()
	body, err := json.Marshal(map[string]string{"paragraph": paragraph, "title": title})
	require.NoError(c.t, err)
	c.send(wire.Client{Op: wire.OpDo, Note: note, ID: id, Kind: "paragraph.title", Body: body})
}
