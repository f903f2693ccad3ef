package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

const (
	arriveWithin = 10 * time.Second
	waitLimit    = 30 // seconds
	// A kernel's share of the memory, and what is left for everything else, in MB: as
	// many people come as there is room for.
	roomPerKernel = 75
	roomForOthers = 3000
)

// measureClass lets a class open one note and run it, each in a kernel of their own:
// first forty people, then two hundred.
func measureClass(ctx context.Context, s *site, r *report) error {
	for _, people := range []int{40, 200} {
		if err := s.class(ctx, r, people); err != nil {
			return err
		}
	}
	return nil
}

// pupil is one of a class.
type pupil struct {
	cookie *http.Cookie
	wait   time.Duration // from the press of run to its end
	err    error
}

func (s *site) class(ctx context.Context, r *report, people int) error {
	free, err := memoryAvailable()
	if err != nil {
		return err
	}
	fit := min(people, int(free-roomForOthers)/roomPerKernel)
	what := fmt.Sprintf("a class of %d, each their own kernel", people)
	if fit < people {
		what = fmt.Sprintf("a class of %d (%d wanted, but no room for their kernels), each their own", fit, people)
	}
	if fit <= 0 {
		return fmt.Errorf("%.0f MB of memory are too few", free)
	}
	note, pupils, err := s.invite(ctx, fmt.Sprintf("class%d", people), fit)
	if err != nil {
		return err
	}
	// Anew, as so many passwords take memory that would be counted.
	if err := s.restart(ctx, "--max-kernels", strconv.Itoa(fit)); err != nil {
		return err
	}
	bare, err := bareStarts(ctx, filepath.Join(s.data, fmt.Sprint("bare", people)), 5)
	if err != nil {
		return err
	}
	before, _, err := s.memory()
	if err != nil {
		return err
	}
	began := time.Now()
	workBefore, _ := s.work()
	tabs := s.lesson(ctx, note, pupils)
	defer closeAll(tabs)
	all := time.Since(began)
	work, kernelWork := s.work()
	now, peak, err := s.memory()
	if err != nil {
		return err
	}
	kernels, count, err := s.kernelMemory()
	if err != nil {
		return err
	}
	waits, failed := waitsOf(pupils)
	if len(waits) == 0 {
		return fmt.Errorf("nobody's code ran: %w", failed)
	}
	if failed != nil {
		fmt.Printf("%s: %d waited in vain: %v\n", what, fit-len(waits), failed)
	}
	oneByOne := float64(fit) * percentile(bare, 50) / 1000
	r.add(row{what + ": press → end, p50", percentile(waits, 50) / 1000, "s", waitLimit, "what is promised"},
		row{"… the longest wait", percentile(waits, 100) / 1000, "s", waitLimit, "what is promised"},
		row{"… until the last has run", all.Seconds(), "s", oneByOne, "as many ipykernels started by hand, one after the other"},
		row{"… processor time of the server", work - workBefore, "s", kernelWork, "of the kernels"},
		row{"… the server's memory above before, with all of them idle", now - before, "MB", float64(fit) * 0.3, "0.3 MB for each"},
		row{What: "… the server's memory, highest", Figure: peak, Unit: "MB"},
		row{"… the memory of all " + strconv.Itoa(count) + " kernels' processes (PSS)", kernels, "MB", roomPerKernel * float64(fit), "75 MB for each"})
	return nil
}

// invite makes a note that a class may run, and the class.
func (s *site) invite(ctx context.Context, prefix string, people int) (string, []*pupil, error) {
	note, err := s.note(ctx, "print(sum(range(1_000_000)))")
	if err != nil {
		return "", nil, err
	}
	var names []string
	var pupils []*pupil
	for i := range people {
		name := fmt.Sprintf("%s-%d", prefix, i)
		cookie, err := s.person(ctx, name)
		if err != nil {
			return "", nil, err
		}
		names, pupils = append(names, name), append(pupils, &pupil{cookie: cookie})
	}
	return note, pupils, s.grant(ctx, note, "runner", names...)
}

// lesson has everybody come within arriveWithin and run the note, and returns when all
// have seen their run end.
func (s *site) lesson(ctx context.Context, note string, pupils []*pupil) []*tab {
	tabs := make([]*tab, len(pupils))
	var work sync.WaitGroup
	for i, p := range pupils {
		after := rand.N(arriveWithin)
		work.Go(func() {
			time.Sleep(after)
			if tabs[i], p.err = s.open(ctx, p.cookie, "pupil", note); p.err == nil {
				p.wait, p.err = tabs[i].runOnce("lesson", "p0")
			}
		})
	}
	work.Wait()
	var open []*tab
	for _, t := range tabs {
		if t != nil {
			open = append(open, t)
		}
	}
	return open
}

// waitsOf lists how long people waited, and why some did in vain.
func waitsOf(pupils []*pupil) (waits []time.Duration, failed error) {
	why := map[string]error{}
	for _, p := range pupils {
		if p.err != nil {
			why[p.err.Error()] = p.err
			continue
		}
		waits = append(waits, p.wait)
	}
	for _, err := range why {
		failed = errors.Join(failed, err)
	}
	return waits, failed
}
