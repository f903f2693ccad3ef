package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// runsAsQuire makes the test binary the program itself: a root parent starts its own
// file again.
const runsAsQuire = "QUIRE_TEST_RUNS_AS_QUIRE"

func TestMain(m *testing.M) {
	if os.Getenv(runsAsQuire) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// program is a whole server in processes of its own.
type program struct {
	t    *testing.T
	cmd  *exec.Cmd
	data string
	base string
	user *site // whose "root" is signed in
}

const programPassword = "correct horse battery"

// newData is a folder that every user can pass through.
func newData(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "quire-program-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o711))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "password"), []byte(programPassword), 0o600))
	return dir
}

// startProgram starts it on a data folder and waits until it answers.
func startProgram(t *testing.T, dir string, change func(*exec.Cmd), flags ...string) *program {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	p := &program{t: t, data: filepath.Join(dir, "data")}
	p.cmd = exec.Command(self, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", p.data,
		"--no-python", "--admin-password-file", filepath.Join(dir, "password")}, flags...)...)
	p.cmd.Env = append(os.Environ(), runsAsQuire+"=1")
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if change != nil {
		change(p.cmd)
	}
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	var log bytes.Buffer
	p.cmd.Stderr = &log
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	ready := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	lines := bufio.NewScanner(out)
	for p.base == "" && lines.Scan() {
		p.base = ready.FindString(lines.Text())
	}
	if p.base == "" {
		_ = p.cmd.Wait()
	}
	require.NotEmpty(t, p.base, "it did not start: %s", &log)
	p.user = &site{t: t, base: p.base, cookies: map[string]*http.Cookie{}}
	p.user.keepCookie("root", p.user.send("", "POST", "/api/v1/session", map[string]any{"name": "admin", "password": programPassword}))
	return p
}

// end stops it in good order.
func (p *program) end() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(p.t, p.cmd.Wait())
}

func (p *program) newNote() string {
	p.t.Helper()
	return p.call("POST", "/api/v1/nodes", map[string]any{"kind": "note", "name": uuid.NewString()})["id"].(string)
}

func (p *program) call(method, path string, body any) map[string]any {
	p.t.Helper()
	res := p.user.send("root", method, path, body)
	require.Equal(p.t, http.StatusOK, res.status, "%s %s: %s", method, path, res.body)
	return res.json()
}

// run runs Python in a note and returns how that ended and what it printed.
func (p *program) run(note, code string) (state, reason, printed string) {
	p.t.Helper()
	paragraph := uuid.NewString()[:20]
	operate := func(kind string, body any) {
		p.call("POST", "/api/v1/notes/"+note+"/operations", map[string]any{"id": uuid.NewString(), "kind": kind, "body": body})
	}
	operate("paragraph.insert", map[string]any{"paragraph": paragraph, "after": "", "text": "%python\n" + code})
	operate("run.start", map[string]any{"paragraphs": []string{paragraph}})
	var last map[string]any
	require.Eventually(p.t, func() bool {
		runs := p.call("GET", "/api/v1/notes/"+note+"/runs", nil)["runs"].([]any)
		last = runs[0].(map[string]any)
		return last["state"] != "queued" && last["state"] != "sent"
	}, time.Minute, 50*time.Millisecond)
	parts := p.call("GET", "/api/v1/notes/"+note+"/runs/"+last["id"].(string)+"/parts", nil)["parts"].([]any)
	for _, part := range parts {
		res := p.user.send("root", "GET", fmt.Sprintf("/api/v1/notes/%s/runs/%s/parts/%v", note, last["id"], part.(map[string]any)["part"]), nil)
		printed += string(res.body)
	}
	reason, _ = last["reason"].(string)
	return last["state"].(string), reason, printed
}

// processesOf lists processes whose command line, or working folder, has the text.
func processesOf(text string) (pids []int) {
	names, _ := filepath.Glob("/proc/[0-9]*")
	for _, name := range names {
		line, _ := os.ReadFile(name + "/cmdline")
		dir, _ := os.Readlink(name + "/cwd")
		if !strings.Contains(string(line), text) && dir != text {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(name))
		pids = append(pids, pid)
	}
	return pids
}

// familyOf are a process and its children.
func familyOf(pid int) []int {
	all := []int{pid}
	names, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, n := range names {
		b, _ := os.ReadFile(n)
		for _, f := range strings.Fields(string(b)) {
			child, _ := strconv.Atoi(f)
			all = append(all, child)
		}
	}
	return all
}

// hostileColumns are the levels, as the documentation names them.
var hostileColumns = []string{"sandbox", "user", "none"}

// TestHostile tries from a note's code, at each level, what it should not be able to
// do, and keeps the table in docs/security.md equal to what came of it
// (QUIRE_WRITE_DOCS=1 writes it).
func TestHostile(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: the levels are root's to give")
	}
	if _, err := exec.LookPath("bwrap"); err != nil {
		t.Skip("SKIPPED: bubblewrap is not installed")
	}
	table := map[string]map[string]bool{}
	for _, level := range hostileColumns {
		t.Run(level, func(t *testing.T) {
			for name, got := range hostileAttempts(t, level) {
				if table[name] == nil {
					table[name] = map[string]bool{}
				}
				table[name][level] = got
			}
		})
	}
	for name, got := range table {
		require.False(t, got["sandbox"], "at the default level of a server that root starts: %s", name)
	}
	// That they fail means something only where they succeed without separation.
	for _, name := range []string{
		"read the server's environment", "read memory through /proc", "kill others", "open the operator's socket",
		"reach Postgres by its socket", "read another note's files", "read another note's shared memory", "connect to another kernel",
	} {
		require.True(t, table[name]["none"], "the attempt itself does not work: %s", name)
	}
	compareTable(t, table)
}

func hostileAttempts(t *testing.T, level string) map[string]bool {
	dir := newData(t)
	p := startProgram(t, dir, nil, "--separation", level, "--kernel-memory", "400MB", "--kernel-processes", "150", "--kernel-disk", "50MB")
	victim, attacker := p.newNote(), p.newNote()
	_, _, printed := p.run(victim, `open("secret", "w").write("s3cret")
from multiprocessing.shared_memory import SharedMemory
kept = SharedMemory(create=True, size=64); kept.buf[0] = 7
import glob, os; print(os.getcwd())`)
	folder := strings.TrimSpace(printed)
	require.DirExists(t, folder)

	setuid := filepath.Join(dir, "id")
	b, err := os.ReadFile("/usr/bin/id")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(setuid, b, 0o755))
	require.NoError(t, os.Chmod(setuid, 0o755|os.ModeSetuid))
	victims := processesOf(folder)
	require.NotEmpty(t, victims)
	places, err := filepath.Glob(filepath.Join(p.data, "run", "kernels", "*", "connection.json"))
	require.NoError(t, err)
	require.Len(t, places, 1)
	family := familyOf(p.cmd.Process.Pid)
	postgres := processesOf(filepath.Join(p.data, "postgres", "data"))
	tmp := filepath.Join("/tmp", "quire-hostile-"+uuid.NewString())
	t.Cleanup(func() { os.Remove(tmp) })
	aim, err := json.Marshal(map[string]any{
		"server":   slices.DeleteFunc(family, func(pid int) bool { return slices.Contains(postgres, pid) || slices.Contains(victims, pid) }),
		"postgres": postgres, "kernels": victims, "data": p.data, "victim": folder, "api": p.base,
		"place": filepath.Dir(places[0]), "secret": filepath.Join(p.data, "postgres", "password"), "setuid": setuid, "tmp": tmp,
	})
	require.NoError(t, err)
	code, err := os.ReadFile("testdata/hostile.py")
	require.NoError(t, err)
	state, reason, printed := p.run(attacker, fmt.Sprintf("import json\nAIM = json.loads(%q)\n%s", aim, code))
	_, encoded, ok := strings.Cut(printed, "RESULTS")
	require.True(t, ok, "%s %s %s", state, reason, printed)
	results := map[string]bool{}
	require.NoError(t, json.Unmarshal([]byte(strings.TrimSpace(encoded)), &results))
	_, err = os.Stat(tmp)
	results["write to the machine's /tmp"] = err == nil

	for name, greedy := range map[string]string{
		"use more memory than allowed":     "kept = [bytearray(50 << 20) for i in range(20)]",
		"have more processes than allowed": "import subprocess\nkept = [subprocess.Popen(['sleep', '1000'], start_new_session=True) for i in range(300)]",
		"fill its folder":                  "open('large', 'wb').write(b'x' * (80 << 20))",
	} {
		state, reason, _ := p.run(attacker, greedy+"\nimport threading; threading.Event().wait(15)")
		results[name] = state == "done"
		t.Log(level, name, state, reason)
		require.NoError(t, os.RemoveAll(filepath.Join(filepath.Dir(folder), attacker, "large")))
	}
	require.Equal(t, http.StatusOK, p.user.send("root", "GET", "/api/v1/me", nil).status, "the server is as well as before")
	p.end()
	return results
}

const (
	tableBegin = "<!-- what TestHostile saw -->\n"
	tableEnd   = "<!-- end -->\n"
)

func compareTable(t *testing.T, table map[string]map[string]bool) {
	t.Helper()
	var names []string
	for name := range table {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString("| what a note's code tries | sandboxed | own user | not separated |\n| --- | --- | --- | --- |\n")
	words := map[bool]string{true: "**succeeds**", false: "fails"}
	for _, name := range names {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, words[table[name]["sandbox"]], words[table[name]["user"]], words[table[name]["none"]])
	}
	const path = "../../docs/security.md"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), tableBegin)
	require.True(t, ok, "docs/security.md has no place for the table")
	was, after, ok := strings.Cut(rest, tableEnd)
	require.True(t, ok)
	if os.Getenv("QUIRE_WRITE_DOCS") != "" {
		require.NoError(t, os.WriteFile(path, []byte(before+tableBegin+b.String()+tableEnd+after), 0o644))
		return
	}
	require.Equal(t, b.String(), was, "docs/security.md says something else; QUIRE_WRITE_DOCS=1 writes it")
}
