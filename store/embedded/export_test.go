package embedded

import (
	"io"
	"testing"
	"time"
)

// SetGiveUpTime shortens how long a Postgres may fail to come back.
func SetGiveUpTime(t *testing.T, d time.Duration) {
	old := giveUpTime
	giveUpTime = d
	t.Cleanup(func() { giveUpTime = old })
}

// SetLeftoverTime shortens how long a start waits for a former Postgres to go.
func SetLeftoverTime(t *testing.T, d time.Duration) {
	old := leftoverTime
	leftoverTime = d
	t.Cleanup(func() { leftoverTime = old })
}

// OpenLog opens a log with another limit.
func OpenLog(t *testing.T, path string, limit int64) io.WriteCloser {
	old := logLimit
	logLimit = limit
	t.Cleanup(func() { logLimit = old })
	l, err := openLog(path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// CompletePackage makes an npm package's links.
var CompletePackage = completePackage

// PackageName is the npm package for this machine.
var PackageName = packageName
