package kernel

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"quire/auth"
	"quire/auth/fault"
)

const (
	// maxLinkWork is how many requests a parent works on at once.
	maxLinkWork = 16
	maxText     = 64 << 10 // bytes of a connection file, and of an answer
	maxPath     = 4096
)

// RootParent starts kernels for a server that has no right to act as other users. It
// believes nothing that the server says: a server that was taken over must not
// become root, or anybody outside of the notes' users, through it.
type RootParent struct {
	host  *localHost
	files string // the folder with all notes' folders
	most  int
	life  context.Context // ends with the server's connection
	end   context.CancelFunc

	mu         sync.Mutex
	running    map[string]started
	installing bool
}

// NewRootParent tries the separation that cfg asks for; of cfg it uses what Manager
// does not with a Parent. files is the folder in which every note has one with its
// id for a name.
func NewRootParent(cfg Config, files string) (*RootParent, error) {
	cfg.setDefaults()
	life, end := context.WithCancel(context.Background())
	h, err := newLocalHost(life, cfg)
	if err != nil {
		end()
		return nil, err
	}
	return &RootParent{
		host: h, files: files, most: cfg.MaxKernels + cfg.MaxStarting, life: life, end: end,
		running: map[string]started{},
	}, nil
}

// Level tells how far code is kept apart.
func (p *RootParent) Level() Level { return p.host.sep.Level }

// Serve does what the server at the other end of the socket pair asks, until that
// closes it or breaks its rules. Then every kernel is killed, and nothing is started
// any more.
func (p *RootParent) Serve(end *os.File) error {
	l, err := newLink(end)
	if err != nil {
		return err
	}
	defer l.close()
	if err := l.send(linkReply{Hello: &linkHello{p.host.sep.Level, p.host.sep.ownUsers, p.host.places()}}, nil); err != nil {
		return err
	}
	var work sync.WaitGroup
	defer func() {
		p.end()
		p.host.spawner.close()
		work.Wait()
		p.host.close()
	}()
	places := make(chan struct{}, maxLinkWork)
	for {
		var r linkRequest
		file, err := l.receive(&r)
		if err != nil {
			return err
		}
		places <- struct{}{}
		work.Go(func() {
			p.serve(l, r, file)
			<-places
		})
	}
}

func (p *RootParent) serve(l *link, r linkRequest, file *os.File) {
	if file != nil {
		defer file.Close()
	}
	reply, err := p.do(l, r, file)
	reply.ID, reply.Error = r.ID, newLinkError(err)
	if err := l.send(reply, nil); err != nil {
		p.host.cfg.Log.Debug("answer to the server", "err", err)
	}
}

var errRequest = errors.New("the parent process does not do that")

func (p *RootParent) do(l *link, r linkRequest, file *os.File) (linkReply, error) {
	switch {
	case r.Note != nil:
		return p.note(*r.Note)
	case r.Reclaim != nil:
		return linkReply{}, p.reclaim(r.Reclaim.Dir)
	case r.Start != nil && file != nil:
		return p.start(l, *r.Start, file)
	case r.Tell != nil:
		return linkReply{}, p.tell(*r.Tell)
	case r.Ask != nil:
		return p.ask(*r.Ask)
	case r.Install != nil && file != nil:
		return p.install(file)
	}
	return linkReply{}, errRequest
}

func (p *RootParent) note(n linkNote) (linkReply, error) {
	dir, err := p.folder(n.Dir, n.Slot)
	if err != nil {
		return linkReply{}, err
	}
	if n.Site != "" && (!filepath.IsLocal(n.Site) || len(n.Site) > maxPath) {
		return linkReply{}, fmt.Errorf("%w: a folder %.100q in a note's", errRequest, n.Site)
	}
	dir, err = p.host.giveNote(dir, n.Slot, n.Site)
	return linkReply{Dir: dir}, err
}

// reclaim gives a note's folder to the server, which could not delete what code has
// shut away in it. The server reads all notes' files anyway.
func (p *RootParent) reclaim(dir string) error {
	dir, err := p.folder(dir, 0)
	if err != nil {
		return err
	}
	return takeFolder(dir, p.host.cfg.ServerUID, p.host.cfg.GID, p.host.cfg.givable)
}

// folder is the note's folder that the last element of dir names. It refuses what
// names no note, and numbers outside of the range.
func (p *RootParent) folder(dir string, slot int) (string, error) {
	id := filepath.Base(dir)
	if _, err := auth.ParseID(id); err != nil {
		return "", fmt.Errorf("%w: %.100q is not a note's folder", errRequest, dir)
	}
	if slot < 0 {
		return "", fmt.Errorf("%w: the place %d in the range of users", errRequest, slot)
	}
	return filepath.Join(p.files, id), nil
}

func (p *RootParent) start(l *link, o order, output *os.File) (linkReply, error) {
	if err := checkOrder(o); err != nil {
		return linkReply{}, err
	}
	var err error
	if o.Dir, err = p.folder(o.Dir, o.Slot); err != nil {
		return linkReply{}, err
	}
	if err := p.admit(o.ID); err != nil {
		return linkReply{}, err
	}
	s, err := p.host.start(o, output)
	if err != nil {
		p.leave(o.ID)
		return linkReply{}, err
	}
	p.mu.Lock()
	p.running[o.ID] = s
	p.mu.Unlock()
	go func() {
		death := <-s.death
		p.leave(o.ID)
		_ = l.send(linkReply{Died: o.ID, Death: death}, nil) // without a server nobody wants to know
	}()
	return linkReply{PID: s.pid}, nil
}

// checkOrder looks at every field. Whatever a program and its arguments are, they
// run as a note's user, after all rights were given up.
func checkOrder(o order) error {
	if _, err := auth.ParseID(o.ID); err != nil {
		return fmt.Errorf("%w: %.100q names no kernel", errRequest, o.ID)
	}
	zero := func(s string) bool { return strings.ContainsRune(s, 0) }
	badPath := func(s string) bool {
		return !filepath.IsAbs(s) || filepath.Clean(s) != s || s == "/" || len(s) > maxPath || zero(s)
	}
	switch {
	case len(o.Argv) == 0 || slices.ContainsFunc(o.Argv, zero) || badPath(o.Argv[0]):
		return fmt.Errorf("%w: the program must be an absolute path", errRequest)
	case slices.ContainsFunc(o.Env, func(s string) bool { return zero(s) || strings.IndexByte(s, '=') < 1 }):
		return fmt.Errorf("%w: such an environment", errRequest)
	case slices.ContainsFunc(o.ReadOnly, badPath):
		return fmt.Errorf("%w: such folders to show", errRequest)
	case len(o.Connection) > maxText:
		return fmt.Errorf("%w: a connection file of more than %d bytes", errRequest, maxText)
	case o.Limits.Memory < 0 || o.Limits.Processes < 0 || o.Limits.Folder < 0:
		return fmt.Errorf("%w: limits below nothing", errRequest)
	}
	return nil
}

// admit counts a kernel before it starts.
func (p *RootParent) admit(id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.running[id]; ok {
		return fmt.Errorf("%w: two kernels of one name", errRequest)
	}
	if len(p.running) >= p.most {
		return fault.New(fault.TooMany, "%d kernels are running, as many as this server allows. Stop one first.", len(p.running))
	}
	p.running[id] = started{}
	return nil
}

func (p *RootParent) leave(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, id)
}

func (p *RootParent) tell(t linkTell) error {
	p.mu.Lock()
	s := p.running[t.Kernel]
	p.mu.Unlock()
	if s.tell == nil {
		return os.ErrProcessDone
	}
	return s.tell(t.Notice)
}

func (p *RootParent) ask(a linkAsk) (linkReply, error) {
	if questions[a.Question] == "" || !filepath.IsAbs(a.Program) || strings.ContainsRune(a.Program, 0) {
		return linkReply{}, fmt.Errorf("%w: such a question", errRequest)
	}
	ctx, cancel := context.WithTimeout(p.life, checkTimeout)
	defer cancel()
	out, err := p.host.ask(ctx, a.Program, a.Question)
	return linkReply{Out: out[:min(len(out), maxText)]}, err
}

// install runs the system's installer with packages that this process was started
// with, one at a time.
func (p *RootParent) install(output *os.File) (linkReply, error) {
	p.mu.Lock()
	busy := p.installing
	p.installing = true
	p.mu.Unlock()
	if busy {
		return linkReply{}, errors.New("packages are being installed")
	}
	defer func() {
		p.mu.Lock()
		p.installing = false
		p.mu.Unlock()
	}()
	problem, err := p.host.install(p.life, output)
	return linkReply{Problem: problem}, err
}

// Close ends a parent that served nobody.
func (p *RootParent) Close() {
	p.end()
	p.host.close()
}
