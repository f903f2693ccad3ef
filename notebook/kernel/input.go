package kernel

import (
	"context"
	"encoding/json"
	"unicode/utf8"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel/message"
)

const (
	// maxQuestion bounds a message of the input channel in bytes.
	maxQuestion = 4 << 20
	// maxPrompt is how much of a question is shown, in bytes.
	maxPrompt = 16 << 10
	// maxAnswered bounds the text of an answer in bytes.
	maxAnswered = 1 << 20
)

// onInput takes what comes on the input channel: questions of the running code.
// One of another request, or of code that was told not to ask, is refused.
func (c *client) onInput(m message.Message) {
	if m.Header.Type != "input_request" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.running
	if r == nil || !r.input || m.Parent.ID != r.id {
		c.refuse(Stdin, errNotAsked)
		return
	}
	r.start()
	c.asked = &m.Header
	c.outputs.ask(queued{to: r, parent: r.id, kind: m.Header.Type, content: m.Content})
}

var errNotAsked = fault.New(fault.Invalid, "A question of code that does not run or may not ask.")

func readInput(m queued) (notebook.Output, error) {
	var c struct {
		Prompt   string
		Password bool
	}
	err := json.Unmarshal(m.content, &c)
	if end := min(len(c.Prompt), maxPrompt); end < len(c.Prompt) {
		for end > 0 && !utf8.RuneStart(c.Prompt[end]) {
			end--
		}
		c.Prompt = c.Prompt[:end]
	}
	return notebook.InputRequest{Prompt: c.Prompt, Password: c.Password}, err
}

// Answer implements notebook.Kernel. Each question is answered once.
func (k *kernel) Answer(_ context.Context, text string) error {
	if len(text) > maxAnswered {
		return fault.New(fault.TooLarge, "An answer has at most %d bytes; this one has %d.", maxAnswered, len(text))
	}
	c := k.client
	c.mu.Lock()
	asked := c.asked
	c.asked = nil
	c.mu.Unlock()
	if asked == nil {
		return fault.New(fault.Conflict, "No code waits for input.")
	}
	m, err := message.NewRequest(c.session, username, "input_reply", map[string]string{"value": text, "status": "ok"})
	if err != nil {
		return err
	}
	m.Parent = *asked
	frames, err := c.key.Encode(m)
	if err == nil {
		err = c.stdin.Send(frames...)
	}
	if err != nil {
		c.askAgain(asked)
		return goneUnlessSaid(err)
	}
	return nil
}

// askAgain takes a question back whose answer did not go out.
func (c *client) askAgain(asked *message.Header) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked == nil && c.running != nil {
		c.asked = asked
	}
}
