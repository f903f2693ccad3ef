package notebook

import (
	"context"
	"slices"
	"sync"

	"quire/auth"
	"quire/auth/fault"
)

// Of one kernel's conversation. What is over is forgotten, oldest first, or refused.
const (
	maxComms    = 5000 // objects that live at once
	maxRunsHere = 1000 // runs whose late output is known
	maxAsks     = 5000 // messages from browsers whose answers are known
	maxCommName = 200
	maxMessages = 64 // characters of a message's id that a browser chooses
)

// talk is the conversation with one kernel beside what its runs print: whose
// objects (comms) live in it, who asked what, and where late output belongs. It
// lasts as long as the kernel.
type talk struct {
	r           *Runner
	note        ID
	interpreter string
	kernel      Kernel // set before anything is run
	stirred     chan struct{}

	// writing is held while output is handed on, so that recordings that share
	// displays are written one at a time. It is taken before mu.
	writing sync.Mutex
	current ID         // the run that is going on
	rec     *Recording // of current
	tails   tails

	mu    sync.Mutex
	runs  memory[auth.PrincipalID] // who ran what, by the run's id
	asks  memory[commAsk]          // by the id of the request
	comms map[string]*comm
	ours  map[auth.PrincipalID][]Comm // in the order they were opened
	hold  []divert
	doing int                      // messages that the kernel has taken and not done with
	lost  DroppedOutput            // what belongs to nobody any more
	owing map[auth.PrincipalID]int // messages of it that people are told of soon
}

// comm is an object that lives in the kernel and in a person's browsers.
type comm struct {
	person auth.PrincipalID
	output bool // an output widget, see divert
}

// commAsk is a message from a browser, with the id that it chose.
type commAsk struct {
	person auth.PrincipalID
	id     string
}

func newTalk(r *Runner, note ID, interpreter string) *talk {
	return &talk{
		r: r, note: note, interpreter: interpreter, stirred: make(chan struct{}, 1),
		tails: newTails(), runs: newMemory[auth.PrincipalID](maxRunsHere), asks: newMemory[commAsk](maxAsks),
		comms: map[string]*comm{}, ours: map[auth.PrincipalID][]Comm{}, owing: map[auth.PrincipalID]int{},
	}
}

func (t *talk) desk(person auth.PrincipalID) deskKey { return deskKey{t.note, person} }

// begin is called once, with the kernel that was started. The caller is counted in
// the runner's work.
func (t *talk) begin(k Kernel, d *displays) {
	t.kernel, t.tails.displays = k, d
	t.r.work.Go(t.tend)
}

// execute runs a run's code and sends what it says where it belongs.
func (t *talk) execute(j *job, rec *Recording) ExecuteResult {
	run := j.run
	t.mu.Lock()
	t.runs.keep(run.ID.String(), run.By)
	t.mu.Unlock()
	t.writing.Lock()
	t.current, t.rec = run.ID, rec
	t.tails.begin(t, &run)
	t.writing.Unlock()
	req := ExecuteRequest{Code: j.code, ID: run.ID.String(), Input: true}
	res := t.kernel.Execute(j.ctx, req, func(out Output) { t.heard(&run, rec, out) })
	t.writing.Lock()
	t.current, t.rec = ID{}, nil
	t.writing.Unlock()
	t.r.desks.done(t.desk(run.By), run.ID, ID{})
	return res
}

// heard takes what the running code says.
func (t *talk) heard(run *Run, rec *Recording, out Output) {
	t.writing.Lock()
	defer t.writing.Unlock()
	switch o := out.(type) {
	case InputRequest:
		t.asked(run, o)
	case Comm:
		t.received(run.ID.String(), o)
	default:
		if !t.diverts(run.ID.String(), out) {
			rec.Write(out)
		}
	}
}

// late takes what belongs to no run that is going on (StartKernel.Late).
func (t *talk) late(parent string, out Output) {
	t.writing.Lock()
	defer t.writing.Unlock()
	switch o := out.(type) {
	case Comm:
		t.received(parent, o)
		return
	case CommHandled:
		t.handled(parent)
		return
	}
	if t.diverts(parent, out) {
		return
	}
	if ask, known := t.asker(parent); known {
		t.r.desks.say(t.desk(ask.person), CommPrinted{Kernel: t.kernel.ID(), Parent: ask.id, Output: out})
		return
	}
	if !t.tails.write(t, parent, out) {
		t.nobodys(parent, out)
	}
}

// handled notes that the kernel has done with a message, and tells whose it was.
func (t *talk) handled(parent string) {
	t.mu.Lock()
	t.doing = max(0, t.doing-1)
	t.mu.Unlock()
	if ask, known := t.asker(parent); known {
		t.r.desks.say(t.desk(ask.person), CommHandledFor{t.kernel.ID(), ask.id})
	}
}

// working tells whether the kernel does something for a widget, or will.
func (t *talk) working() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.doing > 0
}

func (t *talk) asker(parent string) (commAsk, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.asks.get(parent)
}

// nobodys counts what cannot be shown anywhere. Whose code it comes from is told so
// soon, if that is known.
func (t *talk) nobodys(parent string, out Output) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if whose, known := t.whose(parent); known {
		t.owing[whose.person]++
		signal(t.stirred)
	}
	t.lost.Messages++
	t.lost.Bytes += int64(sizeOfOutput(out))
	if o, ok := out.(DroppedOutput); ok {
		t.lost.Bytes += o.Bytes
	}
}

// whoRan returns who pressed run, 0 when that is forgotten.
func (t *talk) whoRan(run ID) auth.PrincipalID {
	t.mu.Lock()
	defer t.mu.Unlock()
	who, _ := t.runs.get(run.String())
	return who
}

// whose returns whom a request came from, and by which name they know it.
func (t *talk) whose(parent string) (commAsk, bool) {
	if ask, known := t.asks.get(parent); known {
		return ask, true
	}
	who, known := t.runs.get(parent)
	return commAsk{who, parent}, known
}

// received passes on a message of an object in the kernel to the person whose it
// is: who ran the code, or sent the message, that opened it.
func (t *talk) received(parent string, c Comm) {
	request := parent
	t.mu.Lock()
	person, known := t.noteComm(request, c)
	if ask, here := t.asks.get(parent); here {
		parent = ask.id
	}
	t.mu.Unlock()
	if !known {
		t.nobodys(request, nil)
		return
	}
	t.r.desks.say(t.desk(person), CommReceived{t.kernel.ID(), parent, c})
}

// noteComm keeps what a message says of its object, and returns whose that is. The
// caller holds mu.
func (t *talk) noteComm(parent string, c Comm) (auth.PrincipalID, bool) {
	old := t.comms[c.ID]
	switch {
	case c.Kind == CommOpen && old == nil:
		ask, known := t.whose(parent)
		if !known || len(t.comms) >= maxComms {
			return 0, false
		}
		t.addComm(ask.person, c)
		return ask.person, true
	case old == nil:
		return 0, false
	case c.Kind == CommClose:
		t.dropComm(c.ID)
	default:
		t.noteDivert(c)
	}
	return old.person, true
}

func (t *talk) addComm(person auth.PrincipalID, c Comm) {
	t.comms[c.ID] = &comm{person: person, output: isOutputWidget(c)}
	t.ours[person] = append(t.ours[person], Comm{Kind: CommOpen, ID: c.ID, Target: c.Target})
	t.noteDivert(c)
}

func (t *talk) dropComm(id string) {
	person := t.comms[id].person
	delete(t.comms, id)
	t.ours[person] = slices.DeleteFunc(t.ours[person], func(c Comm) bool { return c.ID == id })
	t.release(id)
}

// commsOf lists the objects that are a person's.
func (t *talk) commsOf(person auth.PrincipalID) []Comm {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.ours[person])
}

// send hands a person's message to the kernel. id is their own for it.
func (t *talk) send(ctx context.Context, by auth.PrincipalID, id string, c Comm) error {
	request := auth.NewID().String()
	t.mu.Lock()
	err := t.maySend(by, c)
	if err == nil {
		t.asks.keep(request, commAsk{by, id})
		t.doing++
		if c.Kind == CommOpen {
			t.addComm(by, c)
		}
	}
	t.mu.Unlock()
	if err != nil {
		return err
	}
	err = t.kernel.SendComm(ctx, request, c)
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.doing--
	}
	if err == nil == (c.Kind == CommClose) && c.Kind != CommMsg && t.comms[c.ID] != nil {
		t.dropComm(c.ID) // closed, or not opened after all
	}
	return err
}

// maySend fails unless the object is the person's, or new. The caller holds mu.
func (t *talk) maySend(by auth.PrincipalID, c Comm) error {
	old := t.comms[c.ID]
	switch {
	case c.Kind == CommOpen && old != nil:
		return fault.New(fault.Conflict, "There is an object with this id in the kernel.")
	case c.Kind == CommOpen && len(t.comms) >= maxComms:
		return fault.New(fault.TooMany, "A kernel has at most %d objects that talk to browsers; close some, or restart it.", maxComms)
	case c.Kind != CommOpen && (old == nil || old.person != by):
		return fault.New(fault.NotFound, "You have no such object in this kernel. Whoever runs the cell that makes one has it.")
	}
	return nil
}

// SendComm hands a message from somebody's browser to an object of theirs in a
// kernel of the note; see Service.SendComm.
func (r *Runner) SendComm(ctx context.Context, note ID, kernel string, by auth.PrincipalID, id string, c Comm) error {
	switch size := sizeOfComm(c); {
	case c.Kind != CommOpen && c.Kind != CommMsg && c.Kind != CommClose:
		return fault.New(fault.Invalid, "A message to an object in a kernel is open, msg or close.")
	case c.ID == "" || len(c.ID) > maxCommName || len(c.Target) > maxCommName || len(id) > maxMessages:
		return fault.New(fault.Invalid, "The object's id has 1 to %d characters, its target at most as many, the message's id at most %d.", maxCommName, maxMessages)
	case size > maxCommBytes:
		return fault.New(fault.TooLarge, "A message to an object in a kernel has at most %d bytes; this one has %d.", maxCommBytes, size)
	}
	for _, t := range r.talks(note) {
		if t.kernel.ID() == kernel {
			r.used(t)
			return t.send(ctx, by, id, c)
		}
	}
	return fault.New(fault.NotFound, "This kernel does not run any more. Run the cell again.")
}

// used keeps the talk's kernel from counting as idle.
func (r *Runner) used(t *talk) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, q := range r.queues {
		if key.note == t.note && q.session != nil && q.session.talk == t {
			q.touched = r.cfg.Now()
		}
	}
}

// SendComm hands a message to an object in a kernel, such as a widget's, whether
// code runs there or not. The object is the actor's: they ran the code that made
// it, or open it with this message. id is their own for the message; what answers
// it bears it as parent. NotFound for others' objects; TooMany while the kernel has
// too much to do before.
func (s *Service) SendComm(ctx context.Context, note ID, kernel, id string, c Comm) error {
	a, _, err := s.gate.CheckNode(ctx, auth.CommSend, note)
	if err != nil {
		return err
	}
	return s.runner.SendComm(ctx, note, kernel, a.User, id, c)
}

// memory keeps the newest entries by name.
type memory[T any] struct {
	most  int
	byID  map[string]T
	order []string
}

func newMemory[T any](most int) memory[T] { return memory[T]{most: most, byID: map[string]T{}} }

func (m *memory[T]) keep(id string, v T) {
	if _, known := m.byID[id]; !known {
		m.order = append(m.order, id)
	}
	m.byID[id] = v
	for len(m.order) > m.most {
		delete(m.byID, m.order[0])
		m.order = m.order[1:]
	}
}

func (m *memory[T]) get(id string) (T, bool) {
	v, known := m.byID[id]
	return v, known
}
