package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// fate is what became of a mutant.
type fate int

const (
	noticed     fate = iota
	hung             // noticed, by a test that waited until its time was over
	unbuildable      // no mutant
	survived
)

// try tries mutants and returns how many survived.
func try(ctx context.Context, mutants []mutant, workers int, verbose bool) (survivors int, err error) {
	began := time.Now()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	dir, err := os.MkdirTemp("", "quire-prove-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	var mu sync.Mutex
	var errs []error
	t := tally{}
	tests := &commands{limits: map[string]time.Duration{}}
	jobs := make(chan int)
	var work sync.WaitGroup
	for range workers {
		work.Go(func() {
			for i := range jobs {
				m := &mutants[i]
				f, by, err := m.try(ctx, filepath.Join(dir, fmt.Sprint(i)), tests)
				mu.Lock()
				if err != nil {
					errs = append(errs, err)
					stop()
				} else {
					t.add(m.kind, f)
					report(m, f, by, verbose)
				}
				mu.Unlock()
			}
		})
	}
	for i := range mutants {
		if ctx.Err() != nil {
			break
		}
		if mutants[i].equal == "" {
			jobs <- i
		}
	}
	close(jobs)
	work.Wait()
	t.print(mutants, time.Since(began))
	return t.all()[survived], errors.Join(append(errs, ctx.Err())...)
}

func report(m *mutant, f fate, by string, verbose bool) {
	switch {
	case f == survived:
		fmt.Println("NOT NOTICED", m.name())
	case f == unbuildable:
		fmt.Println("DOES NOT COMPILE", m.name())
	case verbose:
		fmt.Printf("noticed %s\n\tby %s\n", m.name(), by)
	}
}

func (m *mutant) try(ctx context.Context, place string, c *commands) (f fate, by string, err error) {
	root, err := os.Getwd()
	if err != nil {
		return survived, "", err
	}
	changed, overlay := place+filepath.Ext(m.file), place+".json"
	if err := os.WriteFile(changed, m.text, 0o600); err != nil {
		return survived, "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, m.file): changed}})
	if err != nil {
		return survived, "", err
	}
	if err := os.WriteFile(overlay, list, 0o600); err != nil {
		return survived, "", err
	}
	if strings.HasSuffix(m.file, ".go") {
		if _, err := command(ctx, "go", "build", "-overlay", overlay, "./"+filepath.Dir(m.file)); err != nil {
			return unbuildable, "", ctx.Err()
		}
	}
	for _, tests := range m.tests {
		limit, err := c.limit(ctx, tests)
		if err != nil {
			return survived, "", err
		}
		out, err := command(ctx, "go", testing(overlay, tests, limit)...)
		switch {
		case err == nil:
			continue
		case strings.Contains(out, "panic: test timed out"):
			return hung, failing(out), ctx.Err()
		case badSQL.MatchString(out):
			return unbuildable, failing(out), ctx.Err()
		}
		return noticed, failing(out), ctx.Err()
	}
	return survived, "", ctx.Err()
}

// badSQL are the errors of Postgres for statements that cannot be understood.
var badSQL = regexp.MustCompile(`SQLSTATE 42(601|[78]\d\d|P\d\d)`)

// failing picks from the output of go test which tests failed.
func failing(out string) string {
	var names []string
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "--- FAIL: "); ok {
			names = append(names, strings.Fields(name)[0])
		} else if strings.HasPrefix(line, "panic: ") {
			names = append(names, line)
		}
	}
	if len(names) == 0 {
		return fmt.Sprintf("%.300s", strings.TrimSpace(out))
	}
	return strings.Join(names, ", ")
}
