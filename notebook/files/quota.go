package files

import (
	"context"
	"io"

	"quire/auth"
	"quire/auth/fault"
)

// room is what one upload takes of a note's quota. Uploads to the same note see
// each other's.
type room struct {
	s     *Service
	note  auth.ID
	used  int64 // by files that are there
	taken int64 // by this one
	known int64 // its bytes still to come, or -1
}

// room makes room for an upload; with a known size all of it at once.
func (s *Service) room(ctx context.Context, note auth.ID, f *folder, size int64) (*room, error) {
	r := &room{s: s, note: note, known: size}
	s.mu.Lock()
	if s.rooms[note] == nil {
		s.rooms[note] = map[*room]bool{}
	}
	s.rooms[note][r] = true
	s.mu.Unlock()
	u, err := s.usage(ctx, f)
	switch {
	case err != nil:
	case u.TooMany:
		err = fault.New(fault.TooLarge, "The note has more than %d files, or folders too deep inside each other; delete some first.", MaxFiles)
	default:
		err = r.begin(u.Used, size)
	}
	if err != nil {
		r.leave(0)
		return nil, err
	}
	return r, nil
}

func (r *room) begin(used, size int64) error {
	r.s.mu.Lock()
	r.used += used // beside what others have settled while it was counted
	r.s.mu.Unlock()
	return r.take(max(size, 0))
}

// take takes so many bytes more.
func (r *room) take(n int64) error {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	var arriving int64
	for other := range r.s.rooms[r.note] {
		arriving += other.taken
	}
	quota := r.s.config.Quota
	if n > 0 && n > quota-r.used-arriving {
		return fault.New(fault.TooLarge, "The note's files may have %d bytes together; %d are used, %d are arriving and there is no room for %d more.",
			quota, r.used, arriving, n).With(map[string]any{"used": r.used, "quota": quota})
	}
	r.taken += n
	return nil
}

// leave ends the upload. What it settled is used from now on, also for those that
// counted before.
func (r *room) leave(settled int64) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	rooms := r.s.rooms[r.note]
	delete(rooms, r)
	for other := range rooms {
		other.used += settled
	}
	if len(rooms) == 0 {
		delete(r.s.rooms, r.note)
	}
}

// roomWriter writes what there is room for.
type roomWriter struct {
	to   io.Writer
	room *room
}

// Write implements io.Writer.
func (w *roomWriter) Write(b []byte) (int, error) {
	n := int64(len(b))
	if w.room.known >= 0 {
		if w.room.known -= n; w.room.known < 0 {
			return 0, fault.New(fault.Invalid, "More bytes arrived than were announced; nothing was changed.")
		}
	} else if err := w.room.take(n); err != nil {
		return 0, err
	}
	return w.to.Write(b)
}
