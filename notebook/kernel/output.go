package kernel

import (
	"encoding/json"
	"fmt"

	"quire/notebook"
)

// maxJoined bounds the text of stream messages that are handed on as one.
const maxJoined = 1 << 20

// outputTypes are the messages of the output channel that become outputs.
var outputTypes = map[string]func(json.RawMessage) (notebook.Output, error){
	"stream":              readStream,
	"display_data":        readDisplay(false),
	"update_display_data": readDisplay(true),
	"execute_result":      readDisplay(false),
	"error":               readError,
	"clear_output":        readClear,
}

// deliver hands items to sink in order; neighbouring texts of one stream are
// joined.
func deliver(items []queued, sink func(notebook.Output)) {
	j := joiner{sink: sink}
	for i := range items {
		item := items[i]
		items[i] = queued{} // a large content is free as soon as it was handed on
		if name, pieces, ok := splitStream(item); ok {
			j.flush()
			handPieces(name, pieces, sink)
			continue
		}
		j.add(item.output())
	}
	j.flush()
}

// joiner collects texts of one stream.
type joiner struct {
	sink func(notebook.Output)
	name string
	text []byte
}

func (j *joiner) add(out notebook.Output) {
	s, ok := out.(notebook.StreamOutput)
	if !ok {
		j.flush()
		j.sink(out)
		return
	}
	if s.Name != j.name || len(j.text)+len(s.Text) > maxJoined {
		j.flush()
	}
	j.name, j.text = s.Name, append(j.text, s.Text...)
}

func (j *joiner) flush() {
	if len(j.text) > 0 {
		j.sink(notebook.StreamOutput{Name: j.name, Text: string(j.text)})
		j.text = j.text[:0]
	}
}

func (q queued) output() notebook.Output {
	if q.dropped.Messages > 0 {
		return q.dropped
	}
	out, err := outputTypes[q.kind](q.content)
	if err != nil {
		return notebook.DroppedOutput{
			Messages: 1,
			Bytes:    int64(len(q.content)),
			Reason:   unreadable(q.kind),
		}
	}
	return out
}

func unreadable(kind string) string {
	return fmt.Sprintf("the kernel sent a %s that cannot be read", kind)
}

func readStream(raw json.RawMessage) (notebook.Output, error) {
	var c struct{ Name, Text string }
	err := json.Unmarshal(raw, &c)
	if c.Name != "stderr" {
		c.Name = "stdout"
	}
	return notebook.StreamOutput{Name: c.Name, Text: c.Text}, err
}

func readDisplay(update bool) func(json.RawMessage) (notebook.Output, error) {
	return func(raw json.RawMessage) (notebook.Output, error) {
		var c struct {
			Data      map[string]json.RawMessage
			Metadata  json.RawMessage
			Transient struct {
				DisplayID string `json:"display_id"`
			}
			Count int `json:"execution_count"`
		}
		err := json.Unmarshal(raw, &c)
		return notebook.DisplayOutput{
			Data:      c.Data,
			Metadata:  c.Metadata,
			DisplayID: c.Transient.DisplayID,
			Update:    update,
			Count:     c.Count,
		}, err
	}
}

func readError(raw json.RawMessage) (notebook.Output, error) {
	var c struct {
		Name      string `json:"ename"`
		Value     string `json:"evalue"`
		Traceback []string
	}
	err := json.Unmarshal(raw, &c)
	return notebook.ErrorOutput{Name: c.Name, Value: c.Value, Traceback: c.Traceback}, err
}

func readClear(raw json.RawMessage) (notebook.Output, error) {
	var c struct{ Wait bool }
	err := json.Unmarshal(raw, &c)
	return notebook.ClearOutput{Wait: c.Wait}, err
}
