package account

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/secure/precis"

	"quire/auth/fault"
)

// Limits of passwords.
const (
	minPassword = 8    // characters
	maxPassword = 1024 // bytes
)

// Hashing are the parameters of Argon2id (RFC 9106): memory in KiB, passes over
// it, and threads.
type Hashing struct {
	Memory  uint32
	Passes  uint32
	Threads uint8
}

// DefaultHashing takes 64 MiB and about a tenth of a second. A hash carries its
// parameters, so changing them leaves old ones valid.
var DefaultHashing = Hashing{Memory: 64 << 10, Passes: 1, Threads: 2}

// How many passwords are hashed at once, since each takes the memory above, and
// how many wait for their turn before more are sent away.
const (
	maxHashing = 4
	maxWaiting = 256
)

var errBusy = fault.New(fault.TooMany, "Too many people are signing in at this moment. Try again in a few seconds.")

// hasher hashes and compares passwords, a few at a time.
type hasher struct {
	params  *argon2id.Params
	turns   chan struct{}
	waiting atomic.Int32
	most    int32
	// decoy is compared with where there is no hash, so that it takes as long.
	decoy string
}

func newHasher(h Hashing) (*hasher, error) {
	params := &argon2id.Params{Memory: h.Memory, Iterations: h.Passes, Parallelism: h.Threads, SaltLength: 16, KeyLength: 32}
	decoy, err := argon2id.CreateHash(newSecret("").Reveal(), params)
	if err != nil {
		return nil, fmt.Errorf("hash a password: %w", err)
	}
	turns := make(chan struct{}, min(maxHashing, runtime.GOMAXPROCS(0)))
	return &hasher{params: params, turns: turns, most: maxWaiting, decoy: decoy}, nil
}

// turn waits for one's turn; done ends it. Too long a line is refused as TooMany.
func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	if h.waiting.Add(1) > h.most {
		h.waiting.Add(-1)
		return nil, errBusy
	}
	defer h.waiting.Add(-1)
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash makes the hash to store of a password that parsePassword returned.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	hash, err := argon2id.CreateHash(password, h.params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// matches compares during one's turn. Without a hash, or with a password nobody
// can have, it takes as long and says no.
func (h *hasher) matches(password, hash string) (bool, error) {
	enforced, err := parsePassword(password)
	possible := err == nil && hash != ""
	if !possible {
		enforced, hash = "decoy", h.decoy
	}
	same, err := argon2id.ComparePasswordAndHash(enforced, hash)
	if err != nil {
		return false, fmt.Errorf("compare a password: %w", err)
	}
	return same && possible, nil
}

// parsePassword enforces PRECIS OpaqueString (RFC 8265 §4.2), so that a password
// typed on another keyboard is the same one, and the limits of its length.
func parsePassword(s string) (string, error) {
	if len(s) > maxPassword {
		return "", fault.New(fault.Invalid, "The password is too long: at most %d bytes.", maxPassword)
	}
	if utf8.RuneCountInString(s) < minPassword {
		return "", fault.New(fault.Invalid, "The password is too short: at least %d characters.", minPassword)
	}
	enforced, err := precis.OpaqueString.String(s)
	if err != nil {
		return "", fault.New(fault.Invalid, "The password has characters that cannot be typed: control characters and the like.")
	}
	return enforced, nil
}
