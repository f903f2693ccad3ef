package main

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A scratch copy has files of its own, which go with it.
func TestAScratchCopyHasFilesOfItsOwn(t *testing.T) {
	s := newSite(t)
	f := s.fixture()
	s.must("olga", "PUT", "/api/v1/notes/"+f.note+"/files/content?path=f.txt", "hello")
	made := s.must("rita", "POST", "/api/v1/nodes/"+f.note+"/scratch", map[string]any{"files": true})
	id := made["id"].(string)
	require.Equal(t, []any{true, f.note, "me"}, []any{made["scratch"], made["scratchOf"], made["shared"]})
	require.Equal(t, `"hello"`, string(s.send("rita", "GET", "/api/v1/notes/"+id+"/files/content?path=f.txt", nil).body))
	s.must("rita", "PUT", "/api/v1/notes/"+id+"/files/content?path=f.txt&replace=1", "other")
	require.Equal(t, `"hello"`, string(s.send("olga", "GET", "/api/v1/notes/"+f.note+"/files/content?path=f.txt", nil).body))
	require.Equal(t, http.StatusNotFound, s.send("olga", "GET", "/api/v1/nodes/"+id, nil).status)

	folder := filepath.Join(s.data, "files", id)
	require.DirExists(t, folder)
	require.Equal(t, http.StatusNoContent, s.send("rita", "DELETE", "/api/v1/nodes/"+id, nil).status)
	require.NoDirExists(t, folder)
	require.Equal(t, http.StatusNotFound, s.send("rita", "GET", "/api/v1/notes/"+id, nil).status)
}
