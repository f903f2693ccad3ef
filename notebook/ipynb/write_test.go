package ipynb_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/notebook"
	"quire/notebook/ipynb"
	"quire/notebook/notebooktest"
)

func write(t require.TestingT, n *notebook.Exported, outputs bool) []byte {
	var b bytes.Buffer
	require.NoError(t, ipynb.Write(&b, n, ipynb.Options{Outputs: outputs}))
	return b.Bytes()
}

// cellsOf reads a notebook without Quire, and takes away what Quire adds.
func cellsOf(t *testing.T, data []byte) (cells []map[string]any, metadata map[string]any) {
	var f struct {
		Cells    []map[string]any
		Metadata map[string]any
	}
	require.NoError(t, json.Unmarshal(data, &f))
	delete(f.Metadata, "quire")
	for _, c := range f.Cells {
		c["source"] = joined(c["source"])
		if m, ok := c["metadata"].(map[string]any); ok {
			delete(m, "quire")
		}
	}
	return f.Cells, f.Metadata
}

func joined(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	s := ""
	for _, line := range list {
		s += line.(string)
	}
	return s
}

func TestWhatWasReadIsWrittenAsItWas(t *testing.T) {
	in, err := ipynb.Read([]byte(small))
	require.NoError(t, err)
	out := write(t, notebooktest.Exported("Small", in.Content), true)
	was, metadata := cellsOf(t, []byte(small))
	is, after := cellsOf(t, out)
	require.Equal(t, metadata, after)
	require.Len(t, is, len(was))
	for i := range was {
		require.Equal(t, was[i]["cell_type"], is[i]["cell_type"], "cell %d", i)
		require.Equal(t, was[i]["source"], is[i]["source"], "cell %d: no prefix comes or goes", i)
		require.Equal(t, was[i]["attachments"], is[i]["attachments"], "cell %d", i)
		if was[i]["metadata"] != nil {
			require.Equal(t, was[i]["metadata"], is[i]["metadata"], "cell %d", i)
		}
	}
	outputs := is[1]["outputs"].([]any)
	require.Len(t, outputs, 5)
	require.Equal(t, "a\nb", joined(outputs[0].(map[string]any)["text"]))
	require.Equal(t, "execute_result", outputs[3].(map[string]any)["output_type"])
	require.EqualValues(t, 3, outputs[3].(map[string]any)["execution_count"])

	again, err := ipynb.Read(out)
	require.NoError(t, err)
	require.Equal(t, "Small", again.Name)
	require.Equal(t, string(out), string(write(t, notebooktest.Exported("Small", again.Content), true)), "a second round changes nothing")
}

func TestWithoutOutputsThereAreNone(t *testing.T) {
	in, err := ipynb.Read([]byte(small))
	require.NoError(t, err)
	cells, _ := cellsOf(t, write(t, notebooktest.Exported("x", in.Content), false))
	require.Equal(t, []any{}, cells[1]["outputs"])
	require.Nil(t, cells[1]["execution_count"])
}

func TestWhatJupyterHasNoPlaceForComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := notebook.NewContent{Settings: notebook.NoteSettings{
			DefaultInterpreter: rapid.SampledFrom([]string{"python", "spark", "r"}).Draw(t, "default"),
			Imported:           json.RawMessage(rapid.SampledFrom([]string{"", `{"zeppelin":{"config":{"looknfeel":"report"}}}`}).Draw(t, "kept")),
		}}
		starts := []string{"", "%md\n", "%md ", "\n%md\n", "%md", "%python\n", "%matplotlib inline\n", "%%bash\n", "%md.markdown\n", "%mdx\n", "%md\t"}
		for i := range rapid.IntRange(0, 5).Draw(t, "cells") {
			c.Paragraphs = append(c.Paragraphs, notebook.NewParagraph{
				ID: "p" + string(rune('a'+i)), Title: rapid.SampledFrom([]string{"", "A title"}).Draw(t, "title"),
				Text: rapid.SampledFrom(starts).Draw(t, "start") + rapid.StringOfN(rapid.RuneFrom([]rune("ab \n%<&é\u2028")), 0, 12, -1).Draw(t, "text"),
				Settings: notebook.ParagraphSettings{Width: rapid.SampledFrom([]int{0, 6}).Draw(t, "width"), HideCode: rapid.Bool().Draw(t, "hide"),
					Disabled: rapid.Bool().Draw(t, "disabled"),
					Imported: json.RawMessage(rapid.SampledFrom([]string{"", `{"zeppelin":{"user":"ana"}}`}).Draw(t, "keptHere"))},
			})
		}
		again, err := ipynb.Read(write(t, notebooktest.Exported("n", c), true))
		require.NoError(t, err)
		require.Equal(t, c.Settings.DefaultInterpreter, again.Content.Settings.DefaultInterpreter)
		require.Len(t, again.Content.Paragraphs, len(c.Paragraphs))
		for i, p := range c.Paragraphs {
			got := again.Content.Paragraphs[i]
			require.Equal(t, p.Text, got.Text)
			require.Equal(t, p.Title, got.Title)
			was, is := p.Settings, got.Settings
			require.Equal(t, zeppelinOf(t, was.Imported), zeppelinOf(t, is.Imported))
			was.Imported, is.Imported = nil, nil
			require.Equal(t, was, is)
		}
		require.Equal(t, zeppelinOf(t, c.Settings.Imported), zeppelinOf(t, again.Content.Settings.Imported))
	})
}

func zeppelinOf(t require.TestingT, raw json.RawMessage) any {
	var m map[string]any
	if len(raw) > 0 {
		require.NoError(t, json.Unmarshal(raw, &m))
	}
	return m["zeppelin"]
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	r := &notebook.NewResult{State: notebook.RunDone, Dropped: 150, Parts: []notebook.PartWrite{
		{Part: notebook.Part{Kind: notebook.StreamPart, Name: "stdout", Bytes: 104, GapAt: 2, GapBytes: 100}, Data: []byte("abcd")},
		{Part: notebook.Part{Kind: notebook.DisplayPart, Bytes: 9}, Data: []byte("{\"da")},
		{Part: notebook.Part{Kind: notebook.DisplayPart}},
	}}
	cells, _ := cellsOf(t, write(t, notebooktest.Exported("x", notebook.NewContent{Paragraphs: []notebook.NewParagraph{{ID: "p", Text: "1", Result: r}}}), true))
	outputs := cells[0]["outputs"].([]any)
	require.Len(t, outputs, 3, "a cleared display is none")
	require.Equal(t, "ab\n[100 bytes were not kept]\ncd", joined(outputs[0].(map[string]any)["text"]))
	require.Contains(t, joined(outputs[1].(map[string]any)["text"]), "9 bytes")
	require.Contains(t, joined(outputs[2].(map[string]any)["text"]), "50 bytes")
}

// What Jupyter's own library says of what we write, where it is installed.
func TestJupyterTakesItForANotebook(t *testing.T) {
	if err := exec.Command("python3", "-c", "import nbformat").Run(); err != nil {
		t.Skip("Jupyter's nbformat is not installed")
	}
	files, err := filepath.Glob("../../../shared/fixtures/jupyter/*.ipynb")
	require.NoError(t, err)
	inputs := [][]byte{[]byte(strings.Replace(small, `"name":"python3"`, `"name":"python3","display_name":"Python 3"`, 1))}
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		inputs = append(inputs, data)
	}
	for _, data := range inputs {
		in, err := ipynb.Read(data)
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "n.ipynb")
		require.NoError(t, os.WriteFile(file, write(t, notebooktest.Exported("n", in.Content), true), 0o600))
		out, err := exec.Command("python3", "-c", "import nbformat, sys; n = nbformat.read(sys.argv[1], 4); nbformat.validate(n); assert n.nbformat_minor == 5", file).CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.NotContains(t, string(out), "Warning")
	}
}
