package kernel

import "context"

// Shutdown implements notebook.Kernel: a shutdown_request, then SIGTERM, then
// SIGKILL, with Config.StopTimeout between them. When ctx ends it is SIGKILL at
// once. The error is always nil.
func (k *kernel) Shutdown(ctx context.Context) error {
	if k.stopping.CompareAndSwap(false, true) {
		k.stop(ctx)
	}
	select {
	case <-k.done:
	case <-ctx.Done():
		k.process.kill()
		<-k.done
	}
	return nil
}

// stop asks and then tells the process to end.
func (k *kernel) stop(ctx context.Context) {
	req, err := k.client.send(k.client.control, "shutdown_request", map[string]bool{"restart": false}, &request{})
	if err == nil {
		defer k.client.forget(req)
		if k.process.endsWithin(ctx, k.m.cfg.StopTimeout) {
			return
		}
	}
	if ctx.Err() == nil {
		_ = k.process.signal(terminateNotice)
	}
	if !k.process.endsWithin(ctx, k.m.cfg.StopTimeout) {
		k.process.kill()
	}
}
