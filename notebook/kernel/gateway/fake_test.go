package gateway_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"quire/notebook/kernel"
	"quire/notebook/kernel/gateway"
	"quire/notebook/kernel/message"
)

const v1 = "v1.kernel.websocket.jupyter.org"

// fake is a gateway of which a test says what it does wrong.
type fake struct {
	t   *testing.T
	srv *httptest.Server
	mux *http.ServeMux

	// link serves one websocket; n counts them.
	link func(n int, l *fakeLink)
	// session is the kernel's in what it answers.
	session func(n int) string

	mu      sync.Mutex
	links   int
	started []map[string]any // bodies of POST /api/kernels
	ended   chan string      // ids of DELETE
}

// newFake is one that does all right. Handlers of the same pattern in change take
// the place of its own.
func newFake(t *testing.T, change map[string]http.HandlerFunc) *fake {
	f := &fake{t: t, ended: make(chan string, 100), session: func(int) string { return "kernel" }}
	f.link = func(_ int, l *fakeLink) { l.serve(nil) }
	handlers := map[string]http.HandlerFunc{
		"GET /api/kernelspecs": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"kernelspecs":{"python3":{"spec":{"display_name":"Python 3","language":"python"}}}}`))
		},
		"POST /api/kernels": func(w http.ResponseWriter, r *http.Request) {
			f.note(r)
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"id":"a-b-c"}`))
		},
		"GET /api/kernels/{id}": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"execution_state":"idle"}`)) },
		"DELETE /api/kernels/{id}": func(w http.ResponseWriter, r *http.Request) {
			f.ended <- r.PathValue("id")
			w.WriteHeader(http.StatusNoContent)
		},
		"GET /api/kernels/{id}/channels": f.channels,
	}
	for pattern, h := range change {
		handlers[pattern] = h
	}
	f.mux = http.NewServeMux()
	for pattern, h := range handlers {
		f.mux.HandleFunc(pattern, h)
	}
	f.srv = httptest.NewServer(f.mux)
	t.Cleanup(f.srv.Close)
	return f
}

func (f *fake) gateway(change func(*gateway.Config)) *gateway.Gateway {
	return to(f.t, f.srv.URL, change)
}

func (f *fake) note(r *http.Request) {
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.started = append(f.started, body)
}

func (f *fake) bodies() []map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]map[string]any(nil), f.started...)
}

func (f *fake) linksSoFar() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.links
}

func (f *fake) channels(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{Subprotocols: []string{v1}}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	f.mu.Lock()
	f.links++
	n := f.links
	f.mu.Unlock()
	f.link(n, &fakeLink{ws: ws, session: f.session(n)})
}

// fakeLink is the gateway's end of a websocket.
type fakeLink struct {
	ws      *websocket.Conn
	session string
}

// serve answers kernel_info_request, and hands everything else to other; it returns
// when that says so or the connection ends.
func (l *fakeLink) serve(other func(message.Message) (goOn bool)) {
	for {
		_, b, err := l.ws.ReadMessage()
		if err != nil {
			return
		}
		_, frames, err := gateway.DecodeV1(b)
		if err != nil {
			return
		}
		m, err := message.Key("").Decode(frames)
		switch {
		case err != nil:
			return
		case m.Header.Type == "kernel_info_request":
			l.answer(m, "kernel_info_reply", `{"implementation":"fake"}`)
		case m.Header.Type == "execute_request" && other == nil:
			l.answer(m, "execute_reply", `{"status":"ok","execution_count":1}`)
		case other != nil && !other(m):
			return
		}
	}
}

func (l *fakeLink) answer(to message.Message, kind, content string) {
	l.say(kernel.IOPub, to.Header, "status", `{"execution_state":"busy"}`)
	l.say(kernel.Shell, to.Header, kind, content)
	l.say(kernel.IOPub, to.Header, "status", `{"execution_state":"idle"}`)
}

func (l *fakeLink) say(ch kernel.Channel, parent message.Header, kind, content string) {
	m, _ := message.NewRequest(l.session, "fake", kind, struct{}{})
	m.Parent, m.Content = parent, []byte(content)
	frames, _ := message.Key("").Encode(m)
	l.raw(gateway.EncodeV1(ch, frames))
}

func (l *fakeLink) raw(b []byte) { _ = l.ws.WriteMessage(websocket.BinaryMessage, b) }
