package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// do sends bytes as they are, as a person of the site.
func (s *site) do(who, method, path string, body io.Reader, header ...string) *http.Response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+"/api/v1"+path, body)
	require.NoError(s.t, err)
	r.AddCookie(s.cookies[who])
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { res.Body.Close() })
	return res
}

func (s *site) bytes(res *http.Response, status int) string {
	s.t.Helper()
	b, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	require.Equal(s.t, status, res.StatusCode, "%s", b)
	return string(b)
}

func (s *site) names(who, note, folder string) []string {
	list := []string{}
	for _, e := range s.must(who, "GET", "/api/v1/notes/"+note+"/files?path="+url.QueryEscape(folder), nil)["entries"].([]any) {
		list = append(list, e.(map[string]any)["name"].(string))
	}
	return list
}

func content(note, path string) string {
	return "/notes/" + note + "/files/content?path=" + url.QueryEscape(path)
}

func TestFilesByREST(t *testing.T) {
	s := newSite(t)
	note := s.fixture().note
	s.bytes(s.do("wim", "PUT", content(note, "a b.txt"), strings.NewReader("0123456789")), 200)
	s.bytes(s.do("wim", "PUT", content(note, "evil.html"), io.MultiReader(strings.NewReader("<script>"))), 200) // of unknown length
	require.Equal(t, []string{"a b.txt", "evil.html"}, s.names("rea", note, ""))

	res := s.do("rea", "GET", content(note, "a b.txt"), nil, "Range", "bytes=2-4")
	require.Equal(t, "234", s.bytes(res, 206))
	require.Equal(t, "bytes 2-4/10", res.Header.Get("Content-Range"))
	res = s.do("rea", "GET", content(note, "evil.html"), nil)
	require.Equal(t, "<script>", s.bytes(res, 200))
	require.Equal(t, "application/octet-stream", res.Header.Get("Content-Type"))
	require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
	require.Contains(t, res.Header.Get("Content-Security-Policy"), "sandbox")
	require.True(t, strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment;"))
	require.Equal(t, "\"\"", fmt.Sprintf("%q", res.Header.Get("Content-Encoding")))

	require.Contains(t, s.bytes(s.do("wim", "PUT", content(note, "a b.txt")+"&replace=0", strings.NewReader("x")), 409), "already")
	require.Equal(t, "0123456789", s.bytes(s.do("rea", "GET", content(note, "a b.txt"), nil), 200))
	for _, bad := range []string{"../x", "/etc/passwd", "a//b", "", "x\x00"} {
		require.Contains(t, []int{400, 422}, s.do("wim", "PUT", content(note, bad), strings.NewReader("x")).StatusCode, "%q", bad)
		require.Contains(t, []int{400, 422}, s.do("wim", "GET", content(note, bad), nil).StatusCode, "%q", bad)
	}
	require.Equal(t, 404, s.do("rea", "GET", content(note, "none"), nil).StatusCode)

	r, err := http.NewRequestWithContext(t.Context(), "PUT", s.base+"/api/v1"+content(note, "huge"), io.LimitReader(zeros{}, 6<<30))
	require.NoError(t, err)
	r.AddCookie(s.cookies["wim"])
	r.ContentLength = 6 << 30
	r.Header.Set("Expect", "100-continue")
	big, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.Contains(t, s.bytes(big, 413), "quota")
	require.Equal(t, []string{"a b.txt", "evil.html"}, s.names("rea", note, ""))
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestNamesOfDownloads(t *testing.T) {
	s := newSite(t)
	note := s.fixture().note
	for name, want := range map[string]string{"naïve – 1.csv": "naïve – 1.csv", `quo"te;.txt`: "quo_te;.txt", "100%.txt": "100%.txt", "日本.csv": "日本.csv", ".hidden": "hidden"} {
		s.bytes(s.do("wim", "PUT", content(note, name), strings.NewReader("x")), 200)
		res := s.do("rea", "GET", content(note, name), nil)
		s.bytes(res, 200)
		_, params, err := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
		require.NoError(t, err, "%s", res.Header.Get("Content-Disposition"))
		require.Equal(t, want, params["filename"])
	}
}

func TestANoteLeavesAndComesBackWithItsFiles(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	f.do("paragraph.title", map[string]any{"paragraph": "p1", "title": "A title"})
	s.bytes(s.do("olga", "PUT", content(f.note, "data.csv"), strings.NewReader("1,2")), 200)
	s.must("olga", "POST", "/api/v1/notes/"+f.note+"/files/folder", map[string]any{"path": "deep"})
	s.bytes(s.do("olga", "PUT", content(f.note, "deep/ü.txt"), strings.NewReader("hi")), 200)
	s.must("olga", "POST", "/api/v1/notes/"+f.note+"/files/folder", map[string]any{"path": ".local"})
	s.bytes(s.do("olga", "PUT", content(f.note, ".local/x"), strings.NewReader("installed")), 200)
	before := s.must("olga", "GET", "/api/v1/notes/"+f.note, nil)

	for _, format := range []string{"ipynb", "zpln", "zip"} {
		path := "/notes/" + f.note + "/export?format=" + format
		if format == "zip" {
			path += "&files=1"
		}
		res := s.do("rea", "GET", path, nil)
		file := s.bytes(res, 200)
		require.Contains(t, res.Header.Get("Content-Disposition"), "."+format)
		require.Equal(t, "no-store", res.Header.Get("Cache-Control"))
		made := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(s.bytes(s.do("rea", "POST", "/notes/import?name="+fresh(), strings.NewReader(file)), 200)), &made))
		after := s.must("rea", "GET", "/api/v1/notes/"+made["id"].(string), nil)
		was, is := before["paragraphs"].([]any), after["paragraphs"].([]any)
		require.Len(t, is, len(was))
		for i := range was {
			for _, key := range []string{"id", "text", "title"} {
				require.Equal(t, was[i].(map[string]any)[key], is[i].(map[string]any)[key], "%s: paragraph %d", format, i)
			}
		}
		if format == "zip" {
			note := made["id"].(string)
			require.Equal(t, []string{"deep", "data.csv"}, s.names("rea", note, ""), "what was installed stays behind")
			require.Equal(t, "hi", s.bytes(s.do("rea", "GET", content(note, "deep/ü.txt"), nil), 200))
			require.Contains(t, file, "LEFT-OUT.txt")
		}
	}
	require.Equal(t, 400, s.do("rea", "GET", "/notes/"+f.note+"/export?format=ipynb&files=1", nil).StatusCode)
	require.Equal(t, 404, s.do("nobody", "GET", "/notes/"+f.note+"/export", nil).StatusCode)
}

func TestCopiesWithFilesAndNothingLeftOfDeletedOnes(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	s.bytes(s.do("olga", "PUT", content(f.note, "a.txt"), strings.NewReader("x")), 200)
	require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(s.data, "files", f.note, "link")))
	without := s.must("rea", "POST", "/api/v1/nodes/"+f.note+"/clone", map[string]any{"name": fresh()})["id"].(string)
	require.Empty(t, s.names("rea", without, ""))
	with := s.must("rea", "POST", "/api/v1/nodes/"+f.note+"/clone", map[string]any{"name": fresh(), "files": true})
	require.EqualValues(t, 1, with["left"])
	id := with["id"].(string)
	require.Equal(t, []string{"a.txt"}, s.names("rea", id, ""))
	require.Equal(t, http.StatusConflict, s.send("rea", "POST", "/api/v1/nodes/"+id+"/clone", map[string]any{"name": with["name"], "files": true}).status)

	require.DirExists(t, filepath.Join(s.data, "files", id))
	require.Equal(t, http.StatusNoContent, s.send("rea", "POST", "/api/v1/nodes/"+id+"/trash", nil).status)
	require.DirExists(t, filepath.Join(s.data, "files", id), "the trash keeps files")
	require.Equal(t, http.StatusNoContent, s.send("rea", "DELETE", "/api/v1/nodes/"+id, nil).status)
	require.NoDirExists(t, filepath.Join(s.data, "files", id))
	left, err := os.ReadDir(filepath.Join(s.data, "files"))
	require.NoError(t, err)
	require.Len(t, left, 1, "no folder of a copy that was refused, no marks")
	require.Equal(t, f.note, left[0].Name())
}

// archive makes a zip of names and contents.
func archive(t *testing.T, files ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		one, err := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate})
		require.NoError(t, err)
		_, err = io.WriteString(one, files[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestArchivesOfOthersDoNoHarm(t *testing.T) {
	s := newSite(t)
	const note = `{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[]}`
	files := func() int {
		list, err := os.ReadDir(filepath.Join(s.data, "files"))
		require.NoError(t, err)
		return len(list)
	}
	before := len(s.must("rea", "GET", "/api/v1/tree", nil)["nodes"].([]any))
	damaged := archive(t, "note.ipynb", note, "files/a", strings.Repeat("abc", 100))
	damaged[bytes.Index(damaged, []byte("files/a"))+12] ^= 0xff
	for what, file := range map[string][]byte{
		"no note":        archive(t, "other", "x"),
		"cut off":        archive(t, "note.ipynb", note)[:60],
		"damaged":        damaged,
		"a bomb in text": archive(t, "note.ipynb", strings.Repeat(" ", 65<<20)+note),
		"no note at all": []byte("PK\x03\x04 nonsense"),
	} {
		res := s.do("rea", "POST", "/notes/import?name="+fresh(), bytes.NewReader(file))
		require.Contains(t, []int{400, 413}, res.StatusCode, what)
		require.Len(t, s.must("rea", "GET", "/api/v1/tree", nil)["nodes"], before, what)
		require.Zero(t, files(), what)
	}
	long := []string{"note.ipynb", note}
	for i := range 60_000 {
		long = append(long, fmt.Sprintf("files/%s%d", strings.Repeat("x", 150), i), "")
	}
	require.Equal(t, 413, s.do("rea", "POST", "/notes/import", bytes.NewReader(archive(t, long...))).StatusCode)

	var linked bytes.Buffer
	w := zip.NewWriter(&linked)
	h := &zip.FileHeader{Name: "files/link"}
	h.SetMode(os.ModeSymlink | 0o777)
	one, err := w.CreateHeader(h)
	require.NoError(t, err)
	_, _ = io.WriteString(one, "/etc/passwd")
	one, err = w.Create("note.ipynb")
	require.NoError(t, err)
	_, _ = io.WriteString(one, note)
	for _, name := range []string{"files/../../evil", "files//etc/evil", `files/a\b`, "files/ok", "files/ok", "other/ignored"} {
		one, err := w.Create(name)
		require.NoError(t, err)
		_, _ = io.WriteString(one, name)
	}
	require.NoError(t, w.Close())
	var made map[string]any
	require.NoError(t, json.Unmarshal([]byte(s.bytes(s.do("rea", "POST", "/notes/import?name="+fresh(), &linked), 200)), &made))
	require.Equal(t, []string{"ok"}, s.names("rea", made["id"].(string), ""))
	require.Contains(t, fmt.Sprint(made["warnings"]), "5 files")
}
