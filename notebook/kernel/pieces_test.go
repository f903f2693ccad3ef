package kernel

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
)

// TestPieces: a large text comes in pieces that together are the text, wherever
// the cuts would fall.
func TestPieces(t *testing.T) {
	for name, unit := range map[string]string{
		"plain":           "x",
		"escapes":         "\n\"\\",
		"two bytes":       "é",
		"escaped":         "\u2028\u2029", // json.Marshal escapes these
		"surrogate pairs": "😀",
	} {
		for _, shift := range []int{0, 1, 5, 11} {
			text := strings.Repeat("-", shift) + strings.Repeat(unit, 3*maxJoined/len(unit))
			content, err := json.Marshal(map[string]string{"name": "stderr", "text": text})
			require.NoError(t, err)
			if name == "surrogate pairs" {
				content = []byte(strings.ReplaceAll(string(content), unit, `\ud83d\ude00`))
			}
			var got strings.Builder
			count := 0
			deliver([]queued{{kind: "stream", content: content}}, to(func(o notebook.Output) {
				s := o.(notebook.StreamOutput)
				require.Equal(t, "stderr", s.Name)
				require.LessOrEqual(t, len(s.Text), maxJoined+12)
				got.WriteString(s.Text)
				count++
			}))
			require.True(t, text == got.String(), "%s, shifted by %d", name, shift)
			require.GreaterOrEqual(t, count, 3)
		}
	}
}

// TestOddStreams: large stream messages of another shape are read all the same.
func TestOddStreams(t *testing.T) {
	text := strings.Repeat("x", maxJoined+1)
	for name, content := range map[string]string{
		"other order": `{"text":"` + text + `","name":"stdout"}`,
		"more fields": `{"name":"stdout","text":"` + text + `","more":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			deliver([]queued{{kind: "stream", content: []byte(content)}}, to(func(o notebook.Output) {
				require.True(t, o == notebook.StreamOutput{Name: "stdout", Text: text})
			}))
		})
	}
	for name, content := range map[string]string{
		"no end":     `{"name":"stdout","text":"` + text,
		"bad escape": `{"name":"stdout","text":"` + text + `\x"}`,
		"cut escape": `{"name":"stdout","text":"` + text + `\u"}`,
	} {
		t.Run(name, func(t *testing.T) {
			var last notebook.Output
			deliver([]queued{{kind: "stream", content: []byte(content)}}, to(func(o notebook.Output) { last = o }))
			require.Equal(t, 1, last.(notebook.DroppedOutput).Messages)
		})
	}
}

// to hands everything to one sink.
func to(sink func(notebook.Output)) func(queued) func(notebook.Output) {
	return func(queued) func(notebook.Output) { return sink }
}
