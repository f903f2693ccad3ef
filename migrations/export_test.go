package migrations

import (
	"context"
	"io/fs"
	"log/slog"
	"testing"
	"time"
)

// UpWith is Up with other files.
func UpWith(ctx context.Context, url string, files fs.FS) error {
	return up(ctx, url, files, slog.New(slog.DiscardHandler))
}

// SetLockTime shortens how long a migration waits for locks.
func SetLockTime(t *testing.T, d time.Duration) {
	old := lockTime
	lockTime = d
	t.Cleanup(func() { lockTime = old })
}
