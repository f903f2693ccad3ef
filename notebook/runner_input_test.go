package notebook_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
)

func (o *office) answer(run, question notebook.ID, text string) error {
	return o.runner.Answer(context.Background(), o.note, run, question, notebook.View{Person: ana}, text)
}

func TestAQuestionIsForWhoeverRanIt(t *testing.T) {
	inOffice(t, func(o *office) {
		run := o.enqueue("input()")[0]
		k := o.kernel()
		c := <-k.calls
		require.Equal(t, run.String(), c.id, "late output is known by it")
		require.True(t, fault.Is(o.answer(run, notebook.ID{}, "too early"), fault.Conflict))
		c.sink(notebook.InputRequest{Prompt: "name? "})
		heard := o.heard(ana)
		require.Len(t, heard, 1)
		q := heard[0].(notebook.InputAsked)
		require.Equal(t, notebook.InputAsked{Run: run, Paragraph: "p0", Question: q.Question, Prompt: "name? ", At: q.At}, q)
		require.Empty(t, o.heard(ben))
		require.True(t, o.runner.Snapshot([]notebook.ID{run})[0].Asks, "others see that it waits")

		require.Equal(t, []notebook.PersonalEvent{q}, o.comes(ana), "again in a second tab")
		require.Empty(t, o.comes(ben))
		err := o.runner.Answer(context.Background(), o.note, run, notebook.ID{}, notebook.View{Person: ben}, "forged")
		require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
		require.ErrorContains(t, err, "ana")
		require.True(t, fault.Is(o.answer(run, run, "to another question"), fault.Conflict))
		require.True(t, fault.Is(o.answer(o.note, notebook.ID{}, "to another run"), fault.NotFound))
		require.Empty(t, k.answers)

		require.NoError(t, o.answer(run, q.Question, "Zoë"))
		require.Equal(t, []string{"Zoë"}, k.answers)
		require.Equal(t, []notebook.PersonalEvent{notebook.InputDone{Run: run}}, o.heard(ana))
		require.False(t, o.runner.Snapshot([]notebook.ID{run})[0].Asks)
		require.True(t, fault.Is(o.answer(run, notebook.ID{}, "twice"), fault.Conflict))
		c.print("hello")
		c.ok()
		o.stored(run)
		require.Equal(t, "name? Zoë\nhello", o.store.text(run, 0))
		require.Empty(t, o.comes(ana))
	})
}

func TestAPasswordIsNotKept(t *testing.T) {
	inOffice(t, func(o *office) {
		run := o.enqueue("getpass()")[0]
		c := <-o.kernel().calls
		c.sink(notebook.InputRequest{Prompt: "word: ", Password: true})
		require.NoError(t, o.answer(run, notebook.ID{}, "secret"))
		c.ok()
		o.stored(run)
		require.Equal(t, "word: ········\n", o.store.text(run, 0))
	})
}

func TestAQuestionEndsWithItsRun(t *testing.T) {
	inOffice(t, func(o *office) {
		run := o.enqueue("input()")[0]
		k := o.kernel()
		c := <-k.calls
		c.sink(notebook.InputRequest{Prompt: "1"})
		c.sink(notebook.InputRequest{Prompt: "2"})
		require.Len(t, o.heard(ana), 2)
		waiting := o.comes(ana)
		require.Len(t, waiting, 1, "the second takes the place of the first")
		require.Equal(t, "2", waiting[0].(notebook.InputAsked).Prompt)
		c.fail()
		require.Equal(t, []notebook.PersonalEvent{notebook.InputDone{Run: run}}, o.heard(ana))
		require.True(t, fault.Is(o.answer(run, notebook.ID{}, "too late"), fault.NotFound))
		require.Empty(t, k.answers)
	})
}

func TestAnAnswerThatTheKernelRefusesIsNotShown(t *testing.T) {
	inOffice(t, func(o *office) {
		run := o.enqueue("input()")[0]
		k := o.kernel()
		c := <-k.calls
		c.sink(notebook.InputRequest{})
		k.refuses = fault.New(fault.Conflict, "No code waits for input.")
		require.True(t, fault.Is(o.answer(run, notebook.ID{}, "refused"), fault.Conflict))
		k.die("stopped")
		o.stored(run)
		require.NotContains(t, o.store.text(run, 0), "refused")
	})
}

// What a thread prints after its cell has ended is added to the run's output.
func TestLateOutputIsAddedToItsRun(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		c.print("so far;")
		c.sink(display("bar", false, "0 %"))
		c.ok()
		o.stored(ids[0])
		k.late(ids[0].String(), notebook.StreamOutput{Name: "stdout", Text: "later;"})
		parts, live, err := o.outputs.Parts(context.Background(), ids[0])
		require.NoError(t, err)
		require.True(t, live)
		require.Len(t, parts, 3)
		other := o.enqueue("b", "c", "d") // p0 has another run by now
		(<-k.calls).ok()
		o.stored(ids[0])
		require.Equal(t, "so far;", o.store.text(ids[0], 0))
		require.Equal(t, "later;", o.store.text(ids[0], 2))
		k.late(ids[0].String(), notebook.StreamOutput{Name: "stdout", Text: "nobody sees it"})
		<-time.After(3 * time.Second)
		require.Equal(t, []notebook.PersonalEvent{notebook.CommsLost{Messages: 1}}, o.heard(ana))
		require.Equal(t, "later;", o.store.text(ids[0], 2))

		(<-k.calls).ok() // c in p1
		o.stored(other[1])
		for range 3 {
			k.late(other[1].String(), notebook.StreamOutput{Name: "stdout", Text: "x"})
			<-time.After(3 * time.Second) // it is stored in between
		}
		require.Equal(t, "xxx", o.store.text(other[1], 0), "taken up where it ended")
		(<-k.calls).ok()
	})
}

// A display of a run that is being added to is rewritten by another run, and what
// was added is still there.
func TestLateOutputAndDisplays(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b")
		k := o.kernel()
		c := <-k.calls
		c.sink(display("bar", false, "0 %"))
		c.ok()
		c = <-k.calls
		k.late(ids[0].String(), notebook.StreamOutput{Name: "stdout", Text: "tail"})
		c.sink(display("bar", true, "50 %"))
		<-time.After(3 * time.Second)
		require.Contains(t, o.store.text(ids[0], 0), "50 %")
		require.Equal(t, "tail", o.store.text(ids[0], 1))
		c.sink(display("bar", true, "100 %"))
		c.ok()
		o.stored(ids[1])
		require.Contains(t, o.store.text(ids[0], 0), "100 %")
		k.late(ids[0].String(), display("bar", true, "101 %"))
		<-time.After(3 * time.Second)
		require.Contains(t, o.store.text(ids[0], 0), "101 %")
	})
}

// What is lost late is bounded by what one run may store.
func TestLateOutputIsBounded(t *testing.T) {
	inOffice(t, func(o *office) {
		id := o.enqueue("a")[0]
		k := o.kernel()
		(<-k.calls).ok()
		o.stored(id)
		line := strings.Repeat("x", 1<<20)
		for range 100 {
			k.late(id.String(), notebook.StreamOutput{Name: "stdout", Text: line})
		}
		<-time.After(3 * time.Second)
		parts, _, err := o.outputs.Parts(context.Background(), id)
		require.NoError(t, err)
		require.Positive(t, parts[0].GapBytes)
		require.EqualValues(t, 100<<20, parts[0].Bytes)
		k.late(id.String(), notebook.StreamOutput{Name: "stdout", Text: line})
		<-time.After(3 * time.Second)
		require.Equal(t, []notebook.PersonalEvent{notebook.CommsLost{Messages: 1}}, o.heard(ana), "and not taken up again")
	})
}
