package notebook_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"quire/notebook"
)

func text(t *testing.T, s string) notebook.Text {
	t.Helper()
	got, err := notebook.NewText(s)
	require.NoError(t, err)
	return got
}

func TestChangesCountInUTF16Units(t *testing.T) {
	for _, c := range []struct{ name, before, change, after string }{
		{"insert into nothing", "", `[[0,"h"]]`, "h"},
		{"no change", "abc", `[3]`, "abc"},
		{"nothing at all", "", `[]`, ""},
		{"insert", "hello", `[5,[0," world"]]`, "hello world"},
		{"replace", "hello", `[1,[3,"ipp"],1]`, "hippo"},
		{"delete", "hello", `[1,[4]]`, "h"},
		{"lines", "ab", `[1,[0,"","x",""],1]`, "a\nx\nb"},
		{"behind a pair", "a😀b", `[3,[0,"!"],1]`, "a😀!b"},
		{"delete a pair", "a😀b", `[1,[2],1]`, "ab"},
		{"insert a pair by escape", "", `[[0,"\ud83d\ude00"]]`, "😀"},
		{"a real replacement character", "", "[[0,\"\uFFFD\"]]", "\uFFFD"},
	} {
		got, err := text(t, c.before).Apply(json.RawMessage(c.change))
		require.NoError(t, err, c.name)
		require.Equal(t, c.after, got.String(), c.name)
	}
}

func TestChangesThatDoNotFitAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ before, change string }{
		"too short":             {"abc", `[2]`},
		"too long":              {"abc", `[4]`},
		"deletes too much":      {"abc", `[[4]]`},
		"negative":              {"abc", `[-1]`},
		"negative cut":          {"abc", `[[-1,"x"],3]`},
		"overflow":              {"abc", `[9223372036854775807,9223372036854775807]`},
		"fraction":              {"abc", `[1.5]`},
		"cuts a pair, keeping":  {"a😀b", `[2,[0,"!"],2]`},
		"cuts a pair, deleting": {"a😀b", `[1,[1],2]`},
		"cuts a pair's head":    {"a😀b", `[2,[1],1]`},
		"lone surrogate":        {"", `[[0,"\ud83d"]]`},
		"lone low surrogate":    {"", `[[0,"\uDE00"]]`},
		"line break in a line":  {"", `[[0,"a\nb"]]`},
		"carriage return":       {"", `[[0,"a\rb"]]`},
		"NUL":                   {"", `[[0,"\u0000"]]`},
		"line is no string":     {"", `[[0,1]]`},
		"empty section":         {"", `[[]]`},
		"not an array":          {"", `{"a":1}`},
		"not JSON":              {"", `[`},
		"null":                  {"a", `null`},
	} {
		before := text(t, c.before)
		_, err := before.Apply(json.RawMessage(c.change))
		require.Error(t, err, name)
		require.Equal(t, c.before, before.String(), name)
	}
}

func TestTextHasLimits(t *testing.T) {
	_, err := notebook.NewText(strings.Repeat("x", notebook.MaxText+1))
	require.Error(t, err)
	_, err = notebook.NewText("a\x00b")
	require.Error(t, err)
	full := text(t, strings.Repeat("x", notebook.MaxText))
	_, err = full.Apply(json.RawMessage(`[[0,"y"],2097152]`))
	require.Error(t, err)
	require.Equal(t, "a\nb\nc", text(t, "a\r\nb\rc").String())
}

// Whatever is accepted leaves a text that survives UTF-8 and back: the database
// and the browser then hold the same.
func FuzzApply(f *testing.F) {
	f.Add("a😀b", `[2,[0,"!"],2]`)
	f.Add("hello", `[1,[3,"ipp","x"],1]`)
	f.Add("", `[[0,"\ud83d\ude00"]]`)
	f.Fuzz(func(t *testing.T, before, change string) {
		doc, err := notebook.NewText(strings.ToValidUTF8(before, ""))
		if err != nil {
			return
		}
		after, err := doc.Apply(json.RawMessage(change))
		if err != nil {
			return
		}
		require.Equal(t, []uint16(after), utf16.Encode([]rune(after.String())))
		_, err = notebook.NewText(after.String())
		require.NoError(t, err)
	})
}
