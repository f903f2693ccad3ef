package notebook_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/notebook"
)

// A cell that prints for ever fills neither memory nor disk, and can be stopped at once.
func TestPrintingForEver(t *testing.T) {
	const (
		kept    = 2 << 20
		tail    = 256 << 10
		printed = 10 * kept
	)
	l := newLabWithin(t, notebook.OutputLimits{RunBytes: kept, TailBytes: tail, HeadBytes: 64 << 10, BacklogBytes: 1 << 20}, 4<<20)
	require.Equal(t, notebook.RunDone, l.ended(l.run("1")[0]).State)
	tableBefore, memoryBefore := l.outputOnDisk(), liveMemory()

	// It counts now and then, so that what is printed can be taken: then all that is
	// missing is what was not stored.
	id := l.run("i = 0\nwhile True:\n    print(f'{i:09} ' + 'x' * 89)\n    i += 1\n    if i % 5000 == 0: sum(range(5_000_000))")[0]
	all := l.awaitBytes(id, printed)
	require.Less(t, liveMemory()-memoryBefore, int64(16<<20), "what was printed is not held")
	require.Less(t, l.outputOnDisk()-tableBefore, int64(2*kept), "nor stored")
	require.Positive(t, all.GapBytes)

	began := time.Now()
	require.NoError(t, l.runner.Interrupt(auth.WithActor(context.Background(), l.ana), notebook.KernelChoice{Note: l.note}))
	r := l.ended(id)
	require.Less(t, time.Since(began), 10*time.Second)
	require.Equal(t, notebook.RunCancelled, r.State)
	require.Less(t, l.outputOnDisk()-tableBefore, int64(2*kept))

	parts, contents := l.output(id)
	all = stdoutOf(parts)
	require.LessOrEqual(t, all.Bytes-all.GapBytes, int64(kept))
	require.GreaterOrEqual(t, r.Dropped, all.GapBytes)
	require.Positive(t, r.Dropped)
	requireLines(t, contents[0], 0)
	stdout := parts[0]
	if all.Bytes != stdout.Bytes {
		return // too slow a machine to take all: then lines are missing before the recorder, too
	}
	told := strings.ReplaceAll(strings.Join(contents[1:], "\n"), ",", "")
	require.Contains(t, told, fmt.Sprintf("%d bytes of this output were not stored", stdout.GapBytes))
	end := l.read(id, stdout, stdout.GapAt+stdout.GapBytes)
	require.InDelta(t, tail, len(end), 64<<10, "it is dropped in slices of that size")
	_, whole, _ := strings.Cut(end, "\n")
	var first int
	_, err := fmt.Sscanf(whole, "%d", &first)
	require.NoError(t, err)
	require.Greater(t, first, printed/100/2, "the end is the newest, not more of the beginning")
	requireLines(t, whole, first)
}

// requireLines checks numbered lines; the last may not be whole.
func requireLines(t *testing.T, text string, first int) {
	t.Helper()
	lines := strings.Split(text, "\n")
	require.Greater(t, len(lines), 100)
	for i, line := range lines[:len(lines)-1] {
		require.Equal(t, fmt.Sprintf("%09d ", first+i)+strings.Repeat("x", 89), line)
	}
}

// stdoutOf adds up what was printed.
func stdoutOf(parts []notebook.Part) (all notebook.Part) {
	for _, p := range parts {
		if p.Kind == notebook.StreamPart && p.Name == "stdout" {
			all.Bytes, all.GapBytes = all.Bytes+p.Bytes, all.GapBytes+p.GapBytes
		}
	}
	return all
}

// awaitBytes waits until a run has printed so many bytes.
func (l *lab) awaitBytes(id notebook.ID, n int64) notebook.Part {
	l.t.Helper()
	changed, stop := l.outputs.Watch(id)
	defer stop()
	limit := time.After(2 * time.Minute)
	for {
		parts, _, err := l.outputs.Parts(context.Background(), id)
		require.NoError(l.t, err)
		if all := stdoutOf(parts); all.Bytes >= n {
			return all
		}
		select {
		case <-changed:
		case <-limit:
			l.t.Fatalf("it has not printed so much in two minutes: %+v", parts)
		}
	}
}

// read returns a part's bytes from offset on, up to its gap or end.
func (l *lab) read(id notebook.ID, p notebook.Part, offset int64) string {
	l.t.Helper()
	var all strings.Builder
	for {
		data, err := l.outputs.Read(context.Background(), id, p.Index, p.Revision, offset+int64(all.Len()), 1<<20)
		require.NoError(l.t, err)
		if len(data) == 0 {
			return all.String()
		}
		all.Write(data)
	}
}

// outputOnDisk is what output takes in the database with its indexes.
func (l *lab) outputOnDisk() (bytes int64) {
	l.t.Helper()
	require.NoError(l.t, l.sql.QueryRow(context.Background(),
		`SELECT pg_total_relation_size('run_chunks') + pg_total_relation_size('run_parts')`).Scan(&bytes))
	return bytes
}

func liveMemory() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
