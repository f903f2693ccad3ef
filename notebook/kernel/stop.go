package kernel

import "context"

// Shutdown implements notebook.Kernel: as the backing does it, and by force when ctx
// ends. The error is always nil.
func (k *kernel) Shutdown(ctx context.Context) error {
	if k.stopping.CompareAndSwap(false, true) {
		k.Backing.Stop(ctx, k.askToEnd)
	}
	select {
	case <-k.done:
	case <-ctx.Done():
		k.Backing.Kill()
		<-k.done
	}
	return nil
}

// askToEnd sends a shutdown_request; the end of the kernel is its answer.
func (k *kernel) askToEnd() error {
	r, err := k.client.send(k.client.control, "shutdown_request", map[string]bool{"restart": false}, &request{})
	if err == nil {
		k.client.forget(r)
	}
	return err
}
