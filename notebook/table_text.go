package notebook

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// tableText reads the text of a table out of the JSON of its bundle: from within
// the string on to its end.
type tableText struct {
	json io.Reader
	raw  []byte // read, not yet decoded
	text []byte // decoded, not yet given
	end  bool
}

func (t *tableText) Read(b []byte) (int, error) {
	for len(t.text) == 0 {
		if t.end {
			return 0, io.EOF
		}
		if err := t.more(); err != nil {
			return 0, err
		}
	}
	n := copy(b, t.text)
	t.text = t.text[n:]
	return n, nil
}

func (t *tableText) more() error {
	have := len(t.raw)
	t.raw = append(t.raw, make([]byte, sliceBytes)...)
	n, err := t.json.Read(t.raw[have:])
	t.raw = t.raw[:have+n]
	if err != nil {
		return err
	}
	var used int
	t.text, used, t.end = unescapeJSON(t.text, t.raw)
	t.raw = append(t.raw[:0], t.raw[used:]...)
	return nil
}

// unescapeJSON appends to text what JSON within a string means (RFC 8259, section
// 7). It returns how much of it was used: not an escape whose end is missing. end
// tells that the string ended.
func unescapeJSON(text, json []byte) (_ []byte, used int, end bool) {
	for {
		plain := bytes.IndexAny(json[used:], `"\`)
		if plain < 0 {
			return append(text, json[used:]...), len(json), false
		}
		text = append(text, json[used:used+plain]...)
		used += plain
		if json[used] == '"' {
			return text, used, true
		}
		char, n := escaped(json[used:])
		if n == 0 {
			return text, used, false
		}
		text = utf8.AppendRune(text, char)
		used += n
	}
}

var shortEscapes = map[byte]rune{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escaped returns the character of an escape and its length, 0 when its end is
// missing. Half of a surrogate pair alone is U+FFFD.
func escaped(json []byte) (rune, int) {
	switch {
	case len(json) < 2:
		return 0, 0
	case json[1] != 'u':
		if char, ok := shortEscapes[json[1]]; ok {
			return char, 2
		}
		return rune(json[1]), 2
	case len(json) < 6:
		return 0, 0
	}
	char := codeUnit(json[2:6])
	switch {
	case !utf16.IsSurrogate(char):
		return char, 6
	case len(json) < 8:
		return 0, 0 // a bundle does not end before that
	case json[6] != '\\' || json[7] != 'u':
		return utf8.RuneError, 6
	case len(json) < 12:
		return 0, 0
	}
	if pair := utf16.DecodeRune(char, codeUnit(json[8:12])); pair != utf8.RuneError {
		return pair, 12
	}
	return utf8.RuneError, 6
}

func codeUnit(digits []byte) rune {
	n, _ := strconv.ParseUint(string(digits), 16, 16)
	return rune(n)
}
