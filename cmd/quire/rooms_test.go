package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rooms says which packages of ours a package may use, tests aside; a new package
// gets a line. What is in cmd may use all.
var rooms = map[string][]string{
	"auth":                    {"auth/fault"},
	"auth/account":            {"auth", "auth/fault", "auth/pace"},
	"auth/fault":              {},
	"auth/pace":               {},
	"migrations":              {},
	"web":                     {},
	"notebook":                {"auth", "auth/fault", "auth/pace"},
	"notebook/files":          {"auth", "auth/fault"},
	"notebook/notebooktest":   {"auth", "notebook"},
	"notebook/ipynb":          {"auth/fault", "notebook"},
	"notebook/zpln":           {"auth/fault", "notebook"},
	"notebook/kernel/message": {"auth"},
	"notebook/kernel/zmtp":    {},
	"notebook/kernel":         {"auth", "auth/fault", "notebook", "notebook/kernel/message", "notebook/kernel/zmtp"},
	"notebook/kernel/gateway": {"auth", "auth/account", "auth/fault", "notebook", "notebook/kernel", "notebook/kernel/message"},
	"notebook/sql":            {"auth", "auth/account", "auth/fault", "notebook"},
	"notebook/interpreter":    {"auth", "auth/account", "auth/fault", "notebook", "notebook/kernel/gateway", "notebook/sql"},
	"socket/wire":             {"auth", "auth/fault", "notebook"},
	"socket":                  {"auth", "auth/fault", "notebook", "socket/wire"},
	"server/zeppelin":         {"auth", "auth/account", "auth/fault", "notebook", "notebook/zpln"},
	"server": {"auth", "auth/account", "auth/fault", "notebook", "notebook/files", "notebook/interpreter",
		"notebook/ipynb", "notebook/zpln", "socket/wire"},
	"store": {"auth", "auth/account", "auth/fault", "migrations", "notebook", "notebook/files",
		"notebook/interpreter"},
	"store/embedded":  {},
	"store/prove":     {},
	"store/storetest": {"migrations", "store/embedded"},
}

func TestPackagesUseOnlyWhatTheyMay(t *testing.T) {
	root := filepath.Join("..", "..")
	used := map[string][]string{}
	require.NoError(t, filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "node_modules":
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		in, _ := filepath.Rel(root, filepath.Dir(file))
		in = filepath.ToSlash(in)
		used[in] = append(used[in], "") // a package that uses none of ours must be listed too
		for _, spec := range parsed.Imports {
			if name, ok := strings.CutPrefix(importPath(t, spec.Path.Value), "quire/"); ok {
				used[in] = append(used[in], name)
			}
		}
		return nil
	}))
	require.Greater(t, len(used), 20, "the whole tree was read")
	for in, names := range used {
		if strings.HasPrefix(in, "cmd/") {
			continue
		}
		may, known := rooms[in]
		require.True(t, known, "%s is in no list", in)
		for _, name := range names {
			require.True(t, name == "" || slices.Contains(may, name), "%s may not use %s", in, name)
		}
	}
	for in := range rooms {
		require.Contains(t, used, in, "listed, and not there")
	}
}

func importPath(t *testing.T, literal string) string {
	name, err := strconv.Unquote(literal)
	require.NoError(t, err)
	return name
}
