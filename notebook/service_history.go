package notebook

import (
	"context"
	"slices"

	"quire/auth"
	"quire/auth/fault"
)

// RunRecord is a run as a list of runs tells of it.
type RunRecord struct {
	Run
	// CurrentVersion is that of the paragraph's text now; 0 with Gone.
	CurrentVersion int64
	// Gone tells that the paragraph was deleted.
	Gone bool
	// WithText tells that Text is set; it is for writers.
	WithText bool
}

// ChangedSince tells whether the text that ran is not what stands there now.
func (r *RunRecord) ChangedSince() bool { return r.Gone || r.CurrentVersion != r.Version }

// History lists runs of a note, newest first. Earlier runs and their text are the
// writers' to see. Others get, without texts, the runs that the paragraphs show them
// and all of their own in kernels of their own.
func (s *Service) History(ctx context.Context, f RunFilter) ([]RunRecord, error) {
	a, allowed, err := s.gate.CheckNode(ctx, auth.RunList, f.Note)
	if err != nil {
		return nil, err
	}
	n, shown, err := s.Read(ctx, f.Note)
	if err != nil {
		return nil, err
	}
	if allowed.Has(auth.Write) {
		runs, err := s.runs.History(ctx, f)
		return s.records(n, runs, true), err
	}
	runs, err := s.ownHistory(ctx, f, a.User)
	if err != nil {
		return nil, err
	}
	for _, r := range shown {
		if !r.Own && f.chooses(r) {
			runs = append(runs, r)
		}
	}
	slices.SortFunc(runs, func(a, b Run) int { return slices.Compare(b.ID[:], a.ID[:]) })
	return s.records(n, runs[:min(len(runs), max(f.Limit, 1))], false), nil
}

// ownHistory lists somebody's runs in kernels of their own.
func (s *Service) ownHistory(ctx context.Context, f RunFilter, who auth.PrincipalID) ([]Run, error) {
	if f.By != 0 && f.By != who {
		return nil, nil
	}
	f.By, f.OwnOnly = who, true
	return s.runs.History(ctx, f)
}

// chooses tells whether the filter, but for its limit, chooses a run of the note.
func (f *RunFilter) chooses(r Run) bool {
	return (f.Paragraph == "" || r.Paragraph == f.Paragraph) && (f.By == 0 || r.By == f.By) && (!f.OwnOnly || r.Own) &&
		(len(f.States) == 0 || slices.Contains(f.States, r.State)) &&
		(f.Before.IsZero() || slices.Compare(r.ID[:], f.Before[:]) < 0)
}

// RunOf returns a run of a note, with its text for writers. Forbidden for runs that
// History does not list to who asks, whether there are such or not.
func (s *Service) RunOf(ctx context.Context, note, run ID) (RunRecord, error) {
	_, allowed, err := s.gate.CheckNode(ctx, auth.RunList, note)
	if err != nil {
		return RunRecord{}, err
	}
	n, shown, err := s.Read(ctx, note)
	if err != nil {
		return RunRecord{}, err
	}
	var r Run
	if i := slices.IndexFunc(shown, func(r Run) bool { return r.ID == run }); i >= 0 {
		r = shown[i]
	} else if r, err = s.earlierRun(ctx, note, run); err != nil {
		return RunRecord{}, err
	}
	return s.records(n, []Run{r}, allowed.Has(auth.Write))[0], nil
}

// earlierRun returns a run that no paragraph shows to who asks: it must be in a
// kernel of their own, or they must be allowed to see what was earlier.
func (s *Service) earlierRun(ctx context.Context, note, run ID) (Run, error) {
	a, err := s.acting(ctx)
	if err != nil {
		return Run{}, err
	}
	r, lookup := s.runs.Run(ctx, run)
	if lookup == nil && r.Note == note && r.Owner() == a.User {
		return r, nil
	}
	if _, _, err := s.gate.CheckNode(ctx, auth.OutputHistory, note); err != nil {
		return Run{}, err
	}
	if lookup == nil && r.Note != note {
		lookup = fault.New(fault.NotFound, "There is no such run in this note.")
	}
	return r, lookup
}

// records adds how the paragraphs stand now, and the newest state of what is open.
func (s *Service) records(n *Note, runs []Run, texts bool) []RunRecord {
	ids := make([]ID, len(runs))
	list := make([]RunRecord, len(runs))
	for i, r := range runs {
		ids[i], list[i] = r.ID, RunRecord{Run: r, Gone: true}
		if p, _ := n.Find(r.Paragraph); p != nil {
			list[i].CurrentVersion, list[i].Gone = p.Version, false
		}
	}
	for _, live := range s.runner.Snapshot(ids) {
		list[slices.Index(ids, live.ID)].Run = live
	}
	for i := range list {
		if list[i].WithText = texts; !texts {
			list[i].Text = ""
		}
	}
	return list
}
