package notebook

import (
	"maps"

	"quire/auth"
	"quire/auth/fault"
)

// KernelMode is whose kernels run a note.
type KernelMode string

// The modes. Together a note has one kernel per interpreter, own is one per
// interpreter and person, whose results are for that person and for writers.
const (
	KernelsTogether KernelMode = "together"
	KernelsOwn      KernelMode = "own"
)

func (m KernelMode) valid() error {
	switch m {
	case "", KernelsTogether, KernelsOwn:
		return nil
	}
	return fault.New(fault.Invalid, "Kernels are %q or %q, or empty for what the folder says, not %q.", KernelsTogether, KernelsOwn, m)
}

// KernelDefaults is what decides about a note's kernels unless its settings do.
type KernelDefaults struct {
	// Folder is what the nearest folder above that says anything says.
	Folder KernelMode
	// Public tells that everybody may run the note, Runners how many people may who
	// have been granted it in person, by a group or by a link; beyond manyRunners they
	// need not be counted.
	Public  bool
	Runners int
}

// manyRunners is how many may share a kernel without having been asked to.
const manyRunners = 20

// own decides whether somebody gets a kernel of their own: as the note says, else
// as the folder says, else those who may run but not write where many may run.
func (d KernelDefaults) own(note KernelMode, allowed auth.Actions) bool {
	switch {
	case note != "":
		return note == KernelsOwn
	case d.Folder != "":
		return d.Folder == KernelsOwn
	}
	return !allowed.Has(auth.Write) && (d.Public || d.Runners > manyRunners)
}

// withoutOwn returns the latest own runs without somebody's: what they run in a
// shared kernel is what they are shown from then on.
func withoutOwn(own map[auth.PrincipalID]ID, by auth.PrincipalID) map[auth.PrincipalID]ID {
	if _, ok := own[by]; !ok {
		return own
	}
	next := maps.Clone(own)
	delete(next, by)
	return next
}

// withOwn returns the latest own runs with one more.
func withOwn(own map[auth.PrincipalID]ID, by auth.PrincipalID, run ID) map[auth.PrincipalID]ID {
	next := maps.Clone(own)
	if next == nil {
		next = map[auth.PrincipalID]ID{}
	}
	next[by] = run
	return next
}
