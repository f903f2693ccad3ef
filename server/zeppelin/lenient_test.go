package zeppelin

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStrictReadsWhatGsonReads(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": [1, 2.5e3, true, null], "b": {"c": "d"}}`: `{"a":[1,2500,true,null],"b":{"c":"d"}}`,
		`{ revisionId: 4a1f }`:                           `{"revisionId":"4a1f"}`,
		`{'name' = '/a "b"'; n => 1}`:                    `{"name":"/a \"b\"","n":1}`,
		"# one\n{a: // two\n 'b' /* three */}":           `{"a":"b"}`,
		`{a: TRUE, b: Null, c: NaN, d: 007}`:             `{"a":true,"b":null,"c":"NaN","d":"007"}`,
		`{"s": "\u00e9\ud83d\ude00\n\'"}`:                `{"s":"é😀\n'"}`,
		`{"s": "\ud83d"}`:                                `{"s":"` + "\ufffd" + `"}`,
		`[]`:                                             `[]`,
		`{}`:                                             `{}`,
		"{\"multi\": \"a\nb\"}":                          `{"multi":"a\nb"}`,
	} {
		out, err := strict([]byte(text))
		require.NoError(t, err, text)
		require.JSONEq(t, want, string(out), text)
	}
}

func TestStrictRefusesWhatNobodyCanRead(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{`, `[`, `{"a"}`, `{"a":}`, `{"a":1`, `{"a" 1}`, `"abc`, `'abc`, `"\x"`, `"\u12"`, `"\`, `{} {}`,
		`{a: b c}`, `[1 2]`, `}`, `/`, `{,}`, strings.Repeat("[", 200),
	} {
		_, err := strict([]byte(text))
		require.Error(t, err, text)
	}
}

func FuzzStrict(f *testing.F) {
	for _, s := range []string{`{"a":[1,"b",{"c":null}]}`, `{a:'b';c=>d}`, "#x\n[1]", `"\ud800\u0041"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := strict(in)
		if err != nil {
			if json.Valid(in) {
				require.ErrorContains(t, err, "stand in each other", "%q", in)
			}
			return
		}
		require.True(t, json.Valid(out), "%q", out)
		if json.Valid(in) {
			require.JSONEq(t, strings.ToValidUTF8(string(in), "\ufffd"), string(out))
		}
	})
}
