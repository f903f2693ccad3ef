package notebook

// AddText adds text that was printed: name is stdout or stderr. Text that follows
// text of the same name continues it.
func (r *NewResult) AddText(name, text string) {
	if text == "" {
		return
	}
	if n := len(r.Parts); n > 0 && r.Parts[n-1].Kind == StreamPart && r.Parts[n-1].Name == name {
		r.Parts[n-1].add([]byte(text))
		return
	}
	r.add(StreamPart, name, []byte(text))
}

// AddBundle adds a display, or a result where the bundle has an execution count.
func (r *NewResult) AddBundle(b Bundle) error {
	data, err := encode(b)
	if err != nil {
		return err
	}
	kind := DisplayPart
	if b.ExecutionCount > 0 {
		kind = ResultPart
	}
	r.add(kind, "", data)
	return nil
}

// AddTraceback adds an error.
func (r *NewResult) AddTraceback(t Traceback) error {
	data, err := encode(t)
	if err != nil {
		return err
	}
	r.add(ErrorPart, "", data)
	return nil
}

func (r *NewResult) add(kind PartKind, name string, data []byte) {
	w := PartWrite{Part: Part{Index: len(r.Parts), Kind: kind, Name: name}}
	w.add(data)
	r.Parts = append(r.Parts, w)
}
