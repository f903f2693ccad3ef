package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel/message"
)

const (
	// maxCommID bounds the name of a comm and of its target, in bytes.
	maxCommID = 200
	// Of what was sent to comms and not handled yet: a kernel takes messages while
	// code runs, but not without end, and one that takes no more would hold up all
	// that is asked of it.
	maxCommsSent     = 200
	maxCommBytesSent = 32 << 20
)

// commsSent counts the messages to comms that the kernel has not handled yet. The
// shell channel keeps its order, so the answer to anything later tells as well
// that a message was handled. Guarded by client.mu.
type commsSent struct {
	last  int64 // the place of what was sent last on the shell channel
	open  []commSent
	bytes int
}

type commSent struct {
	id    string
	place int64
	bytes int
}

func (s *commsSent) next() int64 {
	s.last++
	return s.last
}

// add counts a message, unless there are too many.
func (s *commsSent) add(id string, bytes int) bool {
	if len(s.open) >= maxCommsSent || s.bytes > 0 && s.bytes+bytes > maxCommBytesSent {
		return false
	}
	s.open = append(s.open, commSent{id, s.next(), bytes})
	s.bytes += bytes
	return true
}

// withdraw forgets a message that did not go out.
func (s *commsSent) withdraw(id string) {
	if i := slices.IndexFunc(s.open, func(c commSent) bool { return c.id == id }); i >= 0 {
		s.bytes -= s.open[i].bytes
		s.open = slices.Delete(s.open, i, i+1)
	}
}

// idle notes that the kernel has done with a request, and returns the messages it
// has done with.
func (s *commsSent) idle(id string) []commSent {
	i := slices.IndexFunc(s.open, func(c commSent) bool { return c.id == id })
	if i < 0 {
		return nil
	}
	return s.answered(s.open[i].place + 1)
}

// answered notes that the kernel has come to what was sent at a place.
func (s *commsSent) answered(place int64) []commSent {
	n := 0
	for n < len(s.open) && s.open[n].place < place {
		s.bytes -= s.open[n].bytes
		n++
	}
	handled := slices.Clone(s.open[:n])
	s.open = slices.Delete(s.open, 0, n)
	return handled
}

// tellHandled has it told that messages were handled. The caller holds mu.
func (c *client) tellHandled(handled []commSent) {
	for _, one := range handled {
		c.outputs.note(queued{parent: one.id, kind: commHandled})
	}
}

// commHandled is the kind of a queued notice that a message to a comm was handled.
const commHandled = "comm handled"

// SendComm implements notebook.Kernel. It does not wait for running code: the
// kernel keeps what comes on its shell channel meanwhile, in order.
func (k *kernel) SendComm(_ context.Context, id string, comm notebook.Comm) error {
	m, err := commMessage(k.client.session, id, comm)
	if err != nil {
		return err
	}
	frames, err := k.client.key.Encode(m)
	if err != nil {
		return err
	}
	c := k.client
	c.sending.Lock() // so that places are those of the channel
	defer c.sending.Unlock()
	c.mu.Lock()
	fits := c.comms.add(m.Header.ID, sizeOf(frames))
	c.mu.Unlock()
	if !fits {
		return fault.New(fault.TooMany, "The kernel has not come to what was sent to it before; try again when it has.")
	}
	if err := c.shell.Send(frames...); err != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.comms.withdraw(m.Header.ID)
		return goneUnlessSaid(err)
	}
	return nil
}

func sizeOf(frames [][]byte) (n int) {
	for _, f := range frames {
		n += len(f)
	}
	return n
}

func commMessage(session, id string, comm notebook.Comm) (message.Message, error) {
	content := map[string]any{"comm_id": comm.ID, "data": objectOr(comm.Data)}
	switch comm.Kind {
	case notebook.CommOpen:
		content["target_name"] = comm.Target
	case notebook.CommMsg, notebook.CommClose:
	default:
		return message.Message{}, fault.New(fault.Invalid, "A message to a comm is open, msg or close.")
	}
	m, err := message.NewRequest(session, username, "comm_"+string(comm.Kind), content)
	if err != nil {
		return m, fault.Wrap(err, fault.Invalid, "The data of a message to a comm is JSON.")
	}
	if id != "" {
		m.Header.ID = id
	}
	m.Metadata, m.Buffers = objectOr(comm.Metadata), comm.Buffers
	return m, nil
}

// objectOr is raw, or an empty object when it is no JSON.
func objectOr(raw json.RawMessage) json.RawMessage {
	if !json.Valid(raw) {
		return json.RawMessage("{}")
	}
	return raw
}

var errComm = errors.New("a comm without a usable name")

func readComm(m queued) (notebook.Output, error) {
	var c struct {
		ID     string `json:"comm_id"`
		Target string `json:"target_name"`
		Data   json.RawMessage
	}
	if err := json.Unmarshal(m.content, &c); err != nil {
		return nil, err
	}
	if c.ID == "" || len(c.ID) > maxCommID || len(c.Target) > maxCommID {
		return nil, errComm
	}
	return notebook.Comm{
		Kind: notebook.CommKind(m.kind[len("comm_"):]), ID: c.ID, Target: c.Target,
		Data: objectOr(c.Data), Metadata: objectOr(m.metadata), Buffers: m.buffers,
	}, nil
}
