package socket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket"
)

// book is notes in memory: it does what the real service promises, and what the
// test tells it to.
type book struct {
	gate *auth.Gate

	mu    sync.Mutex
	notes map[auth.ID]*page
	names map[auth.ID]string
	// before is asked before an operation is done; an error refuses it.
	before  func(id string) error
	carets  int
	kernels []notebook.KernelState // of any note
	// personal is what waits for people who open a note, sent what they send kernels.
	personal map[auth.PrincipalID][]notebook.PersonalEvent
	// attending is called while a socket asks for that; may be nil.
	attending func()
	sent      []string
}

type page struct {
	note    *notebook.Note
	entries []notebook.Entry
	runs    map[auth.ID]notebook.Run
	subs    map[*handle]notebook.Subscriber
}

type handle struct {
	b    *book
	p    *page
	who  notebook.Presence
	open bool
}

var _ socket.Notes = (*book)(nil)

func (b *book) add(n *notebook.Note) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes[n.ID] = &page{note: n, runs: map[auth.ID]notebook.Run{}, subs: map[*handle]notebook.Subscriber{}}
}

func (b *book) check(ctx context.Context, note auth.ID, ops ...auth.Operation) (auth.Actor, auth.Actions, error) {
	var a auth.Actor
	var allowed auth.Actions
	for _, op := range ops {
		var err error
		if a, allowed, err = b.gate.CheckNode(ctx, op, note); err != nil {
			return a, 0, err
		}
	}
	return a, allowed, nil
}

func (b *book) Open(ctx context.Context, note auth.ID, known *notebook.Position, tab string,
	sub notebook.Subscriber) (socket.Handle, notebook.Opening, error) {
	a, allowed, err := b.check(ctx, note, auth.NoteOpen)
	if err != nil {
		return nil, notebook.Opening{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.notes[note]
	h := &handle{b: b, p: p, open: true, who: notebook.Presence{
		Tab: tab, User: a.User, Name: a.Name, Writes: allowed.Has(auth.Write),
	}}
	p.subs[h] = sub
	o := notebook.Opening{Note: p.note, Allowed: allowed, People: p.people(), Kernels: b.kernels}
	for _, q := range p.note.Paragraphs {
		if r, ok := p.runs[q.Run]; ok {
			o.Runs = append(o.Runs, r)
		}
	}
	if known != nil && known.Epoch == p.note.Epoch {
		o.Resumed, o.Entries = true, p.entries[known.Seq:]
	}
	p.publish(notebook.PeopleChanged{People: p.people()})
	return h, o, nil
}

func (p *page) people() []notebook.Presence {
	var list []notebook.Presence
	for h := range p.subs {
		list = append(list, h.who)
	}
	return list
}

func (p *page) publish(e notebook.Event) {
	for _, sub := range p.subs {
		sub.Deliver(e)
	}
}

// publish tells everybody who has a note open of an event.
func (b *book) publish(note auth.ID, e notebook.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.notes[note].publish(e)
}

func (b *book) Do(ctx context.Context, note auth.ID, id string, op notebook.Op) (notebook.Entry, error) {
	a, _, err := b.check(ctx, note, op.Needs()...)
	if err != nil {
		return notebook.Entry{}, err
	}
	if b.before != nil {
		if err := b.before(id); err != nil {
			return notebook.Entry{}, err
		}
	}
	if ctx.Err() != nil {
		return notebook.Entry{}, fault.New(fault.Unavailable, "nobody waits for the answer any more")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.notes[note].do(a, id, op)
}

func (p *page) do(a auth.Actor, id string, op notebook.Op) (notebook.Entry, error) {
	for _, e := range p.entries {
		if e.Op == id && e.By == a.User {
			return e, nil
		}
	}
	now := time.Now().UTC()
	next, err := p.note.Apply(op, notebook.Stamp{By: a.User, At: now})
	if err != nil {
		return notebook.Entry{}, err
	}
	p.note = next
	if start, ok := op.(*notebook.StartRun); ok {
		for _, ref := range start.Runs {
			p.runs[ref.Run] = notebook.Run{ID: ref.Run, Paragraph: ref.Paragraph, State: notebook.RunQueued, QueuedAt: now}
		}
	}
	body, err := json.Marshal(op)
	if err != nil {
		return notebook.Entry{}, err
	}
	e := notebook.Entry{Seq: next.Seq, Op: id, By: a.User, ByName: a.Name, At: now, Kind: notebook.KindOf(op), Body: body}
	p.entries = append(p.entries, e)
	p.publish(e)
	return e, nil
}

// write does an operation as somebody without a socket.
func (b *book) Attend(ctx context.Context, note auth.ID, ready func([]notebook.PersonalEvent)) error {
	a, _, err := b.check(ctx, note, auth.NoteOpen)
	if err != nil {
		return err
	}
	if b.attending != nil {
		b.attending()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	ready(b.personal[a.User])
	return nil
}

func (b *book) Answer(ctx context.Context, note, run, question auth.ID, text string) error {
	_, _, err := b.check(ctx, note, auth.InputAnswer)
	if err == nil {
		b.got(fmt.Sprint("answer ", run, " ", question, " ", text))
	}
	return err
}

func (b *book) SendComm(ctx context.Context, note auth.ID, kernel, id string, c notebook.Comm) error {
	_, _, err := b.check(ctx, note, auth.CommSend)
	if err == nil {
		b.got(fmt.Sprint("comm ", kernel, " ", id, " ", c.Kind, " ", c.ID, " ", c.Target, " ", string(c.Data), " ", c.Buffers))
	}
	return err
}

// got notes what somebody sent to a kernel.
func (b *book) got(what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, what)
}

func (b *book) write(note auth.ID, by auth.Actor, id string, op notebook.Op) (notebook.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.notes[note].do(by, id, op)
}

// move tells where a run stands.
func (b *book) move(note, run auth.ID, state notebook.RunState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.notes[note]
	r := p.runs[run]
	r.State = state
	p.runs[run] = r
	p.publish(notebook.RunsChanged{Runs: []notebook.Run{r}})
}

func (b *book) Show(ctx context.Context, note auth.ID) (notebook.NodeDetail, error) {
	if _, _, err := b.gate.CheckNode(ctx, auth.NodeShow, note); err != nil {
		return notebook.NodeDetail{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.notes[note] == nil {
		return notebook.NodeDetail{}, fault.New(fault.NotFound, "no such note")
	}
	return notebook.NodeDetail{Node: notebook.Node{ID: note, Name: "note " + b.names[note]}}, nil
}

func (h *handle) Close() {
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	delete(h.p.subs, h)
	h.open = false
}

func (h *handle) Caret(paragraph string, version int64, ranges [][2]int) {
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	h.b.carets++
	for other, sub := range h.p.subs {
		if other != h {
			sub.Deliver(notebook.CaretMoved{Presence: h.who, Paragraph: paragraph, Version: version, Ranges: ranges})
		}
	}
}

// movements counts the carets that came.
func (b *book) movements() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.carets
}

func (h *handle) Allowed(actions auth.Actions) {
	h.b.mu.Lock()
	defer h.b.mu.Unlock()
	h.who.Writes = actions.Has(auth.Write)
}
