package notebook

import (
	"context"
	"slices"
	"strings"

	"quire/auth"
	"quire/auth/fault"
)

// dots are shown for a password, as many as for any other.
const dots = "········"

// Answer answers the question that a run's code asks; see Service.Answer. question
// may be zero. Whether they may still run the note was checked.
func (r *Runner) Answer(ctx context.Context, note, run, question ID, by View, text string) error {
	t, err := r.asking(note, run, by)
	if err != nil {
		return err
	}
	q, asked := r.desks.question(deskKey{note, by.Person}, run)
	if !asked || !question.IsZero() && q.Question != question {
		return fault.New(fault.Conflict, "This question is not asked any more.")
	}
	return t.answer(ctx, q, text)
}

// asking finds somebody's run that is going on, and returns the conversation with
// its kernel.
func (r *Runner) asking(note, run ID, by View) (*talk, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	j := r.open[run]
	switch {
	case j == nil || j.run.Note != note || !by.Sees(j.run):
		return nil, fault.New(fault.NotFound, "This note has no such run that is going on.")
	case j.run.By != by.Person:
		return nil, fault.New(fault.Forbidden, "Only %s, who ran it, may answer.", j.run.ByName)
	case j.phase != executing || j.queue.session == nil:
		return nil, fault.New(fault.Conflict, "This run does not ask anything.")
	}
	return j.queue.session.talk, nil
}

// asked puts a question of the running code to whoever ran it.
func (t *talk) asked(run *Run, q InputRequest) {
	t.r.desks.ask(t.desk(run.By), InputAsked{
		Run: run.ID, Paragraph: run.Paragraph, Question: auth.NewID(), Prompt: q.Prompt, Password: q.Password, At: t.r.cfg.Now(),
	})
	t.r.setAsks(run.ID, true)
}

// setAsks has everybody who sees a run told whether it waits for an answer.
func (r *Runner) setAsks(run ID, asks bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if j := r.open[run]; j != nil && j.asks != asks && j.phase != concluded {
		j.asks = asks
		r.news.runs(j.run.Note, j.live())
	}
}

// answer hands an answer to the kernel. The run's output shows question and answer
// as Jupyter's do, before anything that the code prints next.
func (t *talk) answer(ctx context.Context, q InputAsked, text string) error {
	t.writing.Lock()
	defer t.writing.Unlock()
	if err := t.kernel.Answer(ctx, text); err != nil {
		return err
	}
	shown := text
	if q.Password {
		shown = dots
	}
	if t.current == q.Run {
		t.rec.Write(StreamOutput{Name: "stdout", Text: q.Prompt + strings.TrimSuffix(shown, "\n") + "\n"})
	}
	t.r.desks.done(t.desk(t.whoRan(q.Run)), q.Run, q.Question)
	t.r.setAsks(q.Run, false)
	return nil
}

// Answer answers the question that the code of a run asks: input() in Python. Only
// whoever ran it may, as long as they may run the note. question says which is
// meant (InputAsked); zero is the one there is. Conflict when none is asked.
func (s *Service) Answer(ctx context.Context, note, run, question ID, text string) error {
	a, allowed, err := s.gate.CheckNode(ctx, auth.InputAnswer, note)
	if err != nil {
		return err
	}
	return s.runner.Answer(ctx, note, run, question, ViewOf(a.User, allowed), text)
}

// Attend tells a person who has opened the note what waits for them: open questions
// and what concerns their widgets. ready gets it, and is followed by all that is
// told from then on.
func (s *Service) Attend(ctx context.Context, note ID, ready func([]PersonalEvent)) error {
	a, _, err := s.gate.CheckNode(ctx, auth.NoteOpen, note)
	if err != nil {
		return err
	}
	s.runner.Attend(note, a.User, ready)
	return nil
}

// Attend is Service.Attend without its check.
func (r *Runner) Attend(note ID, person auth.PrincipalID, ready func([]PersonalEvent)) {
	var first []PersonalEvent
	for _, t := range r.talks(note) {
		if comms := t.commsOf(person); len(comms) > 0 {
			first = append(first, CommsListed{Kernel: t.kernel.ID(), Interpreter: t.interpreter, Comms: comms})
		}
	}
	r.desks.attend(deskKey{note, person}, first, ready)
}

// talks lists the conversations with a note's kernels.
func (r *Runner) talks(note ID) []*talk {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []*talk
	for key, q := range r.queues {
		if key.note == note && q.session != nil {
			all = append(all, q.session.talk)
		}
	}
	slices.SortFunc(all, func(a, b *talk) int { return strings.Compare(a.kernel.ID(), b.kernel.ID()) })
	return all
}
