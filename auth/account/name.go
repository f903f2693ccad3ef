package account

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"quire/auth/fault"
)

// Limits of names, in characters.
const (
	maxName        = 64
	maxDisplayName = 128
	maxDescription = 1000
)

// reserved are names that mean something themselves.
var reserved = []string{"everyone", "anonymous", "system", "operator"}

// Name is the name of a user or a group: as shown, and folded as it is compared.
type Name struct{ Shown, Folded string }

// ParseName reads a name somebody is to bear. It is Invalid when it is empty, too
// long, reserved, or has characters that names cannot have.
func ParseName(s string) (Name, error) {
	folded, err := Fold(s)
	if err != nil {
		return Name{}, err
	}
	if slices.Contains(reserved, folded) {
		return Name{}, fault.New(fault.Invalid, "The name “%s” is reserved. Reserved are: %s.", s, strings.Join(reserved, ", "))
	}
	shown, err := eachPart(s, precis.UsernameCasePreserved)
	if err != nil {
		return Name{}, badName(s)
	}
	return Name{Shown: shown, Folded: folded}, nil
}

// Fold returns the form in which names are compared: PRECIS UsernameCaseMapped
// (RFC 8265 §3.3) of each part between single spaces. So Ana, ANA and ａｎａ are one
// name. What cannot be a name is Invalid.
func Fold(s string) (string, error) {
	if utf8.RuneCountInString(s) > maxName || strings.ContainsAny(s, `/\,:;"`) {
		return "", badName(s)
	}
	folded, err := eachPart(s, precis.UsernameCaseMapped)
	if err != nil || utf8.RuneCountInString(folded) > maxName || strings.ContainsAny(folded, `/\,:;"`) {
		return "", badName(s)
	}
	return folded, nil
}

func eachPart(s string, p *precis.Profile) (string, error) {
	parts := strings.Split(s, " ")
	for i, part := range parts {
		enforced, err := p.String(part)
		if err != nil {
			return "", err
		}
		if enforced == "" {
			return "", errors.New("no name, or more than one space")
		}
		parts[i] = enforced
	}
	return strings.Join(parts, " "), nil
}

func badName(s string) error {
	return fault.New(fault.Invalid, "“%s” is not a name for a user or a group. A name has 1 to %d letters, digits, "+
		"signs or single spaces between them, but no slash, comma, colon, semicolon or quotation mark.", shorten(s), maxName)
}

// shorten keeps what a message quotes readable.
func shorten(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '�'
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	if r := []rune(s); len(r) > maxName {
		return string(r[:maxName]) + "…"
	}
	return s
}

// foldPrefix folds the beginning of a name, which need not be one itself.
func foldPrefix(s string) string {
	return norm.NFC.String(strings.ToLower(width.Fold.String(strings.TrimLeft(s, " "))))
}

// parseText reads a short text for people, such as a display name: trimmed, in
// NFC, without control characters.
func parseText(what, s string, most int) (string, error) {
	s = norm.NFC.String(strings.TrimSpace(s))
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > most || strings.ContainsFunc(s, unicode.IsControl) {
		return "", fault.New(fault.Invalid, "The %s is not right: at most %d characters, none of them control characters.", what, most)
	}
	return s, nil
}
