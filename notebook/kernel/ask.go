package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"quire/auth/fault"
)

const (
	// turnPatience is how long a question waits for running code to end.
	turnPatience = 500 * time.Millisecond
	// startPatience is how long Interrupt waits for code to be running that was sent:
	// between two requests ipykernel ignores the signal.
	startPatience = time.Second
	// settling is the time between a kernel's word that it begins and the code's
	// first step. An interrupt in between would hit the kernel's own code.
	settling = 30 * time.Millisecond
	// maxAnswer bounds the answer to a question in bytes.
	maxAnswer = 4 << 20
)

// Complete implements notebook.Kernel: the content of complete_reply.
func (k *kernel) Complete(ctx context.Context, code string, pos int) (json.RawMessage, error) {
	return k.question(ctx, "complete_request", map[string]any{"code": code, "cursor_pos": pos})
}

// Inspect implements notebook.Kernel: the content of inspect_reply.
func (k *kernel) Inspect(ctx context.Context, code string, pos, detail int) (json.RawMessage, error) {
	return k.question(ctx, "inspect_request", map[string]any{"code": code, "cursor_pos": pos, "detail_level": detail})
}

// question asks on the shell channel when no code runs, as a kernel answers there
// in order.
func (k *kernel) question(ctx context.Context, msgType string, content any) (json.RawMessage, error) {
	turn, cancelTurn := context.WithTimeout(ctx, turnPatience)
	defer cancelTurn()
	if err := k.acquire(turn); err != nil {
		return nil, k.unanswered(ctx, err, "The kernel is running code; it answers when that has ended.")
	}
	defer k.release()
	asked, cancel := context.WithTimeout(ctx, k.AskTimeout)
	defer cancel()
	m, err := k.client.ask(asked, k.done, k.client.shell, msgType, content)
	if err != nil {
		return nil, k.unanswered(ctx, err, "The kernel did not answer in time.")
	}
	if len(m.Content) > maxAnswer {
		return nil, fault.New(fault.TooLarge, "The kernel's answer has %d bytes; at most %d are taken.", len(m.Content), maxAnswer)
	}
	var reply struct{ Status string }
	if err := json.Unmarshal(m.Content, &reply); err != nil || reply.Status != "ok" {
		return nil, fault.Wrap(err, fault.Unavailable, "The kernel cannot tell.")
	}
	return m.Content, nil
}

// unanswered words why a question has no answer; late is for its own time limit.
func (k *kernel) unanswered(ctx context.Context, err error, late string) error {
	switch {
	case ctx.Err() != nil:
		return fault.Wrap(ctx.Err(), fault.Unavailable, "The question to the kernel was withdrawn.")
	case errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Unavailable, "%s", late)
	default:
		return goneUnlessSaid(err)
	}
}

// goneUnlessSaid is the error of something that could not be sent: what the
// connection says, or else that the kernel has ended.
func goneUnlessSaid(err error) error {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f
	}
	return fault.Wrap(err, fault.Unavailable, "The kernel has ended.")
}

// Interrupt implements notebook.Kernel, by SIGINT or by message as the kernelspec
// says.
func (k *kernel) Interrupt(ctx context.Context) error {
	k.awaitStarted(ctx)
	var err error
	if k.ByMessage {
		err = k.interruptByMessage(ctx)
	} else {
		err = k.Backing.Interrupt(ctx)
	}
	if err != nil {
		return k.unanswered(ctx, err, "The kernel did not answer to the interrupt.")
	}
	return nil
}

// awaitStarted waits until code that was sent is running; without any it returns.
func (k *kernel) awaitStarted(ctx context.Context) {
	r := k.client.current()
	if r == nil {
		return
	}
	timer := time.NewTimer(startPatience)
	defer timer.Stop()
	select {
	case <-r.started:
		timer.Reset(settling - time.Since(r.startedAt))
	case <-r.idle:
		return
	case <-timer.C:
		return
	case <-k.done:
		return
	case <-ctx.Done():
		return
	}
	<-timer.C
}

func (k *kernel) interruptByMessage(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, k.AskTimeout)
	defer cancel()
	_, err := k.client.ask(ctx, k.done, k.client.control, "interrupt_request", struct{}{})
	return err
}
