package notebook

import (
	"context"
	"fmt"

	"quire/auth"
	"quire/auth/fault"
)

// Exported is a note as one person sees it, for a codec to write.
type Exported struct {
	Name string
	Note *Note
	// Result returns what a paragraph shows the person, with all of its output; nil
	// for nothing. It is asked for one paragraph after the other, so that the output
	// of a whole note need not be in memory at once.
	Result func(p *Paragraph) (*NewResult, error)
}

// Export returns the note as it stands, as whoever acts sees it. Runs that have not
// ended are no results yet.
func (s *Service) Export(ctx context.Context, note ID, name string) (*Exported, error) {
	if _, _, err := s.gate.CheckNode(ctx, auth.NoteExport, note); err != nil {
		return nil, err
	}
	n, runs, err := s.Read(ctx, note)
	if err != nil {
		return nil, err
	}
	ended := endedRuns(runs)
	return &Exported{Name: name, Note: n, Result: func(p *Paragraph) (*NewResult, error) {
		r, ok := ended[p.Run]
		if !ok {
			return nil, nil
		}
		if _, _, err := s.gate.CheckNode(ctx, auth.NoteExport, note); err != nil {
			return nil, err
		}
		result := resultOf(r)
		result.Parts, err = s.outputs.whole(ctx, r.ID)
		return result, err
	}}, nil
}

func endedRuns(runs []Run) map[ID]Run {
	ended := map[ID]Run{}
	for _, r := range runs {
		if r.State.Ended() {
			ended[r.ID] = r
		}
	}
	return ended
}

// resultOf describes an ended run as a result that a paragraph starts with, without
// its output.
func resultOf(r Run) *NewResult {
	return &NewResult{State: r.State, Interpreter: r.Interpreter, Kernel: r.Kernel,
		ExecutionCount: r.ExecutionCount, StartedAt: r.SentAt, EndedAt: r.EndedAt, Dropped: r.Dropped}
}

// rereads is how often output is read anew because it was rewritten meanwhile.
const rereads = 3

// whole returns all that is stored of a run's output.
func (o *Outputs) whole(ctx context.Context, run ID) (all []PartWrite, err error) {
	for range rereads {
		if all, err = o.wholeOnce(ctx, run); !fault.Is(err, fault.Stale) {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("output of run %s: %w", run, err)
	}
	return all, nil
}

func (o *Outputs) wholeOnce(ctx context.Context, run ID) ([]PartWrite, error) {
	parts, _, err := o.Parts(ctx, run)
	if err != nil {
		return nil, err
	}
	all := make([]PartWrite, len(parts))
	for i, p := range parts {
		all[i].Part = p
		if all[i].Data, err = o.wholePart(ctx, run, p); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// wholePart returns the bytes of a part: those before its gap and those after.
func (o *Outputs) wholePart(ctx context.Context, run ID, p Part) (data []byte, err error) {
	for at := int64(0); at < p.Bytes; {
		if p.GapBytes > 0 && at == p.GapAt {
			at += p.GapBytes
			continue
		}
		end := p.Bytes
		if p.GapBytes > 0 && at < p.GapAt {
			end = p.GapAt
		}
		more, err := o.Read(ctx, run, p.Index, p.Revision, at, int(min(end-at, maxRead)))
		if err != nil {
			return nil, err
		}
		if len(more) == 0 {
			break // what a crash took
		}
		more = more[:min(int64(len(more)), end-at)]
		data = append(data, more...)
		at += int64(len(more))
	}
	return data, nil
}
