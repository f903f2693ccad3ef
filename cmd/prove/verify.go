package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// commands are the test commands that were tried on the source as it is.
type commands struct {
	mu     sync.Mutex
	limits map[string]time.Duration
}

// limit returns how long a test command may take with a mutant: one that makes a
// test wait for ever is noticed too. The first time it runs the command with nothing
// broken, since one that fails then would notice every mutant.
func (c *commands) limit(ctx context.Context, tests []string) (time.Duration, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := strings.Join(tests, " ")
	if c.limits[name] > 0 {
		return c.limits[name], nil
	}
	began := time.Now()
	if out, err := command(ctx, "go", testing("", tests, 10*time.Minute)...); err != nil {
		return 0, fmt.Errorf("go test %s fails with nothing broken: %w\n%.4000s", name, err, out)
	}
	took := time.Since(began)
	c.limits[name] = 30*time.Second + 5*took
	fmt.Printf("go test %s: %s\n", name, took.Round(100*time.Millisecond))
	return c.limits[name], nil
}

// testing are the arguments of go for a test command, with what replaces files.
func testing(overlay string, tests []string, limit time.Duration) []string {
	return append([]string{"test", "-overlay", overlay, "-count=1", "-failfast", "-vet=off", "-timeout", limit.String()}, tests...)
}

func command(ctx context.Context, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	out, err := c.CombinedOutput()
	return string(out), err
}
