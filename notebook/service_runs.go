package notebook

import (
	"context"
	"encoding/json"
	"slices"

	"quire/auth"
	"quire/auth/fault"
)

// CancelRuns ends runs of a note that are queued or running: the named ones, or
// all when none is named. Runs that have ended already are left alone.
func (s *Service) CancelRuns(ctx context.Context, note ID, runs []ID) error {
	a, _, err := s.gate.CheckNode(ctx, auth.RunCancel, note)
	if err != nil {
		return err
	}
	return s.runner.Cancel(ctx, note, runs, a.User, a.Name)
}

// Interrupt asks the code that a kernel of the note is running to stop. An empty
// interpreter means all of the note's kernels.
func (s *Service) Interrupt(ctx context.Context, note ID, interpreter string) error {
	if _, _, err := s.gate.CheckNode(ctx, auth.KernelInterrupt, note); err != nil {
		return err
	}
	return s.runner.Interrupt(ctx, note, interpreter)
}

// Restart ends a kernel of the note and starts a new one; all it held in memory is
// lost. An empty interpreter means all of the note's kernels.
func (s *Service) Restart(ctx context.Context, note ID, interpreter string) error {
	if _, _, err := s.gate.CheckNode(ctx, auth.KernelRestart, note); err != nil {
		return err
	}
	return s.runner.Restart(ctx, note, interpreter)
}

// History lists a note's runs, newest first, from before on; optionally of one
// paragraph. Earlier runs show earlier text, which is the writers' to see: others
// get the latest of each paragraph.
func (s *Service) History(ctx context.Context, note ID, paragraph string, before ID, limit int) ([]Run, error) {
	_, allowed, err := s.gate.CheckNode(ctx, auth.RunList, note)
	if err != nil {
		return nil, err
	}
	if allowed.Has(auth.Write) {
		return s.runs.History(ctx, note, paragraph, before, limit)
	}
	_, latest, err := s.Read(ctx, note)
	return slices.DeleteFunc(latest, func(r Run) bool {
		return paragraph != "" && r.Paragraph != paragraph
	}), err
}

// Parts lists the parts of a run's output, and whether there may be more to come.
func (s *Service) Parts(ctx context.Context, note, run ID) ([]Part, bool, error) {
	if err := s.checkOutput(ctx, note, run); err != nil {
		return nil, false, err
	}
	return s.outputs.Parts(ctx, run)
}

// ReadPart returns up to limit bytes of a part of a run's output from offset on.
func (s *Service) ReadPart(ctx context.Context, note, run ID, part, revision int, offset int64, limit int) ([]byte, error) {
	if err := s.checkOutput(ctx, note, run); err != nil {
		return nil, err
	}
	return s.outputs.Read(ctx, run, part, revision, offset, limit)
}

// checkOutput refuses unless the run is the note's and its output may be seen:
// that of a paragraph's latest run by readers, earlier ones by writers.
func (s *Service) checkOutput(ctx context.Context, note, run ID) error {
	n, latest, err := s.Read(ctx, note)
	if err != nil {
		return err
	}
	op := auth.OutputHistory
	for _, r := range latest {
		if r.ID == run {
			op = auth.OutputShow
		}
	}
	if _, _, err := s.gate.CheckNode(ctx, op, note); err != nil {
		return err
	}
	if op == auth.OutputShow {
		return nil
	}
	r, err := s.runs.Run(ctx, run)
	if err == nil && r.Note != n.ID {
		err = fault.New(fault.NotFound, "There is no such run in this note.")
	}
	return err
}

// Complete asks the note's kernel how code could go on at a position in Unicode
// code points. Without a running kernel the answer is empty: asking starts none.
func (s *Service) Complete(ctx context.Context, note ID, interpreter, code string, pos int) (json.RawMessage, error) {
	if _, _, err := s.gate.CheckNode(ctx, auth.CodeComplete, note); err != nil {
		return nil, err
	}
	return s.runner.Complete(ctx, note, interpreter, code, pos)
}

// Inspect asks the note's kernel about what stands at a position in the code.
func (s *Service) Inspect(ctx context.Context, note ID, interpreter, code string, pos, detail int) (json.RawMessage, error) {
	if _, _, err := s.gate.CheckNode(ctx, auth.CodeInspect, note); err != nil {
		return nil, err
	}
	return s.runner.Inspect(ctx, note, interpreter, code, pos, detail)
}

// WatchRights cancels what people had queued and may not run any more, and what
// runs for accounts that were disabled, until ctx ends.
func (s *Service) WatchRights(ctx context.Context) {
	for {
		moved := s.gate.Moved()
		s.dropForbidden(ctx)
		select {
		case <-moved:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Service) dropForbidden(ctx context.Context) {
	type owner struct {
		note ID
		user auth.PrincipalID
	}
	seen := map[owner]bool{}
	for _, r := range s.runner.OpenRuns() {
		o := owner{r.Note, r.By}
		if seen[o] {
			continue
		}
		seen[o] = true
		p := s.gate.Pass(auth.Actor{Kind: auth.Person, User: r.By, Name: r.ByName}, r.Note)
		allowed, err := p.Actions(ctx)
		p.Release()
		switch {
		case fault.Is(err, fault.NotFound):
			s.runner.CancelUser(r.By, "the account of "+r.ByName+" was disabled")
		case err == nil && !allowed.Has(auth.Run):
			s.runner.CancelOf(r.Note, r.By, r.ByName+" may not run this note any more")
		}
	}
}
