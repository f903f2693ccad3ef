package kernel

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/kernel/message"
)

const (
	// restPatience is how long after a reply its idle status may come, or the reverse,
	// before the second is suspected to be lost.
	restPatience = 2 * time.Second
	// restAttempts is how often the kernel is then asked to show that it is idle.
	restAttempts = 5
)

// executeRequest is the content of execute_request. stop_on_error is false, as
// there is never more than one request in the kernel's queue, and ipykernel would
// abort the one that comes just after an error.
type executeRequest struct {
	Code         string   `json:"code"`
	Silent       bool     `json:"silent"`
	StoreHistory bool     `json:"store_history"`
	Expressions  struct{} `json:"user_expressions"`
	AllowStdin   bool     `json:"allow_stdin"`
	StopOnError  bool     `json:"stop_on_error"`
}

// executeReply is what is used of execute_reply's content.
type executeReply struct {
	Status  string
	Count   int `json:"execution_count"`
	Payload []struct {
		Source string
		Data   map[string]json.RawMessage
	}
}

// Execute implements notebook.Kernel. One runs at a time; others wait. Once sent,
// the request is waited for whatever becomes of ctx.
func (k *kernel) Execute(ctx context.Context, req notebook.ExecuteRequest, sink func(notebook.Output)) notebook.ExecuteResult {
	if err := k.acquire(ctx); err != nil {
		return k.notSent()
	}
	defer k.release()
	began := time.Now()
	r, err := k.sendCode(ctx, req, sink)
	if err != nil {
		return k.notSent()
	}
	e := execution{request: r, k: k, ended: make(chan struct{})}
	res := e.wait()
	close(e.ended)
	e.watching.Wait()
	k.client.forget(r)
	k.handOn()
	res.Took = time.Since(began)
	return res
}

// sendCode sends code when the kernel can be spoken to, once. An error means that
// nothing of it went out.
func (k *kernel) sendCode(ctx context.Context, req notebook.ExecuteRequest, sink func(notebook.Output)) (*request, error) {
	content := executeRequest{Code: req.Code, StoreHistory: true, AllowStdin: req.Input}
	for {
		if err := k.Backing.Ready(ctx); err != nil {
			return nil, err
		}
		r, err := k.client.send(k.client.shell, "execute_request", content, &request{id: req.ID, sink: sink, input: req.Input})
		if err == nil {
			return r, nil
		}
		if !fault.Is(err, fault.Unavailable) {
			k.client.fail(err)
			<-k.done
			return nil, err
		}
	}
}

// acquire takes the right to use the shell channel.
func (k *kernel) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case k.turn <- struct{}{}:
	case <-k.done:
		return errEnded
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-k.done:
		k.release()
		return errEnded
	default:
		return nil
	}
}

func (k *kernel) release() { <-k.turn }

func (k *kernel) notSent() notebook.ExecuteResult {
	select {
	case <-k.done:
		return notebook.ExecuteResult{Status: notebook.ExecuteDead, Reason: k.death}
	default:
		return notebook.ExecuteResult{Status: notebook.ExecuteAborted, Reason: "it was cancelled before it began"}
	}
}

// execution is one execute_request under way.
type execution struct {
	*request
	k     *kernel
	ended chan struct{} // closed when the result is known

	watching sync.WaitGroup // until watchRest has ended
}

// wait returns when the execution has ended: reply and idle come on
// different sockets in no defined order, and both are needed.
func (e *execution) wait() notebook.ExecuteResult {
	var res notebook.ExecuteResult
	reply, idle, missed := e.reply, e.idle, e.missed
	var lost <-chan struct{} // closed when the other of the two has had its time
	for reply != nil || idle != nil {
		if lost == nil && (reply == nil || idle == nil) {
			lost = e.watchRest()
		}
		select {
		case m := <-reply:
			res, reply = e.result(m), nil
		case <-idle:
			idle = nil
		case <-lost:
			return e.endWithoutRest(res)
		case <-missed:
			if missed = nil; reply != nil && len(reply) == 0 {
				return notebook.ExecuteResult{Status: notebook.ExecuteLost, Reason: maybeLost}
			}
		case <-e.k.done:
			return e.deadResult(res.Count)
		}
	}
	return res
}

// endWithoutRest is the result when either reply or idle is missing, unless it has
// come at the last moment.
func (e *execution) endWithoutRest(res notebook.ExecuteResult) notebook.ExecuteResult {
	select {
	case m := <-e.reply:
		return e.result(m)
	default:
	}
	if res.Status == "" {
		return notebook.ExecuteResult{Status: notebook.ExecuteError, Reason: "the kernel gave no answer"}
	}
	select {
	case <-e.idle:
	default:
		e.k.client.outputs.lose(e.request, 1, 0, "the kernel lost the end of its output")
	}
	return res
}

func (e *execution) result(m message.Message) notebook.ExecuteResult {
	var c executeReply
	if err := json.Unmarshal(m.Content, &c); err != nil {
		return notebook.ExecuteResult{Status: notebook.ExecuteError, Reason: "the kernel's reply cannot be read"}
	}
	res := notebook.ExecuteResult{Count: c.Count}
	switch c.Status {
	case "ok":
		res.Status = notebook.ExecuteOK
		e.showPages(c)
	case "aborted":
		res.Status, res.Reason = notebook.ExecuteAborted, "the kernel did not run it"
	default:
		res.Status = notebook.ExecuteError
	}
	return res
}

// showPages turns the payloads of "name?" into outputs. Every other payload would
// change the note and is ignored.
func (e *execution) showPages(c executeReply) {
	for _, p := range c.Payload {
		if p.Source == "page" && len(p.Data) > 0 {
			if b, err := json.Marshal(map[string]any{"data": p.Data}); err == nil {
				e.k.client.outputs.push(queued{to: e.request, parent: e.id, kind: "display_data", content: b})
			}
		}
	}
}

// watchRest closes the channel it returns when only one of reply and idle has come
// and the other got lost. ZeroMQ drops what a subscriber's queue cannot hold, and
// ipykernel sends no reply when an interrupt comes between its own steps. As both
// channels keep their order, the rest is lost when a later request was answered in
// full; or when none is, again and again, while the output channel is silent.
func (e *execution) watchRest() <-chan struct{} {
	lost := make(chan struct{})
	e.watching.Go(func() {
		ticker := time.NewTicker(restPatience)
		defer ticker.Stop()
		for attempt := 0; attempt < restAttempts; {
			select {
			case <-ticker.C:
			case <-e.ended:
				return
			}
			if e.nudge(restPatience) {
				break
			}
			if e.k.client.silent() > restPatience {
				attempt++
			}
		}
		close(lost)
	})
	return lost
}

// silent is the time since the last message on the output channel.
func (c *client) silent() time.Duration {
	return time.Since(time.Unix(0, c.lastIOPub.Load()))
}

// nudge asks for kernel_info and reports whether both reply and idle came within the
// time.
func (e *execution) nudge(patience time.Duration) bool {
	c := e.k.client
	r, err := c.send(c.shell, "kernel_info_request", struct{}{}, &request{})
	if err != nil {
		return false
	}
	defer c.forget(r)
	timer := time.NewTimer(patience)
	defer timer.Stop()
	reply, idle := r.reply, r.idle
	for reply != nil || idle != nil {
		select {
		case <-reply:
			reply = nil
		case <-idle:
			idle = nil
		case <-timer.C:
			return false
		case <-e.ended:
			return false
		}
	}
	return true
}

func executionState(m message.Message) string {
	var c struct {
		State string `json:"execution_state"`
	}
	if json.Unmarshal(m.Content, &c) != nil {
		return ""
	}
	return c.State
}
