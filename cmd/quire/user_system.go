package main

import (
	"fmt"
	"log/slog"
	"os/user"
	"strconv"
)

const (
	// defaultUser is the account that the server runs as when root starts it.
	defaultUser = "quire"
	// spareUID stands in for defaultUser where there is no such account. It lies just
	// below the notes' users, and outside of what Debian and containers give away.
	spareUID = 449_999
)

// systemUser is an account of the system.
type systemUser struct {
	name     string
	uid, gid int
}

// serverUser is the account named, or a number of its own where it is the default's
// and there is none: nobody need make an account before trying the server.
func serverUser(name string, log *slog.Logger) (systemUser, error) {
	u, err := user.Lookup(name)
	if err != nil && name == defaultUser {
		log.Info("there is no account quire, so the server runs under a number", "uid", spareUID)
		return systemUser{name, spareUID, spareUID}, nil
	}
	if err != nil {
		return systemUser{}, fmt.Errorf("--user: %w: make the account with `useradd --system %s`", err, name)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return systemUser{}, fmt.Errorf("--user %s: %w", name, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return systemUser{}, fmt.Errorf("--user %s: %w", name, err)
	}
	if uid == 0 || gid == 0 {
		return systemUser{}, fmt.Errorf("--user %s: the server does not run as root: name another account", name)
	}
	return systemUser{name, uid, gid}, nil
}
