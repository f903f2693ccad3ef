package kernel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Prepare makes sure that there is a Python that can run code: one that Jupyter
// would find; or a virtual environment built in Config.PythonDir; or, as root on
// Debian, the system's packages. It returns at once; the work ends with ctx or the
// manager. While one is under way, or after one that succeeded, the same is
// returned; after a failure a new one begins.
func (m *Manager) Prepare(ctx context.Context) *Preparation {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.prep != nil && !m.prep.State().Failed {
		return m.prep
	}
	p := newPreparation()
	if m.closed {
		p.fail("The server is shutting down.", "")
		return p
	}
	m.prep = p
	m.work.Go(func() { m.prepare(ctx, p) })
	return p
}

// step is one way to a Python that works.
type step struct {
	phase   Phase
	message string
	do      func(context.Context, *installer) error
}

func (m *Manager) steps() []step {
	all := m.cfg.Packages
	steps := []step{
		{PhaseEnvironment, "Building a Python environment with " + strings.Join(all, ", ") + ".",
			func(ctx context.Context, in *installer) error { return m.buildEnvironment(ctx, in, all) }},
		{PhaseSystem, "Installing the system's Python packages.", m.installSystem},
	}
	if len(all) > 1 {
		steps = append(steps, step{PhaseEnvironment, "Building a Python environment with the kernel alone.",
			func(ctx context.Context, in *installer) error {
				return m.buildEnvironment(ctx, in, []string{kernelPackage})
			}})
	}
	return steps
}

func (m *Manager) prepare(ctx context.Context, p *Preparation) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(m.life, cancel)()
	spawner := newSpawner(installUmask, false)
	defer spawner.close()
	if m.look(ctx, p) {
		return
	}
	for _, s := range m.steps() {
		p.enter(s.phase, s.message)
		err := s.do(ctx, &installer{spawner: spawner, preparation: p})
		if ctx.Err() != nil {
			p.fail("Preparing Python was cut short.", "")
			return
		}
		if err != nil {
			m.cfg.Log.Warn("preparing Python", "step", s.phase, "err", err)
			p.problem(err)
			continue
		}
		if m.look(ctx, p) {
			return
		}
	}
	p.fail("No Python can run code here, and none could be made.", m.advice())
}

// look ends the preparation when a Python works.
func (m *Manager) look(ctx context.Context, p *Preparation) bool {
	m.pythons.forget()
	name, err := m.workingPython(ctx)
	if err != nil {
		p.problem(err)
		return false
	}
	m.cfg.Log.Info("Python is ready", "spec", name)
	p.ready(name)
	return true
}

// workingPython names a kernelspec whose Python works, python3 if it does.
func (m *Manager) workingPython(ctx context.Context) (string, error) {
	var problems []error
	specs := slices.DeleteFunc(m.find(), func(s spec) bool { return !s.isPython() })
	slices.SortStableFunc(specs, func(a, b spec) int { return rank(a) - rank(b) })
	for _, s := range specs {
		_, err := m.pythons.of(ctx, s)
		if err == nil {
			return s.Name, nil
		}
		problems = append(problems, err)
	}
	if len(problems) == 0 {
		return "", errors.New("no kernelspec for Python was found")
	}
	return "", errors.Join(problems...)
}

func rank(s spec) int {
	if s.Name == pythonSpec {
		return 0
	}
	return 1
}

// installSystem installs Debian's packages.
func (m *Manager) installSystem(ctx context.Context, in *installer) error {
	problem, err := m.host.install(ctx, &lastLines{show: in.preparation.detail})
	if problem != "" {
		in.preparation.problem(errors.New(problem))
	}
	return err
}

func systemPackages(packages []string) []string {
	var names []string
	for _, p := range packages {
		names = append(names, "python3-"+p)
	}
	return names
}

// advice is the command that a person can type when nothing helped.
func (m *Manager) advice() string {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return "python3 -m pip install " + strings.Join(m.cfg.Packages, " ")
	}
	command := "apt-get install -y " + strings.Join(systemPackages(m.cfg.Packages), " ")
	if os.Geteuid() != 0 {
		command = "sudo " + command
	}
	return command
}

// installTimeout bounds one program of a preparation; packages are some 100 MB.
const installTimeout = 30 * time.Minute

// installer runs the programs of a preparation and shows what they print.
type installer struct {
	spawner     *spawner
	preparation *Preparation
}

// run is done when the program has ended well. The error ends with the last line
// of what it printed.
func (in *installer) run(ctx context.Context, program string, args ...string) error {
	return runInstaller(ctx, in.spawner, &lastLines{show: in.preparation.detail}, program, args...)
}

// runInstaller runs a program that may take long and change the system. show gets
// what it prints.
func runInstaller(ctx context.Context, s *spawner, show io.Writer, program string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	lines := &lastLines{show: func(string) {}}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = "/"
	cmd.Env = installEnvironment()
	cmd.Stdout = io.MultiWriter(lines, show)
	cmd.Stderr = cmd.Stdout
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // apt-get ends in good order
	cmd.WaitDelay = 10 * time.Second
	err := s.start(cmd)
	if err == nil {
		err = cmd.Wait()
	}
	if err == nil {
		return nil
	}
	if said := lines.telling(); said != "" {
		return fmt.Errorf("%s: %s", program, said)
	}
	return fmt.Errorf("%s: %w", program, err)
}

// installEnvironment lets through what a machine's administrator sets for
// downloads, and nothing else of the server's.
func installEnvironment() []string {
	env := []string{
		"PATH=/usr/local/sbin:/usr/sbin:/sbin:" + systemPath, "HOME=/nonexistent", "LANG=C.UTF-8",
		"DEBIAN_FRONTEND=noninteractive", "PIP_ROOT_USER_ACTION=ignore",
	}
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		upper := strings.ToUpper(name)
		if strings.HasPrefix(upper, "PIP_") || strings.HasSuffix(upper, "_PROXY") ||
			strings.HasPrefix(upper, "SSL_CERT_") || upper == "REQUESTS_CA_BUNDLE" || upper == "CURL_CA_BUNDLE" {
			env = append(env, kv)
		}
	}
	return env
}
