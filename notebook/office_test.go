package notebook_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

const ana, ben = auth.PrincipalID(2001), auth.PrincipalID(2002)

// office is a runner with fakes around it, inside a bubble with a clock of its own.
type office struct {
	t       *testing.T
	note    notebook.ID
	store   *fakeStore
	kernels *fakeKernels
	rights  *fakeRights
	gate    *auth.Gate
	runner  *notebook.Runner
	outputs *notebook.Outputs

	mu     sync.Mutex
	told   map[notebook.ID][]notebook.Run
	states []notebook.KernelState // newest
	here   map[auth.PrincipalID]bool
	said   map[auth.PrincipalID][]notebook.PersonalEvent // to those who are here
}

// inOffice runs a test in a bubble, and at its end stops the runner, which must
// leave no goroutine behind.
func inOffice(t *testing.T, test func(o *office)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() {
			require.NoError(t, o.runner.Shutdown(context.Background()))
		}()
		test(o)
	})
}

func newOffice(t *testing.T) *office { return newOfficeWith(t, notebook.KernelLimits{}) }

func newOfficeWith(t *testing.T, limits notebook.KernelLimits) *office {
	o := &office{t: t, note: auth.NewID(), store: newFakeStore(), rights: newFakeRights(), told: map[notebook.ID][]notebook.Run{},
		here: map[auth.PrincipalID]bool{ana: true, ben: true}, said: map[auth.PrincipalID][]notebook.PersonalEvent{}}
	o.kernels = newFakeKernels(o.store)
	o.gate = auth.NewGate(o.rights, quiet)
	o.gate.Confirm(context.Background())
	rec := notebook.NewRecorder(o.store, quiet, notebook.OutputLimits{})
	o.outputs = notebook.NewOutputs(o.store, rec)
	o.runner = notebook.NewRunner(notebook.RunnerConfig{
		Store: o.store, Kernels: o.kernels, Gate: o.gate, Recorder: rec, Log: quiet,
		Files:          func(notebook.ID) (string, int, error) { return "/files", 7, nil },
		Limits:         limits,
		Publish:        o.publish,
		PublishKernels: o.publishKernels,
		Personal:       o.personal,
	})
	return o
}

func (o *office) publish(_ notebook.ID, runs []notebook.Run) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range runs {
		o.told[r.ID] = append(o.told[r.ID], r)
	}
}

func (o *office) publishKernels(_ notebook.ID, states []notebook.KernelState) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.states = states
}

func (o *office) personal(_ notebook.ID, person auth.PrincipalID, e notebook.PersonalEvent) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.here[person] {
		o.said[person] = append(o.said[person], e)
	}
	return o.here[person]
}

// heard takes what somebody was told, once nothing moves any more.
func (o *office) heard(person auth.PrincipalID) []notebook.PersonalEvent {
	o.t.Helper()
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	events := o.said[person]
	o.said[person] = nil
	return events
}

// goes says that somebody has the note not open any more.
func (o *office) goes(person auth.PrincipalID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.here[person] = false
}

// comes is somebody who opens the note, and returns what they get to begin with.
func (o *office) comes(person auth.PrincipalID) (events []notebook.PersonalEvent) {
	o.runner.Attend(o.note, person, func(all []notebook.PersonalEvent) {
		o.mu.Lock()
		defer o.mu.Unlock()
		events, o.here[person] = all, true
	})
	return events
}

// enqueue stores runs of texts and hands them over, in one call.
func (o *office) enqueue(texts ...string) []notebook.ID { return o.enqueueAs(ana, texts...) }

func (o *office) enqueueAs(by auth.PrincipalID, texts ...string) []notebook.ID {
	var runs []notebook.Run
	var ids []notebook.ID
	for i, text := range texts {
		r := notebook.Run{
			ID: auth.NewID(), Note: o.note, Paragraph: fmt.Sprint("p", i), By: by, ByName: map[auth.PrincipalID]string{ana: "ana", ben: "ben"}[by],
			Text: text, State: notebook.RunQueued, QueuedAt: time.Now(),
		}
		o.store.mu.Lock()
		o.store.runs[r.ID] = r
		o.store.mu.Unlock()
		runs, ids = append(runs, r), append(ids, r.ID)
	}
	o.runner.Enqueue("", runs)
	return ids
}

// stored is the run as the store has it, once nothing moves any more.
func (o *office) stored(id notebook.ID) notebook.Run {
	o.t.Helper()
	synctest.Wait()
	r, err := o.store.Run(context.Background(), id)
	require.NoError(o.t, err)
	return r
}

func (o *office) kernel() *fakeKernel { return <-o.kernels.started }

// toldStates lists the states that were told of a run, in order.
func (o *office) toldStates(id notebook.ID) (states []notebook.RunState) {
	o.t.Helper()
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, r := range o.told[id] {
		if len(states) == 0 || states[len(states)-1] != r.State {
			states = append(states, r.State)
		}
	}
	return states
}

func (o *office) kernelState() notebook.KernelState {
	o.t.Helper()
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	require.Equal(o.t, o.runner.Kernels(o.note), o.states, "what was told last is how it is")
	if len(o.states) == 0 {
		return notebook.KernelState{}
	}
	return o.states[0]
}

func (o *office) by(user auth.PrincipalID, name string) context.Context {
	return auth.WithActor(context.Background(), auth.Actor{Kind: auth.Person, User: user, Name: name})
}

// choice names the note's kernels of an interpreter, all for an empty one.
func (o *office) choice(interpreter string) notebook.KernelChoice {
	return notebook.KernelChoice{Note: o.note, Interpreter: interpreter}
}

// revoke takes the right to run away.
func (o *office) revoke(user auth.PrincipalID) {
	o.change(func(f *fakeRights) { f.may[user] = false })
}

// change changes the gate's records and tells it.
func (o *office) change(do func(*fakeRights)) {
	o.rights.mu.Lock()
	defer o.rights.mu.Unlock()
	do(o.rights)
	o.rights.epoch++
	o.gate.Move(o.rights.epoch)
}

// fakeRights are the gate's records: ana and ben may run everything, unless may
// says false.
type fakeRights struct {
	mu    sync.Mutex
	epoch uint64
	may   map[auth.PrincipalID]bool
	more  []auth.PrincipalID // who may as well
	away  bool
	gone  auth.PrincipalID // whose account is disabled
}

func newFakeRights() *fakeRights { return &fakeRights{epoch: 1, may: map[auth.PrincipalID]bool{}} }

func (f *fakeRights) Identities(context.Context, []auth.ID) (map[auth.ID]auth.Identity, uint64, error) {
	return nil, f.epoch, nil
}

func (f *fakeRights) UserIdentity(_ context.Context, user auth.PrincipalID) (auth.Identity, uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away {
		return auth.Identity{}, 0, errAway
	}
	if user == f.gone {
		return auth.Identity{}, 0, fault.New(fault.NotFound, "no such account")
	}
	return auth.Identity{User: user, Principals: []auth.PrincipalID{auth.Everyone, user}, Scope: auth.AllActions}, f.epoch, nil
}

func (f *fakeRights) Chain(_ context.Context, node auth.ID) ([]auth.Object, uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	o := auth.Object{ID: node}
	for _, user := range append([]auth.PrincipalID{ana, ben}, f.more...) {
		role := auth.Runner
		if may, known := f.may[user]; known && !may {
			role = auth.Reader
		}
		o.Grants = append(o.Grants, auth.Grant{Principal: user, Role: role})
	}
	return []auth.Object{o}, f.epoch, nil
}

func (f *fakeRights) Epoch(context.Context) (uint64, error) { return f.epoch, nil }
