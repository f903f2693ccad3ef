package files

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"quire/auth/fault"
)

// Limits of names, in bytes: those of Linux.
const (
	MaxName = 255
	MaxPath = 4000
	// MaxDepth is how many folders may stand in each other.
	MaxDepth = 100
)

// Show writes a file's name so that it can be read, sent as JSON and parsed back:
// bytes that are no UTF-8, control characters, those that turn the direction of
// text, and the backslash itself stand as \xhh. Two names never look alike by it.
func Show(name string) string {
	if !strings.ContainsFunc(name, mustEscape) {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); {
		r, n := utf8.DecodeRuneInString(name[i:])
		if r == utf8.RuneError && n == 1 || mustEscape(r) && r != utf8.RuneError {
			for _, c := range []byte(name[i : i+n]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		} else {
			b.WriteString(name[i : i+n])
		}
		i += n
	}
	return b.String()
}

// mustEscape tells whether Show writes a character by its bytes. RuneError stands
// for bytes that are no UTF-8; the character itself is harmless.
func mustEscape(r rune) bool {
	switch {
	case r == '\\', r == utf8.RuneError, r == '\u2028', r == '\u2029', unicode.IsControl(r):
		return true
	}
	return unicode.Is(unicode.Bidi_Control, r)
}

// parse reads a path as Show writes it, of something that is there perhaps. The
// note's own folder is ".".
func parse(shown string) (string, error) {
	if len(shown) > 4*MaxPath {
		return "", fault.New(fault.Invalid, "The path is too long: %d bytes are allowed.", MaxPath)
	}
	if shown == "" || shown == "." {
		return ".", nil
	}
	p, err := unescape(shown)
	if err != nil {
		return "", err
	}
	return p, valid(p, shown)
}

func valid(p, shown string) error {
	parts := strings.Split(p, "/")
	for _, name := range parts {
		switch {
		case name == "", name == ".", name == "..":
			return fault.New(fault.Invalid, "%q is not a path of a note's files: it is names with single slashes between.", shown)
		case strings.ContainsRune(name, 0):
			return fault.New(fault.Invalid, "%q holds a zero byte, which no name can.", shown)
		case len(name) > MaxName:
			return fault.New(fault.Invalid, "The name %q has %d bytes; %d are allowed.", Show(name), len(name), MaxName)
		}
	}
	if len(p) > MaxPath || len(parts) > MaxDepth {
		return fault.New(fault.Invalid, "The path is too long: %d bytes and %d folders are allowed.", MaxPath, MaxDepth)
	}
	if isTemporary(parts[0]) {
		return errNotThere(shown)
	}
	return nil
}

func unescape(shown string) (string, error) {
	if !strings.Contains(shown, `\`) {
		return shown, nil
	}
	var b strings.Builder
	for i := 0; i < len(shown); i++ {
		if shown[i] != '\\' {
			b.WriteByte(shown[i])
			continue
		}
		if !strings.HasPrefix(shown[i:], `\x`) || len(shown) < i+4 {
			return "", errBackslash(shown)
		}
		c, err := strconv.ParseUint(shown[i+2:i+4], 16, 8)
		if err != nil || c == '/' || c == 0 {
			return "", errBackslash(shown)
		}
		b.WriteByte(byte(c))
		i += 3
	}
	return b.String(), nil
}

func errBackslash(shown string) error {
	return fault.New(fault.Invalid, `%q is not a path of a note's files: a backslash only stands before the two digits of a byte, as in \x0a.`, shown)
}

// parseNew reads a path under which something is to be made. Its last name is held
// to what every system can keep; names in NFC are the same for everybody.
func parseNew(shown string) (string, error) {
	p, err := parse(shown)
	if err != nil {
		return "", err
	}
	if p == "." {
		return "", fault.New(fault.Invalid, "Say which file: the path is empty.")
	}
	dir, name := path.Split(p)
	switch {
	case !utf8.ValidString(name), strings.ContainsFunc(name, func(r rune) bool { return r != utf8.RuneError && mustEscape(r) }):
		return "", fault.New(fault.Invalid, "%q cannot be a name: control characters, backslashes and marks that turn text around are not allowed.", Show(name))
	case strings.TrimSpace(name) == "":
		return "", fault.New(fault.Invalid, "A name needs more than spaces.")
	}
	p = dir + norm.NFC.String(name)
	return p, valid(p, shown)
}

// Files that are being written stand at the top of the note's folder.
const temporary = ".quire-upload-"

func isTemporary(name string) bool { return strings.HasPrefix(name, temporary) }

func errNotThere(shown string) error {
	return fault.New(fault.NotFound, "There is no %q among the note's files.", shown)
}
