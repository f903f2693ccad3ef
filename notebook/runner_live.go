package notebook

import (
	"cmp"
	"maps"
	"slices"

	"quire/auth"
)

// Snapshot returns those of the runs that have not ended, as they stand now. A
// run's end is stored before it is missing here, and told after that: who needs
// to know asks here first, then the store for the rest.
func (r *Runner) Snapshot(ids []ID) []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	var runs []Run
	for _, id := range ids {
		if j := r.open[id]; j != nil {
			runs = append(runs, j.live())
		}
	}
	return runs
}

// Open returns the note's runs that have not ended, in the order they were queued.
func (r *Runner) Open(note ID) []Run {
	return r.where(func(j *job) bool { return j.run.Note == note })
}

// OpenRuns returns all runs that have not ended.
func (r *Runner) OpenRuns() []Run { return r.where(func(*job) bool { return true }) }

// Running is somebody who has runs that have not ended, or a kernel of their own.
type Running struct {
	Note ID
	User auth.PrincipalID
	Name string
}

// People lists who has runs that have not ended or a kernel of their own, and where.
func (r *Runner) People() []Running {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := map[Running]bool{}
	for _, j := range r.open {
		found[Running{j.run.Note, j.run.By, j.run.ByName}] = true
	}
	for key, q := range r.queues {
		if key.person != 0 {
			found[Running{key.note, key.person, q.state.PersonName}] = true
		}
	}
	return slices.Collect(maps.Keys(found))
}

func (r *Runner) where(which func(*job) bool) []Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	var runs []Run
	for _, j := range r.jobs(which) {
		runs = append(runs, j.live())
	}
	return runs
}

// jobs lists open runs in the order they were queued. The caller holds mu.
func (r *Runner) jobs(which func(*job) bool) []*job {
	var all []*job
	for _, j := range r.open {
		if which(j) {
			all = append(all, j)
		}
	}
	slices.SortFunc(all, func(a, b *job) int {
		return cmp.Or(a.run.QueuedAt.Compare(b.run.QueuedAt), cmp.Compare(a.place, b.place), slices.Compare(a.run.ID[:], b.run.ID[:]))
	})
	return all
}
