package migrations_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"quire/migrations"
	"quire/store/storetest"
)

// Output that was stored before lines were counted is counted.
func TestLinesOfEarlierOutputAreCounted(t *testing.T) {
	url := storetest.Empty(t)
	before := fstest.MapFS{}
	for _, name := range []string{"000001_quire.up.sql", "000002_access.up.sql"} {
		b, err := fs.ReadFile(migrations.Files, name)
		require.NoError(t, err)
		before[name] = &fstest.MapFile{Data: b}
	}
	require.NoError(t, migrations.UpWith(t.Context(), url, before))
	conn := connect(t, url)
	_, err := conn.Exec(t.Context(), `
		SET session_replication_role = replica; -- a run without a note
		INSERT INTO run_parts (run_id, part, kind, revision, bytes, gap_at, gap_bytes) VALUES
			('00000000-0000-0000-0000-000000000001', 0, 'stream', 0, 14, null, 0),
			('00000000-0000-0000-0000-000000000001', 1, 'stream', 1, 100, 5, 90),
			('00000000-0000-0000-0000-000000000001', 2, 'display', 0, 4, null, 0),
			('00000000-0000-0000-0000-000000000001', 3, 'stream', 2, 0, null, 0);
		INSERT INTO run_chunks (run_id, part, revision, start, data) VALUES
			('00000000-0000-0000-0000-000000000001', 0, 0, 0, '\x0a5c0a00ff0a'),       -- backslash, NUL, 255
			('00000000-0000-0000-0000-000000000001', 0, 0, 6, '\x6e5c6e5c0a0a20'),
			('00000000-0000-0000-0000-000000000001', 1, 1, 0, '\x61620a'),
			('00000000-0000-0000-0000-000000000001', 1, 1, 5, '\x0a0a0a'),             -- lost with what was before
			('00000000-0000-0000-0000-000000000001', 1, 1, 95, '\x0a0a610a0a'),
			('00000000-0000-0000-0000-000000000001', 2, 0, 0, '\x0a0a0a0a');`)
	require.NoError(t, err)
	require.NoError(t, migrations.UpWith(t.Context(), url, migrations.Files))
	got := [][3]int64{}
	rows, err := conn.Query(t.Context(), `SELECT lines, gap_line, gap_lines FROM run_parts ORDER BY part`)
	require.NoError(t, err)
	for rows.Next() {
		var one [3]int64
		require.NoError(t, rows.Scan(&one[0], &one[1], &one[2]))
		got = append(got, one)
	}
	require.NoError(t, rows.Err())
	require.Equal(t, [][3]int64{{5, 0, 0}, {5, 1, 0}, {0, 0, 0}, {0, 0, 0}}, got)
}
