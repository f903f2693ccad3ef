package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"quire/notebook/kernel"
)

// serveCmd runs the server until it is told to stop.
type serveCmd struct {
	Listen    string   `default:"127.0.0.1:8080" env:"QUIRE_LISTEN" help:"Address and port to listen on."`
	PublicURL *url.URL `name:"public-url" env:"QUIRE_PUBLIC_URL" placeholder:"URL" help:"Where people reach the server, such as https://notes.example.org. Needed to listen on more than loopback: browsers are answered only there."`
	Data      string   `default:"${data}" env:"QUIRE_DATA" type:"path" help:"Folder that holds everything Quire keeps."`

	DatabaseURL string `env:"QUIRE_DATABASE_URL" placeholder:"URL" help:"A Postgres (15 or newer) of yours. Without it Quire runs a private one in the data folder."`
	PostgresBin string `env:"QUIRE_POSTGRES_BIN" type:"path" placeholder:"DIR" help:"Folder with Postgres's programs, for the private one. Found by itself where Debian or npm put them."`

	NotebookPublic    *bool  `env:"QUIRE_NOTEBOOK_PUBLIC,ZEPPELIN_NOTEBOOK_PUBLIC" negatable:"" help:"Whether everybody sees and edits new notes. Without it the answer given when setting up counts."`
	NotebookOwnerRole string `env:"QUIRE_NOTEBOOK_OWNER_ROLE,ZEPPELIN_OWNER_ROLE" placeholder:"NAME" help:"A user or group that counts as owner of all folders and notes. Nobody does unless told; the audit log says so at each start."`
	SecretKeyFile     string `env:"QUIRE_SECRET_KEY_FILE" type:"path" placeholder:"FILE" help:"Keys that seal the passwords and tokens in the database: 32 bytes in base64 per line, the first seals. Without it secret.key in the data folder, made by the first start."`
	AdminPasswordFile string `env:"QUIRE_ADMIN_PASSWORD_FILE" type:"path" placeholder:"FILE" help:"Make the administrator \"admin\" with the password in this file, if there is none, instead of printing a link to set up."`

	KernelIdle          time.Duration `default:"1h" env:"QUIRE_KERNEL_IDLE" help:"How long a kernel may do nothing before it ends."`
	MaxKernels          int           `default:"100" env:"QUIRE_MAX_KERNELS" help:"How many kernels may run at once."`
	MaxKernelsPerPerson int           `default:"10" env:"QUIRE_MAX_KERNELS_PER_PERSON" help:"How many of them one person may have started."`
	KernelMemory        *byteSize     `env:"QUIRE_KERNEL_MEMORY" placeholder:"SIZE" help:"How much memory a kernel may use with all its processes, such as 2GiB; 0 for as much as there is. Half of the machine's unless told."`
	KernelProcesses     int           `default:"2048" env:"QUIRE_KERNEL_PROCESSES" help:"How many processes and threads a kernel may have."`
	KernelDisk          byteSize      `default:"20GiB" env:"QUIRE_KERNEL_DISK" placeholder:"SIZE" help:"How large a note's folder of files may grow before its kernel is ended, such as 20GiB; 0 for as large as there is room."`
	Separation          string        `default:"auto" enum:"auto,none,user,sandbox" env:"QUIRE_SEPARATION" help:"How code is kept apart: auto (the best that works), none, user (a system user per note; as root), sandbox (bubblewrap)."`
	NoPython            bool          `env:"QUIRE_NO_PYTHON" help:"Do not prepare a Python kernel; use what is there."`

	User string `default:"quire" env:"QUIRE_USER" help:"Account that the server runs as when root starts it."`

	FilesQuota byteSize `default:"5GiB" env:"QUIRE_FILES_QUOTA" placeholder:"SIZE" help:"How much the files of one note may take together; 0 is the default. What its code wrote counts, and keeps uploads out, but is not itself held to it."`

	LogLevel  slog.Level `default:"info" env:"QUIRE_LOG_LEVEL" help:"debug, info, warn or error."`
	LogFormat string     `default:"text" enum:"text,json" env:"QUIRE_LOG_FORMAT" help:"text or json."`

	parent *kernel.Parent // the connection to a root parent, if there is one
}

// Help is shown by quire serve --help.
func (serveCmd) Help() string {
	return `Examples:
  quire serve                                   on http://127.0.0.1:8080, everything private
  quire serve --listen 127.0.0.1:9000 --data /srv/quire
  quire serve --public-url https://notes.example.org --listen 0.0.0.0:8080    behind a proxy with TLS

The first start prints a link; open it to make the administrator. Ctrl-C stops the
server and everything it started.`
}

// defaultData is where a server keeps things unless told: as root where the
// system's services do, since root's own folder is closed to the users that
// Postgres and kernels run as.
func defaultData() string {
	if os.Geteuid() == 0 {
		return "/var/lib/quire"
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "quire")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "quire-data"
	}
	return filepath.Join(home, ".local", "share", "quire")
}

// gcPercent lets the heap grow by half before it is collected, not to the double:
// long outputs leave much garbage behind, and the machine is shared with kernels.
const gcPercent = 50

// Run implements the command.
func (c *serveCmd) Run(ctx context.Context) error {
	if isChild() {
		return runChild(ctx)
	}
	if err := c.check(); err != nil {
		return err
	}
	log := c.logger()
	switch {
	case canSplit():
		return stopped(c.runParent(ctx, log))
	case os.Geteuid() == 0:
		log.Warn("root cannot act as other users here, so the server runs as root and keeps no code apart")
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", c.Listen, err)
	}
	return c.serve(ctx, listener)
}

// serve answers on listener until it is told to stop.
func (c *serveCmd) serve(ctx context.Context, listener net.Listener) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	a, err := start(ctx, c, c.logger(), listener)
	if err != nil {
		listener.Close()
		return stopped(err)
	}
	a.announce(os.Stdout)
	err = a.wait(ctx)
	return errors.Join(err, a.stop())
}

// stopped makes being told to stop while starting no error.
func stopped(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (c *serveCmd) check() error {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %q is not an address and port such as 127.0.0.1:8080", c.Listen)
	}
	if u := c.PublicURL; u != nil && (u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "") {
		return fmt.Errorf("--public-url %q is not of the form https://notes.example.org", u)
	}
	if ip := net.ParseIP(host); c.PublicURL == nil && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("to listen on %s, say with --public-url where people reach the server", c.Listen)
	}
	return nil
}

func (c *serveCmd) logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}
