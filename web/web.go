// Package web embeds the browser interface that `npm run build` makes.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built interface: index.html, assets with hashed names, and the
// page of the sandboxed frame below _frame. It holds no index.html when the
// interface was not built.
func Files() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}
