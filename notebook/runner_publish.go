package notebook

import "sync"

// publisher tells what changed, each note's by a goroutine that lives while there
// is something to tell. Who is told may take long: changes are gathered
// meanwhile, and only the newest state of a run is told.
type publisher struct {
	tellRuns    func(ID, []Run)
	tellKernels func(ID, []KernelState)
	states      func(ID) []KernelState
	work        *sync.WaitGroup

	mu    sync.Mutex
	notes map[ID]*news
}

// news is what a note has to be told.
type news struct {
	order   []ID
	runs    map[ID]Run
	kernels bool
}

func newPublisher(cfg RunnerConfig, states func(ID) []KernelState, work *sync.WaitGroup) *publisher {
	return &publisher{
		tellRuns: cfg.Publish, tellKernels: cfg.PublishKernels, states: states, work: work,
		notes: map[ID]*news{},
	}
}

// runs has runs told of. Calls for one run come in the order of its states.
func (p *publisher) runs(note ID, runs ...Run) {
	if len(runs) == 0 || p.tellRuns == nil {
		return
	}
	p.add(note, func(n *news) {
		for _, run := range runs {
			if _, known := n.runs[run.ID]; !known {
				n.order = append(n.order, run.ID)
			}
			n.runs[run.ID] = run
		}
	})
}

// kernels has the state of the note's kernels told of.
func (p *publisher) kernels(note ID) {
	if p.tellKernels != nil {
		p.add(note, func(n *news) { n.kernels = true })
	}
}

func (p *publisher) add(note ID, change func(*news)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.notes[note]
	if n == nil {
		n = &news{runs: map[ID]Run{}}
		p.notes[note] = n
		p.work.Go(func() { p.tell(note) })
	}
	change(n)
}

func (p *publisher) tell(note ID) {
	for {
		p.mu.Lock()
		n := p.notes[note]
		if len(n.order) == 0 && !n.kernels {
			delete(p.notes, note)
			p.mu.Unlock()
			return
		}
		p.notes[note] = &news{runs: map[ID]Run{}}
		p.mu.Unlock()
		runs := make([]Run, len(n.order))
		for i, id := range n.order {
			runs[i] = n.runs[id]
		}
		if len(runs) > 0 {
			p.tellRuns(note, runs)
		}
		if n.kernels {
			p.tellKernels(note, p.states(note))
		}
	}
}
