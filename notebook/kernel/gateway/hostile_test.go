package gateway_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel"
	"quire/notebook/kernel/gateway"
	"quire/notebook/kernel/message"
)

var python = notebook.StartKernel{Spec: "python3"}

func TestOnlyQuireSaysWhomAKernelIsFor(t *testing.T) {
	f := newFake(t, nil)
	g := f.gateway(nil)
	t.Setenv("KERNEL_IMAGE", "of the server")
	note := auth.NewID()
	start(t, g, func(r *notebook.StartKernel) { r.Note, r.Env = note, map[string]string{"GREETING": "hello"} })
	require.Equal(t, map[string]any{"name": "python3", "env": map[string]any{
		"GREETING": "hello", "KERNEL_USERNAME": "note-" + note.String(), "KERNEL_LAUNCH_TIMEOUT": "60",
	}}, f.bodies()[0])
	for _, bad := range []notebook.StartKernel{
		{Spec: "python3", Env: map[string]string{"KERNEL_USERNAME": "root"}},
		{Spec: "python3", Env: map[string]string{"KERNEL_VOLUMES": "[]"}},
		{Spec: "python3", Args: []string{"--debug"}},
		{Spec: "python3", Memory: 1 << 30},
	} {
		_, err := g.Start(t.Context(), bad)
		require.True(t, fault.Is(err, fault.Invalid), "%+v: %v", bad, err)
	}
	require.Len(t, f.bodies(), 1, "the gateway was not asked")
}

func TestTheTokenFollowsNoRedirect(t *testing.T) {
	elsewhere := make(chan string, 10)
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { elsewhere <- r.Header.Get("Authorization") }))
	defer thief.Close()
	away := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	}
	_, err := newFake(t, map[string]http.HandlerFunc{"GET /api/kernelspecs": away}).gateway(nil).Specs(t.Context())
	require.ErrorContains(t, err, "sends elsewhere")
	_, err = newFake(t, map[string]http.HandlerFunc{"GET /api/kernels/{id}/channels": away}).gateway(nil).Start(t.Context(), python)
	require.ErrorContains(t, err, "sends elsewhere")
	require.Empty(t, elsewhere)
}

func TestTheTokenIsInTheHeaderOnly(t *testing.T) {
	seen := make(chan *http.Request, 10)
	f := newFake(t, nil)
	watched := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen <- r; f.mux.ServeHTTP(w, r) }))
	defer watched.Close()
	k := start(t, to(t, watched.URL, nil), nil)
	require.NoError(t, k.Shutdown(t.Context()))
	for range len(seen) {
		r := <-seen
		require.Equal(t, "token "+token, r.Header.Get("Authorization"), r.URL.Path)
		require.NotContains(t, r.URL.String(), token)
	}
}

// endless answers with a body, or header, that does not end.
func endless(w http.ResponseWriter, _ *http.Request) {
	for {
		if _, err := w.Write([]byte(strings.Repeat(" ", 64<<10))); err != nil {
			return
		}
	}
}

func TestAnAnswerThatDoesNotEnd(t *testing.T) {
	_, err := newFake(t, map[string]http.HandlerFunc{"GET /api/kernelspecs": endless}).gateway(nil).Specs(t.Context())
	require.ErrorContains(t, err, "has more than")
	refused := func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusForbidden); endless(w, r) }
	_, err = newFake(t, map[string]http.HandlerFunc{"POST /api/kernels": refused}).gateway(nil).Start(t.Context(), python)
	require.ErrorContains(t, err, "refused (403)")
}

func TestAHandshakeThatDoesNotEnd(t *testing.T) {
	f := newFake(t, map[string]http.HandlerFunc{"GET /api/kernels/{id}/channels": func(w http.ResponseWriter, _ *http.Request) {
		conn, out, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		fill(out, conn)
	}})
	_, err := f.gateway(nil).Start(t.Context(), python)
	require.ErrorContains(t, err, "cannot be reached")
	require.Equal(t, "a-b-c", await(t, f.ended), "the kernel is not left there")
}

func fill(out *bufio.ReadWriter, conn net.Conn) {
	_, err := conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\n"))
	for err == nil {
		_, err = out.WriteString("X-Long: " + strings.Repeat("x", 1000) + "\r\n")
	}
}

func TestALaunchThatTakesTooLong(t *testing.T) {
	launched := make(chan struct{})
	f := newFake(t, map[string]http.HandlerFunc{"POST /api/kernels": func(w http.ResponseWriter, _ *http.Request) {
		<-launched
		_, _ = w.Write([]byte(`{"id":"late-one"}`))
	}})
	g := f.gateway(func(c *gateway.Config) { c.StartTimeout = 100 * time.Millisecond })
	_, err := g.Start(t.Context(), python)
	require.ErrorContains(t, err, "did not start \"python3\" within 100ms")
	close(launched)
	require.Equal(t, "late-one", await(t, f.ended), "what comes later is ended")
}

func TestIdsThatCannotBe(t *testing.T) {
	for _, id := range []string{"", "../../kernelspecs", "a b", "a?b", "-", strings.Repeat("a", 300)} {
		f := newFake(t, map[string]http.HandlerFunc{"POST /api/kernels": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(jsonOf(map[string]string{"id": id})))
		}})
		_, err := f.gateway(nil).Start(t.Context(), python)
		require.ErrorContains(t, err, "usable id", id)
	}
}

func TestWhatAGatewaySaysIsShownAsOneShortLine(t *testing.T) {
	f := newFake(t, map[string]http.HandlerFunc{"POST /api/kernels": func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = w.Write([]byte(jsonOf(map[string]string{"message": "no\n\x1b[31mroom " + strings.Repeat("é", 1000)})))
	}})
	_, err := f.gateway(nil).Start(t.Context(), python)
	require.ErrorContains(t, err, "answered with 500: no [31mroom é")
	require.Less(t, len(err.Error()), 400)
	require.NotContains(t, err.Error(), "\x1b")
}

func TestGarbageBetweenMessages(t *testing.T) {
	f := newFake(t, nil)
	f.link = func(_ int, l *fakeLink) {
		l.raw(nil)
		l.raw([]byte("garbage"))
		l.raw(binary.LittleEndian.AppendUint64(nil, 1<<62))
		l.raw(append(binary.LittleEndian.AppendUint64(nil, 6), make([]byte, 48)...))
		l.say("elsewhere", message.Header{}, "status", `{}`)
		l.say(kernel.Shell, message.Header{}, "stream", `{"name":"stdout","text":"on the wrong channel"}`)
		l.say(kernel.IOPub, message.Header{}, "execute_reply", `{"status":"error"}`)
		l.say(kernel.Stdin, message.Header{}, "input_request", `{"prompt":"of nobody"}`)
		l.serve(nil)
	}
	k := start(t, f.gateway(nil), nil)
	h := begin(k, notebook.ExecuteRequest{Code: "1"})
	require.Equal(t, notebook.ExecuteOK, h.end(t).Status)
	require.Empty(t, h.outputs())
}

func TestAFrameTooLargeToTake(t *testing.T) {
	f := newFake(t, nil)
	f.link = func(n int, l *fakeLink) {
		l.serve(func(m message.Message) bool {
			if n > 1 {
				return true
			}
			// A frame of RFC 6455 of 2^40 bytes.
			_, _ = l.ws.NetConn().Write(append([]byte{0x82, 127}, binary.BigEndian.AppendUint64(nil, 1<<40)...))
			return false
		})
	}
	k := start(t, f.gateway(nil), nil)
	h := begin(k, notebook.ExecuteRequest{Code: "1"})
	require.Equal(t, notebook.ExecuteLost, h.end(t).Status)
	require.Len(t, h.dropped(), 1)
}

func TestARunWhoseEndIsSwallowedIsLostAndNotSentAgain(t *testing.T) {
	sent := make(chan string, 10)
	f := newFake(t, nil)
	f.link = func(n int, l *fakeLink) {
		l.serve(func(m message.Message) bool {
			if m.Header.Type == "execute_request" {
				sent <- m.Header.ID
				if n > 1 {
					l.answer(m, "execute_reply", `{"status":"ok"}`)
				}
			}
			return n > 1
		})
	}
	k := start(t, f.gateway(nil), nil)
	res := begin(k, notebook.ExecuteRequest{Code: "1", ID: "first"}).end(t)
	require.Equal(t, notebook.ExecuteLost, res.Status)
	require.Contains(t, res.Reason, "how it ended did not come through")
	require.Equal(t, notebook.ExecuteOK, begin(k, notebook.ExecuteRequest{Code: "2", ID: "second"}).end(t).Status, "the kernel is still there")
	require.Equal(t, "first", await(t, sent))
	require.Equal(t, "second", await(t, sent))
	require.Empty(t, sent)
}

func TestAKernelThatWasReplacedWhileTheGatewayWasAway(t *testing.T) {
	f := newFake(t, nil)
	f.session = func(n int) string { return []string{"", "first process", "second process"}[min(n, 2)] }
	f.link = func(_ int, l *fakeLink) { l.serve(func(m message.Message) bool { return false }) }
	k := start(t, f.gateway(nil), nil)
	res := begin(k, notebook.ExecuteRequest{Code: "1"}).end(t)
	require.Equal(t, notebook.ExecuteLost, res.Status)
	await(t, k.Done())
	require.Equal(t, "another process stands in its place", k.Death())
	require.Equal(t, "a-b-c", await(t, f.ended), "that one is ended too")
}

func TestAGatewayThatComesBackOnlyToGo(t *testing.T) {
	f := newFake(t, nil)
	f.link = func(n int, l *fakeLink) {
		if n == 1 {
			l.serve(func(message.Message) bool { return false })
		}
	}
	k := start(t, f.gateway(func(c *gateway.Config) { c.AwayLimit = time.Second }), nil)
	require.Equal(t, notebook.ExecuteLost, begin(k, notebook.ExecuteRequest{Code: "1"}).end(t).Status)
	await(t, k.Done())
	require.Contains(t, k.Death(), "did not come back")
	require.Less(t, f.linksSoFar(), 10, "and is not asked without a pause")
}

func TestAStartThatIsGivenUp(t *testing.T) {
	f := newFake(t, nil)
	silent := make(chan struct{})
	f.link = func(_ int, l *fakeLink) {
		close(silent)
		_, _, err := l.ws.ReadMessage()
		for err == nil {
			_, _, err = l.ws.ReadMessage()
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-silent; cancel() }()
	_, err := f.gateway(nil).Start(ctx, python)
	require.Error(t, err)
	require.Equal(t, "a-b-c", await(t, f.ended))
}

func TestCertificatesAreChecked(t *testing.T) {
	f := newFake(t, nil)
	secure := httptest.NewTLSServer(f.mux)
	defer secure.Close()
	_, err := to(t, secure.URL, nil).Specs(t.Context())
	require.ErrorContains(t, err, "certificate is not trusted")
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600))
	k := start(t, to(t, secure.URL, func(c *gateway.Config) { c.CAFile = file }), nil)
	require.NoError(t, k.Shutdown(t.Context()))
}

func TestOptions(t *testing.T) {
	o, err := gateway.ParseOptions(map[string]string{"caFile": "/etc/ca.pem", "startTimeout": "90s", "awayLimit": "2m"})
	require.NoError(t, err)
	require.Equal(t, gateway.Options{CAFile: "/etc/ca.pem", StartTimeout: 90 * time.Second, AwayLimit: 2 * time.Minute}, o)
	for name, value := range map[string]string{"insecure": "true", "caFile": "ca.pem", "startTimeout": "soon", "awayLimit": "-1s"} {
		_, err := gateway.ParseOptions(map[string]string{name: value})
		require.True(t, fault.Is(err, fault.Invalid), name)
	}
}

func TestOneGatewayForEachThatIsSetUp(t *testing.T) {
	var s gateway.Set
	c := gateway.Config{Name: "hub", URL: "http://127.0.0.1:1"}
	first, err := s.Of(1, c)
	require.NoError(t, err)
	again, err := s.Of(1, c)
	require.NoError(t, err)
	require.Same(t, first, again)
	c.Token = "new"
	changed, err := s.Of(1, c)
	require.NoError(t, err)
	require.NotSame(t, first, changed)
	require.NoError(t, s.Close())
}
