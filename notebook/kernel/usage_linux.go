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

// processes are all that run now, by number.
type processes map[int]statusOf

var pageSize = int64(os.Getpagesize())

func allProcesses() processes {
	all := processes{}
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

// of counts the descendants of a child, and what belongs to the user owner, or bears
// the child's mark: without a sandbox a process can leave its parents behind.
func (all processes) of(c *child, owner int) usage {
	var u usage
	root := c.cmd.Process.Pid
	for pid, s := range all {
		if s.uid == owner || all.descends(pid, root) || !c.sandbox && owner < 0 && s.parent == 1 && all.marked(pid, c.mark) {
			u.pids = append(u.pids, pid)
			u.tasks += s.tasks
			u.memory += s.memory
		}
	}
	return u
}

func (all processes) descends(pid, from int) bool {
	for range len(all) { // what is read one after the other may hold a circle
		if pid == from {
			return true
		}
		s, ok := all[pid]
		if !ok || s.parent == 0 {
			return false
		}
		pid = s.parent
	}
	return false
}

func (all processes) marked(pid int, mark string) bool {
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
