package kernel

import (
	"context"
	"errors"
	"strings"
	"time"

	"quire/auth/fault"
	"quire/notebook/kernel/message"
)

const (
	// firstNudge is how long the answer to the first request may take before the
	// next is sent: one whose status went out before the subscription arrived is
	// never heard of ("slow joiner").
	firstNudge = 250 * time.Millisecond
	lastNudge  = 4 * time.Second
	// heardPatience is how long after its reply a request's status may come.
	heardPatience = 50 * time.Millisecond
)

// attach connects to a kernel; without success it ends it.
func attach(ctx context.Context, a Attachment) (*kernel, error) {
	a.setDefaults()
	k := &kernel{
		Attachment: a, turn: make(chan struct{}, 1),
		silent: make(chan struct{}), handed: make(chan struct{}), done: make(chan struct{}),
	}
	if err := k.connect(ctx); err != nil {
		k.Backing.Kill()
		<-k.Backing.Ended()
		return nil, k.notStarted(ctx, err)
	}
	return k, nil
}

// notStarted tells a start's failure with what the process said last.
func (k *kernel) notStarted(ctx context.Context, err error) error {
	words := k.Backing.LastWords()
	k.Log.Warn("kernel did not start", "err", err, "stderr", words)
	if ctx.Err() != nil {
		return err
	}
	said := strings.TrimSpace(words[strings.LastIndexByte(words, '\n')+1:])
	if said == "" {
		said = k.Backing.Cause()
	}
	return fault.Wrap(err, fault.Unavailable, "The kernel %q ended while it was starting: %s", k.Spec, said)
}

// connect is done when the kernel has answered and is known to be heard.
func (k *kernel) connect(ctx context.Context) error {
	c, err := connect(ctx, &k.Attachment)
	if err != nil {
		return err
	}
	k.client = c
	c.onCut = func(next <-chan struct{}) { k.checks.Go(func() { k.afterCut(next) }) }
	c.listen()
	err = k.greet(ctx)
	if err == nil && !k.Begun(k) {
		err = errors.New("the server is shutting down")
	}
	if err != nil {
		c.close()
		c.readers.Wait()
		return err
	}
	k.Log.Info("kernel started")
	go k.handOnAll()
	go k.watch()
	return nil
}

// greet asks for kernel_info until the kernel is heard on the output channel, and
// then makes it lose no output.
func (k *kernel) greet(ctx context.Context) error {
	for wait := firstNudge; ; wait = min(2*wait, lastNudge) {
		attempt, cancel := context.WithTimeout(ctx, wait)
		info, err := k.info(attempt)
		cancel()
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, context.DeadlineExceeded):
		case err != nil:
			return err
		case k.client.heardWithin(heardPatience):
			if k.Replaceable {
				k.client.know(info.Header.Session)
			}
			k.tune(ctx, info)
			k.client.outputs.take() // what is said while starting belongs to nobody
			return nil
		}
	}
}

// info asks the kernel what it is, when it can be spoken to.
func (k *kernel) info(ctx context.Context) (message.Message, error) {
	for {
		if err := k.Backing.Ready(ctx); err != nil {
			return message.Message{}, err
		}
		m, err := k.client.ask(ctx, k.Backing.Ended(), k.client.shell, "kernel_info_request", struct{}{})
		if !fault.Is(err, fault.Unavailable) {
			return m, err
		}
	}
}
