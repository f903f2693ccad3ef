package notebook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

func opening(id string) notebook.Comm {
	return notebook.Comm{Kind: notebook.CommOpen, ID: id, Target: "jupyter.widget", Data: json.RawMessage(`{}`)}
}

func messageTo(id string) notebook.Comm {
	return notebook.Comm{Kind: notebook.CommMsg, ID: id, Data: json.RawMessage(`{"x":1}`)}
}

func (o *office) sendComm(k *fakeKernel, by auth.PrincipalID, c notebook.Comm) error {
	return o.runner.SendComm(context.Background(), o.note, k.id, by, "mine", c)
}

func TestWidgetsAreForWhoeverRanTheirCell(t *testing.T) {
	inOffice(t, func(o *office) {
		run := o.enqueue("widget")[0]
		k := o.kernel()
		c := <-k.calls
		c.sink(opening("w"))
		c.sink(messageTo("w"))
		require.Equal(t, []notebook.PersonalEvent{
			notebook.CommReceived{Kernel: k.id, Parent: run.String(), Comm: opening("w")},
			notebook.CommReceived{Kernel: k.id, Parent: run.String(), Comm: messageTo("w")},
		}, o.heard(ana))
		require.Empty(t, o.heard(ben))
		require.Equal(t, []notebook.PersonalEvent{notebook.CommsListed{Kernel: k.id, Interpreter: "python3", Comms: []notebook.Comm{
			{Kind: notebook.CommOpen, ID: "w", Target: "jupyter.widget"},
		}}}, o.comes(ana), "whoever reloads learns what there is")
		require.Empty(t, o.comes(ben))

		require.True(t, fault.Is(o.sendComm(k, ben, messageTo("w")), fault.NotFound), "others do not touch it")
		require.True(t, fault.Is(o.sendComm(k, ben, opening("w")), fault.Conflict))
		require.True(t, fault.Is(o.sendComm(k, ana, messageTo("v")), fault.NotFound))
		require.Empty(t, k.comms)
		require.NoError(t, o.sendComm(k, ana, messageTo("w")), "while code runs")
		sent := k.sent()
		require.Equal(t, messageTo("w"), sent.comm)
		k.late(sent.request, messageTo("w"))
		k.late(sent.request, opening("made by a callback"))
		k.late(sent.request, notebook.StreamOutput{Name: "stdout", Text: "clicked"})
		k.late(sent.request, notebook.CommHandled{})
		c.ok()
		require.Equal(t, []notebook.PersonalEvent{
			notebook.CommReceived{Kernel: k.id, Parent: "mine", Comm: messageTo("w")},
			notebook.CommReceived{Kernel: k.id, Parent: "mine", Comm: opening("made by a callback")},
			notebook.CommPrinted{Kernel: k.id, Parent: "mine", Output: notebook.StreamOutput{Name: "stdout", Text: "clicked"}},
			notebook.CommHandledFor{Kernel: k.id, Parent: "mine"},
		}, o.heard(ana))
		o.stored(run)
		require.Empty(t, o.store.text(run, 0))

		require.NoError(t, o.sendComm(k, ana, notebook.Comm{Kind: notebook.CommClose, ID: "w"}))
		require.True(t, fault.Is(o.sendComm(k, ana, messageTo("w")), fault.NotFound))
		require.NoError(t, o.sendComm(k, ben, opening("ben's")))
		require.NoError(t, o.sendComm(k, ben, messageTo("ben's")))
		k.die("stopped")
		synctest.Wait()
		require.Empty(t, o.comes(ana), "it is gone with the kernel")
		require.True(t, fault.Is(o.sendComm(k, ana, messageTo("made by a callback")), fault.NotFound))
	})
}

func TestAnObjectThatTheKernelDidNotTakeIsNotThere(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		k := o.kernel()
		(<-k.calls).ok()
		synctest.Wait()
		k.refuses = fault.New(fault.TooMany, "Later.")
		require.True(t, fault.Is(o.sendComm(k, ana, opening("w")), fault.TooMany))
		k.refuses = nil
		require.True(t, fault.Is(o.sendComm(k, ana, messageTo("w")), fault.NotFound))
		require.NoError(t, o.sendComm(k, ana, opening("w")))
	})
}

func TestMessagesToObjectsThatAreRefused(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		k := o.kernel()
		(<-k.calls).ok()
		synctest.Wait()
		big := opening("w")
		big.Buffers = [][]byte{make([]byte, 9<<20)}
		for why, c := range map[string]notebook.Comm{
			"no kind": {ID: "w"}, "no id": {Kind: notebook.CommOpen},
			"long id": {Kind: notebook.CommOpen, ID: strings.Repeat("x", 201)},
		} {
			require.True(t, fault.Is(o.sendComm(k, ana, c), fault.Invalid), why)
		}
		require.True(t, fault.Is(o.sendComm(k, ana, big), fault.TooLarge))
		for i := range 5000 {
			require.NoError(t, o.sendComm(k, ana, opening(fmt.Sprint(i))))
		}
		require.True(t, fault.Is(o.sendComm(k, ana, opening("one more")), fault.TooMany))
	})
}

func TestForgedMessagesOfObjects(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		k.late("nobody's request", opening("w"))
		k.late("", opening("v"))
		k.late("nobody's request", messageTo("unknown"))
		k.late("nobody's request", notebook.CommHandled{})
		k.late("", notebook.StreamOutput{Text: "?"})
		c.sink(messageTo("unknown"))
		big := messageTo("w")
		big.Buffers = [][]byte{make([]byte, 9<<20)}
		c.sink(opening("w"))
		c.sink(big)
		c.ok()
		<-time.After(3 * time.Second)
		heard := o.heard(ana)
		require.Len(t, heard, 3)
		require.Equal(t, opening("w"), heard[0].(notebook.CommReceived).Comm)
		require.Equal(t, notebook.CommsLost{Messages: 1}, heard[1], "it was too large")
		require.Equal(t, notebook.CommsLost{Messages: 1}, heard[2], "of an object that is not there")
	})
}

// Messages wait for a person whose connection broke, up to a bound.
func TestMessagesWaitForWhoeverIsAway(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		c.sink(opening("w"))
		o.heard(ana)
		o.goes(ana)
		for range 2000 {
			c.sink(messageTo("w"))
		}
		events := o.comes(ana)
		require.Len(t, events, 1+1000+1)
		require.IsType(t, notebook.CommsListed{}, events[0])
		require.Equal(t, notebook.CommsLost{Messages: 1000}, events[1001])
		c.sink(messageTo("w"))
		require.Len(t, o.heard(ana), 1)
		require.Len(t, o.comes(ana), 1, "and only once")
		c.ok()
	})
}

// outputWidget is how ipywidgets says that a widget takes the output of a request.
func outputWidget(id, request string) notebook.Comm {
	return notebook.Comm{Kind: notebook.CommMsg, ID: id, Data: json.RawMessage(fmt.Sprintf(`{"method":"update","state":{"msg_id":%q},"buffer_paths":[]}`, request))}
}

func TestOutputWidgetsTakeOutput(t *testing.T) {
	inOffice(t, func(o *office) {
		run := o.enqueue("with out: print()")[0]
		k := o.kernel()
		c := <-k.calls
		out := opening("out")
		out.Data = json.RawMessage(`{"state":{"_model_name":"OutputModel","_model_module":"@jupyter-widgets/output","msg_id":""},"buffer_paths":[]}`)
		c.sink(opening("a label"))
		c.sink(out)
		c.sink(outputWidget("a label", run.String())) // it is no output widget
		c.print("before;")
		c.sink(outputWidget("out", run.String()))
		c.print("inside")
		c.sink(notebook.ClearOutput{Wait: true})
		c.sink(outputWidget("out", ""))
		c.print("after")
		require.NoError(t, o.sendComm(k, ana, messageTo("out")))
		request := k.sent().request
		k.late(request, outputWidget("out", request))
		k.late(request, notebook.StreamOutput{Name: "stdout", Text: "of a callback"})
		k.late(request, outputWidget("out", ""))
		c.ok()
		o.stored(run)
		require.Equal(t, "before;after", o.store.text(run, 0))
		var printed []notebook.CommPrinted
		for _, e := range o.heard(ana) {
			if p, ok := e.(notebook.CommPrinted); ok {
				printed = append(printed, p)
			}
		}
		require.Equal(t, []notebook.CommPrinted{
			{Kernel: k.id, Parent: run.String(), Comm: "out", Output: notebook.StreamOutput{Name: "stdout", Text: "inside"}},
			{Kernel: k.id, Parent: run.String(), Comm: "out", Output: notebook.ClearOutput{Wait: true}},
			{Kernel: k.id, Parent: "mine", Comm: "out", Output: notebook.StreamOutput{Name: "stdout", Text: "of a callback"}},
		}, printed)
	})
}

// What a widget's callback does can be interrupted, but not a kernel at rest.
func TestCallbacksAreInterrupted(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		c.sink(opening("w"))
		c.ok()
		synctest.Wait()
		asAna := o.by(ana, "ana")
		require.NoError(t, o.runner.Interrupt(asAna, o.choice("")))
		require.Zero(t, k.interrupted())
		require.NoError(t, o.sendComm(k, ana, messageTo("w")))
		require.NoError(t, o.runner.Interrupt(asAna, o.choice("")))
		require.Equal(t, 1, k.interrupted())
		k.late(k.sent().request, notebook.CommHandled{})
		require.NoError(t, o.runner.Interrupt(asAna, o.choice("")))
		require.Equal(t, 1, k.interrupted())
	})
}

// A kernel whose widgets are used is not idle.
func TestWidgetsKeepAKernelAlive(t *testing.T) {
	inOffice(t, func(o *office) {
		o.enqueue("a")
		k := o.kernel()
		c := <-k.calls
		c.sink(opening("w"))
		c.ok()
		<-time.After(50 * time.Minute)
		require.NoError(t, o.sendComm(k, ana, messageTo("w")))
		<-time.After(50 * time.Minute)
		require.Equal(t, notebook.KernelIdle, o.kernelState().State)
		<-time.After(20 * time.Minute)
		<-k.done
	})
}
