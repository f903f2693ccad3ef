package kernel

import (
	"bytes"
	"strings"
)

const (
	// maxLine bounds a line that is shown, in bytes.
	maxLine = 300
	// keptLines are searched for the one that tells why a program failed.
	keptLines = 20
)

// lastLines shows each line written to it and keeps the last ones.
type lastLines struct {
	show func(string)
	rest []byte
	kept []string
}

// Write implements io.Writer. Progress bars end their lines with a carriage return.
func (l *lastLines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		i := bytes.IndexAny(l.rest, "\r\n")
		if i < 0 {
			break
		}
		l.add(l.rest[:i])
		l.rest = l.rest[i+1:]
	}
	l.rest = append([]byte(nil), l.rest[max(0, len(l.rest)-maxLine):]...)
	return len(b), nil
}

func (l *lastLines) add(b []byte) {
	line := strings.TrimSpace(strings.ToValidUTF8(string(b[:min(len(b), maxLine)]), "\ufffd"))
	if line == "" {
		return
	}
	l.kept = append(l.kept[max(0, len(l.kept)-keptLines+1):], line)
	l.show(line)
}

// telling is the last line that names an error, or else the last line.
func (l *lastLines) telling() string {
	l.add(l.rest)
	l.rest = nil
	for i := len(l.kept) - 1; i >= 0; i-- {
		lower := strings.ToLower(l.kept[i])
		if strings.HasPrefix(lower, "error") || strings.HasPrefix(lower, "e: ") {
			return l.kept[i]
		}
	}
	if len(l.kept) == 0 {
		return ""
	}
	return l.kept[len(l.kept)-1]
}
