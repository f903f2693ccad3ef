package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"time"

	"github.com/gorilla/websocket"

	"quire/socket/wire"
)

// tab is a browser's socket with a note open.
type tab struct {
	ws   *websocket.Conn
	note string
}

// frame is what every frame has, and what is looked at of some.
type frame struct {
	Op       string          `json:"op"`
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	Body     json.RawMessage `json:"body"`
	Message  string          `json:"message"`
	Complete bool            `json:"complete"`
	Runs     []struct{ ID, State string }
}

func (s *site) connect(ctx context.Context, cookie *http.Cookie, name string) (*tab, error) {
	header := http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}, "Origin": {"http://" + s.address}}
	dialer := websocket.Dialer{Subprotocols: []string{wire.Subprotocol}, ReadBufferSize: 1024, WriteBufferSize: 1024}
	ws, _, err := dialer.DialContext(ctx, "ws://"+s.address+"/api/v1/socket", header)
	if err != nil {
		return nil, err
	}
	t := &tab{ws: ws}
	if err := t.send(map[string]any{"op": wire.OpHello, "version": wire.Version, "tab": name}); err != nil {
		return nil, err
	}
	_, err = t.until(wire.OpHello)
	return t, err
}

// open connects and opens a note.
func (s *site) open(ctx context.Context, cookie *http.Cookie, name, note string) (*tab, error) {
	t, err := s.connect(ctx, cookie, name)
	if err != nil {
		return nil, err
	}
	t.note = note
	if err := t.send(map[string]any{"op": wire.OpOpen, "note": note}); err != nil {
		return nil, err
	}
	_, err = t.until(wire.OpNote)
	return t, err
}

func (t *tab) send(v any) error { return t.ws.WriteJSON(v) }

// do sends an operation; its entry is the answer.
func (t *tab) do(id, kind string, body any) error {
	return t.send(map[string]any{"op": wire.OpDo, "note": t.note, "id": id, "kind": kind, "body": body})
}

func (t *tab) next() (frame, error) {
	var f frame
	_, data, err := t.ws.ReadMessage()
	if err != nil {
		return f, err
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return f, err
	}
	if f.Op == wire.OpRefused {
		return f, fmt.Errorf("refused: %s", f.Message)
	}
	return f, nil
}

// until reads on to the next frame of a kind.
func (t *tab) until(op string) (frame, error) {
	for {
		f, err := t.next()
		if err != nil || f.Op == op {
			return f, err
		}
	}
}

// entry reads on to the entry of an operation.
func (t *tab) entry(id string) (frame, error) {
	for {
		f, err := t.until(wire.OpEntry)
		if err != nil || f.ID == id {
			return f, err
		}
	}
}

// hear reads on to the entry of an operation without decoding what comes: a
// thousand readers beside the server would else be what is measured.
func (t *tab) hear(id string) error {
	needle := []byte(`"id":"` + id + `"`)
	for {
		_, data, err := t.ws.ReadMessage()
		if err != nil || bytes.Contains(data, needle) {
			return err
		}
	}
}

// ended reads on until a run is over.
func (t *tab) ended(run string) (state string, err error) {
	for {
		f, err := t.until(wire.OpRun)
		if err != nil {
			return "", err
		}
		for _, r := range f.Runs {
			if r.ID == run && r.State != "queued" && r.State != "sent" {
				return r.State, nil
			}
		}
	}
}

// percentile returns the p-th of the durations, in milliseconds (nearest rank).
func percentile(d []time.Duration, p float64) float64 {
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	i := int(float64(len(d))*p/100+0.999999) - 1
	return float64(d[max(0, min(i, len(d)-1))]) / float64(time.Millisecond)
}
