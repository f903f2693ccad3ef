package sql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"quire/auth/fault"
	"quire/notebook"
)

// kernel is one session with a database, as a kernel of a note: what a transaction
// or a temporary table holds stays from run to run.
type kernel struct {
	id      string
	target  Target
	session session
	leave   func()
	life    context.Context // ends when the session is cut off
	end     context.CancelFunc
	turn    chan struct{} // held by who uses the session
	done    chan struct{}

	mu      sync.Mutex
	running chan struct{} // closed when the execution under way has ended; nil without one
	stopped bool          // somebody interrupts it
	count   int
	ending  string // why it shall end, before it does
	death   string
	closed  bool
}

var _ notebook.Kernel = (*kernel)(nil)

func newKernel(id string, t Target, s session, leave func()) *kernel {
	k := &kernel{id: id, target: t, session: s, leave: leave, turn: make(chan struct{}, 1), done: make(chan struct{})}
	k.life, k.end = context.WithCancel(context.Background())
	return k
}

// ID implements notebook.Kernel.
func (k *kernel) ID() string { return k.id }

// Done implements notebook.Kernel.
func (k *kernel) Done() <-chan struct{} { return k.done }

// Death implements notebook.Kernel.
func (k *kernel) Death() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.death
}

// Execute implements notebook.Kernel.
func (k *kernel) Execute(ctx context.Context, req notebook.ExecuteRequest, sink func(notebook.Output)) notebook.ExecuteResult {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-k.done:
		return notebook.ExecuteResult{Status: notebook.ExecuteDead, Reason: k.Death()}
	case <-ctx.Done():
		return notebook.ExecuteResult{Status: notebook.ExecuteAborted, Reason: "it was not sent any more"}
	}
	select {
	case <-k.done:
		return notebook.ExecuteResult{Status: notebook.ExecuteDead, Reason: k.Death()}
	default:
	}
	began := time.Now()
	count, ended := k.begin()
	err := k.run(req.Code, sink)
	stopped := ended()
	res := notebook.ExecuteResult{Status: notebook.ExecuteOK, Count: count, Took: time.Since(began)}
	if k.session.isBroken() {
		k.die("its connection to the database broke")
		return notebook.ExecuteResult{Status: notebook.ExecuteDead, Reason: k.Death(), Count: count}
	}
	if err != nil {
		res.Status = notebook.ExecuteError
		res.Reason = k.target.maskError(reasonOf(err))
		sink(k.errorOutput(err, req.Code, stopped))
	}
	return res
}

func (k *kernel) begin() (count int, ended func() (stopped bool)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.count++
	running := make(chan struct{})
	k.running, k.stopped = running, false
	return k.count, func() bool {
		k.mu.Lock()
		defer k.mu.Unlock()
		close(running)
		k.running = nil
		return k.stopped
	}
}

// errTimeout tells that a run was ended for taking too long.
var errTimeout = errors.New("timeout")

// run runs a text within the connection's timeout. What is over it is ended on the
// server, not only here.
func (k *kernel) run(text string, sink func(notebook.Output)) error {
	if strings.ContainsRune(text, 0) {
		return &failure{message: "The text holds a zero byte, which ends a statement on its way to a database."}
	}
	out := &results{sink: sink, mask: k.target.maskResult, id: fmt.Sprintf("%s-%d", k.id, k.count), shownAt: time.Now()}
	over := make(chan struct{})
	timer := time.AfterFunc(k.target.timeout(), func() {
		close(over)
		_ = k.Interrupt(k.life)
	})
	defer timer.Stop()
	err := k.session.run(k.life, text, out)
	select {
	case <-over:
		if err != nil {
			return errors.Join(errTimeout, err)
		}
	default:
	}
	return err
}

// cancelEvery is how often the server is asked again to end a statement: a request
// that comes between two statements ends none.
const cancelEvery = time.Second

// Interrupt implements notebook.Kernel: it ends the statement on the server.
func (k *kernel) Interrupt(ctx context.Context) error {
	k.mu.Lock()
	running := k.running
	again := k.stopped
	k.stopped = running != nil
	k.mu.Unlock()
	if running == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, cancelLimit)
	defer cancel()
	err := k.session.cancel(ctx)
	if !again {
		go k.insist(running)
	}
	if err != nil {
		return fault.New(fault.Unavailable, "The database did not take the request to stop: %s", k.target.maskError(reasonOf(err)))
	}
	return nil
}

// insist asks the server to end what runs until it has ended.
func (k *kernel) insist(running <-chan struct{}) {
	for {
		select {
		case <-running:
			return
		case <-k.done:
			return
		case <-time.After(cancelEvery):
			ctx, cancel := context.WithTimeout(k.life, cancelLimit)
			_ = k.session.cancel(ctx)
			cancel()
		}
	}
}

// Shutdown implements notebook.Kernel. What runs is ended on the server first.
func (k *kernel) Shutdown(ctx context.Context) error {
	k.mu.Lock()
	k.ending = "stopped"
	k.mu.Unlock()
	_ = k.Interrupt(ctx)
	patience := time.NewTimer(cancelLimit)
	defer patience.Stop()
	select {
	case k.turn <- struct{}{}:
	case <-patience.C:
		k.end() // the session breaks off
		k.turn <- struct{}{}
	}
	defer func() { <-k.turn }()
	k.die("stopped")
	return nil
}

// die ends the session; the first reason counts. The caller has the turn.
func (k *kernel) die(why string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return
	}
	if k.ending != "" {
		why = k.ending
	}
	k.closed, k.death = true, why
	k.end()
	k.session.close()
	k.leave()
	close(k.done)
}

// Complete implements notebook.Kernel with the names of tables and columns.
func (k *kernel) Complete(ctx context.Context, code string, pos int) (json.RawMessage, error) {
	word, from := wordBefore(code, pos)
	reply := map[string]any{"status": "ok", "matches": []string{}, "cursor_start": from, "cursor_end": pos, "metadata": map[string]any{}}
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	default:
		word = "" // it is busy
	}
	if word != "" {
		ctx, cancel := context.WithTimeout(ctx, askLimit)
		defer cancel()
		if names, err := k.session.names(ctx, word); err == nil && len(names) > 0 {
			reply["matches"] = names
		}
		if k.session.isBroken() {
			k.die("its connection to the database broke")
		}
	}
	return json.Marshal(reply)
}

// wordBefore is the name that ends at pos, and where it begins, in code points.
func wordBefore(code string, pos int) (word string, from int) {
	runes := []rune(code)
	pos = max(0, min(pos, len(runes)))
	from = pos
	for from > 0 && isWord(runes[from-1]) {
		from--
	}
	return string(runes[from:pos]), from
}

// Inspect implements notebook.Kernel: there is nothing to tell.
func (k *kernel) Inspect(context.Context, string, int, int) (json.RawMessage, error) {
	return json.RawMessage(`{"status":"ok","found":false,"data":{},"metadata":{}}`), nil
}

// Answer implements notebook.Kernel: SQL asks nothing.
func (k *kernel) Answer(context.Context, string) error {
	return fault.New(fault.Conflict, "Nothing waits for input.")
}

// SendComm implements notebook.Kernel: SQL has no objects.
func (k *kernel) SendComm(context.Context, string, notebook.Comm) error {
	return fault.New(fault.Invalid, "There are no widgets in SQL.")
}
