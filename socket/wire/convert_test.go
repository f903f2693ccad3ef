package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/socket/wire"
)

func TestAPartIsDescribedWhole(t *testing.T) {
	p := notebook.Part{Index: 1, Kind: notebook.DisplayPart, Name: "n", DisplayID: "d", Revision: 2, Bytes: 30, GapAt: 4, GapBytes: 5,
		Lines: 6, GapLine: 7, GapLines: 8, Table: notebook.EscapedTable}
	require.Equal(t, wire.OutputPart{Part: 1, Kind: "display", Name: "n", DisplayID: "d", Revision: 2, Offset: 3, Bytes: 30, Missing: 5,
		Lines: 6, GapLine: 7, GapLines: 8, Table: "escaped"}, wire.OutputPartOf(p, 3))
}
