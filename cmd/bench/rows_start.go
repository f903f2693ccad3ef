package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"quire/auth"
	"quire/notebook"
	"quire/notebook/kernel"
)

// startsMeasured is how often each kind of start is measured; the middle one counts.
const startsMeasured = 7

// measureKernelStarts starts kernels at each level of separation that works here, and
// by hand.
func measureKernelStarts(ctx context.Context, s *site, r *report) error {
	bare, err := bareStarts(ctx, filepath.Join(s.data, "bare"), startsMeasured)
	if err != nil {
		return err
	}
	limit := percentile(bare, 50)
	for _, level := range []struct {
		what string
		sep  kernel.Separation
	}{{"not kept apart", kernel.SeparationNone}, {"as a user of the note's own", kernel.SeparationUser}, {"in the sandbox", kernel.SeparationSandbox}} {
		took, err := s.starts(ctx, level.sep)
		if err != nil {
			fmt.Fprintf(os.Stderr, "  kernel start %s: not here: %v\n", level.what, err)
			continue
		}
		r.add(row{"kernel start " + level.what + ", p50", percentile(took, 50), "ms", limit, "ipykernel started by hand, until its sockets are there"})
	}
	return nil
}

// starts starts kernels one after the other and ends each.
func (s *site) starts(ctx context.Context, sep kernel.Separation) ([]time.Duration, error) {
	place := filepath.Join(s.data, "start-"+string(sep))
	m, err := kernel.New(kernel.Config{RunDir: filepath.Join(place, "run"), Separation: sep, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	defer m.Close()
	dir := filepath.Join(place, "files")
	if err := os.MkdirAll(place, 0o711); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, err
	}
	var all []time.Duration
	for range startsMeasured {
		began := time.Now()
		k, err := m.Start(ctx, notebook.StartKernel{Spec: "python3", Note: auth.NewID(), Slot: 1, Dir: dir})
		if err != nil {
			return nil, err
		}
		all = append(all, time.Since(began))
		if err := k.Shutdown(ctx); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// bareStarts starts ipykernel without anything of ours, one after the other.
func bareStarts(ctx context.Context, place string, times int) ([]time.Duration, error) {
	var all []time.Duration
	for i := range times {
		took, err := bareStart(ctx, filepath.Join(place, fmt.Sprint(i)))
		if err != nil {
			return nil, err
		}
		all = append(all, took)
	}
	return all, nil
}

// python is one that has ipykernel.
func python(ctx context.Context) string {
	const debians, first = "/usr/bin/python3", "python3"
	if exec.CommandContext(ctx, debians, "-c", "import ipykernel").Run() == nil {
		return debians
	}
	return first
}

func bareStart(ctx context.Context, dir string) (time.Duration, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	file := filepath.Join(dir, "connection.json")
	b, err := json.Marshal(map[string]any{
		"transport": "ipc", "ip": filepath.Join(dir, "s"), "key": "measuring", "signature_scheme": "hmac-sha256",
		"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "control_port": 4, "hb_port": 5,
	})
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var said strings.Builder
	cmd := exec.CommandContext(ctx, python(ctx), "-m", "ipykernel_launcher", "-f", file)
	cmd.Dir, cmd.Stderr = dir, &said
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	for ctx.Err() == nil {
		if there, _ := filepath.Glob(filepath.Join(dir, "s-*")); len(there) == 5 {
			return time.Since(began), nil
		}
		time.Sleep(time.Millisecond)
	}
	return 0, fmt.Errorf("ipykernel did not start: %s", said.String())
}
