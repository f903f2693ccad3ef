package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/kernel"
)

// rawKernel is a kernel without a server around it: the limit of running code.
func (s *site) rawKernel(ctx context.Context) (notebook.Kernel, func(), error) {
	m, err := kernel.New(kernel.Config{RunDir: filepath.Join(s.data, "raw"), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, nil, err
	}
	dir := filepath.Join(s.data, "raw-files")
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, nil, err
	}
	k, err := m.Start(ctx, notebook.StartKernel{Spec: "python3", Note: auth.NewID(), Slot: 1, Dir: dir})
	if err != nil {
		_ = m.Close()
		return nil, nil, err
	}
	return k, func() { _ = m.Close() }, nil
}

// runner is a tab that runs paragraphs and waits for their end.
func (t *tab) runOnce(id, paragraph string) (time.Duration, error) {
	began := time.Now()
	if err := t.do(id, "run.start", map[string]any{"paragraphs": []string{paragraph}}); err != nil {
		return 0, err
	}
	f, err := t.entry(id)
	if err != nil {
		return 0, err
	}
	var did notebook.StartRun
	if err := json.Unmarshal(f.Body, &did); err != nil {
		return 0, err
	}
	state, err := t.ended(did.Runs[0].Run.String())
	if err == nil && state != "done" {
		err = fmt.Errorf("the run ended as %s", state)
	}
	return time.Since(began), err
}

// measureCells runs an empty cell through the server and by the raw client.
func measureCells(ctx context.Context, s *site, r *report) error {
	raw, stop, err := s.rawKernel(ctx)
	if err != nil {
		return err
	}
	defer stop()
	note, err := s.note(ctx, "pass")
	if err != nil {
		return err
	}
	t, err := s.open(ctx, s.cookie, "runner", note)
	if err != nil {
		return err
	}
	defer t.ws.Close()
	if _, err := t.runOnce("warm", "p0"); err != nil {
		return err
	}
	var served, bare []time.Duration
	for i := range 150 {
		took, err := t.runOnce(fmt.Sprint("run", i), "p0")
		if err != nil {
			return err
		}
		served = append(served, took)
		began := time.Now()
		if res := raw.Execute(ctx, notebook.ExecuteRequest{Code: "pass"}, func(notebook.Output) {}); res.Status != notebook.ExecuteOK {
			return fmt.Errorf("the raw kernel answered %s: %s", res.Status, res.Reason)
		}
		bare = append(bare, time.Since(began))
	}
	commit, err := s.commit(ctx, 95)
	r.add(row{"empty cell: pressed → ended, p95", percentile(served, 95), "ms", percentile(bare, 95) + 2*commit + 1.5, "raw client + 2 commits + 1.5 ms"})
	return err
}

// measurePrinting prints 100 MB in a million lines and in one write.
func measurePrinting(ctx context.Context, s *site, r *report) error {
	return compareRuns(ctx, s, r, "what is promised", []printed{
		{"100 MB printed in a million lines", "for _ in range(1000): print(('x' * 99 + '\\n') * 1000, end='')"},
		{"100 MB printed in one write", "import sys; _ = sys.stdout.write('x' * 100_000_000)"},
	})
}

// printed is code that puts out much.
type printed struct{ what, code string }

// compareRuns runs each code in a note that is open, and in the raw client after it;
// beside the time it measures what the server's memory grew by. limit is where the
// 150 MB for that come from.
func compareRuns(ctx context.Context, s *site, r *report, limit string, all []printed) error {
	raw, stop, err := s.rawKernel(ctx)
	if err != nil {
		return err
	}
	defer stop()
	var texts []string
	for _, p := range all {
		texts = append(texts, p.code)
	}
	note, err := s.note(ctx, texts...)
	if err != nil {
		return err
	}
	t, err := s.open(ctx, s.cookie, "printer", note)
	if err != nil {
		return err
	}
	defer t.ws.Close()
	for i, p := range all {
		before, _, err := s.memory()
		if err != nil {
			return err
		}
		took, err := t.runOnce(fmt.Sprint("print", i), fmt.Sprint("p", i))
		if err != nil {
			return err
		}
		_, peak, err := s.memory()
		if err != nil {
			return err
		}
		began := time.Now()
		if res := raw.Execute(ctx, notebook.ExecuteRequest{Code: p.code}, func(notebook.Output) {}); res.Status != notebook.ExecuteOK {
			return fmt.Errorf("the raw kernel answered %s: %s", res.Status, res.Reason)
		}
		r.add(row{p.what, took.Seconds(), "s", time.Since(began).Seconds(), "raw client"},
			row{p.what + ", the server's memory above before", peak - before, "MB", 150, limit})
	}
	return nil
}
