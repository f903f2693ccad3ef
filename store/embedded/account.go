package embedded

import (
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is a system user as Postgres needs it: it looks its own name up, so
// there must be a passwd entry.
type account struct {
	name     string
	uid, gid int
	switched bool // not the caller's own, so children need a credential
}

// credential is what a child needs to run as the account; nil for the caller's.
func (a account) credential() *syscall.Credential {
	if !a.switched {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid), Groups: []uint32{}}
}

// serviceAccount is whom Postgres runs as: the caller, or, because Postgres
// refuses to run as root, the named system user.
func serviceAccount(name string) (account, error) {
	if os.Geteuid() != 0 {
		return ownAccount(name)
	}
	if name == "" {
		name = "postgres"
	}
	a, err := lookupAccount(name)
	if err != nil {
		return a, fmt.Errorf("Postgres does not run as root and there is no system user %q for it (%w): "+
			"make one with `useradd --system %s`, or start Quire as another user than root", name, err, name)
	}
	if a.uid == 0 {
		return a, fmt.Errorf("Postgres does not run as root: name another system user than %q for it", name)
	}
	a.switched = true
	return a, nil
}

func ownAccount(name string) (account, error) {
	uid := os.Geteuid()
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return account{}, fmt.Errorf("Postgres needs its user to have a name, and uid %d has none (%w): "+
			"add a passwd entry for it, or set QUIRE_DATABASE_URL to a database of your own", uid, err)
	}
	if name != "" && name != u.Username {
		return account{}, fmt.Errorf("only root can run Postgres as another user: this is %s, %s is asked for", u.Username, name)
	}
	return account{name: u.Username, uid: uid, gid: os.Getegid()}, nil
}

func lookupAccount(name string) (account, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, fmt.Errorf("uid of %s: %w", name, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return account{}, fmt.Errorf("gid of %s: %w", name, err)
	}
	return account{name: name, uid: uid, gid: gid}, nil
}
