package ipynb_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
	"quire/notebook"
	"quire/notebook/ipynb"
)

const small = `{"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"name":"python3","language":"python"}},"cells":[
 {"id":"c1","cell_type":"markdown","source":["# Hi\n","there"],"metadata":{},"attachments":{"a.png":{"image/png":"xx"}}},
 {"id":"c2","cell_type":"code","source":"%matplotlib inline\n1/0","execution_count":3,"metadata":{"tags":["x"]},"outputs":[
  {"output_type":"stream","name":"stdout","text":["a\n","b"]},
  {"output_type":"stream","name":"stderr","text":"c"},
  {"output_type":"display_data","data":{"image/png":"aGk=","text/plain":["<","Figure>"],"application/json":["keep"]},"metadata":{}},
  {"output_type":"execute_result","execution_count":3,"data":{"text/plain":"4"},"metadata":{"x":1}},
  {"output_type":"error","ename":"ZeroDivisionError","evalue":"division by zero","traceback":["t1","t2"]}]},
 {"id":"c2","cell_type":"raw","source":"raw"},
 {"cell_type":"code","source":"never run","outputs":[],"execution_count":null,"metadata":{}}]}`

func TestReadKeepsCellsAndOutputs(t *testing.T) {
	in, err := ipynb.Read([]byte(small))
	require.NoError(t, err)
	require.Equal(t, "python", in.Content.Settings.DefaultInterpreter)
	ps := in.Content.Paragraphs
	require.Len(t, ps, 4)
	require.Equal(t, "%md\n# Hi\nthere", ps[0].Text)
	require.Equal(t, "c1", ps[0].ID)
	require.Equal(t, "%matplotlib inline\n1/0", ps[1].Text, "code stands as it stood")
	require.JSONEq(t, `{"jupyter":{"metadata":{"tags":["x"]}}}`, string(ps[1].Settings.Imported))

	r := ps[1].Result
	require.Equal(t, notebook.RunError, r.State)
	require.Equal(t, 3, r.ExecutionCount)
	require.Len(t, r.Parts, 5)
	require.Equal(t, "a\nb", string(r.Parts[0].Data))
	require.Equal(t, "stderr", r.Parts[1].Name)
	require.JSONEq(t, `{"data":{"image/png":"aGk=","text/plain":"<Figure>","application/json":["keep"]}}`, string(r.Parts[2].Data))
	require.Equal(t, notebook.ResultPart, r.Parts[3].Kind)
	require.JSONEq(t, `{"data":{"text/plain":"4"},"metadata":{"x":1},"executionCount":3}`, string(r.Parts[3].Data))
	require.JSONEq(t, `{"name":"ZeroDivisionError","value":"division by zero","traceback":["t1","t2"]}`, string(r.Parts[4].Data))

	require.True(t, ps[2].Settings.Disabled)
	require.Empty(t, ps[2].ID, "an id that was there already is chosen anew")
	require.Nil(t, ps[3].Result)
	require.Len(t, in.Warnings, 2)
}

func TestReadTheFormatBefore(t *testing.T) {
	in, err := ipynb.Read([]byte(`{"nbformat":3,"metadata":{},"worksheets":[{"cells":[
	 {"cell_type":"heading","level":2,"source":"Title"},
	 {"cell_type":"code","input":["x\n","y"],"prompt_number":2,"outputs":[
	  {"output_type":"pyout","prompt_number":2,"text":["4"],"metadata":{}},{"output_type":"stream","stream":"stdout","text":"s"},
	  {"output_type":"pyerr","ename":"E","evalue":"v","traceback":[]}]}]}]}`))
	require.NoError(t, err)
	require.Equal(t, "%md\n## Title", in.Content.Paragraphs[0].Text)
	require.Equal(t, "x\ny", in.Content.Paragraphs[1].Text)
	require.Len(t, in.Content.Paragraphs[1].Result.Parts, 3)
}

func TestReadRefusesWhatIsNoNotebook(t *testing.T) {
	for _, s := range []string{``, `[]`, `{}`, `{"nbformat":5,"cells":[]}`, `{"nbformat":4,"cells":[{"cell_type":"video"}]}`,
		`{"nbformat":4,"cells":[{"cell_type":"code","source":7}]}`, `{"nbformat":4,"cells":{}}`} {
		_, err := ipynb.Read([]byte(s))
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", s, err)
	}
}

func TestReadNotebooksOfTheJupyterProject(t *testing.T) {
	files, err := filepath.Glob("../../../shared/fixtures/jupyter/*.ipynb")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the notebooks of others are not here")
	}
	pictures := 0
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		in, err := ipynb.Read(data)
		require.NoError(t, err, f)
		require.NotEmpty(t, in.Content.Paragraphs, f)
		for _, p := range in.Content.Paragraphs {
			if p.Result != nil {
				pictures += len(p.Result.Parts)
			}
		}
	}
	require.Greater(t, pictures, 50)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(small))
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := ipynb.Read(data)
		require.True(t, (in == nil) == (err != nil))
	})
}
