package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Level tells how far code is kept apart. The sentence is for people.
type Level struct {
	Number   int    `json:"level"`
	Word     string `json:"word"` // "sandboxed", "own user" or "not separated"
	Sentence string `json:"sentence"`
}

// probeTimeout bounds trying whether a separation works here.
const probeTimeout = 10 * time.Second

// separation is what a Level means for starting a process.
type separation struct {
	Level
	ownUsers bool
	bwrap    string // path of bubblewrap, "" for no sandbox
}

// separate finds the separation that the configuration wants and that works here.
// It never takes less than what was asked for.
func separate(ctx context.Context, cfg Config) (separation, error) {
	if cfg.Separation == SeparationNone {
		return level0(errors.New("as configured")), nil
	}
	userErr := probeUser(ctx, cfg)
	root := os.Geteuid() == 0
	switch cfg.Separation {
	case SeparationUser:
		return level1(errors.New("as configured")), unavailable(cfg.Separation, userErr)
	case SeparationSandbox, SeparationAuto:
	default:
		return separation{}, fmt.Errorf("kernel: %q is not a separation: none, user, sandbox or nothing is", cfg.Separation)
	}
	if root && userErr != nil {
		// Bubblewrap as root would map root into the sandbox.
		return level0(userErr), unavailable(cfg.Separation, userErr)
	}
	bwrap, err := probeSandbox(ctx, cfg, root)
	switch {
	case err == nil:
		return level2(bwrap, root), nil
	case root:
		return level1(err), unavailable(cfg.Separation, err)
	default:
		return level0(err), unavailable(cfg.Separation, err)
	}
}

// unavailable makes a failed probe an error when the separation was demanded.
func unavailable(s Separation, err error) error {
	if s == SeparationAuto || err == nil {
		return nil
	}
	return fmt.Errorf("kernel: separation %q does not work here: %w", s, err)
}

func level0(why error) separation {
	return separation{Level: Level{0, "not separated", fmt.Sprintf(
		"Code runs as the server's own user and can read what the server can (%v).", why)}}
}

func level1(why error) separation {
	return separation{ownUsers: true, Level: Level{1, "own user", fmt.Sprintf(
		"Each note's code runs under a user of its own, without a sandbox (%v).", why)}}
}

func level2(bwrap string, ownUsers bool) separation {
	s := separation{bwrap: bwrap, ownUsers: ownUsers}
	s.Level = Level{2, "sandboxed", "Each note's code runs in a sandbox that shows it the note's own files only."}
	if ownUsers {
		s.Sentence = "Each note's code runs under a user of its own, in a sandbox that shows it the note's own files only."
	}
	return s
}

// probeUser tries to run a program as the first user of the range.
func probeUser(ctx context.Context, cfg Config) error {
	if os.Geteuid() != 0 {
		return errors.New("the server does not run as root")
	}
	return try(ctx, cfg.ownerOf(0, true), "/usr/bin/env", "true")
}

// probeSandbox tries the whole sandbox around a program that does nothing.
func probeSandbox(ctx context.Context, cfg Config, ownUsers bool) (bwrap string, err error) {
	if bwrap, err = exec.LookPath("bwrap"); err != nil {
		return "", errors.New("bubblewrap is not installed")
	}
	o := owner{uid: os.Geteuid(), gid: os.Getegid()}
	if ownUsers {
		o = cfg.ownerOf(0, true)
	}
	args := sandboxArgs(cfg, view{})
	return bwrap, try(ctx, o, bwrap, append(args, "--", "/usr/bin/env", "true")...)
}

func try(ctx context.Context, o owner, program string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + systemPath}
	o.become(cmd)
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if line := strings.TrimSpace(string(out)); line != "" {
		return errors.New(line)
	}
	return err
}

// owner is the user as whom a kernel runs. Its group has the same number.
type owner struct {
	uid, gid int
	own      bool // another than the server's
}

func (cfg Config) ownerOf(slot int, ownUsers bool) owner {
	if !ownUsers {
		return owner{uid: os.Geteuid(), gid: os.Getegid()}
	}
	uid := cfg.UIDBase + ((slot%cfg.UIDCount)+cfg.UIDCount)%cfg.UIDCount
	return owner{uid: uid, gid: uid, own: true}
}

// become makes a command run as the owner, without further groups.
func (o owner) become(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	if o.own {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}
	}
}
