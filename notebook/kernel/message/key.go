package message

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
)

// Key signs and verifies messages with HMAC-SHA256. An empty key means that
// messages are not signed, as in the connection file's "key".
type Key string

// Scheme is the connection file's name for how a Key signs.
const Scheme = "hmac-sha256"

// NewKey returns a key of 256 random bits.
func NewKey() Key {
	var b [32]byte
	rand.Read(b[:])
	return Key(hex.EncodeToString(b[:]))
}

// String keeps the key out of logs.
func (k Key) String() string { return "***" }

func (k Key) sign(parts [][]byte) []byte {
	if k == "" {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(k))
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.AppendEncode(nil, mac.Sum(nil))
}

func (k Key) verify(signature []byte, parts [][]byte) bool {
	return k == "" || hmac.Equal(signature, k.sign(parts))
}
