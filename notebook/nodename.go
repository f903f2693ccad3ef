package notebook

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"quire/auth/fault"
)

// Limits of the tree.
const (
	MaxNodeName = 255 // characters
	MaxDepth    = 50  // nodes from the top down, the note itself counted
)

// parseNodeName reads the name of a note or folder and returns it in Unicode's
// normal form C. It is Invalid when it is empty or over 255 characters, is "." or
// "..", begins or ends with a space, or holds a slash, a control character or a
// character that turns the direction of writing (it could hide what follows).
func parseNodeName(s string) (string, error) {
	name := norm.NFC.String(s)
	if !utf8.ValidString(s) || name == "" || utf8.RuneCountInString(name) > MaxNodeName {
		return "", errNodeName
	}
	if name == "." || name == ".." || strings.TrimFunc(name, unicode.IsSpace) != name ||
		strings.ContainsFunc(name, isUnfitForName) {
		return "", errNodeName
	}
	return name, nil
}

var errNodeName = fault.New(fault.Invalid, "A name has 1 to %d characters, none of them a slash or a control character; "+
	"it neither begins nor ends with a space, and is not “.” or “..”.", MaxNodeName)

func isUnfitForName(r rune) bool {
	return r == '/' || unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// parseNodePath reads a name that may have folders before it, as in Zeppelin: with
// slashes between, and one at the beginning or not.
func parseNodePath(s string) ([]string, error) {
	parts := strings.Split(strings.TrimPrefix(s, "/"), "/")
	if len(parts) > MaxDepth {
		return nil, errTooDeep
	}
	for i, part := range parts {
		name, err := parseNodeName(part)
		if err != nil {
			return nil, err
		}
		parts[i] = name
	}
	return slices.Clip(parts), nil
}

var errTooDeep = fault.New(fault.TooLarge, "Folders can be nested %d deep, and no deeper.", MaxDepth)

func errNameTaken(name string) error {
	return fault.New(fault.Conflict, "The name “%s” is taken there.", name)
}
