package kernel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// checkTimeout bounds asking an interpreter about itself.
	checkTimeout = 30 * time.Second
	// brokenFor is how long an interpreter that failed is not asked again.
	brokenFor = 30 * time.Second
	// systemPath is the PATH of kernels and of the programs that start them.
	systemPath = "/usr/local/bin:/usr/bin:/bin"
)

// interpreter is what starts a kernel: a program and the folders it needs to run.
type interpreter struct {
	Executable string
	// Prefixes are the installation: of Python sys.prefix and sys.base_prefix.
	Prefixes []string
	// UserSite is where in HOME the packages are that a note installs, "" if it
	// cannot.
	UserSite string
	// Overlay says that this is a virtual environment, which knows no UserSite unless
	// told by its environment.
	Overlay bool
}

// pythonName matches the names that mean "the Python that belongs to this spec".
var pythonName = regexp.MustCompile(`^python(3(\.\d+)?)?$`)

// question is something that a Python can be asked; the code for it stands here and
// nowhere else.
type question string

const (
	whatItIs question = "what it is"
	canBuild question = "can it build an environment"
)

var questions = map[question]string{whatItIs: describe, canBuild: tryBuild}

// describe prints what interpreter holds, and fails without ipykernel.
const describe = `import json, os, site, sys, ipykernel
user = os.path.relpath(site.getusersitepackages(), os.path.expanduser("~"))
print(json.dumps({
    "Executable": sys.executable,
    "Prefixes": [sys.prefix, sys.base_prefix],
    "UserSite": user,
    "Overlay": not site.ENABLE_USER_SITE,
}))`

// interpreters asks programs about themselves, once each.
type interpreters struct {
	life context.Context // ends with the manager
	work *sync.WaitGroup
	ask  func(ctx context.Context, program string, q question) ([]byte, error)

	mu    sync.Mutex
	known map[string]*answer
}

// answer is filled in by the first that asks; others wait for ready.
type answer struct {
	ready chan struct{}
	interpreter
	err  error
	when time.Time
}

// of finds the interpreter of a spec, and for ipykernel makes sure that it works
// for a kernel's user.
func (in *interpreters) of(ctx context.Context, s spec) (interpreter, error) {
	program, err := findProgram(s)
	if err != nil {
		return interpreter{}, err
	}
	if !s.isPython() {
		return interpreter{Executable: program, Prefixes: []string{installation(program)}}, nil
	}
	return in.python(ctx, program)
}

// findProgram makes argv[0] absolute: a bare python is that of the installation in
// which the spec lies, everything else the server's PATH decides.
func findProgram(s spec) (string, error) {
	name := s.Argv[0]
	if filepath.IsAbs(name) {
		return name, nil
	}
	if pythonName.MatchString(name) && s.prefix != "" {
		for _, p := range []string{s.prefix + "/bin/" + name, s.prefix + "/bin/python3"} {
			if _, err := exec.LookPath(p); err == nil {
				return p, nil
			}
		}
	}
	p, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("the program %q is not there", name)
	}
	return filepath.Abs(p)
}

// installation guesses the folder a program needs: around bin, unless that is
// somebody's home.
func installation(program string) string {
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	dir := filepath.Dir(program)
	prefix := filepath.Dir(dir)
	home, _ := os.UserHomeDir()
	if filepath.Base(dir) != "bin" || prefix == "/" || prefix == home {
		return dir
	}
	return prefix
}

func (in *interpreters) python(ctx context.Context, program string) (interpreter, error) {
	in.mu.Lock()
	a := in.known[program]
	if a == nil || a.outdated() {
		a = &answer{ready: make(chan struct{})}
		in.known[program] = a
		in.work.Go(func() { in.fill(a, program) })
	}
	in.mu.Unlock()
	select {
	case <-a.ready:
		return a.interpreter, a.err
	case <-ctx.Done():
		return interpreter{}, ctx.Err()
	}
}

func (a *answer) outdated() bool {
	select {
	case <-a.ready:
		return a.err != nil && time.Since(a.when) > brokenFor
	default:
		return false
	}
}

// fill does not depend on who asked first, as others wait for it too.
func (in *interpreters) fill(a *answer, program string) {
	defer close(a.ready)
	ctx, cancel := context.WithTimeout(in.life, checkTimeout)
	defer cancel()
	out, err := in.ask(ctx, program, whatItIs)
	if err == nil {
		err = json.Unmarshal(out, &a.interpreter)
	}
	a.err, a.when = err, time.Now()
}

// forget makes every failed interpreter be asked again.
func (in *interpreters) forget() {
	in.mu.Lock()
	defer in.mu.Unlock()
	for program, a := range in.known {
		select {
		case <-a.ready:
			if a.err != nil {
				delete(in.known, program)
			}
		default:
		}
	}
}

// explain puts it into words why a program did not end well.
func explain(program string, err error) error {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s cannot be used by the user that runs notes", program)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s is not there", program)
	case errors.As(err, &exit) && len(exit.Stderr) > 0:
		lines := strings.Split(strings.TrimSpace(string(exit.Stderr)), "\n")
		return fmt.Errorf("%s: %s", program, lines[len(lines)-1])
	default:
		return fmt.Errorf("%s: %w", program, err)
	}
}

// outside keeps the folders that are not within any of the others.
func outside(dirs []string, others ...string) []string {
	return slices.DeleteFunc(slices.Clone(dirs), func(d string) bool {
		return slices.ContainsFunc(others, func(o string) bool { return within(d, o) })
	})
}

// within tells whether path is dir or below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// knownBroken tells whether the spec's interpreter was asked and does not work.
func (in *interpreters) knownBroken(s spec) bool {
	program, err := findProgram(s)
	if err != nil {
		return true
	}
	in.mu.Lock()
	a := in.known[program]
	in.mu.Unlock()
	if a == nil || !s.isPython() {
		return false
	}
	select {
	case <-a.ready:
		return a.err != nil
	default:
		return false
	}
}
