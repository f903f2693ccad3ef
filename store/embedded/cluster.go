package embedded

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// cluster is the data of one private Postgres and the programs that serve it.
type cluster struct {
	dir      string
	runAs    account
	programs programs
	password string
	settings map[string]string
	log      *slog.Logger
}

func (c *cluster) dataDir() string      { return filepath.Join(c.dir, "data") }
func (c *cluster) passwordFile() string { return filepath.Join(c.dir, "password") }

// choose finds the programs that fit the data, of which major is the version;
// 0 where there is none. Data of another major version is left as it is.
func (c *cluster) choose(ctx context.Context, cfg Config) (major int, err error) {
	major, err = c.dataMajor()
	if err != nil {
		return 0, err
	}
	c.programs, err = findPrograms(ctx, cfg, c.runAs, major)
	return major, err
}

// open makes the data where there is none, and learns its password.
func (c *cluster) open(ctx context.Context, major int) error {
	if major == 0 {
		return c.initialise(ctx)
	}
	b, err := os.ReadFile(c.passwordFile())
	if err != nil {
		return fmt.Errorf("read the database's password, without which its data cannot be used: %w", err)
	}
	c.password = strings.TrimSpace(string(b))
	return nil
}

// dataMajor is the major version that made the data, 0 when there is none yet.
func (c *cluster) dataMajor() (int, error) {
	b, err := os.ReadFile(filepath.Join(c.dataDir(), "PG_VERSION"))
	if err == nil {
		major, err := strconv.Atoi(strings.TrimSpace(string(b)))
		if err != nil {
			return 0, fmt.Errorf("%s was made by a version of Postgres that Quire does not know", c.dataDir())
		}
		return major, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read the database's version: %w", err)
	}
	entries, err := os.ReadDir(c.dataDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read the database's directory: %w", err)
	}
	if len(entries) > 0 {
		return 0, fmt.Errorf("%s is not empty and not the data of a Postgres: move it away, or use another data directory", c.dataDir())
	}
	return 0, nil
}

// initialise makes the data under another name and renames it when it is
// whole, so that a crash leaves nothing that looks like data.
func (c *cluster) initialise(ctx context.Context) error {
	c.log.Info("making the database", "dir", c.dir, "postgres", c.programs.version)
	c.password = rand.Text() + rand.Text()
	if err := writeDurably(c.passwordFile(), c.password+"\n"); err != nil {
		return fmt.Errorf("keep the database's password: %w", err)
	}
	unfinished := c.dataDir() + ".tmp"
	if err := os.RemoveAll(unfinished); err != nil {
		return fmt.Errorf("remove an unfinished database: %w", err)
	}
	if err := os.Mkdir(unfinished, 0o700); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	if c.runAs.switched {
		if err := os.Chown(unfinished, c.runAs.uid, c.runAs.gid); err != nil {
			return fmt.Errorf("make the database: %w", err)
		}
	}
	if err := c.initdb(ctx, unfinished); err != nil {
		return err
	}
	if err := os.Rename(unfinished, c.dataDir()); err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	return syncDir(c.dir)
}

// initdb hands the password over through a pipe: a file would have to belong to
// Postgres's user.
func (c *cluster) initdb(ctx context.Context, dir string) error {
	password, err := pipeOf(c.password+"\n", c.runAs)
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	defer password.Close()
	cmd := c.command("initdb", "-D", dir, "-U", ownerRole, "-A", "scram-sha-256",
		"--pwfile=/dev/fd/3", "-E", "UTF8", "--no-locale")
	cmd.ExtraFiles = []*os.File{password}
	p, err := launch(cmd, io.Discard)
	if err != nil {
		return fmt.Errorf("make the database: %w", err)
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		p.stop()
		return fmt.Errorf("make the database: %w", ctx.Err())
	}
	if p.err != nil {
		return fmt.Errorf("make the database: %w", p.failure())
	}
	return nil
}

// serverCommand runs postgres itself, not pg_ctl: it must be our own child.
func (c *cluster) serverCommand(sockets socketDir) *exec.Cmd {
	args := []string{"-D", c.dataDir(), "-k", sockets.path, "-p", port}
	for _, s := range []string{
		"listen_addresses=",
		"unix_socket_permissions=" + sockets.socketMode(),
		"max_connections=60",
		"shared_buffers=64MB",
		"fsync=on",
		"synchronous_commit=on",
		"jit=off", // costs more than it gives for queries of a few milliseconds
		"timezone=UTC",
		"log_timezone=UTC",
		"log_destination=stderr",
		"logging_collector=off",
		"log_line_prefix=%m [%p] ",
		"log_min_error_statement=panic", // statements may hold people's text
	} {
		args = append(args, "-c", s)
	}
	for _, name := range slices.Sorted(maps.Keys(c.settings)) {
		args = append(args, "-c", name+"="+c.settings[name])
	}
	return c.command("postgres", args...)
}

// command is one of Postgres's programs as its user, with an environment that
// cannot change what it does.
func (c *cluster) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.programs.bin, program), args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = attributes(c.runAs)
	return cmd
}

// pipeOf is a file that a's processes can open by name and that holds text.
func pipeOf(text string, a account) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	_, err = w.WriteString(text)
	err = errors.Join(err, w.Close())
	if a.switched {
		err = errors.Join(err, r.Chown(a.uid, a.gid))
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func writeDurably(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
