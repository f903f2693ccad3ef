package zeppelin

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Zeppelin reads bodies with Gson's lenient reader, and its clients send what that
// takes: names and strings without quotes or in single ones, comments, ; for , and
// = or => for : (JsonReader.setLenient). strict turns such a text into JSON; what
// is JSON already comes out meaning the same.
func strict(text []byte) ([]byte, error) {
	l := lenient{in: text}
	if err := l.value(0); err != nil {
		return nil, err
	}
	if l.space(); l.at < len(l.in) {
		return nil, l.unexpected("the end")
	}
	return l.out, nil
}

// maxNesting bounds how deep values stand in each other.
const maxNesting = 100

type lenient struct {
	in  []byte
	at  int
	out []byte
}

func (l *lenient) unexpected(wanted string) error {
	if l.at >= len(l.in) {
		return fmt.Errorf("it ends where %s should come", wanted)
	}
	c, _ := utf8.DecodeRune(l.in[l.at:])
	return fmt.Errorf("%q stands at byte %d, where %s should come", c, l.at, wanted)
}

// peek returns the next byte that is neither space nor comment; 0 at the end.
func (l *lenient) peek() byte {
	l.space()
	if l.at >= len(l.in) {
		return 0
	}
	return l.in[l.at]
}

func (l *lenient) space() {
	for l.at < len(l.in) {
		rest := string(l.in[l.at:min(len(l.in), l.at+2)])
		switch {
		case strings.ContainsAny(rest[:1], " \t\r\n"):
			l.at++
		case rest[0] == '#', rest == "//":
			l.skipTo("\n")
		case rest == "/*":
			l.at += 2
			l.skipTo("*/")
		default:
			return
		}
	}
}

func (l *lenient) skipTo(end string) {
	if i := strings.Index(string(l.in[l.at:]), end); i >= 0 {
		l.at += i + len(end)
	} else {
		l.at = len(l.in)
	}
}

func (l *lenient) value(depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("more than %d values stand in each other", maxNesting)
	}
	switch c := l.peek(); c {
	case '{':
		return l.list('}', depth, l.member)
	case '[':
		return l.list(']', depth, l.value)
	case '"', '\'':
		return l.quoted(c)
	default:
		return l.bare()
	}
}

// list reads what stands between brackets, divided by commas or semicolons.
func (l *lenient) list(end byte, depth int, one func(int) error) error {
	l.out = append(l.out, l.in[l.at])
	l.at++
	for first := true; ; first = false {
		c := l.peek()
		if c == end {
			break
		}
		if !first {
			if c != ',' && c != ';' {
				return l.unexpected(fmt.Sprintf("a comma or %c", end))
			}
			l.at++
			l.out = append(l.out, ',')
		}
		if err := one(depth + 1); err != nil {
			return err
		}
	}
	l.at++
	l.out = append(l.out, end)
	return nil
}

func (l *lenient) member(depth int) error {
	var err error
	if c := l.peek(); c == '"' || c == '\'' {
		err = l.quoted(c)
	} else {
		err = l.word()
	}
	if err != nil {
		return err
	}
	switch l.peek() {
	case ':':
		l.at++
	case '=':
		if l.at++; l.at < len(l.in) && l.in[l.at] == '>' {
			l.at++
		}
	default:
		return l.unexpected("a colon")
	}
	l.out = append(l.out, ':')
	return l.value(depth)
}

// bare reads what stands without quotes: true, false, null or a number as such, all
// else as text.
func (l *lenient) bare() error {
	text, err := l.unquoted()
	if err != nil {
		return err
	}
	if lower := strings.ToLower(text); lower == "true" || lower == "false" || lower == "null" {
		l.out = append(l.out, lower...)
		return nil
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil && json.Valid([]byte(text)) {
		l.out = append(l.out, text...)
		return nil
	}
	return l.put(text)
}

func (l *lenient) word() error {
	text, err := l.unquoted()
	if err != nil {
		return err
	}
	return l.put(text)
}

// unquoted reads up to the next character that means something.
func (l *lenient) unquoted() (string, error) {
	start := l.at
	for l.at < len(l.in) && !strings.ContainsRune("{}[]:=,;/\\#\"' \t\r\n\f", rune(l.in[l.at])) {
		l.at++
	}
	if l.at == start {
		return "", l.unexpected("a value")
	}
	return string(l.in[start:l.at]), nil
}

func (l *lenient) put(text string) error {
	b, err := json.Marshal(text)
	l.out = append(l.out, b...)
	return err
}

func (l *lenient) quoted(quote byte) error {
	l.at++
	var text []byte
	for {
		if l.at >= len(l.in) {
			return errors.New("a text has no end")
		}
		c := l.in[l.at]
		l.at++
		switch c {
		case quote:
			return l.put(string(text))
		case '\\':
			r, err := l.escaped()
			if err != nil {
				return err
			}
			text = utf8.AppendRune(text, r)
		default:
			text = append(text, c)
		}
	}
}

var escapes = map[byte]rune{'t': '\t', 'b': '\b', 'n': '\n', 'r': '\r', 'f': '\f', '\n': '\n', '\'': '\'', '"': '"', '\\': '\\', '/': '/'}

func (l *lenient) escaped() (rune, error) {
	if l.at >= len(l.in) {
		return 0, errors.New("a text has no end")
	}
	c := l.in[l.at]
	l.at++
	if c != 'u' {
		if r, ok := escapes[c]; ok {
			return r, nil
		}
		return 0, fmt.Errorf(`\%c is no escape`, c)
	}
	r, err := l.unit()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	// Half a character is none; what follows it stands for itself.
	if next := l.at; strings.HasPrefix(string(l.in[next:]), `\u`) {
		l.at += 2
		second, err := l.unit()
		if err != nil {
			return 0, err
		}
		if whole := utf16.DecodeRune(r, second); whole != utf8.RuneError {
			return whole, nil
		}
		l.at = next
	}
	return utf8.RuneError, nil
}

func (l *lenient) unit() (rune, error) {
	end := min(len(l.in), l.at+4)
	n, err := strconv.ParseUint(string(l.in[l.at:end]), 16, 16)
	if err != nil || end-l.at != 4 {
		return 0, errors.New(`\u needs four hexadecimal digits`)
	}
	l.at = end
	return rune(n), nil
}
