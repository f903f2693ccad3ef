package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// memory is the server's resident memory in MB, and the most it ever was: of both its
// processes where root has started it.
func (s *site) memory() (now, peak float64, err error) {
	for pid, ours := range s.processes() {
		if ours {
			status, e := kilobytes(fmt.Sprintf("/proc/%d/status", pid))
			now, peak, err = now+status["VmRSS"]/1024, peak+status["VmHWM"]/1024, errors.Join(err, e)
		}
	}
	return now, peak, err
}

// kernelMemory is what all the server's kernels take together in MB, with memory that
// they share counted once, and how many processes they are.
func (s *site) kernelMemory() (mb float64, count int, err error) {
	for pid, ours := range s.processes() {
		if ours {
			continue
		}
		rollup, e := kilobytes(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if e == nil { // else it has just ended
			mb, count = mb+rollup["Pss"]/1024, count+1
		}
	}
	return mb, count, nil
}

// work is the processor time in seconds that the server's own processes have taken, and
// that all its kernels' have.
func (s *site) work() (own, kernels float64) {
	const ticks = 100 // a second, as Linux tells them (USER_HZ)
	for pid, ours := range s.processes() {
		b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
		const user, system = 11, 12 // fields 14 and 15
		if len(fields) <= system {
			continue // it has just ended
		}
		u, _ := strconv.ParseFloat(fields[user], 64)
		k, _ := strconv.ParseFloat(fields[system], 64)
		if ours {
			own += (u + k) / ticks
		} else {
			kernels += (u + k) / ticks
		}
	}
	return own, kernels
}

// processes are the server's and all that descend from it; the server's own are true.
func (s *site) processes() map[int]bool {
	root := s.process.Process.Pid
	program, _ := os.Readlink(fmt.Sprintf("/proc/%d/exe", root))
	all := map[int]bool{root: true}
	for todo := []int{root}; len(todo) > 0; todo = todo[1:] {
		lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", todo[0]))
		for _, list := range lists {
			b, _ := os.ReadFile(list)
			for _, f := range strings.Fields(string(b)) {
				child, _ := strconv.Atoi(f)
				exe, _ := os.Readlink("/proc/" + f + "/exe")
				all[child] = exe == program
				todo = append(todo, child)
			}
		}
	}
	return all
}

// memoryAvailable is what the machine has left, in MB.
func memoryAvailable() (float64, error) {
	info, err := kilobytes("/proc/meminfo")
	return info["MemAvailable"] / 1024, err
}

// kilobytes reads a file of lines like "VmRSS:  12 kB".
func kilobytes(path string) (map[string]float64, error) {
	b, err := os.ReadFile(path)
	all := map[string]float64{}
	for line := range strings.Lines(string(b)) {
		name, rest, _ := strings.Cut(line, ":")
		if fields := strings.Fields(rest); len(fields) == 2 && fields[1] == "kB" {
			all[name], _ = strconv.ParseFloat(fields[0], 64)
		}
	}
	return all, err
}
