package main

import (
	"context"
	"fmt"
	"path/filepath"

	"quire/auth"
	notefiles "quire/notebook/files"
)

// openFiles opens the files of notes and finishes what a server that was stopped
// had begun with them.
func (a *app) openFiles(ctx context.Context, c *serveCmd, gate *auth.Gate) (*notefiles.Service, error) {
	tree := a.database.db.Tree()
	files := notefiles.New(notefiles.Config{Dir: filepath.Join(c.Data, "files"), Quota: int64(c.FilesQuota), Reclaim: a.kernels.Reclaim, Log: a.log}, gate, tree)
	if err := files.Sweep(ctx, tree.Exists); err != nil {
		return nil, fmt.Errorf("files of notes: %w", err)
	}
	return files, nil
}
