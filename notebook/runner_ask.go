package notebook

import (
	"context"
	"encoding/json"

	"quire/auth"
)

// nothingFound is answered when there is no kernel to ask.
const nothingFound = `{"found":false,"data":{},"metadata":{}}`

// Complete asks a running kernel how a paragraph's text could go on at a position
// in code points, as Jupyter's complete_reply. interpreter is the note's default;
// the text's first line may name another. No kernel is started for it, and one that
// is busy is not waited for: then nothing matches.
func (r *Runner) Complete(ctx context.Context, note ID, interpreter, code string, pos int) (json.RawMessage, error) {
	k, p := r.asked(ctx, note, interpreter, code)
	if k == nil || pos < p.removed {
		return completion(nil, pos, 0)
	}
	reply, err := k.Complete(ctx, p.code, pos-p.removed)
	if err != nil {
		return nil, err
	}
	return completion(reply, pos, p.removed)
}

// Inspect asks a running kernel about what stands at a position, as Jupyter's
// inspect_reply. Arguments are as for Complete; detail is 0, or 1 for the source.
func (r *Runner) Inspect(ctx context.Context, note ID, interpreter, code string, pos, detail int) (json.RawMessage, error) {
	k, p := r.asked(ctx, note, interpreter, code)
	if k == nil || pos < p.removed {
		return json.RawMessage(nothingFound), nil
	}
	return k.Inspect(ctx, p.code, pos-p.removed, detail)
}

// asked returns the idle kernel that would run the text, nil if there is none. One
// of the asker's own comes before the one that people share.
func (r *Runner) asked(ctx context.Context, note ID, interpreter, text string) (Kernel, plan) {
	all, err := r.interpreters.Interpreters(ctx)
	if err != nil {
		return nil, plan{}
	}
	p, err := planFor(all, text, interpreter)
	if err != nil || p.skip {
		return nil, plan{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	who, _ := auth.ActorFrom(ctx)
	for _, person := range []auth.PrincipalID{who.User, 0} {
		q := r.queues[queueKey{note, p.interpreter.Name, person}]
		if q != nil && q.session != nil && q.session.ended == nil && q.state.State == KernelIdle {
			return q.session.kernel, p
		}
	}
	return nil, plan{}
}

// completion moves a reply's positions behind what was removed from the text.
func completion(reply json.RawMessage, pos, removed int) (json.RawMessage, error) {
	c := struct {
		Matches  []string        `json:"matches"`
		Start    int             `json:"cursor_start"`
		End      int             `json:"cursor_end"`
		Metadata json.RawMessage `json:"metadata"`
	}{Matches: []string{}, Start: pos - removed, End: pos - removed, Metadata: json.RawMessage("{}")}
	if len(reply) > 0 {
		if err := json.Unmarshal(reply, &c); err != nil {
			return nil, err
		}
	}
	c.Start += removed
	c.End += removed
	return encode(c)
}
