package kernel

// Reclaim gives a note's folder with all that is in it back to the server, which may
// then delete also what the note's code has shut away.
func (m *Manager) Reclaim(dir string) error { return m.host.reclaim(dir) }
