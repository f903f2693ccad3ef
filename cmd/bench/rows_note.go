package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"quire/socket/wire"
)

// measureEdits types one character after another into one paragraph.
func measureEdits(ctx context.Context, s *site, r *report) error {
	note, err := s.note(ctx, "")
	if err != nil {
		return err
	}
	t, err := s.open(ctx, s.cookie, "typist", note)
	if err != nil {
		return err
	}
	defer t.ws.Close()
	var all []time.Duration
	for i := range 400 {
		id := fmt.Sprint("edit", i)
		began := time.Now()
		if err := t.do(id, "paragraph.edit", typed(i)); err != nil {
			return err
		}
		if _, err := t.entry(id); err != nil {
			return err
		}
		all = append(all, time.Since(began))
		time.Sleep(10 * time.Millisecond) // faster typing than 200 frames a second is slowed down
	}
	commit, err := s.commit(ctx, 95)
	const beside = "2 commits (p95) + 2 ms"
	r.add(row{"edit sent → acknowledged, durable, p50", percentile(all, 50), "ms", 2*commit + 2, beside},
		row{"edit sent → acknowledged, durable, p95", percentile(all, 95), "ms", 2*commit + 2, beside})
	return err
}

// typed is the edit that puts one more character behind the i typed so far.
func typed(i int) map[string]any {
	change := []any{i, []any{0, "x"}}
	if i == 0 {
		change = change[1:]
	}
	return map[string]any{"paragraph": "p0", "version": i, "client": "bench", "changes": []any{change}}
}

// measureOpen opens a note of 500 paragraphs.
func measureOpen(ctx context.Context, s *site, r *report) error {
	texts := make([]string, 500)
	for i := range texts {
		texts[i] = fmt.Sprintf("# paragraph %d\nfor i in range(10):\n    print(i)\n", i)
	}
	note, err := s.note(ctx, texts...)
	if err != nil {
		return err
	}
	var opens, pings []time.Duration
	for i := range 40 {
		t, err := s.connect(ctx, s.cookie, fmt.Sprint("tab", i))
		if err != nil {
			return err
		}
		t.note = note
		began := time.Now()
		if err := t.send(map[string]any{"op": wire.OpOpen, "note": note}); err != nil {
			return err
		}
		if _, err := t.until(wire.OpNote); err != nil {
			return err
		}
		opens = append(opens, time.Since(began))
		t.ws.Close()
		began = time.Now()
		if err := s.do(ctx, "GET", "/me", nil, nil); err != nil {
			return err
		}
		pings = append(pings, time.Since(began))
	}
	r.add(row{"open a note of 500 paragraphs, p95", percentile(opens, 95), "ms", percentile(pings, 95), "GET /me"})
	return nil
}

// crowd opens a note in many tabs, of enough people that none has too many.
func (s *site) crowd(ctx context.Context, prefix, note string, tabs int) ([]*tab, error) {
	const each = 200
	var all []*tab
	var names []string
	var cookies []*http.Cookie
	for i := 0; i*each < tabs; i++ {
		name := fmt.Sprint(prefix, i)
		cookie, err := s.person(ctx, name)
		if err != nil {
			return nil, err
		}
		names, cookies = append(names, name), append(cookies, cookie)
	}
	if note != "" {
		if err := s.grant(ctx, note, "reader", names...); err != nil {
			return nil, err
		}
	}
	for i := range tabs {
		var t *tab
		var err error
		if note == "" {
			t, err = s.connect(ctx, cookies[i/each], fmt.Sprint("tab", i))
		} else {
			t, err = s.open(ctx, cookies[i/each], fmt.Sprint("tab", i), note)
		}
		if err != nil {
			return all, err
		}
		all = append(all, t)
	}
	return all, nil
}

func closeAll(tabs []*tab) {
	for _, t := range tabs {
		t.ws.Close()
	}
}

// measureFanOut types five characters a second that a thousand others see.
func measureFanOut(ctx context.Context, s *site, r *report) error {
	note, err := s.note(ctx, "")
	if err != nil {
		return err
	}
	const people, edits = 1000, 25
	tabs, err := s.crowd(ctx, "crowd", note, people)
	defer closeAll(tabs)
	if err != nil {
		return err
	}
	typist, err := s.open(ctx, s.cookie, "typist", note)
	if err != nil {
		return err
	}
	defer typist.ws.Close()
	var (
		mu   sync.Mutex
		sent [edits]time.Time
		seen []time.Duration
		all  sync.WaitGroup
	)
	for _, t := range tabs {
		all.Go(func() {
			for i := range edits {
				if err := t.hear(fmt.Sprint("edit", i)); err != nil {
					return
				}
				now := time.Now()
				mu.Lock()
				seen = append(seen, now.Sub(sent[i]))
				mu.Unlock()
			}
		})
	}
	for i := range edits {
		mu.Lock()
		sent[i] = time.Now()
		mu.Unlock()
		if err := typist.do(fmt.Sprint("edit", i), "paragraph.edit", typed(i)); err != nil {
			return err
		}
		if _, err := typist.entry(fmt.Sprint("edit", i)); err != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond)
	}
	all.Wait()
	if len(seen) != people*edits {
		return fmt.Errorf("%d of %d edits arrived", len(seen), people*edits)
	}
	r.add(row{"edit → on 1,000 other sockets, 5 edits/s, p99 (the sockets' other ends on the same machine)", percentile(seen, 99), "ms", 100, "what is promised"})
	return nil
}

// measureRevocation takes a hundred open sockets' right to read away and waits until
// each has been told, the last frame it gets.
func measureRevocation(ctx context.Context, s *site, r *report) error {
	note, err := s.note(ctx, "secret")
	if err != nil {
		return err
	}
	tabs, err := s.crowd(ctx, "taken", note, 100)
	defer closeAll(tabs)
	if err != nil {
		return err
	}
	var all []time.Duration
	for range 20 {
		gone := make(chan time.Time, len(tabs))
		for _, t := range tabs {
			go func() {
				if _, err := t.until(wire.OpGone); err == nil {
					gone <- time.Now()
				}
			}()
		}
		if err := s.grant(ctx, note, "reader"); err != nil {
			return err
		}
		returned := time.Now()
		for range tabs {
			all = append(all, max(0, (<-gone).Sub(returned)))
		}
		if err := s.grant(ctx, note, "reader", "taken0"); err != nil {
			return err
		}
		for _, t := range tabs {
			if err := t.send(map[string]any{"op": wire.OpOpen, "note": note}); err != nil {
				return err
			}
			if _, err := t.until(wire.OpNote); err != nil {
				return err
			}
		}
	}
	r.add(row{"access taken back (answer sent) → last byte on 100 open sockets, p99", percentile(all, 99), "ms", 50, "what is promised"})
	return nil
}

// measureIdle opens sockets that do nothing.
func measureIdle(ctx context.Context, s *site, r *report) error {
	before, _, err := s.memory()
	if err != nil {
		return err
	}
	const idle = 2000
	tabs, err := s.crowd(ctx, "idle", "", idle)
	defer closeAll(tabs)
	if err != nil {
		return err
	}
	after, _, err := s.memory()
	r.add(row{"an idle socket, resident", (after - before) * 1024 / idle, "KB", 25, "what is promised"})
	return err
}
