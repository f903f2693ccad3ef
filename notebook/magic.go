package notebook

import (
	"regexp"
	"strings"

	"quire/auth/fault"
)

// magic is what a paragraph's first line says about who runs it: %name, %a.b,
// perhaps with (k=v, …), by the rule of Zeppelin's ParagraphTextParser. Unlike
// there a name may have "-" behind a dot, as kernelspecs do.
type magic struct {
	name       string
	properties map[string]string
	// code is the text without the magic. Lines keep their numbers.
	code string
	// err says what is wrong with the properties.
	err error
}

var magicPattern = regexp.MustCompile(`^(\s*)%([A-Za-z0-9_-]+(?:\.[\w-]+)*)`)

// parseMagic reads the first line. Without a magic the name is empty and code is
// the whole text. A cell magic (%%…) is the kernel's own.
func parseMagic(text string) magic {
	at := magicPattern.FindStringSubmatchIndex(text)
	if at == nil {
		return magic{code: text}
	}
	m := magic{name: text[at[4]:at[5]]}
	rest := text[at[1]:]
	if strings.HasPrefix(rest, "(") {
		m.properties, rest, m.err = parseProperties(rest[1:])
	}
	above := strings.Repeat("\n", strings.Count(text[:at[3]], "\n"))
	m.code = above + strings.TrimLeft(rest, " ")
	return m
}

// parseProperties reads up to the closing parenthesis and returns what follows
// it. A key alone stands for itself. Values may be quoted; \n, \t, \" and \\ are
// known in quotes.
func parseProperties(s string) (map[string]string, string, error) {
	props := map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if strings.HasPrefix(s, ")") && len(props) == 0 {
			return props, s[1:], nil
		}
		key, rest, end := nextWord(s)
		value := key
		if end == '=' {
			value, rest, end = nextWord(strings.TrimLeft(rest, " \t"))
		}
		if end == 0 {
			return nil, "", fault.New(fault.Invalid, "The parenthesis in the first line is not closed.")
		}
		if key == "" || end == '=' {
			return nil, "", fault.New(fault.Invalid, "The first line is not right: between the parentheses stand name=value, separated by commas.")
		}
		props[key] = value
		if end == ')' {
			return props, rest, nil
		}
		s = rest
	}
}

// nextWord reads a word, quoted or not, and the '=', ',' or ')' behind it; end is
// 0 when there is none.
func nextWord(s string) (word, rest string, end byte) {
	if strings.HasPrefix(s, `"`) {
		word, s = unquote(s[1:])
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" || !strings.ContainsRune("=,)", rune(s[0])) {
			return "", "", 0
		}
		return word, s[1:], s[0]
	}
	i := strings.IndexAny(s, "=,)")
	if i < 0 {
		return "", "", 0
	}
	return strings.TrimSpace(s[:i]), s[i+1:], s[i]
}

// unquote reads up to the closing quote and returns what follows it.
func unquote(s string) (word, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(unescape(s[i]))
		default:
			b.WriteByte(s[i])
		}
	}
	return "", ""
}

func unescape(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	}
	return c
}
