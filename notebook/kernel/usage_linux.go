package kernel

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// statusOf is one process as proc(5) shows it.
type statusOf struct {
	pid, parent, tasks int
	memory             int64 // resident, shared pages included
	uid                int
}

// processes are all that run now, by number, and which of them are whose.
type processes struct {
	all    map[int]statusOf
	of     map[int][]int // what descends from each kernel's process, itself included
	strays []int         // what descends from none
}

var pageSize = int64(os.Getpagesize())

// allProcesses reads them, with kernels being the numbers of the kernels' processes.
func allProcesses(kernels []int) processes {
	p := processes{all: readProcesses(), of: map[int][]int{}}
	children := map[int][]int{}
	for pid, s := range p.all {
		children[s.parent] = append(children[s.parent], pid)
	}
	taken := map[int]bool{} // also as what is read one after the other may hold a circle
	for _, kernel := range kernels {
		for todo := []int{kernel}; len(todo) > 0; todo = todo[1:] {
			if pid := todo[0]; !taken[pid] {
				taken[pid] = true
				p.of[kernel] = append(p.of[kernel], pid)
				todo = append(todo, children[pid]...)
			}
		}
	}
	for pid := range p.all {
		if !taken[pid] {
			p.strays = append(p.strays, pid)
		}
	}
	return p
}

func readProcesses() map[int]statusOf {
	all := map[int]statusOf{}
	names, _ := filepath.Glob("/proc/[0-9]*")
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			continue // it has ended
		}
		b, err := os.ReadFile(name + "/stat")
		if err != nil {
			continue
		}
		if s, ok := parseStat(b); ok {
			s.uid = int(info.Sys().(*syscall.Stat_t).Uid)
			all[s.pid] = s
		}
	}
	return all
}

// parseStat reads /proc/PID/stat. The second field is the program's name, which may
// hold anything, so the fields are counted from its last bracket.
func parseStat(b []byte) (statusOf, bool) {
	end := bytes.LastIndexByte(b, ')')
	start := bytes.IndexByte(b, ' ')
	if start < 0 || end < 0 {
		return statusOf{}, false
	}
	f := strings.Fields(string(b[end+1:]))
	const parent, tasks, resident = 1, 17, 21 // fields 4, 20 and 24
	if len(f) <= resident {
		return statusOf{}, false
	}
	n := func(s string) int { v, _ := strconv.Atoi(s); return v }
	return statusOf{
		pid: n(string(b[:start])), parent: n(f[parent]), tasks: n(f[tasks]), memory: int64(n(f[resident])) * pageSize,
	}, true
}

// usage is what a kernel uses with all its children.
type usage struct {
	pids   []int
	tasks  int
	memory int64 // pages that several share are counted for each
}

// usage counts the descendants of a child, and what has left its parents behind: what
// belongs to the user owner, or bears the child's mark. What descends from another
// kernel is that one's, also where kernels of one note share a user.
func (p processes) usage(c *child, owner int) usage {
	u := usage{}
	for _, pid := range p.of[c.cmd.Process.Pid] {
		u.add(pid, p.all[pid])
	}
	for _, pid := range p.strays {
		s := p.all[pid]
		if s.uid == owner || !c.sandbox && owner < 0 && s.parent == 1 && bears(pid, c.mark) {
			u.add(pid, s)
		}
	}
	return u
}

func (u *usage) add(pid int, s statusOf) {
	u.pids = append(u.pids, pid)
	u.tasks += s.tasks
	u.memory += s.memory
}

func bears(pid int, mark string) bool {
	env, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ")
	return err == nil && bytes.Contains(append([]byte{0}, env...), []byte("\x00"+mark+"\x00"))
}

// share is the memory with shared pages counted once: PSS, which takes the system
// longer to tell. What it does not tell counts as it is.
func (u usage) share() int64 {
	var sum int64
	for _, pid := range u.pids {
		b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/smaps_rollup")
		if err != nil {
			continue // it has ended, or is another's
		}
		for line := range strings.Lines(string(b)) {
			if rest, ok := strings.CutPrefix(line, "Pss:"); ok {
				kb, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				sum += kb << 10
			}
		}
	}
	return sum
}

// folderSize adds up what the files below dir take on the disk, until that is more
// than enough.
func folderSize(dir string, enough int64) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // it was removed
		}
		if info, err := d.Info(); err == nil {
			sum += info.Sys().(*syscall.Stat_t).Blocks * 512
		}
		if sum > enough {
			return fs.SkipAll
		}
		return nil
	})
	return sum
}
