package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The browser's types are generated from the document. Whoever changes what the
// server says of itself runs `make gen`.
func TestTheBrowsersTypesAreThoseOfThisServer(t *testing.T) {
	doc, err := command(t, "openapi")
	require.NoError(t, err)
	sum := sha256.Sum256([]byte(doc))
	kept, err := os.ReadFile("../../web/src/wire/schema.sha256")
	require.NoError(t, err)
	require.Equal(t, hex.EncodeToString(sum[:]), strings.Fields(string(kept))[0], "run make gen")
}
