package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// How often the server is killed, and how many runs are under way each time.
// QUIRE_PROVE=1 tries it with five hundred runs.
const (
	crashes       = 8
	crashesProved = 25
	runsPerCrash  = 20
)

// restartLimit is how soon after a restart every run has its end.
const restartLimit = 10 * time.Second

// TestACrashLeavesEachRunInOneTrueState kills a whole server at random points of its
// runs. Each writes a line of its own when it is executed, so that what the server
// says of it afterwards can be held against what happened.
func TestACrashLeavesEachRunInOneTrueState(t *testing.T) {
	kills := crashes
	if os.Getenv("QUIRE_PROVE") != "" {
		kills = crashesProved
	}
	dir := newData(t)
	c := &crashing{t: t, dir: dir, lines: map[string]string{}, states: map[string]string{}}
	c.start()
	c.note = c.newNote()
	for kill := range kills {
		c.round(kill)
	}
	for run, state := range c.listed() {
		require.Equal(t, c.states[run], state, "an end that was told does not change")
	}
	c.end()
	c.judge()
}

// crashing is a server that is killed again and again.
type crashing struct {
	*program
	t      *testing.T
	dir    string
	note   string
	lines  map[string]string // what each run writes
	states map[string]string // how each was said to have ended
}

func (c *crashing) start() { c.program = startProgram(c.t, c.dir, nil, "--separation", "none") }

// round has runs started, kills the server somewhere, and looks at them after its
// restart.
func (c *crashing) round(kill int) {
	paragraphs := make([]string, runsPerCrash)
	for i := range paragraphs {
		paragraphs[i] = fmt.Sprintf("p%d-%02d", kill, i)
		c.operate(uuid.NewString(), "paragraph.insert", map[string]any{"paragraph": paragraphs[i], "after": "",
			"text": fmt.Sprintf("with open('ran', 'a') as f: f.write('%s\\n')", paragraphs[i])})
	}
	id, press := uuid.NewString(), map[string]any{"paragraphs": paragraphs}
	if kill%4 == 3 { // in the midst of the press
		go c.press(c.base, c.user.cookies["root"], id, press)
	} else {
		c.operate(id, "run.start", press)
		executed := rand.IntN(runsPerCrash)
		require.Eventually(c.t, func() bool { return len(c.executed(fmt.Sprintf("p%d-", kill))) >= executed }, time.Minute, time.Millisecond)
	}
	_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL)
	_ = c.cmd.Wait()
	c.start()
	restarted := time.Now()
	started := c.operate(id, "run.start", press) // the same press: it counts once
	for _, ref := range started["body"].(map[string]any)["runs"].([]any) {
		ref := ref.(map[string]any)
		c.lines[ref["run"].(string)] = ref["paragraph"].(string)
	}
	limit := restartLimit
	if kill%4 == 3 {
		limit = time.Minute // the press may have come through only now
	}
	require.Eventually(c.t, c.allEnded, limit, 20*time.Millisecond, "after %s", time.Since(restarted))
	for run, state := range c.listed() {
		if told, ok := c.states[run]; ok {
			require.Equal(c.t, told, state)
		}
		c.states[run] = state
	}
}

func (c *crashing) operate(id, kind string, body any) map[string]any {
	c.t.Helper()
	return c.call("POST", "/api/v1/notes/"+c.note+"/operations", map[string]any{"id": id, "kind": kind, "body": body})
}

// press sends a press of run to a server that may not live to answer it.
func (c *crashing) press(base string, cookie *http.Cookie, id string, body any) {
	b, err := json.Marshal(map[string]any{"id": id, "kind": "run.start", "body": body})
	if err != nil {
		return
	}
	req, err := http.NewRequest(http.MethodPost, base+"/api/v1/notes/"+c.note+"/operations", bytes.NewReader(b))
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/json")
	req.AddCookie(cookie)
	if res, err := http.DefaultClient.Do(req); err == nil {
		res.Body.Close()
	}
}

// listed are the states of the newest runs, by id.
func (c *crashing) listed() map[string]string {
	states := map[string]string{}
	for _, one := range c.call("GET", "/api/v1/notes/"+c.note+"/runs?limit=200", nil)["runs"].([]any) {
		run := one.(map[string]any)
		states[run["id"].(string)] = run["state"].(string)
	}
	return states
}

func (c *crashing) allEnded() bool {
	for _, state := range c.listed() {
		if state == "queued" || state == "sent" {
			return false
		}
	}
	return true
}

// executed are the lines that runs have written, of those that begin so.
func (c *crashing) executed(prefix string) []string {
	b, err := os.ReadFile(filepath.Join(c.data, "files", c.note, "ran"))
	if err != nil {
		return nil
	}
	var lines []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, prefix) {
			lines = append(lines, line)
		}
	}
	return lines
}

// judge holds what was said of each run against what it did.
func (c *crashing) judge() {
	times, seen := map[string]int{}, map[string]int{}
	for _, line := range c.executed("") {
		times[line]++
	}
	for run, line := range c.lines {
		state := c.states[run]
		seen[state]++
		switch state {
		case "done":
			require.Equal(c.t, 1, times[line], "%s is done", line)
		case "cancelled":
			require.Zero(c.t, times[line], "%s was cancelled", line)
		case "lost":
			require.LessOrEqual(c.t, times[line], 1, "%s is lost", line)
		default:
			require.Fail(c.t, "no such end", "%s: %q", line, state)
		}
	}
	require.Len(c.t, c.states, len(c.lines), "each run is there once")
	c.t.Logf("runs: %v", seen)
	require.NotZero(c.t, seen["done"])
	require.NotZero(c.t, seen["cancelled"])
}
