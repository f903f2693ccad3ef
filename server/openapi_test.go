package server_test

import (
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/server"
	"quire/socket/wire"
)

// document is as much of OpenAPI as the socket is described in.
type document struct {
	Paths      map[string]any
	Components struct {
		Schemas map[string]struct {
			Properties map[string]struct {
				Enum []string
				Ref  string `json:"$ref"`
			}
			Required []string
		}
	}
}

func TestDocumentDescribesTheSocket(t *testing.T) {
	n := server.New(server.Config{Build: "test"}, server.Services{}, slog.New(slog.DiscardHandler))
	raw, err := n.OpenAPI()
	require.NoError(t, err)
	var doc document
	require.NoError(t, json.Unmarshal(raw, &doc))
	require.NotEmpty(t, doc.Paths)
	schemas := doc.Components.Schemas

	for name, op := range map[string]string{
		"HelloFrame": wire.OpHello, "NoteFrame": wire.OpNote, "ResumeFrame": wire.OpResume, "EntryFrame": wire.OpEntry,
		"RefusedFrame": wire.OpRefused, "RunFrame": wire.OpRun, "KernelsFrame": wire.OpKernels,
		"OutputFrame": wire.OpOutput, "PeopleFrame": wire.OpPeople, "CaretFrame": wire.OpCaret,
		"AllowedFrame": wire.OpAllowed, "GoneFrame": wire.OpGone, "TreeFrame": wire.OpTree, "StatusFrame": wire.OpStatus,
		"InputFrame": wire.OpInput, "Input_doneFrame": wire.OpInputDone, "CommFrame": wire.OpComm, "Comm_doneFrame": wire.OpCommDone,
		"Comm_outputFrame": wire.OpCommOutput, "CommsFrame": wire.OpComms, "Comms_lostFrame": wire.OpCommsLost,
	} {
		require.Contains(t, schemas, name)
		require.Equal(t, []string{op}, schemas[name].Properties["op"].Enum)
	}
	require.ElementsMatch(t, []string{wire.OpHello, wire.OpOpen, wire.OpClose, wire.OpDo, wire.OpCaret, wire.OpWatch, wire.OpAnswer, wire.OpComm},
		schemas["ClientFrame"].Properties["op"].Enum)
	require.Equal(t, notebook.Kinds(), schemas["Operations"].Required)
	for _, kind := range notebook.Kinds() {
		require.NotEmpty(t, schemas["Operations"].Properties[kind].Ref)
	}
	for _, name := range []string{"Bundle", "Traceback", "NoteSettings", "ParagraphSettings"} {
		require.Contains(t, schemas, name)
	}
}
