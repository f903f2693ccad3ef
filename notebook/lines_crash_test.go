package notebook_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"quire/notebook"
)

// Each row is true as it is committed: the server may die right then, and nothing
// follows it.

// watched has every commit of output checked, and counts them.
func (x *recorded) watched(check func(notebook.Part)) (commits *int, failed *failure) {
	commits, failed = new(int), new(failure)
	x.store.setAfter(func(op string) error {
		if op == "output" && *failed == "" {
			*commits++
			failed.watch(func() {
				checkStored(failed, x.store, x.run)
				check(x.store.part(x.run, 0))
			})
		}
		return nil
	})
	return commits, failed
}

func TestRowsAreTrueWhileMuchWaitsBeforeAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 6 << 20, TailBytes: 100 << 10})
		var gaps []int64
		commits, failed := x.watched(func(p notebook.Part) { gaps = append(gaps, p.GapAt) })
		x.store.setBefore(func(string) error { return errAway })
		x.print(strings.Repeat("0123456789abcd\n", 1<<19))
		<-time.After(time.Second)
		x.store.setBefore(nil)
		<-time.After(time.Minute)
		x.finish()
		require.Empty(t, *failed)
		require.GreaterOrEqual(t, *commits, 3)
		require.Greater(t, gaps[len(gaps)-1], gaps[0], "what waits is missing until it is stored")
	})
}

func TestRowsAreTrueWhileMoreIsPrintedBehindAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := record(t, notebook.OutputLimits{RunBytes: 90 << 10, TailBytes: 20 << 10, BacklogBytes: 10 << 10})
		shorter := false
		x.printLines(0, 3000, 10)
		<-time.After(time.Second)
		commits, failed := x.watched(func(p notebook.Part) {
			shorter = shorter || p.GapBytes > 0 && p.Bytes < x.parts()[0].Bytes
		})
		x.store.setBefore(func(string) error { return errAway })
		x.printLines(3000, 12_000, 10)
		<-time.After(time.Second)
		x.store.setBefore(nil)
		<-time.After(time.Minute) // the tail is stored
		x.print(strings.Repeat("too much\n", 2000))
		<-time.After(time.Second)
		synctest.Wait()
		defer x.finish()
		require.True(t, shorter, "the row ends before what is printed behind the gap")
		require.Empty(t, *failed)
		require.Greater(t, *commits, 2)
		checkLines(t, x.out, x.run)
	})
}
