package sql

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"quire/auth/account"
	"quire/auth/fault"
)

// The drivers of connections.
const (
	Postgres = "postgres"
	MySQL    = "mysql" // and MariaDB
	SQLite   = "sqlite"
)

// Target is a database and as whom it is spoken to.
type Target struct {
	Name     string // of the connection
	Driver   string
	Host     string // or a folder (Postgres) or path (MySQL) of a unix socket
	Port     int    // 0: the usual one
	Database string // for SQLite a file in the note's folder
	Username string
	Password account.Secret
	Options  map[string]string
	// ReadOnly makes sessions begin read-only. A session can say otherwise: what may
	// not happen at all belongs into the rights of the database's user.
	ReadOnly bool
}

// The options of connections. timeout is how many seconds the statements of one
// run may take; tls how the server is known.
const (
	optionTimeout = "timeout"
	optionTLS     = "tls"
)

// tlsModes are the values of the option tls, as libpq's sslmode names them.
var tlsModes = []string{"disable", "prefer", "require", "verify-full"}

// Without the option timeout a run may take so long; with it at most a week.
const (
	usualTimeout   = time.Hour
	longestTimeout = 7 * 24 * time.Hour
)

// Check refuses what cannot be spoken to.
func (t Target) Check() error {
	switch t.Driver {
	case Postgres, MySQL:
		if t.Host == "" {
			return fault.New(fault.Invalid, "Say on which host the database is.")
		}
	case SQLite:
		return t.checkFile()
	default:
		return fault.New(fault.Invalid, "A connection is to postgres, mysql (MariaDB too) or sqlite, not to “%s”.", t.Driver)
	}
	if t.Port < 0 || t.Port > 65535 {
		return fault.New(fault.Invalid, "A port is a number from 1 to 65535, or 0 for the usual one.")
	}
	if strings.ContainsAny(t.Host, ",@ ") {
		return fault.New(fault.Invalid, "A host is one name, address, or the path of a unix socket.")
	}
	return t.checkOptions(optionTimeout, optionTLS)
}

func (t Target) checkFile() error {
	if t.Host != "" || t.Port != 0 || t.Username != "" || t.Password != "" {
		return fault.New(fault.Invalid, "SQLite has no host, user or password: it is a file in the note's folder.")
	}
	if t.Database == "" || !filepath.IsLocal(t.Database) {
		return fault.New(fault.Invalid, "Say which file in the note's folder the database is, such as data.db.")
	}
	return t.checkOptions(optionTimeout)
}

func (t Target) checkOptions(known ...string) error {
	for name, value := range t.Options {
		switch {
		case !slices.Contains(known, name):
			return fault.New(fault.Invalid, "There is no option “%s” of a %s connection; there is %s.", name, t.Driver, strings.Join(known, ", "))
		case name == optionTLS && !slices.Contains(tlsModes, value):
			return fault.New(fault.Invalid, "The option tls is one of %s.", strings.Join(tlsModes, ", "))
		case name == optionTimeout && !isTimeout(value):
			return fault.New(fault.Invalid, "The option timeout is a number of seconds from 1 to %d.", int(longestTimeout.Seconds()))
		}
	}
	return nil
}

func isTimeout(value string) bool {
	n, err := strconv.Atoi(value)
	return err == nil && n > 0 && n <= int(longestTimeout.Seconds())
}

// timeout is how long one run may take.
func (t Target) timeout() time.Duration {
	if n, err := strconv.Atoi(t.Options[optionTimeout]); err == nil && n > 0 {
		return time.Duration(n) * time.Second
	}
	return usualTimeout
}

// shortestMasked is the length from which a password is masked in results: a
// shorter one stands in any text by chance, and masking it would spoil data.
const shortestMasked = 6

const masked = "***"

// maskResult hides the password in what a database answers.
func (t Target) maskResult(text string) string {
	if len(t.Password) < shortestMasked {
		return text
	}
	return strings.ReplaceAll(text, t.Password.Reveal(), masked)
}

// maskError hides the password in an error, whatever its length.
func (t Target) maskError(text string) string {
	if t.Password == "" {
		return text
	}
	return strings.ReplaceAll(text, t.Password.Reveal(), masked)
}
