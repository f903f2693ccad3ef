package kernel

import (
	"encoding/json"
	"fmt"
	"regexp"
	"unicode/utf8"

	"quire/notebook"
)

// A print of 100 MB is one message. Taken as a whole its text would be in memory
// twice, as JSON and as a string; so it is taken in pieces.

// streamStart matches the content of a stream message, as ipykernel and most others
// write it, up to its text.
var streamStart = regexp.MustCompile(`^\{\s*"name"\s*:\s*"(stdout|stderr)"\s*,\s*"text"\s*:\s*"`)

// splitStream cuts the text of a large stream message into pieces of JSON string,
// without their quotes. It is not ok when that is not needed or not easy.
func splitStream(q queued) (name string, pieces []json.RawMessage, ok bool) {
	if q.kind != "stream" || len(q.content) <= maxJoined {
		return "", nil, false
	}
	m := streamStart.FindSubmatchIndex(q.content[:100])
	if m == nil {
		return "", nil, false
	}
	text := q.content[m[1]:]
	begin := 0
	for i := 0; i < len(text); {
		if text[i] == '"' {
			return string(q.content[m[2]:m[3]]), append(pieces, text[begin:i]), string(text[i:]) == `"}`
		}
		if i-begin >= maxJoined && utf8.RuneStart(text[i]) {
			pieces = append(pieces, text[begin:i])
			begin = i
		}
		i += elementLen(text[i:])
	}
	return "", nil, false
}

// elementLen is the length of the first byte or escape of a JSON string. Two \u
// that may be one character (a surrogate pair) count as one.
func elementLen(text []byte) int {
	switch {
	case text[0] != '\\' || len(text) < 2:
		return 1
	case text[1] != 'u':
		return 2
	case len(text) > 7 && (text[2] == 'd' || text[2] == 'D') && text[6] == '\\' && text[7] == 'u':
		return 12
	default:
		return 6
	}
}

func handPieces(name string, pieces []json.RawMessage, sink func(notebook.Output)) {
	var quoted []byte
	for _, p := range pieces {
		quoted = fmt.Appendf(quoted[:0], `"%s"`, p)
		var text string
		if err := json.Unmarshal(quoted, &text); err != nil {
			sink(notebook.DroppedOutput{Messages: 1, Bytes: int64(len(p)), Reason: unreadable("stream")})
			continue
		}
		if text != "" {
			sink(notebook.StreamOutput{Name: name, Text: text})
		}
	}
}
