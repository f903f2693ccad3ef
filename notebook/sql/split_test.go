package sql

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string][]statement{
		"":                                       nil,
		" ;; ":                                   nil,
		"a; b":                                   {{"a", 1}, {" b", 1}},
		"a;\n\n b\n;c":                           {{"a", 1}, {"\n\n b\n", 3}, {"c", 4}},
		"a ';' b; c":                             {{"a ';' b", 1}, {" c", 1}},
		`a '\';' b; c`:                           {{`a '\';' b`, 1}, {" c", 1}},
		"a 'it''s;' ; c":                         {{"a 'it''s;' ", 1}, {" c", 1}},
		"a `x;\\` ; b":                           {{"a `x;\\` ", 1}, {" b", 1}},
		"-- a;\n# b;\n/* c; */ d; 5--3;":         {{"-- a;\n# b;\n/* c; */ d", 3}, {" 5--3", 3}},
		"/*! set x */; y":                        {{"/*! set x */", 1}, {" y", 1}},
		"-- only\n":                              nil,
		"a$b$c; d$b$e":                           {{"a$b$c", 1}, {" d$b$e", 1}},
		"\ncreate procedure p() begin a; b; end": {{"\ncreate procedure p() begin a; b; end", 2}},
		"a 'open; b":                             {{"a 'open; b", 1}},
	} {
		require.Equal(t, want, split(text), "%q", text)
	}
	require.Equal(t, "a x       b", bare("a $x$;$x$ b", ofPostgres))
	require.Equal(t, `a x  ; x  b`, bare(`a '\'; '' b`, ofPostgres), "a backslash is a letter")
}
