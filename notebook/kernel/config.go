package kernel

import (
	"context"
	"log/slog"
	"runtime"
	"time"
)

// Separation says how code is kept apart from the server and from other notes.
type Separation string

// The separations. Auto takes the best that works here; the others are taken
// exactly, and New fails where they do not work.
const (
	SeparationAuto    Separation = ""
	SeparationNone    Separation = "none"    // level 0: the server's own user
	SeparationUser    Separation = "user"    // level 1: a user per note; needs root
	SeparationSandbox Separation = "sandbox" // level 2: bubblewrap, and as root a user per note
)

// Config is what a Manager needs to know. The zero value works: every field
// names its default.
type Config struct {
	// RunDir holds one folder per running kernel: connection file, sockets, log. It
	// is this manager's alone; New removes what a crashed one left. Kernels with a
	// user of their own must be able to pass through its parents (mode 0711).
	// Default: a fresh folder under the system's temporary one.
	RunDir string
	// PythonDir is where Prepare builds a virtual environment when Python has no
	// kernel. The same holds for its parents. Default: none is built.
	PythonDir string
	// Packages are what the virtual environment gets. Default: ipykernel, numpy,
	// pandas, matplotlib.
	Packages []string
	// SpecPath replaces the folders searched for kernelspecs. Default: those Jupyter
	// searches, and PythonDir's.
	SpecPath []string

	// Separation is how code is kept apart.
	Separation Separation
	// UIDBase and UIDCount are the range of users (uid and gid) for notes: slot s
	// runs as UIDBase + s mod UIDCount. Default: 50,000 from 450,000, which lies
	// between Debian's users and the ranges of containers.
	UIDBase, UIDCount int
	// GID is the group that owns note folders besides the note's own user, so that a
	// server that is not root can read them. Default: the note's own group.
	GID int
	// ServerUID is the user that the server runs as where that is not this process's:
	// what it owns in a note's folder may become the note's user's.
	ServerUID int
	// Parent, if not nil, is this process's end of the connection to a root parent,
	// which starts kernels for it (see Keep). How code is kept apart is then the
	// parent's to say: Separation, UIDBase, UIDCount, GID, Hidden, ReadOnly and
	// RunDir here have no meaning.
	Parent *Parent
	// Unseparated is asked before a kernel starts that is not kept apart (level 0); its
	// error refuses that. Default: they start.
	Unseparated func(context.Context) error
	// NoNetwork takes the network away in the sandbox. Then pip cannot install.
	NoNetwork bool
	// LoopbackTCP lets kernels that cannot use unix sockets (some of Java's and
	// JavaScript's) use TCP on the loopback interface although notes are kept apart.
	// What they print can then be read by every program on the machine, also in other
	// notes. At level 0, where that is so anyway, they always may.
	LoopbackTCP bool
	// ReadOnly are folders and files that the sandbox also shows, such as data sets.
	ReadOnly []string
	// Hidden are folders that the sandbox never shows even if one around them is
	// bound: the server's data, the database's sockets.
	Hidden []string
	// Env is added to every kernel's environment, such as HTTPS_PROXY.
	Env map[string]string

	// MaxKernels bounds the kernels that run at once. Default: 100.
	MaxKernels int
	// MaxStarting bounds the kernels that start at once; others wait for their turn.
	// Default: twice the processors.
	MaxStarting int
	// MaxMessage bounds one message of a kernel in bytes; larger ones are dropped
	// with a notice. Default: 256 MiB.
	MaxMessage int64
	// MaxQueue bounds the bytes of outputs that wait for their sink, per kernel;
	// what comes on top is dropped with a notice. Default: 64 MiB.
	MaxQueue int64
	// MaxLog bounds the file with what a kernel's process writes past its protocol.
	// Default: 1 MiB.
	MaxLog int64
	// MaxFiles, MaxFileSize and MaxMemory are resource limits of each process of a
	// kernel: open files (default 4096), bytes of one file (default 16 GiB) and bytes
	// of address space (default: none; Java and CUDA reserve far more than they use).
	MaxFiles, MaxFileSize, MaxMemory int64
	// KernelMemory and KernelProcesses bound a kernel with all its children, where a
	// start does not say otherwise: bytes of memory (default: none), processes and
	// threads (default 2048).
	KernelMemory    int64
	KernelProcesses int
	// FolderSize bounds a note's folder, in bytes: a kernel that lets it grow beyond
	// is killed. Default: none.
	FolderSize int64
	// LogDir is where the files are that MaxLog bounds. Default: RunDir.
	LogDir string
	// MaxTmp bounds /tmp in the sandbox, in bytes. Default: 1 GiB.
	MaxTmp int64

	// StartTimeout bounds a start once its turn has come. Default: 60 s.
	StartTimeout time.Duration
	// AskTimeout bounds completion and inspection. Default: 5 s.
	AskTimeout time.Duration
	// StopTimeout is how long a kernel may take to end when asked, and again when
	// told by SIGTERM. Default: 2.5 s, as Jupyter's.
	StopTimeout time.Duration

	// Log is where the manager writes. Default: slog.Default().
	Log *slog.Logger
}

func (c *Config) setDefaults() {
	if c.UIDBase <= 0 {
		c.UIDBase = 450_000
	}
	if c.UIDCount <= 0 {
		c.UIDCount = 50_000
	}
	if len(c.Packages) == 0 {
		c.Packages = []string{"ipykernel", "numpy", "pandas", "matplotlib"}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	fallback(&c.MaxKernels, 100)
	fallback(&c.MaxStarting, 2*runtime.NumCPU())
	fallback(&c.MaxMessage, 256<<20)
	fallback(&c.MaxQueue, 64<<20)
	fallback(&c.MaxLog, 1<<20)
	fallback(&c.MaxFiles, 4096)
	fallback(&c.MaxFileSize, 16<<30)
	fallback(&c.KernelProcesses, 2048)
	fallback(&c.MaxTmp, 1<<30)
	fallback(&c.StartTimeout, time.Minute)
	fallback(&c.AskTimeout, 5*time.Second)
	fallback(&c.StopTimeout, 2500*time.Millisecond)
}

func fallback[T int | int64 | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}
