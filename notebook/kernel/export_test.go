package kernel

import (
	"runtime"
	"time"

	"quire/notebook"
)

// AwaitReply waits until the running execution's reply has come and its output
// channel has been silent for a moment.
func AwaitReply(k notebook.Kernel) {
	kk := k.(*kernel)
	r := kk.client.current()
	for r == nil {
		time.Sleep(time.Millisecond)
		r = kk.client.current()
	}
	<-r.idle
}

// PID is the number of the process that was started.
func PID(k notebook.Kernel) int { return k.(*kernel).Backing.(*process).pid }

// AwaitSent waits until an execution is under way.
func AwaitSent(k notebook.Kernel) {
	for k.(*kernel).client.current() == nil {
		runtime.Gosched() // a pause would give the kernel time to begin
	}
}

// AwaitDropped waits until the running execution has dropped so many bytes.
func AwaitDropped(k notebook.Kernel, bytes int64) {
	for k.(*kernel).client.outputs.lost() < bytes {
		time.Sleep(time.Millisecond)
	}
}

func (q *outputQueue) lost() (bytes int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, item := range q.items {
		bytes += item.dropped.Bytes
	}
	return bytes
}

// AwaitRefused waits until a message of the kernel was refused.
func AwaitRefused(k notebook.Kernel) {
	for k.(*kernel).client.refused.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
}
