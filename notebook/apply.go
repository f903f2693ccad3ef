package notebook

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"quire/auth"
	"quire/auth/fault"
)

var paragraphID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (o *InsertParagraph) apply(n *Note, _ Stamp) error {
	if !paragraphID.MatchString(o.Paragraph) {
		return fault.New(fault.Invalid, "%q cannot be a paragraph's id: 1 to 64 of letters, digits, _ and - can.", o.Paragraph)
	}
	if p, _ := n.Find(o.Paragraph); p != nil || n.Bin[o.Paragraph] != nil {
		return fault.New(fault.Conflict, "There is already a paragraph %s in this note.", o.Paragraph)
	}
	text, err := NewText(o.Text)
	if err != nil {
		return err
	}
	if err := validTitle(o.Title); err != nil {
		return err
	}
	if err := o.Settings.valid(); err != nil {
		return err
	}
	return n.insert(&Paragraph{ID: o.Paragraph, Title: o.Title, Text: text, Settings: o.Settings}, o.After)
}

// insert puts p behind the paragraph named after.
func (n *Note) insert(p *Paragraph, after string) error {
	if len(n.Paragraphs) >= MaxParagraphs {
		return fault.New(fault.TooLarge, "The note has %d paragraphs, and no more are allowed.", len(n.Paragraphs))
	}
	place := 0
	if after != "" {
		_, i := n.Find(after)
		if i < 0 {
			return errGone(after)
		}
		place = i + 1
	}
	n.Paragraphs = slices.Insert(n.Paragraphs, place, p)
	return nil
}

func errGone(id string) error {
	return fault.New(fault.NotFound, "There is no paragraph %s in this note; it may have been deleted.", id)
}

func (o *EditText) apply(n *Note, _ Stamp) error {
	p, place := n.Find(o.Paragraph)
	if p == nil {
		return errGone(o.Paragraph)
	}
	if len(o.Client) == 0 || len(o.Client) > 64 || len(o.Changes) == 0 {
		return fault.New(fault.Invalid, "An edit names its client (1 to 64 characters) and has at least one change.")
	}
	if o.Version != p.Version {
		return fault.New(fault.Stale, "The paragraph is at version %d, the edit was made at %d.", p.Version, o.Version).
			With(map[string]int64{"version": p.Version, "yours": o.Version})
	}
	text := p.Text
	for _, c := range o.Changes {
		var err error
		if text, err = text.Apply(c); err != nil {
			return err
		}
	}
	n.change(place, func(p *Paragraph) {
		p.Text = text
		p.Version += int64(len(o.Changes))
	})
	return nil
}

func validTitle(s string) error {
	if utf8.RuneCountInString(s) > MaxTitle || !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\n") {
		return fault.New(fault.Invalid, "A title is one line of up to %d characters.", MaxTitle)
	}
	return nil
}

func (o *SetTitle) apply(n *Note, _ Stamp) error {
	if err := validTitle(o.Title); err != nil {
		return err
	}
	_, place := n.Find(o.Paragraph)
	if place < 0 {
		return errGone(o.Paragraph)
	}
	n.change(place, func(p *Paragraph) { p.Title = o.Title })
	return nil
}

func (s ParagraphSettings) valid() error {
	if s.Width < 0 || s.Width > 12 {
		return fault.New(fault.Invalid, "A paragraph's width is 1 to 12 twelfths, not %d.", s.Width)
	}
	if s.FontSize != 0 && (s.FontSize < 8 || s.FontSize > 40) {
		return fault.New(fault.Invalid, "A paragraph's font size is 8 to 40, not %d.", s.FontSize)
	}
	if len(s.Imported) > MaxSettings {
		return fault.New(fault.TooLarge, "A paragraph's imported settings have %d bytes; %d are allowed.", len(s.Imported), MaxSettings)
	}
	return nil
}

func (o *SetParagraph) apply(n *Note, _ Stamp) error {
	p, place := n.Find(o.Paragraph)
	if p == nil {
		return errGone(o.Paragraph)
	}
	next := p.Settings
	if err := decodeStrictly(o.Settings, &next); err != nil {
		return fault.Wrap(err, fault.Invalid, "The paragraph's settings are not right: %s.", err)
	}
	if err := next.valid(); err != nil {
		return err
	}
	n.change(place, func(p *Paragraph) { p.Settings = next })
	return nil
}

func (o *MoveParagraph) apply(n *Note, _ Stamp) error {
	p, place := n.Find(o.Paragraph)
	if p == nil {
		return errGone(o.Paragraph)
	}
	if o.After == o.Paragraph {
		return fault.New(fault.Invalid, "A paragraph cannot stand behind itself.")
	}
	n.Paragraphs = slices.Delete(n.Paragraphs, place, place+1)
	return n.insert(p, o.After)
}

func (o *DeleteParagraph) apply(n *Note, s Stamp) error {
	p, place := n.Find(o.Paragraph)
	if p == nil {
		return errGone(o.Paragraph)
	}
	gone := *p
	gone.DeletedAt, gone.DeletedBy = s.At, s.By
	n.Bin[p.ID] = &gone
	n.Paragraphs = slices.Delete(n.Paragraphs, place, place+1)
	return nil
}

func (o *RestoreParagraph) apply(n *Note, _ Stamp) error {
	p := n.Bin[o.Paragraph]
	if p == nil {
		return fault.New(fault.NotFound, "There is no paragraph %s in this note's bin.", o.Paragraph)
	}
	back := *p
	back.DeletedAt, back.DeletedBy = time.Time{}, 0
	after := o.After
	if q, _ := n.Find(after); q == nil && after != "" {
		after = n.last() // what it stood behind is gone as well
	}
	delete(n.Bin, p.ID)
	return n.insert(&back, after)
}

// last returns the id of the last paragraph, or "".
func (n *Note) last() string {
	if len(n.Paragraphs) == 0 {
		return ""
	}
	return n.Paragraphs[len(n.Paragraphs)-1].ID
}

func (o *SetNote) apply(n *Note, _ Stamp) error {
	next := n.Settings
	if err := decodeStrictly(o.Settings, &next); err != nil {
		return fault.Wrap(err, fault.Invalid, "The note's settings are not right: %s.", err)
	}
	if err := next.valid(); err != nil {
		return err
	}
	n.Settings = next
	return nil
}

func (o *ClearResults) apply(n *Note, _ Stamp) error {
	ids := o.Paragraphs
	if len(ids) == 0 {
		for _, p := range n.Paragraphs {
			ids = append(ids, p.ID)
		}
	}
	for _, id := range ids {
		_, place := n.Find(id)
		if place < 0 {
			return errGone(id)
		}
		n.change(place, func(p *Paragraph) { p.Run, p.Own = ID{}, nil })
	}
	return nil
}

func (o *StartRun) apply(n *Note, s Stamp) error {
	for i := range o.Edits {
		if err := o.Edits[i].apply(n, s); err != nil {
			return err
		}
	}
	if len(o.Paragraphs) == 0 {
		return fault.New(fault.Invalid, "Name at least one paragraph to run.")
	}
	for i, id := range o.Paragraphs {
		p, place := n.Find(id)
		if p == nil {
			return errGone(id)
		}
		if slices.Contains(o.Paragraphs[:i], id) {
			return fault.New(fault.Invalid, "Paragraph %s is named twice.", id)
		}
		ref := o.ref(i, p)
		n.change(place, func(p *Paragraph) {
			if o.Own {
				p.Own = withOwn(p.Own, s.By, ref.Run)
			} else {
				p.Run, p.Own = ref.Run, withoutOwn(p.Own, s.By)
			}
		})
	}
	return nil
}

// ref returns the run of the i-th paragraph: the recorded one on replay, else a
// new one, which is recorded.
func (o *StartRun) ref(i int, p *Paragraph) RunRef {
	if i < len(o.Runs) {
		return o.Runs[i]
	}
	r := RunRef{Paragraph: p.ID, Run: auth.NewID(), Version: p.Version}
	o.Runs = append(o.Runs, r)
	return r
}
