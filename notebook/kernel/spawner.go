package kernel

import (
	"os/exec"
	"runtime"
)

// spawner starts processes from one operating system thread that lives as long as
// it does. Pdeathsig (prctl(2)) fires when the starting thread ends, and Go's
// threads come and go; and the file mode mask of a thread of its own can differ
// from the server's.
type spawner struct {
	work chan func()
	end  chan struct{}
}

// newSpawner makes a spawner whose processes have the given umask (where the
// system can: Linux).
func newSpawner(umask int) *spawner {
	s := &spawner{work: make(chan func()), end: make(chan struct{})}
	go s.run(umask)
	return s
}

func (s *spawner) run(umask int) {
	defer close(s.end)
	runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
	setThreadUmask(umask)
	for f := range s.work {
		f()
	}
}

// start is cmd.Start on the spawner's thread. The process dies with the server.
func (s *spawner) start(cmd *exec.Cmd) error {
	dieWithParent(cmd)
	result := make(chan error, 1)
	s.work <- func() { result <- cmd.Start() }
	return <-result
}

// close ends the thread, and with it what it started. No start may follow.
func (s *spawner) close() {
	close(s.work)
	<-s.end
}
