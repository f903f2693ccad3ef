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

// launch is what a manager decides about one kernel.
type launch struct {
	id   string
	spec spec
	interpreter
	dir  string // the note's files
	env  map[string]string
	args []string
}

// markOf is the setting by which all that the kernel id starts can be found.
func markOf(id string) string { return marker + "=" + id }

// order is the launch as its host needs it.
func (m *Manager) order(l launch, slot int, connection []byte, want limits) order {
	argv := l.spec.expand(map[string]string{
		"connection_file": filepath.Join(m.host.places(), l.id, connectionFile),
		"resource_dir":    l.spec.dir,
		"prefix":          l.spec.prefix,
		"kernel_id":       l.id,
	})
	argv[0] = l.Executable
	return order{
		ID: l.id, Slot: slot, Dir: l.dir, Argv: append(argv, l.args...), Env: m.environment(l),
		ReadOnly: append(slices.Clone(l.Prefixes), l.spec.dir), Connection: connection, Limits: want,
	}
}

// command builds the process: prlimit, bubblewrap and the kernel, each an argument
// of the one before.
func (h *localHost) command(o order, owner owner, p place) (*exec.Cmd, error) {
	argv, env := o.Argv, o.Env
	var files []*os.File
	if h.sep.bwrap != "" {
		v := view{dir: o.Dir, runDir: p.dir, readOnly: o.ReadOnly, env: o.Env}
		args, err := hiddenArgs(sandboxArgs(h.cfg, v))
		if err != nil {
			return nil, err
		}
		files = []*os.File{args}
		argv = slices.Concat([]string{h.sep.bwrap, "--args", "3", "--"}, argv)
		env = []string{"PATH=" + systemPath}
	}
	argv = append(h.limitArgs(owner, o.Limits), argv...)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = o.Dir
	cmd.Env = env
	cmd.ExtraFiles = files
	owner.become(cmd)
	cmd.SysProcAttr.Setsid = true
	return cmd, nil
}

// tasksPerKernel is room for the processes and threads of every other kernel, as all
// may be of the same note and so of the same user: a class in kernels of their own.
// That one alone has more than it may, the watchdog sees.
const tasksPerKernel = 128

// limitArgs run a program under resource limits, none above what the server itself
// may have.
func (h *localHost) limitArgs(o owner, l limits) []string {
	if h.prlimit == "" {
		return nil
	}
	args := []string{h.prlimit, "--core=0"}
	add := func(name string, resource int, want int64) {
		if hard := hardLimit(resource); want > 0 && hard > 0 {
			args = append(args, "--"+name+"="+strconv.FormatUint(min(uint64(want), hard), 10))
		}
	}
	add("nofile", limitFiles, h.cfg.MaxFiles)
	add("as", limitMemory, h.cfg.MaxMemory)
	add("fsize", limitFileSize, h.cfg.MaxFileSize)
	if o.own { // counted per user, so not where the server counts too
		add("nproc", limitProcesses, int64(l.Processes+tasksPerKernel*(h.cfg.MaxKernels-1)))
	}
	return append(args, "--")
}

// environment holds nothing of the server's. Later settings win: ours, the
// configuration's, the kernelspec's, the request's.
func (m *Manager) environment(l launch) []string {
	name := userName
	if u, err := user.Current(); !m.sep.ownUsers && err == nil {
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
