package gateway

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"time"

	"quire/auth/fault"
)

// What is asked about one kernel.

// kernelID is what a gateway may call a kernel: it becomes part of addresses.
var kernelID = regexp.MustCompile(`^[0-9A-Za-z_]+(-[0-9A-Za-z_]+){0,9}$`)

// create starts a kernel and returns its id.
func (g *Gateway) create(ctx context.Context, spec string, env map[string]string) (string, error) {
	var answer struct{ ID string }
	in := map[string]any{"name": spec, "env": env}
	err := g.api.do(ctx, g.StartTimeout+abandonLimit, http.MethodPost, []string{"api", "kernels"}, in, &answer)
	if err != nil {
		return "", err
	}
	if len(answer.ID) > maxName || !kernelID.MatchString(answer.ID) {
		return "", fault.New(fault.Unavailable, "The gateway “%s” started a kernel without a usable id.", g.Name)
	}
	return answer.ID, nil
}

// state is the kernel's execution_state. errGone is in the chain when there is none.
func (g *Gateway) state(ctx context.Context, id string) (string, error) {
	var answer struct {
		ID    string
		State string `json:"execution_state"`
	}
	err := g.api.do(ctx, requestTimeout, http.MethodGet, []string{"api", "kernels", id}, nil, &answer)
	return answer.State, err
}

func (g *Gateway) interrupt(ctx context.Context, id string) error {
	return g.api.do(ctx, requestTimeout, http.MethodPost, []string{"api", "kernels", id, "interrupt"}, struct{}{}, nil)
}

// remove ends a kernel; it is no error when there is none.
func (g *Gateway) remove(ctx context.Context, id string) error {
	err := g.api.do(ctx, stopTimeout, http.MethodDelete, []string{"api", "kernels", id}, nil, nil)
	if errors.Is(err, errGone) {
		return nil
	}
	return err
}

// reap ends a kernel that nobody uses any more, when the gateway can be reached, for
// some time.
func (g *Gateway) reap(id string) {
	if g.life.Err() != nil {
		return
	}
	g.work.Go(func() {
		ctx, cancel := context.WithTimeout(g.life, abandonLimit)
		defer cancel()
		for pause := firstPause; ; pause = min(2*pause, time.Minute) {
			err := g.remove(ctx, id)
			if err == nil {
				return
			}
			select {
			case <-time.After(pause/2 + rand.N(pause)):
			case <-ctx.Done():
				g.Log.Warn("a kernel may still run on its gateway", "gateway", g.Name, "id", id, "err", err)
				return
			}
		}
	})
}

// createSoon is create for somebody who waits until ctx ends. A kernel that comes
// later is ended again.
func (g *Gateway) createSoon(ctx context.Context, spec string, env map[string]string) (string, error) {
	type answer struct {
		id  string
		err error
	}
	answered, left := make(chan answer), make(chan struct{})
	g.work.Go(func() {
		id, err := g.create(g.life, spec, env)
		select {
		case answered <- answer{id, err}:
		case <-left:
			if err == nil {
				g.reap(id)
			}
		}
	})
	select {
	case a := <-answered:
		return a.id, a.err
	case <-ctx.Done():
		close(left)
		return "", fmt.Errorf("gateway: start: %w", context.Cause(ctx))
	}
}
