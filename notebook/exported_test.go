package notebook_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/fault"
	"quire/notebook"
)

// What leaves with an export is what its maker sees: results in others' own kernels
// stay out, and so does what has not ended.
func TestAnExportHoldsWhatOneSees(t *testing.T) {
	w := newWorld(t)
	ana, ben, rita := w.person("ana"), w.person("ben"), w.person("rita")
	note := w.note(ana)
	w.grant(note, ben, auth.Runner)
	w.grant(note, rita, auth.Runner)
	w.do(ana, note, &notebook.InsertParagraph{Paragraph: "p", Text: "%md hello"})
	w.do(ana, note, &notebook.SetNote{Settings: json.RawMessage(`{"kernels":"own"}`)})
	var started notebook.StartRun
	require.NoError(t, json.Unmarshal(w.do(rita, note, &notebook.StartRun{Paragraphs: []string{"p"}}).Body, &started))
	run := started.Runs[0].Run
	ended := func() bool {
		r, err := w.db.Runs().Run(context.Background(), run)
		return err == nil && r.State.Ended()
	}
	require.Eventually(t, ended, 10*time.Second, 10*time.Millisecond)
	text := []byte("rita's, é\n")
	require.NoError(t, w.db.Runs().AppendOutput(context.Background(), run, []notebook.PartWrite{
		{Part: notebook.Part{Kind: notebook.StreamPart, Name: "stdout", Bytes: int64(len(text)) + 100, GapAt: 4, GapBytes: 100}, Data: text[:4]},
	}))
	require.NoError(t, w.db.Runs().AppendOutput(context.Background(), run, []notebook.PartWrite{
		{Part: notebook.Part{Kind: notebook.StreamPart, Name: "stdout", Bytes: int64(len(text)) + 100, GapAt: 4, GapBytes: 100}, Start: 104, Data: text[4:]},
	}))

	result := func(as context.Context) *notebook.NewResult {
		e, err := w.svc.Export(as, note, "n")
		require.NoError(t, err)
		r, err := e.Result(e.Note.Paragraphs[0])
		require.NoError(t, err)
		return r
	}
	require.Nil(t, result(ben), "it is not his to see")
	require.Equal(t, string(text), string(result(rita).Parts[0].Data), "what is there, without the gap")

	_, err := w.svc.Export(w.person("eve"), note, "n")
	require.True(t, fault.Is(err, fault.NotFound))
}
