package embedded

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// How patient we are. Variables, so that tests need not wait as long.
var (
	// leftoverTime is how long a start waits for what an earlier, killed server
	// left behind: a postmaster that nobody has reaped yet still holds its lock
	// file, and its last backends the shared memory.
	leftoverTime = 10 * time.Second
	// giveUpTime is how long Postgres may fail to come back before it is given up.
	giveUpTime = 2 * time.Minute
	// steadyTime is how long Postgres must have run for its next restart to be
	// immediate again.
	steadyTime = 10 * time.Second
)

const (
	firstBackoff = 100 * time.Millisecond
	lastBackoff  = 5 * time.Second
)

// firstStart starts Postgres for Start. Only leftovers of a killed server are
// worth a second try; every other failure is the operator's to mend.
func (s *Server) firstStart(ctx context.Context) (*process, error) {
	deadline := time.Now().Add(leftoverTime)
	for {
		p, err := s.bringUp(ctx)
		if err == nil || !isLeftover(err) || time.Now().After(deadline) {
			return p, err
		}
		if sleep(ctx, firstBackoff) != nil {
			return nil, err
		}
	}
}

// supervise stands by p, and starts Postgres again each time it dies, until
// Stop is called or it is given up.
func (s *Server) supervise(p *process) {
	defer s.release()
	var backoff time.Duration
	for {
		started := time.Now()
		select {
		case <-s.stopping.Done():
			p.stop()
			return
		case <-p.exited:
		}
		s.setCurrent(nil)
		if time.Since(started) > steadyTime {
			backoff = 0
		}
		s.log.Error("Postgres died; starting it again", "err", p.err, "wait", backoff)
		var err error
		if p, err = s.revive(s.stopping, &backoff); err != nil {
			if s.stopping.Err() == nil {
				s.err = err
			}
			return
		}
	}
}

// release gives everything back when Postgres is gone for good.
func (s *Server) release() {
	s.setCurrent(nil)
	s.sockets.remove()
	s.output.Close()
	s.lock.Close()
	close(s.done)
}

// revive starts Postgres until it runs, waiting longer after each failure. The
// backoff is the caller's, so that a Postgres that comes up and dies at once
// does not keep the machine busy.
func (s *Server) revive(ctx context.Context, backoff *time.Duration) (*process, error) {
	deadline := time.Now().Add(giveUpTime)
	for {
		if err := sleep(ctx, *backoff); err != nil {
			return nil, err
		}
		*backoff = min(max(2**backoff, firstBackoff), lastBackoff)
		p, err := s.bringUp(ctx)
		if err == nil {
			s.log.Info("Postgres is back", "pid", p.pid())
			return p, nil
		}
		if time.Now().After(deadline) {
			s.log.Error("Postgres could not be started again; giving up", "err", err)
			return nil, fmt.Errorf("Postgres died and could not be started again: %w", err)
		}
		s.log.Warn("Postgres did not start; trying again", "err", err, "wait", *backoff)
	}
}

// bringUp starts Postgres once and returns when it takes connections.
func (s *Server) bringUp(ctx context.Context) (*process, error) {
	p, err := launch(s.cluster.serverCommand(s.sockets), s.output)
	if err != nil {
		return nil, fmt.Errorf("start Postgres: %w", err)
	}
	if err := s.waitReady(ctx, p); err != nil {
		p.stop()
		return nil, err
	}
	s.setCurrent(p)
	return p, nil
}

func (s *Server) setCurrent(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = p
}

// isLeftover reports whether Postgres refused to start because of a former one
// that is dead or dying.
func isLeftover(err error) bool {
	return strings.Contains(err.Error(), "already exists") ||
		strings.Contains(err.Error(), "is still in use")
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return ctx.Err()
	}
}
