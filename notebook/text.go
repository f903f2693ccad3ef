package notebook

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf16"

	"quire/auth/fault"
)

// Limits on text, in UTF-16 code units as the browser counts.
const (
	MaxText   = 2 << 20 // of one paragraph
	MaxChange = 1 << 20 // bytes of one change as JSON
)

// Text is a paragraph's text as UTF-16 code units, because the positions in
// changes count those. Lines end with "\n". A Text is never modified.
type Text []uint16

// NewText returns the text of s, with "\r\n" and "\r" made "\n" as the editor
// does. Text that Postgres cannot hold (U+0000) is refused.
func NewText(s string) (Text, error) {
	if strings.ContainsRune(s, 0) {
		return nil, fault.New(fault.Invalid, "The text contains a NUL character (U+0000), which cannot be stored.")
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	t := Text(utf16.Encode([]rune(s)))
	if len(t) > MaxText {
		return nil, errTextTooLong(len(t))
	}
	return t, nil
}

func errTextTooLong(n int) error {
	return fault.New(fault.TooLarge, "The paragraph would have %d characters; %d are allowed.", n, MaxText)
}

// String returns the text as UTF-8.
func (t Text) String() string { return string(utf16.Decode(t)) }

// Apply returns the text changed by a CodeMirror ChangeSet in its JSON form: an
// array of numbers n (keep n units) and arrays [n, line, line…] (replace n units
// by the lines joined with "\n"). The change must cover the whole text, may not
// cut a surrogate pair, and may not bring lone surrogates, NUL or carriage
// returns: the texts of server and browser would differ from then on.
func (t Text) Apply(change json.RawMessage) (Text, error) {
	if len(change) > MaxChange {
		return nil, fault.New(fault.TooLarge, "The change has %d bytes; %d are allowed at once.", len(change), MaxChange)
	}
	var sections []json.RawMessage
	if err := json.Unmarshal(change, &sections); err != nil {
		return nil, errChange("it is not a JSON array")
	}
	out := make(Text, 0, len(t)+len(change))
	pos := 0
	for _, raw := range sections {
		keep, cut, insert, err := parseSection(raw)
		if err != nil {
			return nil, err
		}
		if keep+cut < 0 || keep+cut > len(t)-pos {
			return nil, errChange("it is longer than the text")
		}
		out = append(out, t[pos:pos+keep]...)
		pos += keep + cut
		if t.splitsPair(pos) || t.splitsPair(pos-cut) {
			return nil, errChange("it cuts a character in two")
		}
		out = append(out, insert...)
	}
	if pos != len(t) {
		return nil, errChange("it is shorter than the text")
	}
	if len(out) > MaxText {
		return nil, errTextTooLong(len(out))
	}
	return out, nil
}

func errChange(why string) error {
	return fault.New(fault.Invalid, "The change does not fit the paragraph's text: %s.", why)
}

// splitsPair reports whether a cut at pos would part a surrogate pair.
func (t Text) splitsPair(pos int) bool {
	return pos > 0 && pos < len(t) &&
		utf16.IsSurrogate(rune(t[pos-1])) && t[pos-1] < 0xDC00 &&
		utf16.IsSurrogate(rune(t[pos])) && t[pos] >= 0xDC00
}

func parseSection(raw json.RawMessage) (keep, cut int, insert Text, err error) {
	if json.Unmarshal(raw, &keep) == nil {
		if keep < 0 || keep > MaxText {
			return 0, 0, nil, errChange("a length is out of range")
		}
		return keep, 0, nil, nil
	}
	var parts []json.RawMessage
	if json.Unmarshal(raw, &parts) != nil || len(parts) == 0 || json.Unmarshal(parts[0], &cut) != nil ||
		cut < 0 || cut > MaxText {
		return 0, 0, nil, errChange("a section is neither a length nor a replacement")
	}
	for i, p := range parts[1:] {
		line, err := parseLine(p)
		if err != nil {
			return 0, 0, nil, err
		}
		if i > 0 {
			insert = append(insert, '\n')
		}
		insert = append(insert, line...)
	}
	return 0, cut, insert, nil
}

func parseLine(raw json.RawMessage) (Text, error) {
	var s string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		return nil, errChange("a line is not a string")
	}
	if strings.ContainsAny(s, "\x00\r\n") {
		return nil, errChange("a line contains a line break or NUL")
	}
	// The decoder turns lone surrogates into U+FFFD, which the browser did not.
	if strings.ContainsRune(s, '\uFFFD') && bytes.Contains(bytes.ToLower(raw), []byte(`\ud`)) {
		return nil, errChange("a line contains half a character")
	}
	return Text(utf16.Encode([]rune(s))), nil
}
