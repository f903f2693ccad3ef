package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSizesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]int64{"5GiB": 5 << 30, "500 MB": 500e6, "1024": 1024, "1.5 kib": 1536, "0": 0, " 2tb ": 2e12} {
		var b byteSize
		require.NoError(t, b.UnmarshalText([]byte(text)), text)
		require.EqualValues(t, want, b, text)
	}
	for _, text := range []string{"", "GiB", "-1", "5 parsecs", "1e300", "5 GiB please"} {
		var b byteSize
		require.Error(t, b.UnmarshalText([]byte(text)), text)
	}
}
