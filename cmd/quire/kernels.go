package main

import (
	"log/slog"
	"path/filepath"

	"quire/notebook/kernel"
)

// kernelConfig says how this server's kernels run, whoever starts them.
func (c *serveCmd) kernelConfig(log *slog.Logger) kernel.Config {
	return kernel.Config{
		RunDir: filepath.Join(c.Data, "run", "kernels"), LogDir: filepath.Join(c.Data, "run", "logs"),
		PythonDir: filepath.Join(c.Data, "python"), Hidden: []string{c.Data},
		Separation: c.separation(), MaxKernels: c.MaxKernels,
		KernelMemory: c.kernelMemory(), KernelProcesses: c.KernelProcesses, FolderSize: int64(c.KernelDisk),
		Log: log,
	}
}

// kernelMemory is what was said, or half of the machine's.
func (c *serveCmd) kernelMemory() int64 {
	if c.KernelMemory != nil {
		return int64(*c.KernelMemory)
	}
	return machineMemory() / 2
}

func (c *serveCmd) separation() kernel.Separation {
	if c.Separation == "auto" {
		return kernel.SeparationAuto
	}
	return kernel.Separation(c.Separation)
}
