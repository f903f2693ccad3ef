package kernel

import (
	"slices"
	"sync"
)

// Phase is what a preparation is busy with.
type Phase string

// The phases, in order; a machine that has what it needs goes from the first to
// ready.
const (
	PhaseLooking     Phase = "looking"     // is there a Python with ipykernel?
	PhaseEnvironment Phase = "environment" // building a virtual environment
	PhaseSystem      Phase = "system"      // installing the system's packages
	PhaseReady       Phase = "ready"
	PhaseFailed      Phase = "failed"
)

// PrepareState is how far a preparation has come.
type PrepareState struct {
	Phase   Phase  `json:"phase"`
	Message string `json:"message"` // a sentence for people
	// Detail is the last line that the program at work has printed.
	Detail string `json:"detail,omitempty"`
	Done   bool   `json:"done"`
	Failed bool   `json:"failed"`
	// Spec is the kernel to use, once Done and not Failed.
	Spec string `json:"spec,omitempty"`
	// Problems tell why steps that were tried did not help.
	Problems []string `json:"problems,omitempty"`
	// Command is what a person can type to help, once Failed.
	Command string `json:"command,omitempty"`
}

// Preparation makes sure, in the background, that Python code can run.
type Preparation struct {
	mu      sync.Mutex
	state   PrepareState
	changed chan struct{}
}

func newPreparation() *Preparation {
	return &Preparation{
		state:   PrepareState{Phase: PhaseLooking, Message: "Looking for Python."},
		changed: make(chan struct{}),
	}
}

// State returns how far it has come.
func (p *Preparation) State() PrepareState {
	s, _ := p.Watch()
	return s
}

// Watch returns the state and a channel that is closed when there is another.
func (p *Preparation) Watch() (PrepareState, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.state
	s.Problems = slices.Clone(s.Problems)
	return s, p.changed
}

func (p *Preparation) update(change func(*PrepareState)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.state)
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *Preparation) enter(phase Phase, message string) {
	p.update(func(s *PrepareState) { s.Phase, s.Message, s.Detail = phase, message, "" })
}

func (p *Preparation) detail(line string) {
	p.update(func(s *PrepareState) { s.Detail = line })
}

func (p *Preparation) problem(err error) {
	p.update(func(s *PrepareState) { s.Problems = append(s.Problems, err.Error()) })
}

func (p *Preparation) ready(spec string) {
	p.update(func(s *PrepareState) {
		s.Phase, s.Message, s.Detail = PhaseReady, "Python is ready.", ""
		s.Done, s.Spec = true, spec
	})
}

func (p *Preparation) fail(message, command string) {
	p.update(func(s *PrepareState) {
		s.Phase, s.Message, s.Detail = PhaseFailed, message, ""
		s.Done, s.Failed, s.Command = true, true, command
	})
}
