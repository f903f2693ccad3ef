// Package notebooktest makes notes for the tests of those that read and write them.
package notebooktest

import (
	"quire/auth"
	"quire/notebook"
)

// Exported is a note with the content of a file, as it would be handed to a codec.
func Exported(name string, c notebook.NewContent) *notebook.Exported {
	n := &notebook.Note{ID: auth.NewID(), Settings: c.Settings}
	results := map[string]*notebook.NewResult{}
	for _, p := range c.Paragraphs {
		if p.ID == "" {
			p.ID = notebook.NewParagraphID()
		}
		text, err := notebook.NewText(p.Text)
		if err != nil {
			panic(err)
		}
		n.Paragraphs = append(n.Paragraphs, &notebook.Paragraph{ID: p.ID, Title: p.Title, Text: text, Settings: p.Settings})
		results[p.ID] = p.Result
	}
	return &notebook.Exported{Name: name, Note: n, Result: func(p *notebook.Paragraph) (*notebook.NewResult, error) {
		return results[p.ID], nil
	}}
}
