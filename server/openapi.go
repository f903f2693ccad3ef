package server

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"quire/socket/wire"
)

// schemaPrefix is where the document's schemas stand (OpenAPI 3.1, "Components
// Object").
const schemaPrefix = "#/components/schemas/"

// newSchemas returns an empty registry of schemas that names frames apart from
// what they carry.
func newSchemas() huma.Registry { return huma.NewMapRegistry(schemaPrefix, schemaName) }

// schemaName names a frame of the socket after its kind: HelloFrame, NoteFrame;
// the one that stands for all of a browser's is ClientFrame. Other types keep their
// names.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.PkgPath() != reflect.TypeFor[wire.Client]().PkgPath() || t.Kind() != reflect.Struct {
		return huma.DefaultSchemaNamer(t, hint)
	}
	op, isFrame := t.FieldByName("Op")
	if !isFrame {
		return huma.DefaultSchemaNamer(t, hint)
	}
	kind := op.Tag.Get("enum")
	if strings.Contains(kind, ",") {
		return t.Name() + "Frame"
	}
	return kind[:1] + strings.ToLower(kind[1:]) + "Frame"
}

// describeSocket adds the frames of the socket to the document's schemas, and as
// Operations the body of each kind of operation on a note. No route names them;
// the browser's types are generated from them.
func describeSocket(schemas huma.Registry) {
	for _, frame := range wire.Frames() {
		schemas.Schema(reflect.TypeOf(frame), true, "")
	}
	bodies := wire.Operations()
	operations := &huma.Schema{
		Type: huma.TypeObject, Properties: map[string]*huma.Schema{},
		Required: slices.Sorted(maps.Keys(bodies)),
	}
	for kind, body := range bodies {
		operations.Properties[kind] = schemas.Schema(reflect.TypeOf(body), true, "")
	}
	schemas.Map()["Operations"] = operations
}
