package main

import (
	"encoding/json"
	"log/slog"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSettingsReachTheChild: every flag's value survives being handed over.
func TestSettingsReachTheChild(t *testing.T) {
	yes, memory := true, byteSize(3e9)
	given := serveCmd{
		Listen: "127.0.0.1:1", PublicURL: &url.URL{Scheme: "https", Host: "notes.example.org"}, Data: "/data",
		DatabaseURL: "postgres://x", NotebookPublic: &yes, KernelIdle: time.Minute, MaxKernels: 3,
		KernelMemory: &memory, KernelDisk: 5, User: "quire", FilesQuota: 7, LogLevel: slog.LevelWarn, LogFormat: "json",
	}
	b, err := json.Marshal(childConfig{Command: given, Linked: true})
	require.NoError(t, err)
	var got childConfig
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, childConfig{Command: given, Linked: true}, got)

	// Of the kinds of fields that there are, each was tried above.
	tried := map[reflect.Type]bool{}
	v := reflect.ValueOf(given)
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			tried[v.Field(i).Type()] = true
		}
	}
	for f := range v.Type().Fields() {
		if f.IsExported() && f.Type.Kind() != reflect.Bool && f.Type.Kind() != reflect.String {
			require.True(t, tried[f.Type], "%s is not tried here", f.Name)
		}
	}
}

func TestServerUser(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	_, err := serverUser("root", log)
	require.ErrorContains(t, err, "does not run as root")
	_, err = serverUser("nobody-of-that-name", log)
	require.ErrorContains(t, err, "useradd --system nobody-of-that-name")
	u, err := serverUser("nobody", log)
	require.NoError(t, err)
	require.NotZero(t, u.uid)
}
