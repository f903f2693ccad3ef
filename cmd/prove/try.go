package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// verify runs every test command on the source as it is. One that fails there would
// notice every mutant.
func verify(ctx context.Context, mutants []mutant) error {
	seen := map[string]bool{}
	for _, m := range mutants {
		for _, tests := range m.tests {
			name := strings.Join(tests, " ")
			if seen[name] {
				continue
			}
			seen[name] = true
			began := time.Now()
			if out, err := command(ctx, "go", testing("", tests)...); err != nil {
				return fmt.Errorf("go test %s fails with nothing broken: %w\n%.4000s", name, err, out)
			}
			fmt.Printf("go test %s: %s\n", name, time.Since(began).Round(100*time.Millisecond))
		}
	}
	return ctx.Err()
}

// testing are the arguments of go for a test command, with what replaces files.
func testing(overlay string, tests []string) []string {
	return append([]string{"test", "-overlay", overlay, "-count=1", "-failfast", "-vet=off", "-timeout", patience.String()}, tests...)
}

// patience is how long one test command may take; a mutant that makes a test wait
// for ever is noticed too.
const patience = 10 * time.Minute

// fate is what became of a mutant.
type fate int

const (
	noticed fate = iota
	unbuildable
	survived
)

// try tries mutants and returns how many survived. What does not compile is none.
func try(ctx context.Context, mutants []mutant, workers int) (survivors int, err error) {
	if err := verify(ctx, mutants); err != nil {
		return 0, err
	}
	began := time.Now()
	dir, err := os.MkdirTemp("", "quire-prove-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	var mu sync.Mutex
	var errs []error
	counts := map[fate]int{}
	jobs := make(chan int)
	var work sync.WaitGroup
	for range workers {
		work.Go(func() {
			for i := range jobs {
				f, err := mutants[i].try(ctx, filepath.Join(dir, fmt.Sprint(i)))
				mu.Lock()
				counts[f]++
				if err != nil {
					errs = append(errs, err)
				} else if f == survived {
					fmt.Println("NOT NOTICED", mutants[i].name())
				}
				if done := counts[noticed] + counts[survived] + counts[unbuildable]; done%25 == 0 {
					fmt.Printf("%d of %d tried, %s\n", done, len(mutants), time.Since(began).Round(time.Second))
				}
				mu.Unlock()
			}
		})
	}
	for i := range mutants {
		if ctx.Err() != nil {
			break
		}
		jobs <- i
	}
	close(jobs)
	work.Wait()
	fmt.Printf("%d mutants in %s: %d were noticed, %d were not; %d more do not compile\n",
		counts[noticed]+counts[survived], time.Since(began).Round(time.Second), counts[noticed], counts[survived], counts[unbuildable])
	return counts[survived], errors.Join(append(errs, ctx.Err())...)
}

func (m mutant) try(ctx context.Context, place string) (fate, error) {
	root, err := os.Getwd()
	if err != nil {
		return survived, err
	}
	changed, overlay := place+filepath.Ext(m.file), place+".json"
	if err := os.WriteFile(changed, m.text, 0o600); err != nil {
		return survived, err
	}
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, m.file): changed}})
	if err != nil {
		return survived, err
	}
	if err := os.WriteFile(overlay, list, 0o600); err != nil {
		return survived, err
	}
	if strings.HasSuffix(m.file, ".go") {
		if _, err := command(ctx, "go", "build", "-overlay", overlay, "./"+filepath.Dir(m.file)); err != nil {
			return unbuildable, ctx.Err()
		}
	}
	for _, tests := range m.tests {
		if _, err := command(ctx, "go", testing(overlay, tests)...); err != nil {
			return noticed, ctx.Err()
		}
	}
	return survived, ctx.Err()
}

func command(ctx context.Context, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	out, err := c.CombinedOutput()
	return string(out), err
}
