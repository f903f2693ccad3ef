package socket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
	"quire/socket/wire"
)

// class is a note that each runs in kernels of their own: ana owns it, wim writes,
// rea reads and the others run.
type class struct {
	*realWorld
	note          auth.ID
	ana, wim, rea auth.Actor
	asAna         context.Context
	asWim, asRea  context.Context
	runners       []auth.Actor
	asRunner      []context.Context
	roles         map[auth.Actor]auth.Role
	sockets       map[auth.PrincipalID]*client
	runs          []auth.ID // of the runners
	heard         map[auth.PrincipalID][]got
	barriers      int
}

func newClass(t *testing.T, size int) *class {
	c := &class{realWorld: newRealWorld(t), sockets: map[auth.PrincipalID]*client{}, heard: map[auth.PrincipalID][]got{}}
	c.ana, c.asAna = c.signIn("ana")
	c.wim, c.asWim = c.signIn("wim")
	c.rea, c.asRea = c.signIn("rea")
	node, err := c.tree.Create(c.asAna, notebook.CreateNode{Kind: notebook.NoteNode, Name: "class"})
	require.NoError(t, err)
	c.note = node.ID
	c.roles = map[auth.Actor]auth.Role{c.ana: auth.Owner, c.wim: auth.Writer, c.rea: auth.Reader}
	for i := range size {
		a, ctx := c.signIn(fmt.Sprintf("runner%02d", i))
		c.runners, c.asRunner = append(c.runners, a), append(c.asRunner, ctx)
		c.roles[a] = auth.Runner
	}
	c.share(c.asAna, c.note, c.roles)
	c.do(c.asAna, &notebook.InsertParagraph{Paragraph: "p", Text: "whoami"})
	c.do(c.asAna, &notebook.SetNote{Settings: json.RawMessage(`{"kernels":"own"}`)})
	for a := range c.roles {
		s := c.join(a, "tab")
		s.send(wire.Client{Op: wire.OpOpen, Note: c.note})
		s.mustAmong(wire.OpNote, wire.OpTree) // of the sharing
		s.send(wire.Client{Op: wire.OpWatch, Note: c.note, Paragraphs: []string{"p"}})
		c.sockets[a.User] = s
	}
	return c
}

func (c *class) do(as context.Context, op notebook.Op) notebook.Entry {
	c.t.Helper()
	e, err := c.service.Do(as, c.note, auth.NewID().String(), op)
	require.NoError(c.t, err)
	return e
}

// run has somebody run the paragraph, and waits until that is over.
func (c *class) run(as context.Context) auth.ID {
	c.t.Helper()
	var started notebook.StartRun
	require.NoError(c.t, json.Unmarshal(c.do(as, &notebook.StartRun{Paragraphs: []string{"p"}}).Body, &started))
	require.Eventually(c.t, func() bool {
		r, err := c.service.RunOf(as, c.note, started.Runs[0].Run)
		return err == nil && r.State == notebook.RunDone
	}, patience, patience/1000)
	return started.Runs[0].Run
}

// barrier lets everybody hear what there is to hear so far, and returns what each
// heard since the last one, but for who is there.
func (c *class) barrier() {
	c.t.Helper()
	c.barriers++
	title := fmt.Sprint("barrier ", c.barriers)
	c.do(c.asAna, &notebook.SetTitle{Paragraph: "p", Title: title})
	var mu sync.Mutex
	var all sync.WaitGroup
	for user, s := range c.sockets {
		all.Go(func() {
			var heard []got
			for {
				g, err := s.next()
				if err != nil {
					c.t.Errorf("%d: %v", user, err)
					return
				}
				if g.Op == wire.OpEntry && strings.Contains(string(g.raw), title) {
					mu.Lock()
					c.heard[user] = heard
					mu.Unlock()
					return
				}
				if g.Op != wire.OpPeople {
					heard = append(heard, g)
				}
			}
		})
	}
	all.Wait()
}

// text is what a socket has heard of a kind of frame, of all kinds for "".
func (c *class) text(a auth.Actor, op string) string {
	var all strings.Builder
	for _, g := range c.heard[a.User] {
		if op == "" || g.Op == op {
			all.Write(g.raw)
		}
	}
	return all.String()
}

// settle waits until the output of one's own run has reached each runner's socket.
func (c *class) settle() {
	c.t.Helper()
	for i, a := range c.runners {
		s := c.sockets[a.User]
		var heard []got
		for !strings.Contains(c.text(a, wire.OpOutput), `"complete":true`) {
			g, err := s.next()
			require.NoError(c.t, err)
			if g.Op != wire.OpPeople {
				heard = append(heard, g)
			}
			c.heard[a.User] = heard
		}
		require.Contains(c.t, c.text(a, wire.OpOutput), "result of "+a.Name, "runner %d", i)
	}
}

func TestFortyPeopleSeeOnlyTheirOwnResults(t *testing.T) {
	c := newClass(t, 40)
	c.runs = make([]auth.ID, len(c.runners))
	var all sync.WaitGroup
	for i, as := range c.asRunner {
		all.Go(func() { c.runs[i] = c.run(as) })
	}
	all.Wait()
	c.settle()
	before := c.heard
	c.heard = map[auth.PrincipalID][]got{}
	c.barrier()
	for user, heard := range before {
		c.heard[user] = append(heard, c.heard[user]...)
	}

	for i, a := range c.runners {
		everything := c.text(a, "")
		require.Contains(t, everything, c.runs[i].String())
		for j, other := range c.runners {
			if i != j {
				require.NotContains(t, everything, c.runs[j].String(), "the runs of others")
				require.NotContains(t, everything, other.Name, "their kernels, results and presses")
			}
		}
	}
	nothing := c.text(c.rea, "")
	require.NotContains(t, nothing, "runner")
	for i, run := range c.runs {
		require.NotContains(t, nothing, run.String())
		require.Contains(t, c.text(c.wim, wire.OpRun), run.String(), "writers hear of all")
		require.Contains(t, c.text(c.wim, wire.OpKernels), c.runners[i].Name)
	}
	c.checkReading()
}

// checkReading reads the note by every other way.
func (c *class) checkReading() {
	t := c.t
	t.Helper()
	own, other := c.runs[0], c.runs[1]
	read := func(as context.Context) []notebook.Run {
		_, runs, err := c.service.Read(as, c.note)
		require.NoError(t, err)
		return runs
	}
	require.Empty(t, read(c.asRea))
	require.Empty(t, read(c.asWim), "a writer is shown their own and shared ones")
	require.Len(t, read(c.asRunner[0]), 1)
	require.Equal(t, own, read(c.asRunner[0])[0].ID)

	list := func(as context.Context) int {
		runs, err := c.service.History(as, notebook.RunFilter{Note: c.note, Limit: 100})
		require.NoError(t, err)
		return len(runs)
	}
	require.Equal(t, []int{0, 40, 40, 1}, []int{list(c.asRea), list(c.asWim), list(c.asAna), list(c.asRunner[0])})

	output := func(as context.Context, run auth.ID) error {
		_, _, err := c.service.Parts(as, c.note, run)
		if err == nil {
			_, err = c.service.ReadPart(as, c.note, run, 0, 0, 0, 100)
		}
		_, byLine := c.service.ReadLines(as, c.note, run, 0, 0, 0, 1, 100)
		require.Equal(t, fault.CodeOf(err), fault.CodeOf(byLine))
		_, of := c.service.RunOf(as, c.note, run)
		require.Equal(t, err == nil, of == nil)
		return err
	}
	require.NoError(t, output(c.asRunner[0], own))
	require.NoError(t, output(c.asWim, other))
	require.True(t, fault.Is(output(c.asRunner[0], other), fault.Forbidden))
	require.Equal(t, output(c.asRunner[0], auth.NewID()).Error(), output(c.asRunner[0], other).Error(), "it may not be told from one that is not there")
	require.True(t, fault.Is(output(c.asRea, own), fault.Forbidden))

	for as, want := range map[context.Context]int{c.asRea: 0, c.asWim: 0, c.asRunner[0]: 1} {
		node, err := c.tree.Clone(as, c.note, notebook.CloneNote{})
		require.NoError(t, err)
		_, runs, err := c.service.Read(as, node.ID)
		require.NoError(t, err)
		require.Len(t, runs, want, "a copy has what one sees")
	}

	// Who comes later is told no more than who was there.
	late := c.join(c.runners[0], "late")
	late.send(wire.Client{Op: wire.OpOpen, Note: c.note})
	opened := late.must(wire.OpNote)
	require.NotContains(t, strings.SplitN(string(opened.raw), `"people"`, 2)[0], c.runners[1].Name)
	n := into[wire.Note](t, opened)
	require.Equal(t, own, n.Paragraphs[0].Run)
	late.send(wire.Client{Op: wire.OpOpen, Note: c.note, Epoch: n.Epoch, Seq: 1})
	resumed := late.mustAmong(wire.OpResume, wire.OpKernels)
	require.NotContains(t, strings.SplitN(string(resumed.raw), `"people"`, 2)[0], c.runners[1].Name)
	require.NotContains(t, string(resumed.raw), other.String())
	require.Contains(t, string(resumed.raw), own.String())
}

// A role that changes counts on sockets that are open.
func TestAWriterForAWhileSeesEverybodysForAWhile(t *testing.T) {
	c := newClass(t, 2)
	one, two := c.runners[0], c.runners[1]
	first := c.run(c.asRunner[1])
	c.barrier()
	require.NotContains(t, c.text(one, ""), first.String())

	c.roles[one] = auth.Writer
	c.share(c.asAna, c.note, c.roles)
	c.hearUntil(one, wire.OpAllowed)
	g := c.sockets[one.User]
	require.Contains(t, string(g.mustAmong(wire.OpKernels, wire.OpRun).raw), two.Name)
	second := c.run(c.asRunner[1])
	c.barrier()
	require.Contains(t, c.text(one, wire.OpRun), second.String())

	c.roles[one] = auth.Runner
	c.share(c.asAna, c.note, c.roles)
	c.hearUntil(one, wire.OpAllowed)
	third := c.run(c.asRunner[1])
	c.barrier()
	require.NotContains(t, c.text(one, ""), third.String())
	require.NotContains(t, c.text(one, ""), two.Name)
	require.Contains(t, c.text(c.wim, ""), third.String())
}

// hearUntil reads on until a frame of the kind has come.
func (c *class) hearUntil(a auth.Actor, op string) {
	c.t.Helper()
	for {
		g, err := c.sockets[a.User].next()
		require.NoError(c.t, err)
		if g.Op == op {
			return
		}
	}
}
