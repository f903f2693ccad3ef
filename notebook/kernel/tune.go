package kernel

import (
	"context"
	"encoding/json"
	"time"

	"quire/notebook/kernel/message"
)

// tuneTimeout bounds the request that tunes a kernel.
const tuneTimeout = 5 * time.Second

// unlimitOutput takes the limit from ipykernel's output queue. With its default of
// 1000 messages a burst of displays loses some, and with them the end of the
// execution. It is one expression, so that it leaves no name behind.
const unlimitOutput = `(lambda t: t.schedule(lambda: t.socket.setsockopt(__import__("zmq").SNDHWM, 0)))(` +
	`__import__("ipykernel.kernelapp").kernelapp.IPKernelApp.instance().iopub_thread)`

// tune makes ipykernel keep all output. The option holds for existing connections
// too, so this comes after the subscription was seen to work. That it fails is not
// an error: what is lost then is noticed.
func (k *kernel) tune(ctx context.Context, info message.Message) {
	var c struct{ Implementation string }
	if json.Unmarshal(info.Content, &c) != nil || c.Implementation != "ipython" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, tuneTimeout)
	defer cancel()
	req := executeRequest{Code: unlimitOutput, Silent: true}
	m, err := k.client.ask(ctx, k.Backing.Ended(), k.client.shell, "execute_request", req)
	var reply executeReply
	if err == nil {
		err = json.Unmarshal(m.Content, &reply)
	}
	if err != nil || reply.Status != "ok" {
		k.Log.Warn("kernel's output queue keeps its limit", "err", err, "reply", string(m.Content[:min(len(m.Content), 500)]))
	}
}
