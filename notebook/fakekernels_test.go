package notebook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"quire/notebook"
)

// fakeKernels starts kernels that do what the test says.
type fakeKernels struct {
	store   *fakeStore // told of what is executed
	started chan *fakeKernel
	// hold, when set, keeps Start waiting for a value: nil starts, an error fails.
	hold chan error

	mu    sync.Mutex
	specs []notebook.KernelSpec
	count int
	asked []notebook.StartKernel
}

func newFakeKernels(s *fakeStore) *fakeKernels {
	return &fakeKernels{store: s, started: make(chan *fakeKernel, 1000), specs: []notebook.KernelSpec{
		{Name: "bash", DisplayName: "Bash", Language: "bash"},
		{Name: "python3", DisplayName: "Python 3", Language: "python"},
	}}
}

func (f *fakeKernels) Specs(context.Context) ([]notebook.KernelSpec, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.specs, nil
}

func (f *fakeKernels) Start(ctx context.Context, req notebook.StartKernel) (notebook.Kernel, error) {
	if f.hold != nil {
		select {
		case err := <-f.hold:
			if err != nil {
				return nil, err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count++
	late := req.Late
	req.Late = nil // functions cannot be compared
	f.asked = append(f.asked, req)
	k := &fakeKernel{
		id: fmt.Sprintf("%s-%d", req.Spec, f.count), store: f.store, late: late,
		calls: make(chan *call, 100), done: make(chan struct{}),
	}
	f.started <- k
	return k, nil
}

type fakeKernel struct {
	id    string
	store *fakeStore
	calls chan *call // what it was asked to execute
	done  chan struct{}
	once  sync.Once
	death string
	// lostAtDeath: how what runs then ended is not known.
	lostAtDeath bool

	late func(parent string, out notebook.Output)

	mu         sync.Mutex
	interrupts int
	answers    []string
	comms      []sentComm
	refuses    error // what Answer and SendComm fail with
}

// sentComm is a message that was sent to an object in the kernel.
type sentComm struct {
	request string
	comm    notebook.Comm
}

// call is one execution that the test answers.
type call struct {
	id     string
	code   string
	sink   func(notebook.Output)
	answer chan notebook.ExecuteResult
}

func (c *call) print(text string) { c.sink(notebook.StreamOutput{Name: "stdout", Text: text}) }
func (c *call) ok()               { c.answer <- notebook.ExecuteResult{Status: notebook.ExecuteOK, Count: 1} }
func (c *call) fail()             { c.answer <- notebook.ExecuteResult{Status: notebook.ExecuteError, Count: 1} }

func (k *fakeKernel) ID() string { return k.id }

func (k *fakeKernel) Execute(ctx context.Context, req notebook.ExecuteRequest, sink func(notebook.Output)) notebook.ExecuteResult {
	if ctx.Err() != nil {
		return notebook.ExecuteResult{Status: notebook.ExecuteAborted, Reason: "not sent"}
	}
	k.store.note("executed " + req.Code)
	c := &call{id: req.ID, code: req.Code, sink: sink, answer: make(chan notebook.ExecuteResult, 1)}
	k.calls <- c
	select {
	case res := <-c.answer:
		return res
	case <-k.done:
		if k.lostAtDeath {
			return notebook.ExecuteResult{Status: notebook.ExecuteLost, Reason: k.death}
		}
		return notebook.ExecuteResult{Status: notebook.ExecuteDead, Reason: k.death}
	}
}

func (k *fakeKernel) Interrupt(context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.interrupts++
	return nil
}

func (k *fakeKernel) interrupted() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.interrupts
}

func (k *fakeKernel) Complete(_ context.Context, code string, pos int) (json.RawMessage, error) {
	return json.RawMessage(fmt.Sprintf(`{"matches":[%q],"cursor_start":%d,"cursor_end":%d,"metadata":{},"status":"ok"}`, code, pos-1, pos)), nil
}

func (k *fakeKernel) Inspect(_ context.Context, code string, pos, detail int) (json.RawMessage, error) {
	return json.RawMessage(fmt.Sprintf(`{"found":true,"data":{"text/plain":%q}}`, fmt.Sprint(code, pos, detail))), nil
}

func (k *fakeKernel) Shutdown(context.Context) error { k.die("stopped"); return nil }

func (k *fakeKernel) die(why string) {
	k.once.Do(func() { k.death = why; close(k.done) })
}

func (k *fakeKernel) Answer(_ context.Context, text string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.refuses == nil {
		k.answers = append(k.answers, text)
	}
	return k.refuses
}

func (k *fakeKernel) SendComm(_ context.Context, id string, c notebook.Comm) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.refuses == nil {
		k.comms = append(k.comms, sentComm{id, c})
	}
	return k.refuses
}

// sent returns the last message to an object in the kernel.
func (k *fakeKernel) sent() sentComm {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.comms[len(k.comms)-1]
}

func (k *fakeKernel) Done() <-chan struct{} { return k.done }
func (k *fakeKernel) Death() string         { return k.death }
