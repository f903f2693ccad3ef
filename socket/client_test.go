package socket_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/socket/wire"
)

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

type client struct {
	t  *testing.T
	ws *websocket.Conn
}

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

func (c *client) next() (got, error) {
	_ = c.ws.SetReadDeadline(time.Now().Add(patience))
	_, data, err := c.ws.ReadMessage()
	if err != nil {
		return got{}, err
	}
	g := got{raw: data}
	return g, json.Unmarshal(data, &g)
}

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

func (c *client) mustAmong(op, other string) got {
	c.t.Helper()
	for {
		g, err := c.next()
		require.NoError(c.t, err)
		if g.Op != wire.OpPeople && g.Op != other {
			require.Equal(c.t, op, g.Op, "%s", g.raw)
			return g
		}
	}
}

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

func (c *client) open(note auth.ID) wire.Note {
	c.t.Helper()
	c.send(wire.Client{Op: wire.OpOpen, Note: note})
	return into[wire.Note](c.t, c.must(wire.OpNote))
}

func (c *client) title(note auth.ID, id, paragraph, title string) {
	c.t.Helper()
	body, err := json.Marshal(map[string]string{"paragraph": paragraph, "title": title})
	require.NoError(c.t, err)
	c.send(wire.Client{Op: wire.OpDo, Note: note, ID: id, Kind: "paragraph.title", Body: body})
}
