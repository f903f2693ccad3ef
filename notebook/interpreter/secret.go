package interpreter

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"quire/auth/fault"
)

// Sealed secrets are: format (1 byte), id of the key (8), nonce (12), and the text
// under AES-256-GCM with its tag (16). What a secret belongs to is associated data,
// so that nobody who can write rows can have it opened as another's.
const (
	sealFormat = 1
	keyBytes   = 32
	keyIDBytes = 8
)

type keyID [keyIDBytes]byte

// Box seals secrets with a key that is kept outside the database.
type Box struct {
	current keyID
	keys    map[keyID]cipher.AEAD
}

// OpenBox reads keys from a file: 32 bytes each in base64, one to a line. The first
// one seals; all of them open, so that a key is changed by writing a new one above
// it. With create set, a file that is not there is made with a new key (mode 0600).
func OpenBox(path string, create bool) (*Box, error) {
	text, err := readKeyFile(path)
	if create && errors.Is(err, fs.ErrNotExist) {
		text, err = createKeyFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("key file for secrets: %w", err)
	}
	b := &Box{keys: map[keyID]cipher.AEAD{}}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := b.add(line); err != nil {
			return nil, fmt.Errorf("key file for secrets %s: %w", path, err)
		}
	}
	if len(b.keys) == 0 {
		return nil, fmt.Errorf("key file for secrets %s holds no key", path)
	}
	return b, nil
}

func (b *Box) add(line string) error {
	key, err := base64.StdEncoding.DecodeString(line)
	if err != nil || len(key) != keyBytes {
		return errors.New("each line is 32 bytes in base64, as of: openssl rand -base64 32")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(key)
	id := keyID(sum[:keyIDBytes])
	if len(b.keys) == 0 {
		b.current = id
	}
	b.keys[id] = aead
	return nil
}

func readKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o037 != 0 {
		return nil, fmt.Errorf("%s can be read or written by others: chmod 600 it", path)
	}
	return os.ReadFile(path)
}

// createKeyFile fails when somebody else makes the file in the same moment.
func createKeyFile(path string) ([]byte, error) {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails
	text := []byte("# Opens the passwords and tokens in the database. Keep a copy apart from it.\n" +
		base64.StdEncoding.EncodeToString(key) + "\n")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	return text, nil
}

// label is what a secret belongs to: the kind of row, its id, and the name within.
func label(kind string, id int64, name string) string { return fmt.Sprintf("%s/%d/%s", kind, id, name) }

// Seal encrypts a secret of what the label names.
func (b *Box) Seal(label, secret string) []byte {
	sealed := append([]byte{sealFormat}, b.current[:]...)
	return b.keys[b.current].Seal(sealed, nil, []byte(secret), []byte(label))
}

// Open decrypts what was sealed for the same label; nothing stays nothing.
func (b *Box) Open(label string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	if len(sealed) < 1+keyIDBytes || sealed[0] != sealFormat {
		return "", fmt.Errorf("a sealed secret of %s is not of a known format", label)
	}
	id := keyID(sealed[1 : 1+keyIDBytes])
	aead := b.keys[id]
	if aead == nil {
		return "", fault.New(fault.Unavailable,
			"A secret was sealed with the key %x, which the server's key file does not hold. Whoever runs the server puts it back there, or an administrator enters the secret anew.", id)
	}
	plain, err := aead.Open(nil, nil, sealed[1+keyIDBytes:], []byte(label))
	if err != nil {
		return "", fmt.Errorf("a sealed secret of %s was changed: %w", label, err)
	}
	return string(plain), nil
}
