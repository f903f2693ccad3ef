//go:build !linux

package main

import (
	"errors"
	"os"
	"time"
)

// Only Linux has what a parent and its child need. Elsewhere the server is one
// process, whoever starts it.

const goodbye = time.Second

func canSplit() bool { return false }

type child struct{ exited chan struct{} }

func startChild(systemUser, []*os.File) (*child, error) { return nil, errors.ErrUnsupported }

func socketPair() (ours, theirs *os.File, err error) { return nil, nil, errors.ErrUnsupported }

func (c *child) endsWithin(time.Duration) bool { return true }

func (c *child) end() {}

func (c *child) err() error { return nil }
