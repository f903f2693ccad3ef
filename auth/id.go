package auth

import (
	"encoding/base32"
	"fmt"

	"github.com/google/uuid"
)

// ID identifies a node, a run or a sign-in: a UUIDv7 (RFC 9562 §5.7), stored as
// uuid and shown as 26 lower-case base32 characters. It cannot be guessed, but it
// is not a secret: knowing one grants nothing.
type ID uuid.UUID

// crockford orders like the bytes do, so ids sort by time as text too.
var crockford = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns a fresh id. It panics when the system has no randomness.
func NewID() ID { return ID(uuid.Must(uuid.NewV7())) }

// ParseID reads the 26 characters that String writes.
func ParseID(s string) (ID, error) {
	var id ID
	b, err := crockford.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return ID{}, fmt.Errorf("%q is not an id: 26 characters of 0-9 and a-z (without i, l, o, u) are", s)
	}
	copy(id[:], b)
	if id.String() != s {
		return ID{}, fmt.Errorf("%q is not an id: its last character has stray bits", s)
	}
	return id, nil
}

// IsZero reports whether the id was never set.
func (id ID) IsZero() bool { return id == ID{} }

// String returns the 26 characters shown to people and programs.
func (id ID) String() string { return crockford.EncodeToString(id[:]) }

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *ID) UnmarshalText(b []byte) error {
	v, err := ParseID(string(b))
	if err != nil {
		return err
	}
	*id = v
	return nil
}
