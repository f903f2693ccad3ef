package zpln_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/zpln"
)

const small = `{"name":"Team/Churn","defaultInterpreterGroup":"python","config":{"looknfeel":"report"},"paragraphs":[
 {"id":"paragraph_1_-2","title":"Load  it","text":"%python\nprint(1)","status":"FINISHED","dateStarted":"2020-05-01 10:00:00.000",
  "dateFinished":"May 1, 2020 10:00:02 AM","config":{"colWidth":6.0,"fontSize":9.0,"editorHide":true,"enabled":false,"graph":{}},
  "results":{"code":"SUCCESS","msg":[{"type":"TEXT","data":"a"},{"type":"TEXT","data":"b"},{"type":"TABLE","data":"x\ty\n1\t2\n"},{"type":"NULL","data":""}]}},
 {"id":"paragraph_1_-2","text":"%md # Hi","results":{"code":"SUCCESS","msg":[{"type":"HTML","data":"<h1>Hi</h1>"}]},"status":"FINISHED"},
 {"id":"strange id!","status":"READY"},
 {"id":"old","text":"x","status":"ERROR","result":{"code":"ERROR","type":"HTML","msg":"<b>no</b>"}},
 {"id":"stopped","text":"y","status":"RUNNING","results":{"code":"SUCCESS","msg":[{"type":"ANGULAR","data":"<i/>"}]}}]}`

func TestReadKeepsWhatANoteSays(t *testing.T) {
	in, err := zpln.Read([]byte(small))
	require.NoError(t, err)
	require.Equal(t, "Team/Churn", in.Name)
	require.Equal(t, "python", in.Content.Settings.DefaultInterpreter)
	require.JSONEq(t, `{"zeppelin":{"config":{"looknfeel":"report"}}}`, string(in.Content.Settings.Imported))
	ps := in.Content.Paragraphs
	require.Len(t, ps, 5)

	p := ps[0]
	require.Equal(t, "paragraph_1_-2", p.ID)
	require.Equal(t, "Load it", p.Title)
	require.Equal(t, "%python\nprint(1)", p.Text, "the magic line stays")
	require.Equal(t, 6, p.Settings.Width)
	require.Zero(t, p.Settings.FontSize)
	require.True(t, p.Settings.HideCode)
	require.True(t, p.Settings.Disabled)
	require.Equal(t, notebook.RunDone, p.Result.State)
	require.Equal(t, 2.0, p.Result.EndedAt.Sub(p.Result.StartedAt).Seconds())
	require.Len(t, p.Result.Parts, 2, "text that follows text continues it")
	require.Equal(t, "ab", string(p.Result.Parts[0].Data))
	require.JSONEq(t, `{"data":{"text/tab-separated-values":"x\ty\n1\t2"}}`, string(p.Result.Parts[1].Data))

	require.Empty(t, ps[1].ID, "an id that was there already is chosen anew")
	require.Nil(t, ps[1].Result, "markdown is rendered, not run")
	require.Empty(t, ps[2].ID)
	require.Nil(t, ps[2].Result)
	require.Equal(t, notebook.RunError, ps[3].Result.State)
	require.JSONEq(t, `{"data":{"text/html":"<b>no</b>"}}`, string(ps[3].Result.Parts[0].Data))
	require.Equal(t, notebook.RunCancelled, ps[4].Result.State)
	require.Len(t, in.Warnings, 1)
}

func TestReadRefusesWhatIsNoNote(t *testing.T) {
	for _, s := range []string{``, `[]`, `{}`, `{"name":"x"}`, `{"paragraphs":[1]}`, `{"paragraphs":{}}`, `{"paragraphs":[{"text":5}]}`} {
		_, err := zpln.Read([]byte(s))
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", s, err)
	}
}

func TestReadNotesThatShipWithZeppelin(t *testing.T) {
	const folder = "../../../shared/fixtures/zeppelin"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the notes of others are not here")
	}
	count := 0
	require.NoError(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		in, err := zpln.Read(data)
		require.NoError(t, err, path)
		require.NotEmpty(t, in.Content.Paragraphs, path)
		for _, p := range in.Content.Paragraphs {
			if p.Result != nil {
				count += len(p.Result.Parts)
			}
		}
		return nil
	}))
	require.Greater(t, count, 50, "stored results")
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := zpln.Read(data)
		require.True(t, (in == nil) == (err != nil))
	})
}
