package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// localHost starts kernels from this process.
type localHost struct {
	cfg     Config
	sep     separation
	tempDir bool // the run folder is ours to remove
	spawner *spawner
	prlimit string
	watch   *watchdog
	work    sync.WaitGroup
	closing sync.Once
}

// newLocalHost tries the separation that cfg asks for and fails when it was named
// and does not work here.
func newLocalHost(ctx context.Context, cfg Config) (*localHost, error) {
	h := &localHost{cfg: cfg}
	var err error
	if h.sep, err = separate(ctx, cfg); err != nil {
		return nil, err
	}
	if h.cfg.RunDir, h.tempDir, err = openRunDir(cfg.RunDir); err != nil {
		return nil, err
	}
	if err := h.probeRunDir(ctx); err != nil {
		return nil, err
	}
	h.prlimit, _ = exec.LookPath("prlimit")
	h.spawner = newSpawner(kernelUmask, h.sep.ownUsers && h.sep.bwrap == "")
	h.watch = newWatchdog(cfg, h.sep)
	cfg.Log.Info("kernels", "level", h.sep.Number, "separation", h.sep.Sentence, "limits", h.prlimit != "")
	return h, nil
}

// probeRunDir makes sure that kernels with a user of their own get to their sockets.
func (h *localHost) probeRunDir(ctx context.Context) error {
	if !h.sep.ownUsers {
		return nil
	}
	err := try(ctx, h.cfg.ownerOf(0, true), "/usr/bin/env", "test", "-x", h.cfg.RunDir)
	if err != nil {
		return fmt.Errorf("kernel: the users of notes cannot enter %s: every folder above it needs mode 0711: %w", h.cfg.RunDir, err)
	}
	return nil
}

func (h *localHost) separation() separation { return h.sep }

func (h *localHost) places() string { return h.cfg.RunDir }

func (h *localHost) openNote(dir string, slot int, site string) (string, error) {
	if err := os.Mkdir(dir, 0o770); err != nil && !os.IsExist(err) {
		return "", fmt.Errorf("note folder: %w", err)
	}
	return h.giveNote(dir, slot, site)
}

// giveNote is openNote for a folder that is there.
func (h *localHost) giveNote(dir string, slot int, site string) (string, error) {
	o := h.cfg.ownerOf(slot, h.sep.ownUsers)
	dir, err := openNoteDir(dir, o, h.cfg)
	if err != nil {
		return "", err
	}
	if err := makeUserSite(dir, site, o); err != nil {
		h.cfg.Log.Warn("no place for pip in the note's folder", "dir", dir, "err", err)
	}
	return dir, nil
}

// reclaim does nothing: this process starts kernels as others only where it may do
// as it likes.
func (h *localHost) reclaim(string) error { return nil }

func (h *localHost) start(o order, output *os.File) (started, error) {
	owner := h.cfg.ownerOf(o.Slot, h.sep.ownUsers)
	place, err := newPlace(h.cfg.RunDir, o, owner, h.cfg.GID)
	if err != nil {
		return started{}, err
	}
	cmd, err := h.command(o, owner, place)
	if err != nil {
		place.remove()
		return started{}, err
	}
	cmd.Stdout, cmd.Stderr = output, output
	c, err := startChild(h.spawner, cmd, markOf(o.ID), h.sep.bwrap != "")
	for _, f := range cmd.ExtraFiles {
		f.Close()
	}
	if err != nil {
		place.remove()
		return started{}, err
	}
	death := make(chan string, 1)
	forget := h.watch.add(c, o)
	h.work.Go(func() {
		c.reap()
		forget()
		place.remove()
		death <- c.cause()
	})
	return started{pid: cmd.Process.Pid, tell: c.tell, death: death}, nil
}

// ask runs with a clean environment. The error ends with the last line of the
// program's complaint.
func (h *localHost) ask(ctx context.Context, program string, q question) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, "-c", questions[q])
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + systemPath, "HOME=/nonexistent", "LANG=C.UTF-8", "PYTHONDONTWRITEBYTECODE=1"}
	cmd.WaitDelay = time.Second
	h.cfg.ownerOf(0, h.sep.ownUsers).become(cmd)
	out, err := cmd.Output()
	return out, explain(program, err)
}

// install installs Debian's packages.
func (h *localHost) install(ctx context.Context, show io.Writer) (problem string, err error) {
	apt, err := exec.LookPath("apt-get")
	if err != nil {
		return "", errors.New("the system's packages are not installed by apt-get")
	}
	if os.Geteuid() != 0 {
		return "", errors.New("only root can install the system's packages")
	}
	spawner := newSpawner(installUmask, false)
	defer spawner.close()
	if err := runInstaller(ctx, spawner, show, apt, "update"); err != nil && ctx.Err() == nil {
		problem = err.Error() // the lists that are there may do
	}
	args := []string{"install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"}
	return problem, runInstaller(ctx, spawner, show, apt, append(args, systemPackages(h.cfg.Packages)...)...)
}

// close ends the spawner's thread, and with it what it started and is left.
func (h *localHost) close() { h.closing.Do(h.end) }

func (h *localHost) end() {
	h.spawner.close()
	h.work.Wait()
	h.watch.close()
	if h.tempDir {
		os.RemoveAll(h.cfg.RunDir)
	}
}
