package server

import (
	"bytes"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"quire/auth"
)

// parentPatch is a folder in a change (RFC 7396): absent leaves it, null is the top
// of the tree.
type parentPatch struct {
	Given bool
	ID    auth.ID
}

// UnmarshalJSON implements json.Unmarshaler. It is not called for what is absent.
func (p *parentPatch) UnmarshalJSON(b []byte) error {
	p.Given = true
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	return json.Unmarshal(b, &p.ID)
}

// Schema implements huma.SchemaProvider.
func (parentPatch) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true}
}
