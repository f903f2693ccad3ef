package notebook

import (
	"context"
	"encoding/json"

	"quire/auth"
	"quire/auth/fault"
)

// CancelRuns ends runs of a note that are queued or running: the named ones, or
// when none is named those in the kernels that who asks uses. Runs that have ended
// already, and others' in kernels of their own unless one may write, are left alone.
func (s *Service) CancelRuns(ctx context.Context, note ID, runs []ID) error {
	a, allowed, err := s.gate.CheckNode(ctx, auth.RunCancel, note)
	if err != nil {
		return err
	}
	return s.runner.Cancel(ctx, note, runs, ViewOf(a.User, allowed), a.Name)
}

// Interrupt asks the code that kernels of the note are running to stop. Others' own
// kernels are the writers' to interrupt, restart and stop.
func (s *Service) Interrupt(ctx context.Context, c KernelChoice) error {
	if err := s.checkKernels(ctx, auth.KernelInterrupt, c); err != nil {
		return err
	}
	return s.runner.Interrupt(ctx, c)
}

// Restart ends kernels of the note and starts new ones; all they held in memory is
// lost.
func (s *Service) Restart(ctx context.Context, c KernelChoice) error {
	if err := s.checkKernels(ctx, auth.KernelRestart, c); err != nil {
		return err
	}
	return s.runner.Restart(ctx, c)
}

// StopKernels ends kernels of the note, with what runs and waits there.
func (s *Service) StopKernels(ctx context.Context, c KernelChoice) error {
	if err := s.checkKernels(ctx, auth.KernelStop, c); err != nil {
		return err
	}
	return s.runner.Stop(ctx, c)
}

func (s *Service) checkKernels(ctx context.Context, op auth.Operation, c KernelChoice) error {
	a, allowed, err := s.gate.CheckNode(ctx, op, c.Note)
	if err == nil && !ViewOf(a.User, allowed).sees(c.Person) {
		err = fault.New(fault.Forbidden, "Only who may write the note may do this to a kernel of somebody's own.")
	}
	return err
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

// ReadLines returns lines of a stream or table of a run's output.
func (s *Service) ReadLines(ctx context.Context, note, run ID, part, revision int, line int64, count, limit int) (Lines, error) {
	if err := s.checkOutput(ctx, note, run); err != nil {
		return Lines{}, err
	}
	return s.outputs.ReadLines(ctx, run, part, revision, line, count, limit)
}

// checkOutput refuses unless the run is the note's and its output may be seen: that
// of the run a paragraph shows by readers, that of one's own by whoever ran it, and
// all others by writers.
func (s *Service) checkOutput(ctx context.Context, note, run ID) error {
	_, shown, err := s.Read(ctx, note)
	if err != nil {
		return err
	}
	for _, r := range shown {
		if r.ID == run {
			return nil
		}
	}
	_, err = s.earlierRun(ctx, note, run)
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
	for _, p := range s.runner.People() {
		pass := s.gate.Pass(auth.Actor{Kind: auth.Person, User: p.User, Name: p.Name}, p.Note)
		allowed, err := pass.Actions(ctx)
		pass.Release()
		switch {
		case fault.Is(err, fault.NotFound):
			s.runner.CancelUser(p.User, "the account of "+p.Name+" was disabled")
		case err == nil && !allowed.Has(auth.Run):
			s.runner.CancelOf(p.Note, p.User, p.Name+" may not run this note any more")
		}
	}
}
