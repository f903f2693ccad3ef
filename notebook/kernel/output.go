package kernel

import (
	"encoding/json"
	"fmt"

	"quire/notebook"
)

// maxJoined bounds the text of stream messages that are handed on as one.
const maxJoined = 1 << 20

// outputTypes are the messages that become outputs: those of the output channel,
// and the question of the input channel.
var outputTypes = map[string]func(queued) (notebook.Output, error){
	"stream":              readStream,
	"display_data":        readDisplay(false),
	"update_display_data": readDisplay(true),
	"execute_result":      readDisplay(false),
	"error":               readError,
	"clear_output":        readClear,
	"comm_open":           readComm,
	"comm_msg":            readComm,
	"comm_close":          readComm,
	"input_request":       readInput,
}

// deliver hands items on in order, each by what route says; neighbouring texts of
// one stream are joined.
func deliver(items []queued, route func(queued) func(notebook.Output)) {
	var j joiner
	for i := range items {
		item := items[i]
		items[i] = queued{} // a large content is free as soon as it was handed on
		sink := route(item)
		if name, pieces, ok := splitStream(item); ok {
			j.flush()
			handPieces(name, pieces, sink)
			continue
		}
		if item.to != j.to || item.parent != j.parent {
			j.flush()
		}
		j.sink, j.to, j.parent = sink, item.to, item.parent
		j.add(item.output())
	}
	j.flush()
}

// joiner collects texts of one stream.
type joiner struct {
	sink   func(notebook.Output)
	to     *request
	parent string
	name   string
	text   []byte
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
	if q.dropped.Reason != "" {
		return q.dropped
	}
	if q.kind == commHandled {
		return notebook.CommHandled{}
	}
	out, err := outputTypes[q.kind](q)
	if err != nil {
		return notebook.DroppedOutput{
			Messages: 1,
			Bytes:    q.size() - queueOverhead,
			Reason:   unreadable(q.kind),
		}
	}
	return out
}

func unreadable(kind string) string {
	return fmt.Sprintf("the kernel sent a %s that cannot be read", kind)
}

func readStream(m queued) (notebook.Output, error) {
	var c struct{ Name, Text string }
	err := json.Unmarshal(m.content, &c)
	if c.Name != "stderr" {
		c.Name = "stdout"
	}
	return notebook.StreamOutput{Name: c.Name, Text: c.Text}, err
}

func readDisplay(update bool) func(queued) (notebook.Output, error) {
	return func(m queued) (notebook.Output, error) {
		var c struct {
			Data      map[string]json.RawMessage
			Metadata  json.RawMessage
			Transient struct {
				DisplayID string `json:"display_id"`
			}
			Count int `json:"execution_count"`
		}
		err := json.Unmarshal(m.content, &c)
		return notebook.DisplayOutput{
			Data:      c.Data,
			Metadata:  c.Metadata,
			DisplayID: c.Transient.DisplayID,
			Update:    update,
			Count:     c.Count,
		}, err
	}
}

func readError(m queued) (notebook.Output, error) {
	var c struct {
		Name      string `json:"ename"`
		Value     string `json:"evalue"`
		Traceback []string
	}
	err := json.Unmarshal(m.content, &c)
	return notebook.ErrorOutput{Name: c.Name, Value: c.Value, Traceback: c.Traceback}, err
}

func readClear(m queued) (notebook.Output, error) {
	var c struct{ Wait bool }
	err := json.Unmarshal(m.content, &c)
	return notebook.ClearOutput{Wait: c.Wait}, err
}
