package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
)

// Secret is what lets somebody in: a sign-in's, a token's or a link's. It prints
// and encodes as *** everywhere; Reveal is for the one place that hands it over.
type Secret string

// TokenPrefix begins every token, so that it is recognised where it should not be.
const TokenPrefix = "quire_"

const secretBytes = 32

// maxSecret bounds what is taken for a secret, before anything is done with it.
const maxSecret = 100

// newSecret returns 256 random bits; only their hash is kept.
func newSecret(prefix string) Secret {
	b := make([]byte, secretBytes)
	_, _ = rand.Read(b) // never fails
	return Secret(prefix + base64.RawURLEncoding.EncodeToString(b))
}

// Reveal returns the secret itself.
func (s Secret) Reveal() string { return string(s) }

// IsToken tells a token from a browser's secret.
func (s Secret) IsToken() bool { return strings.HasPrefix(string(s), TokenPrefix) }

// hash is what the store knows of the secret. It needs no salt and no stretching:
// what it hides is random and long.
func (s Secret) hash() []byte {
	h := sha256.Sum256([]byte(s))
	return h[:]
}

// plausible is false for what can be no secret of ours.
func (s Secret) plausible() bool { return len(s) > secretBytes && len(s) <= maxSecret }

const hidden = "***"

// Format implements fmt.Formatter for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// String implements fmt.Stringer.
func (Secret) String() string { return hidden }

// LogValue implements slog.LogValuer.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText implements encoding.TextMarshaler.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
