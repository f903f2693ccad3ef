package zpln_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/notebook/notebooktest"
	"quire/notebook/zpln"
)

func write(t *testing.T, n *notebook.Exported) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, zpln.Write(&b, n, zpln.Options{Outputs: true}))
	require.True(t, json.Valid(b.Bytes()), "%s", b.Bytes())
	return b.Bytes()
}

const kept = `{"name":"N","id":"2ABC","noteParams":{"a":1},"angularObjects":{"x":[]},"config":{"looknfeel":"report","cron":"0 0"},"version":"0.12",
 "defaultInterpreterGroup":"spark","paragraphs":[
 {"id":"paragraph_1_2","title":"T","text":"%python\n1","user":"ana","dateStarted":"2020-01-02 03:04:05.678","dateFinished":"2020-01-02 03:04:06.000",
  "dateCreated":"Jan 2, 2020 1:02:03 AM","jobName":"j","status":"ERROR","settings":{"params":{"x":"1"},"forms":{"x":{"name":"x"}}},
  "config":{"colWidth":6.0,"editorMode":"ace/mode/python","results":{"0":{"graph":{"mode":"barChart","height":12345678901234567}}},"enabled":false},
  "results":{"code":"ERROR","msg":[{"type":"TEXT","data":"out\n"},{"type":"TABLE","data":"a\tb\n1\t2"},{"type":"HTML","data":"<b>&"},{"type":"IMG","data":"iVBORw0KGgo="}]}},
 {"text":"%md hi","status":"READY","config":{}}]}`

func TestWhatWasReadIsWrittenAsItWas(t *testing.T) {
	in, err := zpln.Read([]byte(kept))
	require.NoError(t, err)
	in.Content.Paragraphs[1].ID = "second"
	out := write(t, notebooktest.Exported("N", in.Content))
	var was, is map[string]any
	require.NoError(t, json.Unmarshal([]byte(kept), &was))
	require.NoError(t, json.Unmarshal(out, &is))
	second := was["paragraphs"].([]any)[1].(map[string]any)
	second["id"], second["settings"], second["progressUpdateIntervalMs"] = "second", map[string]any{"params": map[string]any{}, "forms": map[string]any{}}, 500.0
	first := was["paragraphs"].([]any)[0].(map[string]any)
	first["progressUpdateIntervalMs"] = 500.0
	was["info"] = map[string]any{}
	require.Equal(t, was, is)
	require.Contains(t, string(out), "12345678901234567", "numbers stay as they were written")

	again, err := zpln.Read(out)
	require.NoError(t, err)
	require.Equal(t, string(out), string(write(t, notebooktest.Exported("N", again.Content))), "a second round changes nothing")
}

func TestWhatWasSetSinceIsWritten(t *testing.T) {
	in, err := zpln.Read([]byte(kept))
	require.NoError(t, err)
	p := &in.Content.Paragraphs[0]
	p.Settings.Width, p.Settings.HideCode, p.Settings.Disabled, p.Settings.FontSize = 0, true, false, 14
	again, err := zpln.Read(write(t, notebooktest.Exported("N", in.Content)))
	require.NoError(t, err)
	got := again.Content.Paragraphs[0].Settings
	require.Equal(t, [4]any{0, true, false, 14}, [4]any{got.Width, got.HideCode, got.Disabled, got.FontSize})
	require.Contains(t, string(got.Imported), "barChart")
}

func TestResultsOfJupyterAreShownAsZeppelinCan(t *testing.T) {
	r := &notebook.NewResult{State: notebook.RunError}
	r.AddText("stdout", "hi\n")
	require.NoError(t, r.AddBundle(notebook.Bundle{ExecutionCount: 1, Data: map[string]json.RawMessage{
		"text/html": json.RawMessage(`"<b>"`), "text/plain": json.RawMessage(`"b"`)}}))
	require.NoError(t, r.AddBundle(notebook.Bundle{Data: map[string]json.RawMessage{"application/json": json.RawMessage(`{"a":1}`)}}))
	require.NoError(t, r.AddBundle(notebook.Bundle{
		Data:     map[string]json.RawMessage{"text/tab-separated-values": json.RawMessage(`"a\tb\n\\\\N\t\\N\nx\\ty\tz\\nz"`)},
		Metadata: json.RawMessage(`{"text/tab-separated-values": {"escaped": true}}`)}))
	require.NoError(t, r.AddTraceback(notebook.Traceback{Name: "E", Value: "v", Traceback: []string{"\x1b[31mline\x1b[0m", "E: v"}}))
	c := notebook.NewContent{Paragraphs: []notebook.NewParagraph{{ID: "p", Title: "Shown", Text: "1", Result: r}}}
	var f struct {
		Paragraphs []struct {
			Status  string
			Config  map[string]any
			Results struct {
				Code string
				Msg  []struct{ Type, Data string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(write(t, notebooktest.Exported("n", c)), &f))
	p := f.Paragraphs[0]
	require.Equal(t, "ERROR", p.Status)
	require.Equal(t, true, p.Config["title"])
	require.Equal(t, "TEXT hi\n", p.Results.Msg[0].Type+" "+p.Results.Msg[0].Data)
	require.Equal(t, "HTML <b>", p.Results.Msg[1].Type+" "+p.Results.Msg[1].Data)
	require.Contains(t, p.Results.Msg[2].Data, `{"a":1}`)
	require.Equal(t, "TABLE a\tb\n\\N\tnull\nx y\tz z", p.Results.Msg[3].Type+" "+p.Results.Msg[3].Data)
	require.Equal(t, "line\nE: v\n", p.Results.Msg[4].Data)
}

func TestNotesOfZeppelinsTutorialsComeBackAsTheyWere(t *testing.T) {
	files, err := filepath.Glob("../../../shared/fixtures/zeppelin/*/*.zpln")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the notes of others are not here")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		in, err := zpln.Read(data)
		require.NoError(t, err)
		again, err := zpln.Read(write(t, notebooktest.Exported(in.Name, in.Content)))
		require.NoError(t, err)
		require.Len(t, again.Content.Paragraphs, len(in.Content.Paragraphs))
		for i, p := range in.Content.Paragraphs {
			got := again.Content.Paragraphs[i]
			require.Equal(t, p.Text, got.Text, "%s: paragraph %d", file, i)
			require.Equal(t, p.Title, got.Title)
			require.Equal(t, p.Result == nil, got.Result == nil)
			if p.Result != nil {
				require.Equal(t, p.Result.Parts, got.Result.Parts, "%s: paragraph %d", file, i)
			}
		}
	}
}
