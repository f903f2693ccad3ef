package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/notebook/interpreter"
	"quire/notebook/kernel"
	"quire/server"
	"quire/server/zeppelin"
	"quire/socket"
	"quire/store"
	"quire/web"
)

// How long each part of the server may take to end in good order.
const stopTimeout = 20 * time.Second

// app is a running server: everything built, in the order it was started.
type app struct {
	log      *slog.Logger
	base     string // address people open
	setup    *account.Link
	kernels  *kernel.Manager
	rows     *interpreter.Service
	database *database
	handler  http.Handler
	failed   chan error
	stops    []stopper // run last to first
}

// stopper ends a part of the server.
type stopper struct {
	name string
	stop func(context.Context) error
}

func (a *app) onStop(name string, stop func(context.Context) error) {
	a.stops = append(a.stops, stopper{name, stop})
}

// start builds the server and begins to answer on listener. What was started
// before something failed is stopped again.
func start(ctx context.Context, c *serveCmd, log *slog.Logger, listener net.Listener) (_ *app, err error) {
	began := time.Now()
	a := &app{log: log, failed: make(chan error, 4), base: "http://" + listener.Addr().String()}
	if c.PublicURL != nil {
		a.base = c.PublicURL.Scheme + "://" + c.PublicURL.Host
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.stop())
		}
	}()
	if err := makeData(c.Data); err != nil {
		return nil, err
	}
	if a.database, err = openDatabase(ctx, c, log, a.onStop); err != nil {
		return nil, err
	}
	parts, err := a.build(ctx, c, began)
	if err != nil {
		return nil, err
	}
	a.handler = parts.server.Handler()
	a.serve(listener, a.handler)
	if err := a.serveOperator(c, parts.server); err != nil {
		return nil, err
	}
	debug.FreeOSMemory() // what only the start needed, such as for one slow hash
	log.Info("serving", "address", listener.Addr(), "data", c.Data, "took", time.Since(began).Round(time.Millisecond))
	return a, nil
}

// makeData makes the data folder. Users that kernels and Postgres run as pass
// through it to their own places below, but cannot list it.
func makeData(dir string) error {
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return fmt.Errorf("the data folder cannot be made: %w", err)
	}
	for name, mode := range map[string]os.FileMode{"files": 0o711, "python": 0o755, "run": 0o711} {
		if err := os.MkdirAll(filepath.Join(dir, name), mode); err != nil {
			return fmt.Errorf("the data folder cannot be made: %w", err)
		}
	}
	return nil
}

// parts are what the surfaces hand requests to.
type parts struct {
	server *server.NotebookServer
	gate   *auth.Gate
}

// build makes the services, ties them together and starts their work.
func (a *app) build(ctx context.Context, c *serveCmd, began time.Time) (*parts, error) {
	db := a.database.db
	gate := auth.NewGate(db.Records(), a.log)
	accounts, err := account.New(db.People(), gate, account.Config{NotebookPublic: c.NotebookPublic, OwnerRole: c.NotebookOwnerRole, Log: a.log})
	if err != nil {
		return nil, err
	}
	gate.Refused = accounts.Refused
	gate.Confirm(ctx)
	epochs := make(chan uint64)
	a.background("epochs", func(ctx context.Context) { db.Listen(ctx, epochs) })
	a.background("gate", func(ctx context.Context) { gate.Run(ctx, epochs) })
	a.background("accounts", accounts.Run)
	if a.setup, err = accounts.Start(auth.AsSystem(ctx, "start"), c.AdminPasswordFile); err != nil {
		return nil, err
	}
	notes, outputs, runner, err := a.buildNotes(ctx, c, gate, accounts)
	if err != nil {
		return nil, err
	}
	tree := notebook.NewTree(db.Tree(), gate, notes, a.log)
	sockets := socket.New(socket.Config{Build: build()}, socket.NotesOf(notes), tree, gate, outputs, a.log)
	a.onStop("sockets", sockets.Shutdown)
	tree.Public, tree.LinksAnyone = accounts.NotesPublic, accounts.LinksAnyone
	tree.Changed = sockets.TreeChanged
	notes.Personal = sockets.Tell
	a.background("dates", tree.WatchDates)
	tree.Sweep(ctx)
	noteFiles, err := a.openFiles(ctx, c, gate)
	if err != nil {
		return nil, err
	}
	tree.Files = noteFiles
	a.background("scratch", tree.WatchScratch)
	running := newInterpreters(runner, a.kernels, !c.NoPython, sockets.SetStatus)
	a.background("python", running.prepare)
	config := server.Config{PublicURL: c.PublicURL, Base: a.base, Build: build(), Started: began}
	dialect := zeppelin.New(zeppelin.Config{
		Tree: tree, Notes: notes, Accounts: accounts, Client: server.ClientOf, Cookie: config.ZeppelinCookie,
		Version: build(), Log: a.log,
	})
	n := server.New(config, server.Services{
		Gate: gate, Accounts: accounts, Tree: tree, Notes: notes, Files: noteFiles, CountFiles: countFiles(c.Data), Interpreters: running, SetUp: a.rows, Ready: db.Ping,
		Socket: sockets, Zeppelin: dialect, Pages: server.NewPages(web.Files(), a.log),
		Metrics: newMetrics(sockets, runner, a.kernels, db.Ping),
	}, a.log)
	return &parts{n, gate}, nil
}

// buildNotes makes open notes and what runs their code.
func (a *app) buildNotes(ctx context.Context, c *serveCmd, gate *auth.Gate, accounts *account.Service) (*notebook.Service, *notebook.Outputs, *notebook.Runner, error) {
	db := a.database.db
	config := c.kernelConfig(a.log)
	config.Parent, config.Unseparated = c.parent, accounts.MayRunUnseparated
	kernels, err := kernel.New(config)
	if err != nil {
		return nil, nil, nil, err
	}
	a.kernels = kernels
	a.onStop("kernels", func(context.Context) error { return kernels.Close() })
	if a.rows, err = a.openInterpreters(c, gate, kernels); err != nil {
		return nil, nil, nil, err
	}
	runs := db.Runs()
	notes := notebook.NewService(db.Notes(), runs, gate, a.log)
	recorder := notebook.NewRecorder(runs, a.log, notebook.OutputLimits{})
	runner := notebook.NewRunner(notebook.RunnerConfig{
		Store: runs, Interpreters: a.rows, Kernels: kernels, Gate: gate, Recorder: recorder, Files: files(c.Data, db),
		Publish: notes.RunsChanged, PublishKernels: notes.KernelsChanged, Personal: notes.TellPerson, Log: a.log, IdleEnd: c.KernelIdle,
		Limits: notebook.KernelLimits{Server: c.MaxKernels, PerPerson: c.MaxKernelsPerPerson, Starting: kernels.MaxStarting()},
	})
	outputs := notebook.NewOutputs(runs, recorder)
	notes.Attach(runner, outputs)
	if err := runner.Recover(ctx); err != nil {
		return nil, nil, nil, err
	}
	a.onStop("runs", runner.Shutdown)
	a.onStop("notes", notes.Shutdown)
	a.background("rights", notes.WatchRights)
	return notes, outputs, runner, nil
}

// files tells where a note's files are, and the number its kernels' user follows.
func files(data string, db *store.DB) func(notebook.ID) (string, int, error) {
	return func(note notebook.ID) (string, int, error) {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		slot, err := db.Notes().Slot(ctx, note)
		return filepath.Join(data, "files", note.String()), slot, err
	}
}

// background runs work until the server stops.
func (a *app) background(name string, work func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); work(ctx) }()
	a.onStop(name, func(context.Context) error {
		cancel()
		<-done
		return nil
	})
}

// serve answers on a listener until the server stops.
func (a *app) serve(l net.Listener, h http.Handler) {
	s := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.failed <- fmt.Errorf("answering on %s: %w", l.Addr(), err)
		}
	}()
	a.onStop("requests", s.Shutdown)
}

// serveOperator answers the command line on a socket that only this user and root
// can open.
func (a *app) serveOperator(c *serveCmd, n *server.NotebookServer) error {
	l, err := server.ListenOperator(operatorSocket(c.Data))
	if err != nil {
		return err
	}
	a.serve(l, n.OperatorHandler())
	return nil
}

func operatorSocket(data string) string { return filepath.Join(data, "operator.sock") }

// announce prints the one line that says where to go.
func (a *app) announce(w io.Writer) {
	if a.setup != nil {
		fmt.Fprintf(w, "\nQuire is ready. Open this link once to set it up (it works for an hour):\n\n    %s\n\n", a.setup.URL(a.base))
		return
	}
	fmt.Fprintf(w, "\nQuire is ready at %s\n\n", a.base)
}

// wait returns when the server is told to stop, or cannot go on.
func (a *app) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.failed:
		return err
	case <-a.database.gone():
		return fmt.Errorf("the private Postgres has ended: %w", a.database.private.Err())
	}
}

// stop ends everything, last started first.
func (a *app) stop() error {
	var all []error
	for i := len(a.stops) - 1; i >= 0; i-- {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		if err := a.stops[i].stop(ctx); err != nil {
			all = append(all, fmt.Errorf("stopping %s: %w", a.stops[i].name, err))
		}
		cancel()
	}
	a.stops = nil
	return errors.Join(all...)
}
