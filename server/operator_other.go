//go:build !linux

package server

import (
	"io"
	"net"
	"os"
)

// peerUID trusts the mode of the socket's file: only its owner can open it.
func peerUID(*net.UnixConn) (int, error) { return os.Geteuid(), nil }

// shortPath takes the path as it is.
func shortPath(path string) (string, io.Closer, error) { return path, io.NopCloser(nil), nil }
