// Package kernel starts Jupyter kernels as processes of this machine, talks to them
// over ZeroMQ and ends them. It implements notebook.Kernels.
//
// What a kernel sends is not trusted: it is data of whoever wrote the code. Nothing
// a kernel does can make the server crash, wait for ever or fill its memory.
package kernel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"quire/auth/fault"
	"quire/notebook"
)

// Manager starts kernels and keeps track of them.
type Manager struct {
	cfg       Config
	host      host
	sep       separation
	pythons   *interpreters
	starting  chan struct{}   // one token per kernel that is starting
	overTCP   sync.Map        // folders of specs whose kernels are known to need TCP
	life      context.Context // ends with Close
	end       context.CancelFunc
	work      sync.WaitGroup
	closeOnce sync.Once

	mu      sync.Mutex
	kernels map[notebook.Kernel]struct{}
	count   int // kernels running or starting
	closed  bool
	prep    *Preparation
}

var _ notebook.Kernels = (*Manager)(nil)

// New makes a manager. It tries the separation that cfg asks for and fails when it
// was named and does not work here.
func New(cfg Config) (*Manager, error) {
	cfg.setDefaults()
	life, end := context.WithCancel(context.Background())
	host, err := newHost(life, cfg)
	if err != nil {
		end()
		return nil, err
	}
	m := &Manager{
		cfg:      cfg,
		host:     host,
		sep:      host.separation(),
		starting: make(chan struct{}, cfg.MaxStarting),
		life:     life,
		end:      end,
		kernels:  map[notebook.Kernel]struct{}{},
	}
	m.pythons = &interpreters{life: life, work: &m.work, ask: host.ask, known: map[string]*answer{}}
	if err := m.openLogDir(); err != nil {
		host.close()
		end()
		return nil, err
	}
	return m, nil
}

func newHost(ctx context.Context, cfg Config) (host, error) {
	if cfg.Parent != nil {
		return newParentHost(cfg), nil
	}
	return newLocalHost(ctx, cfg)
}

// openLogDir makes sure of the folder for what kernels write past their protocol.
func (m *Manager) openLogDir() error {
	if m.cfg.LogDir == "" {
		m.cfg.LogDir = m.host.places()
		return nil
	}
	if err := os.MkdirAll(m.cfg.LogDir, 0o700); err != nil {
		return fmt.Errorf("kernel: folder for logs: %w", err)
	}
	return removeOld(m.cfg.LogDir)
}

// Level tells how far code is kept apart.
func (m *Manager) Level() Level { return m.sep.Level }

// Allowed is nil unless kernels may not start as code is not kept apart and nobody
// has agreed to that.
func (m *Manager) Allowed(ctx context.Context) error {
	if m.sep.Number > 0 || m.cfg.Unseparated == nil {
		return nil
	}
	return m.cfg.Unseparated(ctx)
}

// Close ends every kernel and preparation and returns when they are gone. Nothing
// can be started afterwards.
func (m *Manager) Close() error {
	m.closeOnce.Do(m.close)
	return nil
}

func (m *Manager) close() {
	m.mu.Lock()
	m.closed = true
	running := make([]notebook.Kernel, 0, len(m.kernels))
	for k := range m.kernels {
		running = append(running, k)
	}
	m.mu.Unlock()
	m.end()
	for _, k := range running {
		m.work.Go(func() { _ = k.Shutdown(context.Background()) })
	}
	m.work.Wait()
	m.host.close()
}

// Specs implements notebook.Kernels: what Jupyter would find, by name. Pythons
// known to lack ipykernel are left out.
func (m *Manager) Specs(context.Context) ([]notebook.KernelSpec, error) {
	var specs []notebook.KernelSpec
	seen := map[string]bool{}
	for _, s := range m.find() {
		if !seen[s.Name] && !m.pythons.knownBroken(s) {
			seen[s.Name] = true
			specs = append(specs, notebook.KernelSpec{Name: s.Name, DisplayName: s.DisplayName, Language: s.Language})
		}
	}
	slices.SortFunc(specs, func(a, b notebook.KernelSpec) int { return cmp.Compare(a.Name, b.Name) })
	return specs, nil
}

func (m *Manager) find() []spec {
	dirs := m.cfg.SpecPath
	if len(dirs) == 0 {
		dirs = specDirs(m.cfg.PythonDir)
	}
	return slices.DeleteFunc(findSpecs(dirs), m.unfinished)
}

// resolve finds the first spec of the name that works.
func (m *Manager) resolve(ctx context.Context, name string) (spec, interpreter, error) {
	var names []string
	var why error
	for _, s := range m.find() {
		if s.Name != name {
			names = append(names, s.Name)
			continue
		}
		in, err := m.pythons.of(ctx, s)
		if err == nil {
			return s, in, nil
		}
		why = errors.Join(why, err)
	}
	if why != nil {
		return spec{}, interpreter{}, fault.Wrap(why, fault.Unavailable, "The kernel %q does not work: %s.", name, strings.ReplaceAll(why.Error(), "\n", "; "))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return spec{}, interpreter{}, fault.New(fault.NotFound, "There is no kernel %q. %s", name, offer(names)).With(names)
}

func offer(names []string) string {
	if len(names) == 0 {
		return "None is installed."
	}
	return fmt.Sprintf("There are: %s.", strings.Join(names, ", "))
}

// admit counts a kernel that is about to start.
func (m *Manager) admit() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return fault.New(fault.Unavailable, "The server is shutting down.")
	case m.count >= m.cfg.MaxKernels:
		return fault.New(fault.TooMany, "%d kernels are running, as many as this server allows. Stop one first.", m.count)
	}
	m.count++
	m.work.Add(1)
	return nil
}

// leave takes back what admit counted, for a kernel that did not start.
func (m *Manager) leave() {
	m.mu.Lock()
	m.count--
	m.mu.Unlock()
	m.work.Done()
}

// keep makes a started kernel known, unless the manager was closed meanwhile.
func (m *Manager) keep(k notebook.Kernel) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.kernels[k] = struct{}{}
	return true
}

// forget makes room for another kernel.
func (m *Manager) forget(k notebook.Kernel) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kernels, k)
	m.count--
	m.work.Done()
}

// MaxStarting is how many kernels start at once; further ones wait.
func (m *Manager) MaxStarting() int { return m.cfg.MaxStarting }

// Count tells how many kernels run or start.
func (m *Manager) Count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.count
}
