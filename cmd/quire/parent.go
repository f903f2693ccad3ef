package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"quire/notebook/kernel"
	"quire/store/embedded"
)

// Started as root, quire serve is two processes: a parent that keeps root's rights,
// and the server, its child, that has none. The parent starts Postgres and kernels
// under their own users; it answers nobody but its child, over a socket pair.

// childMark tells a process in its environment that it is the server of a parent.
const childMark = "QUIRE_SERVER_OF_PARENT"

// The open files that a child finds.
const (
	childSettings = 3 // a pipe with childConfig as JSON
	childListener = 4
	childPassword = 5 // a pipe with the text of --admin-password-file, or nothing
	childLink     = 6 // to kernel.RootParent; not there without separation
)

// childConfig is what a parent tells its child; the command line was the parent's.
type childConfig struct {
	Command serveCmd
	Linked  bool
}

// parent is what runs beside the server.
type parent struct {
	cmd      *serveCmd
	log      *slog.Logger
	user     systemUser
	postgres *embedded.Server   // nil when the database is somebody's
	kernels  *kernel.RootParent // nil without separation
	passed   []*os.File         // for the child
	link     *os.File           // the parent's end
}

// runParent is quire serve as root. It ends when the server has ended, and ends the
// server when it is told to.
func (c *serveCmd) runParent(ctx context.Context, log *slog.Logger) (err error) {
	p := &parent{cmd: c, log: log}
	if p.user, err = serverUser(c.User, log); err != nil {
		return err
	}
	listener, err := listenPatiently(ctx, c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", c.Listen, err)
	}
	defer listener.Close()
	if err := p.takeData(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.startPostgres(ctx); err != nil {
		return err
	}
	if err := p.openKernels(); err != nil {
		return err
	}
	child, err := p.startServer(listener.(*net.TCPListener))
	if err != nil {
		return err
	}
	listener.Close() // the server's alone from now on
	return p.watch(ctx, child)
}

// leftoverTime is how long the server of a parent that was killed may still hold its
// port: it dies with its parent, but not in the same moment.
const leftoverTime = 2 * time.Second

func listenPatiently(ctx context.Context, address string) (net.Listener, error) {
	deadline := time.Now().Add(leftoverTime)
	for {
		l, err := net.Listen("tcp", address)
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) || time.Now().After(deadline) {
			return l, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (p *parent) startPostgres(ctx context.Context) (err error) {
	if p.cmd.DatabaseURL != "" {
		return nil
	}
	p.postgres, err = embedded.Start(ctx, embedded.Config{
		Dir: filepath.Join(p.cmd.Data, "postgres"), BinDir: p.cmd.PostgresBin, ClientGID: p.user.gid, Log: p.log,
	})
	return err
}

// openKernels tries how far code can be kept apart. Without separation the server
// starts kernels itself, as its own user.
func (p *parent) openKernels() (err error) {
	if p.cmd.separation() == kernel.SeparationNone {
		return nil
	}
	cfg := p.cmd.kernelConfig(p.log)
	cfg.GID, cfg.ServerUID, cfg.LogDir = p.user.gid, p.user.uid, ""
	if p.kernels, err = kernel.NewRootParent(cfg, filepath.Join(p.cmd.Data, "files")); err != nil {
		return err
	}
	return cfg.ShareNotes(filepath.Join(p.cmd.Data, "files"), p.user.uid, p.user.gid)
}

// startServer starts this program again as the server's user, with all it needs
// already open.
func (p *parent) startServer(l *net.TCPListener) (*child, error) {
	defer p.closePassed()
	config := childConfig{Command: *p.cmd, Linked: p.kernels != nil}
	if p.postgres != nil {
		config.Command.DatabaseURL = p.postgres.URL()
	}
	settings, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("settings for the server: %w", err)
	}
	password, err := p.adminPassword()
	if err != nil {
		return nil, err
	}
	for _, text := range [][]byte{settings, password} {
		pipe, err := p.pipeOf(text)
		if err != nil {
			return nil, fmt.Errorf("settings for the server: %w", err)
		}
		p.passed = append(p.passed, pipe)
	}
	listening, err := l.File()
	if err != nil {
		return nil, fmt.Errorf("the listener for the server: %w", err)
	}
	p.passed = []*os.File{p.passed[0], listening, p.passed[1]}
	if p.kernels != nil {
		ours, theirs, err := socketPair()
		if err != nil {
			return nil, fmt.Errorf("connection to the server: %w", err)
		}
		p.link, p.passed = ours, append(p.passed, theirs)
	}
	return startChild(p.user, p.passed)
}

func (p *parent) closePassed() {
	for _, f := range p.passed {
		f.Close()
	}
}

// adminPassword is the text of a file that only root may be able to read.
func (p *parent) adminPassword() ([]byte, error) {
	if p.cmd.AdminPasswordFile == "" {
		return nil, nil
	}
	f, err := os.Open(p.cmd.AdminPasswordFile)
	if err != nil {
		return nil, fmt.Errorf("--admin-password-file: %w", err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, 4096))
}

// pipeOf is a file that the server can read, also by its name under /dev/fd, with
// text that fits into a pipe.
func (p *parent) pipeOf(text []byte) (*os.File, error) {
	const room = 64 << 10 // pipe(7)
	if len(text) > room {
		return nil, fmt.Errorf("they are longer than %d bytes", room)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	_, err = w.Write(text)
	if err = errors.Join(err, w.Close(), r.Chown(p.user.uid, p.user.gid)); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// watch waits for the server's end. When told to stop, or when Postgres or the
// connection is gone, it tells the server.
func (p *parent) watch(ctx context.Context, c *child) error {
	links := make(chan error, 1)
	if p.kernels != nil {
		go func() { links <- p.kernels.Serve(p.link) }()
	}
	var why error
	select {
	case <-c.exited:
	case <-ctx.Done():
	case <-p.postgresGone():
		why = fmt.Errorf("the private Postgres has ended: %w", p.postgres.Err())
	case err := <-links:
		if !c.endsWithin(goodbye) {
			why = fmt.Errorf("the server broke its connection to its parent: %w", err)
		}
		p.kernels = nil
	}
	c.end()
	if p.kernels != nil {
		<-links
		p.kernels = nil
	}
	if why == nil {
		why = c.err()
	}
	return why
}

func (p *parent) postgresGone() <-chan struct{} {
	if p.postgres == nil {
		return nil
	}
	return p.postgres.Done()
}

// stop ends what the server used, after the server.
func (p *parent) stop() error {
	if p.kernels != nil {
		p.kernels.Close()
	}
	if p.postgres == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return p.postgres.Stop(ctx)
}
