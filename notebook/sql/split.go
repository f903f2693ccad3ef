package sql

import (
	"regexp"
	"strings"
	"unicode"
)

// statement is one of several, with the line it begins in, from 1.
type statement struct {
	text string
	line int
}

// routinePattern finds the making of what has statements inside: it is one itself.
var routinePattern = regexp.MustCompile(`(?is)^\s*create\s+(or\s+replace\s+)?(definer\s*=\s*\S+\s+)?(aggregate\s+)?(procedure|function|trigger|event|package)\b`)

// split takes a text for MySQL apart at semicolons outside of quotes and comments.
func split(text string) []statement {
	code := bare(text, ofMySQL)
	if routinePattern.MatchString(code) {
		return []statement{{text: text, line: firstLine(code)}}
	}
	var all []statement
	from := 0
	for from <= len(code) {
		to := strings.IndexByte(code[from:], ';')
		if to < 0 {
			to = len(code) - from
		}
		if one := code[from : from+to]; strings.TrimSpace(one) != "" {
			line := strings.Count(code[:from], "\n") + firstLine(one)
			all = append(all, statement{text: text[from : from+to], line: line})
		}
		from += to + 1
	}
	return all
}

// firstLine is the line that the first thing stands in.
func firstLine(code string) int {
	blank := len(code) - len(strings.TrimLeftFunc(code, unicode.IsSpace))
	return 1 + strings.Count(code[:blank], "\n")
}

// dialect is how strings and comments are written.
type dialect struct {
	// hashes begin comments, as do -- with a blank behind, and backslashes escape.
	isMySQL bool
	// dollars quote: $tag$ … $tag$.
	isPostgres bool
}

var ofMySQL, ofPostgres = dialect{isMySQL: true}, dialect{isPostgres: true}

// bare is a text of the same length in which strings and comments are blank, so that
// what is left is SQL.
func bare(text string, d dialect) string {
	b := []byte(text)
	for i := 0; i < len(b); {
		n := d.quotedLength(text[i:])
		if n == 0 {
			i++
			continue
		}
		hint := strings.HasPrefix(text[i:], "/*!") || strings.HasPrefix(text[i:], "/*M!") // MySQL runs what is inside
		for j := i; j < i+n; j++ {
			if b[j] != '\n' {
				b[j] = ' '
			}
		}
		if hint || isQuote(text[i]) {
			b[i] = 'x' // something stands here
		}
		i += n
	}
	return string(b)
}

func isQuote(c byte) bool { return c == '\'' || c == '"' || c == '`' || c == '$' }

var dollarPattern = regexp.MustCompile(`^\$([A-Za-z_]\w*)?\$`)

// quotedLength is the length of the string or comment that s begins with; 0 for
// neither. What is not closed goes on to the end.
func (d dialect) quotedLength(s string) int {
	switch {
	case d.isComment(s):
		return lengthTo(s, 0, "\n")
	case strings.HasPrefix(s, "/*"):
		return lengthTo(s, 2, "*/")
	case s[0] == '$' && d.isPostgres:
		if tag := dollarPattern.FindString(s); tag != "" {
			return lengthTo(s, len(tag), tag)
		}
	case s[0] == '\'' || s[0] == '"' || s[0] == '`':
		return d.stringLength(s)
	}
	return 0
}

func (d dialect) isComment(s string) bool {
	if !d.isMySQL {
		return strings.HasPrefix(s, "--")
	}
	return s[0] == '#' || strings.HasPrefix(s, "--") && (len(s) == 2 || s[2] <= ' ')
}

func lengthTo(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// stringLength ends a string at its quote; one that is doubled or behind a backslash
// does not end it.
func (d dialect) stringLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] != '`' && d.isMySQL:
			i++
		case s[i] == s[0] && i+1 < len(s) && s[i+1] == s[0]:
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return len(s)
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
