package notebook

import (
	"fmt"
	"strconv"
)

// maxReasons bounds the number of notices about what was dropped.
const maxReasons = 20

// losses counts what was dropped before it could become output, by reason. Each
// reason has one notice, which is rewritten.
type losses map[string]*loss

type loss struct {
	part            *livePart
	messages, bytes int64
}

func newLosses() losses { return losses{} }

func (l losses) bytes() (n int64) {
	for _, one := range l {
		n += one.bytes
	}
	return n
}

// detach forgets the notices, which were cleared, but not the counts.
func (l losses) detach() {
	for _, one := range l {
		one.part = nil
	}
}

// noteLoss says that output was dropped, and how much.
func (r *Recording) noteLoss(reason string, messages, bytes int64) {
	l := r.losses[reason]
	if l == nil && len(r.losses) >= maxReasons {
		reason = "several other things went wrong"
		l = r.losses[reason]
	}
	if l == nil {
		l = &loss{}
		r.losses[reason] = l
	}
	l.messages += messages
	l.bytes += bytes
	if l.part == nil {
		l.part = r.newPart(NoticePart, "", "")
		r.add(l.part, l.sentence(reason))
		return
	}
	r.rewrite(l.part, l.sentence(reason))
}

func (l *loss) sentence(reason string) []byte {
	switch {
	case l.bytes == 0 && l.messages == 0:
		return fmt.Appendf(nil, "Some output may be missing here: %s.", reason)
	case l.bytes == 0:
		return fmt.Appendf(nil, "Some output is missing here: %s.", reason)
	}
	return fmt.Appendf(nil, "%s bytes of output (%s messages) are missing here: %s.", thousands(l.bytes), thousands(l.messages), reason)
}

// thousands writes a number with a comma between each three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
