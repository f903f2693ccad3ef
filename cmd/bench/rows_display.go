package main

import (
	"context"
	"fmt"
	"time"

	"quire/notebook"
)

// measureDisplays shows 20,000 things, of which the server keeps the first 5,000, and
// one thing that changes 20,000 times.
func measureDisplays(ctx context.Context, s *site, r *report) error {
	raw, stop, err := s.rawKernel(ctx)
	if err != nil {
		return err
	}
	defer stop()
	const (
		many = "for i in range(20_000): display({'text/plain': str(i), 'text/html': f'<b>{i}</b>'}, raw=True)"
		one  = "h = display({'text/plain': '0'}, raw=True, display_id=True)\n" +
			"for i in range(20_000): h.update({'text/plain': str(i)}, raw=True)"
	)
	note, err := s.note(ctx, many, one)
	if err != nil {
		return err
	}
	t, err := s.open(ctx, s.cookie, "shower", note)
	if err != nil {
		return err
	}
	defer t.ws.Close()
	for i, d := range []struct{ what, code string }{{"20,000 displays", many}, {"one display changed 20,000 times", one}} {
		before, _, err := s.memory()
		if err != nil {
			return err
		}
		took, err := t.runOnce(fmt.Sprint("show", i), fmt.Sprint("p", i))
		if err != nil {
			return err
		}
		_, peak, err := s.memory()
		if err != nil {
			return err
		}
		began := time.Now()
		if res := raw.Execute(ctx, notebook.ExecuteRequest{Code: d.code}, func(notebook.Output) {}); res.Status != notebook.ExecuteOK {
			return fmt.Errorf("the raw kernel answered %s: %s", res.Status, res.Reason)
		}
		r.add(row{d.what, took.Seconds(), "s", time.Since(began).Seconds(), "raw client"},
			row{d.what + ", the server's memory above before", peak - before, "MB", 150, "what is promised for output"})
	}
	return nil
}
