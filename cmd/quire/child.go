package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"

	"quire/notebook/kernel"
)

// child is the server's side of what parent.go describes.

// isChild tells whether a parent has started this process.
func isChild() bool { return os.Getenv(childMark) != "" }

// runChild is quire serve as a parent's child.
func runChild(ctx context.Context) error {
	os.Unsetenv(childMark)
	config, err := readSettings()
	if err != nil {
		return err
	}
	c := &config.Command
	if c.AdminPasswordFile != "" {
		c.AdminPasswordFile = fmt.Sprintf("/dev/fd/%d", childPassword)
	}
	f := os.NewFile(childListener, "listener")
	listener, err := net.FileListener(f)
	f.Close()
	if err != nil {
		return fmt.Errorf("the parent's listener: %w", err)
	}
	if config.Linked {
		if c.parent, err = kernel.ConnectParent(os.NewFile(childLink, "parent")); err != nil {
			return err
		}
	}
	return c.serve(ctx, listener)
}

func readSettings() (config childConfig, err error) {
	f := os.NewFile(childSettings, "settings")
	if f == nil {
		return config, errors.New("the parent's settings are not there")
	}
	defer f.Close()
	if err := json.NewDecoder(f).Decode(&config); err != nil {
		return config, fmt.Errorf("the parent's settings: %w", err)
	}
	return config, nil
}
