package server_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// The framework silently leaves out what it cannot read, and a handler would then
// act on id 0.
func TestEveryPartOfAPathIsRead(t *testing.T) {
	doc, err := newOffice(t).OpenAPI()
	require.NoError(t, err)
	var api struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ Name, In string }
		}
	}
	require.NoError(t, json.Unmarshal(doc, &api))
	part := regexp.MustCompile(`\{(\w+)\}`)
	for path, methods := range api.Paths {
		for method, op := range methods {
			read := []string{}
			for _, p := range op.Parameters {
				if p.In == "path" {
					read = append(read, p.Name)
				}
			}
			want := []string{}
			for _, m := range part.FindAllStringSubmatch(path, -1) {
				want = append(want, m[1])
			}
			if !slices.Equal(want, read) {
				t.Errorf("%s %s reads %v", method, path, read)
			}
		}
	}
}
