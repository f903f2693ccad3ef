package kernel

import (
	"maps"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// marker names the kernel in the environment of all that it starts.
const marker = "QUIRE_KERNEL_ID"

// noteLocal is where in a note's folder the packages are that it installs.
const noteLocal = ".local"

// launch is everything that decides what is executed for one kernel.
type launch struct {
	id   string
	spec spec
	interpreter
	owner owner
	dir   string // the note's files
	place place
	env   map[string]string
}

// mark is the setting by which all that the kernel starts can be found.
func (l launch) mark() string { return marker + "=" + l.id }

// command builds the process: prlimit, bubblewrap and the kernel, each an argument
// of the one before.
func (m *Manager) command(l launch) *exec.Cmd {
	argv := l.spec.expand(map[string]string{
		"connection_file": filepath.Join(l.place.dir, connectionFile),
		"resource_dir":    l.spec.dir,
		"prefix":          l.spec.prefix,
		"kernel_id":       l.id,
	})
	argv[0] = l.Executable
	if m.sep.bwrap != "" {
		v := view{dir: l.dir, runDir: l.place.dir, readOnly: append(slices.Clone(l.Prefixes), l.spec.dir)}
		argv = slices.Concat([]string{m.sep.bwrap}, sandboxArgs(m.cfg, v), []string{"--"}, argv)
	}
	argv = append(m.limitArgs(l.owner), argv...)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = l.dir
	cmd.Env = m.environment(l)
	l.owner.become(cmd)
	cmd.SysProcAttr.Setsid = true
	return cmd
}

// limitArgs run a program under resource limits, none above what the server itself
// may have.
func (m *Manager) limitArgs(o owner) []string {
	if m.prlimit == "" {
		return nil
	}
	args := []string{m.prlimit, "--core=0"}
	add := func(name string, resource int, want int64) {
		if hard := hardLimit(resource); want > 0 && hard > 0 {
			args = append(args, "--"+name+"="+strconv.FormatUint(min(uint64(want), hard), 10))
		}
	}
	add("nofile", limitFiles, m.cfg.MaxFiles)
	add("as", limitMemory, m.cfg.MaxMemory)
	if o.own { // counted per user, so not where the server counts too
		add("nproc", limitProcesses, m.cfg.MaxProcesses)
	}
	return append(args, "--")
}

// environment holds nothing of the server's. Later settings win: ours, the
// configuration's, the kernelspec's, the request's.
func (m *Manager) environment(l launch) []string {
	name := userName
	if u, err := user.Current(); !l.owner.own && err == nil {
		name = u.Username
	}
	env := map[string]string{
		"PATH":    programPath(l.dir, l.Executable),
		"HOME":    l.dir,
		"USER":    name,
		"LOGNAME": name,
		"LANG":    "C.UTF-8",
		marker:    l.id,
		// Or Python's debugger warns, in the first paragraph that runs.
		"PYDEVD_DISABLE_FILE_VALIDATION": "1",
		// Debian's pip refuses to install beside its packages (PEP 668). A kernel
		// cannot write there anyway: what it installs goes to the note's folder.
		"PIP_BREAK_SYSTEM_PACKAGES": "1",
	}
	if runtime.GOOS != "linux" {
		env["JPY_PARENT_PID"] = strconv.Itoa(os.Getpid())
	}
	if l.Overlay {
		// No note may write to the virtual environment, and pip installs for one user
		// only outside of them.
		env["PIP_PREFIX"] = filepath.Join(l.dir, noteLocal)
		env["PYTHONPATH"] = filepath.Join(l.dir, l.UserSite)
	}
	maps.Copy(env, m.cfg.Env)
	for k, v := range l.spec.Env {
		env[k] = substitute(v, env)
	}
	maps.Copy(env, l.env)
	list := make([]string, 0, len(env))
	for k, v := range env {
		list = append(list, k+"="+v)
	}
	slices.Sort(list)
	return list
}

// programPath is the PATH on which a kernel finds what its note has installed, what
// belongs to its interpreter, and the system's programs.
func programPath(home, executable string) string {
	path := filepath.Join(home, noteLocal, "bin") + ":"
	if dir := filepath.Dir(executable); !slices.Contains(strings.Split(systemPath, ":"), dir) {
		path += dir + ":"
	}
	return path + systemPath
}

var variable = regexp.MustCompile(`\$(\$|\w+|\{\w+\})`)

// substitute fills $NAME and ${NAME} as Python's Template.safe_substitute: what is
// not known stays.
func substitute(text string, env map[string]string) string {
	return variable.ReplaceAllStringFunc(text, func(match string) string {
		if match == "$$" {
			return "$"
		}
		if v, ok := env[strings.Trim(match[1:], "{}")]; ok {
			return v
		}
		return match
	})
}
