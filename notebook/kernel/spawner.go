package kernel

import (
	"errors"
	"os/exec"
	"runtime"
	"sync"
)

// spawner starts processes from one operating system thread that lives as long as
// it does. Pdeathsig (prctl(2)) fires when the starting thread ends, and Go's
// threads come and go; and the file mode mask of a thread of its own can differ
// from the server's.
type spawner struct {
	work    chan func()
	closing sync.Once
	quit    chan struct{}
	end     chan struct{}
}

var errSpawnerClosed = errors.New("nothing is started any more")

// newSpawner makes a spawner whose processes have the given umask (where the
// system can: Linux). With lasting, programs cannot give their starter more rights
// (setuid).
func newSpawner(umask int, lasting bool) *spawner {
	s := &spawner{work: make(chan func()), quit: make(chan struct{}), end: make(chan struct{})}
	go s.run(umask, lasting)
	return s
}

func (s *spawner) run(umask int, lasting bool) {
	defer close(s.end)
	runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine
	setThreadUmask(umask)
	if lasting {
		forgoNewRights()
	}
	for {
		select {
		case f := <-s.work:
			f()
		case <-s.quit:
			return
		}
	}
}

// start is cmd.Start on the spawner's thread. The process dies with the server.
func (s *spawner) start(cmd *exec.Cmd) error {
	dieWithParent(cmd)
	result := make(chan error, 1)
	select {
	case s.work <- func() { result <- cmd.Start() }:
		return <-result
	case <-s.end:
		return errSpawnerClosed
	}
}

// close ends the thread, and with it what it started.
func (s *spawner) close() {
	s.closing.Do(func() { close(s.quit) })
	<-s.end
}
