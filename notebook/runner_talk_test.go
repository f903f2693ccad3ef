package notebook_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// hears waits for something that concerns ana alone.
func hears[T notebook.PersonalEvent](l *lab, wanted func(T) bool) T {
	l.t.Helper()
	limit := time.After(time.Minute)
	for {
		select {
		case e := <-l.said:
			if found, ok := e.(T); ok && (wanted == nil || wanted(found)) {
				return found
			}
		case <-limit:
			l.t.Fatal("it was not told within a minute")
		}
	}
}

// service is a door to the notes whose code the lab's runner runs.
func (l *lab) service() *notebook.Service {
	svc := notebook.NewService(l.db.Notes(), l.store, l.gate, quiet)
	svc.Attach(l.runner, l.outputs)
	l.t.Cleanup(func() { require.NoError(l.t, svc.Shutdown(context.Background())) })
	return svc
}

// revoke takes ana's right to run away; she may still read.
func (l *lab) revoke() {
	l.exec(`INSERT INTO principals (kind, name, folded) VALUES ('user', 'heir', 'heir')`)
	l.exec(`INSERT INTO users (id, subject) SELECT id, name FROM principals WHERE name = 'heir'`)
	l.exec(`INSERT INTO grants (node_id, principal_id, role) SELECT $1, id, 4 FROM principals WHERE name = 'heir'`, [16]byte(l.note))
	l.exec(`UPDATE grants SET role = 1 WHERE node_id = $1 AND principal_id = $2`, [16]byte(l.note), int64(l.ana.User))
	l.exec(`UPDATE authority SET epoch = epoch + 1`)
	l.gate.Confirm(context.Background())
}

func TestInputFromAKernel(t *testing.T) {
	l := newLab(t)
	svc := l.service()
	asAna := auth.WithActor(context.Background(), l.ana)
	id := l.run("import getpass\nprint('hello', input('name? '), len(getpass.getpass('word? ')))")[0]
	q := hears[notebook.InputAsked](l, nil)
	require.Equal(t, "name? ", q.Prompt)
	require.NoError(t, svc.Answer(asAna, l.note, id, q.Question, "Zoë"))
	word := hears[notebook.InputAsked](l, nil)
	require.True(t, word.Password)
	require.True(t, fault.Is(svc.Answer(asAna, l.note, id, q.Question, "twice"), fault.Conflict), "an answer to an earlier question")
	require.NoError(t, svc.Answer(asAna, l.note, id, word.Question, "secret"))
	require.Equal(t, notebook.RunDone, l.ended(id).State)
	_, contents := l.output(id)
	require.Equal(t, []string{"name? Zoë\nword? ········\nhello Zoë 6\n"}, contents)

	id = l.run("input()")[0]
	hears[notebook.InputAsked](l, nil)
	l.revoke()
	require.True(t, fault.Is(svc.Answer(asAna, l.note, id, notebook.ID{}, "too late"), fault.Forbidden))
	require.NoError(t, l.runner.Cancel(context.Background(), l.note, []notebook.ID{id}, notebook.View{Person: l.ana.User}, "ana"))
	require.Equal(t, notebook.RunCancelled, l.ended(id).State)
	hears[notebook.InputDone](l, nil)
}

// What threads print, and how displays of one paragraph are rewritten and cleared
// by code of others, as it stands in the database in the end.
func TestLateOutputFromAKernel(t *testing.T) {
	l := newLab(t)
	id := l.run(`import threading, os
def later():
    while not os.path.exists("go"): pass
    print("from the thread")
print("from the cell")
thread = threading.Thread(target=later)
thread.start()`)[0]
	require.Equal(t, notebook.RunDone, l.ended(id).State)
	require.NoError(t, os.WriteFile(filepath.Join(l.dir, "go"), nil, 0o644))
	require.Eventually(t, func() bool {
		_, contents := l.output(id)
		return len(contents) == 1 && contents[0] == "from the cell\nfrom the thread\n"
	}, time.Minute, 20*time.Millisecond)
	require.Eventually(t, func() bool {
		_, live, err := l.outputs.Parts(context.Background(), id)
		return err == nil && !live
	}, time.Minute, 20*time.Millisecond, "and is stored")
	_, contents := l.output(id)
	require.Equal(t, []string{"from the cell\nfrom the thread\n"}, contents)
}

func TestDisplaysFromAKernel(t *testing.T) {
	l := newLab(t)
	ids := l.run(`from IPython.display import display, clear_output
h = display("zero", display_id="bar")`,
		`h.update("half")
for i in range(3):
    print("step", i)
    clear_output(wait=True)
print("last")
print("gone"); clear_output()
display("kept")
clear_output(wait=True)`)
	require.Equal(t, notebook.RunDone, l.ended(ids[1]).State)
	_, first := l.output(ids[0])
	require.Contains(t, first[0], "half")
	_, second := l.output(ids[1])
	shown := strings.Join(second, "")
	require.Contains(t, shown, "kept", "nothing came that would take its place")
	require.NotContains(t, shown, "step")
	require.NotContains(t, shown, "last")
}

// ipywidgets' own output widget, if it is installed.
func TestOutputWidgetOfIPyWidgets(t *testing.T) {
	l := newLab(t)
	id := l.run(`import ipywidgets as w
out, button = w.Output(), w.Button()
def clicked(b):
    with out:
        print("clicked")
button.on_click(clicked)
display(out, button)
with out:
    print("inside")
print("outside", button.model_id, button.comm.comm_id == button.model_id)`)[0]
	end := l.ended(id)
	parts, contents := l.output(id)
	all := strings.Join(contents, "")
	if strings.Contains(all, "No module named 'ipywidgets'") {
		t.Skip("ipywidgets is not installed")
	}
	require.Equal(t, notebook.RunDone, end.State, "%s %s", end.Reason, all)
	require.Contains(t, all, "application/vnd.jupyter.widget-view+json")
	require.Contains(t, all, "text/plain", "others see that")
	require.NotContains(t, all, "inside")
	last := strings.Fields(contents[len(parts)-1])
	require.Equal(t, "outside", last[0])
	require.Equal(t, "True", last[2])
	inside := hears(l, func(p notebook.CommPrinted) bool { return strings.Contains(textPrinted(p), "inside") })
	require.NotEmpty(t, inside.Comm)

	click := notebook.Comm{Kind: notebook.CommMsg, ID: last[1], Data: json.RawMessage(`{"method":"custom","content":{"event":"click"}}`)}
	require.NoError(t, l.runner.SendComm(context.Background(), l.note, end.Kernel, l.ana.User, "click-1", click))
	p := hears(l, func(p notebook.CommPrinted) bool { return strings.Contains(textPrinted(p), "clicked") })
	require.Equal(t, inside.Comm, p.Comm)
	require.Equal(t, "click-1", p.Parent)
	require.Equal(t, "click-1", hears[notebook.CommHandledFor](l, nil).Parent)
}

func textPrinted(p notebook.CommPrinted) string {
	s, _ := p.Output.(notebook.StreamOutput)
	return s.Text
}
