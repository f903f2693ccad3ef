package wire

import "quire/notebook"

// Frames lists a value of every frame, both ways, and of what only their open
// fields hold, for the generation of schemas.
func Frames() []any {
	return []any{
		Client{}, Hello{}, Note{}, Resume{}, Entry{}, Refused{}, RunChanged{}, KernelsChanged{}, Output{},
		People{}, Caret{}, Allowed{}, Gone{}, Tree{}, Status{},
		Input{}, InputDone{}, Comm{}, CommOutput{}, CommDone{}, Comms{}, CommsLost{},
		Bundle{}, Traceback{}, notebook.NoteSettings{}, notebook.ParagraphSettings{},
	}
}

// Operations lists a value of the body of every kind of DO and ENTRY.
func Operations() map[string]any {
	bodies := map[string]any{}
	for _, kind := range notebook.Kinds() {
		op, err := notebook.DecodeOp(kind, []byte("{}"))
		if err != nil {
			panic("an operation without an empty body: " + err.Error())
		}
		bodies[kind] = op
	}
	return bodies
}
