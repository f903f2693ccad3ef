package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"

	"quire/auth"
	"quire/server"
)

// maxCounted is how many files and folders one preview looks at.
const maxCounted = 20_000

// countFiles counts the files of notes for previews. Links are not followed; hidden
// files, which kernels keep for themselves, and what cannot be read are left out.
func countFiles(data string) server.CountFiles {
	return func(ctx context.Context, notes []auth.ID) (files int, truncated bool) {
		seen := 0
		for _, note := range notes {
			root := filepath.Join(data, "files", note.String())
			_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				if seen++; seen > maxCounted || ctx.Err() != nil {
					truncated = true
					return fs.SkipAll
				}
				switch {
				case err != nil, path != root && strings.HasPrefix(d.Name(), "."):
					if d != nil && d.IsDir() {
						return fs.SkipDir
					}
				case d.Type().IsRegular():
					files++
				}
				return nil
			})
		}
		return files, truncated
	}
}
