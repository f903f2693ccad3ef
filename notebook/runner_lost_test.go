package notebook_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
)

// lost is an execution that was sent and whose end nobody knows.
var lost = notebook.ExecuteResult{Status: notebook.ExecuteLost, Reason: "the connection was cut"}

func TestARunWhoseEndIsNotKnownIsLost(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a", "b")
		other := o.enqueue("c")
		k := o.kernel()
		(<-k.calls).answer <- lost
		r := o.stored(ids[0])
		require.Equal(t, notebook.RunLost, r.State)
		require.Equal(t, "the connection was cut", r.Reason)
		require.Equal(t, notebook.RunCancelled, o.stored(ids[1]).State)
		require.Equal(t, "how an earlier paragraph of the same run ended is not known", o.stored(ids[1]).Reason)
		c := <-k.calls
		require.Equal(t, "c", c.code, "the kernel is still there, and nothing goes out twice")
		c.ok()
		require.Equal(t, notebook.RunDone, o.stored(other[0]).State)
		require.Equal(t, notebook.KernelIdle, o.kernelState().State)
	})
}

func TestALostRunWhoseKernelIsGone(t *testing.T) {
	inOffice(t, func(o *office) {
		ids := o.enqueue("a")
		k := o.kernel()
		<-k.calls
		k.lostAtDeath = true
		k.die("the gateway did not come back")
		require.Equal(t, notebook.RunLost, o.stored(ids[0]).State)
		require.Equal(t, notebook.KernelDead, o.kernelState().State)
		require.Equal(t, "the gateway did not come back", o.kernelState().Reason)
	})
}
