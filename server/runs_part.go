package server

import (
	"context"
	"fmt"
	"strconv"

	"quire/auth/fault"
	"quire/notebook"
)

type partIn struct {
	RunPath
	Part     int   `path:"part" minimum:"0"`
	Revision int   `query:"revision" default:"-1" doc:"as told in the list; the newest when left out"`
	Offset   int64 `query:"offset" minimum:"0" doc:"the byte to begin with"`
	Line     int64 `query:"line" default:"-1" doc:"instead of offset: the line to begin with, from 0, of a stream or a table"`
	Lines    int   `query:"lines" default:"1000" minimum:"1" maximum:"10000" doc:"how many lines; fewer are given where limit is reached"`
	Limit    int   `query:"limit" default:"1048576" minimum:"1" maximum:"16777216" doc:"the most bytes to answer"`
	Download bool  `query:"download" doc:"answer as a file to save"`
}

// partOut is raw bytes. They never become a page of ours: the type is plain text,
// nothing may guess another, and the policy lets nothing run. Headers that say
// nothing are left out.
type partOut struct {
	Type        string `header:"Content-Type"`
	Options     string `header:"X-Content-Type-Options"`
	Policy      string `header:"Content-Security-Policy"`
	Disposition string `header:"Content-Disposition"`
	Line        string `header:"Quire-Line" doc:"by line: the one the answer begins with"`
	NextLine    string `header:"Quire-Next-Line" doc:"by line: the one to ask for next; absent when there is none behind the answer now"`
	At          string `header:"Quire-Offset" doc:"by line, of a stream: the byte the answer begins with"`
	Cut         string `header:"Quire-Cut" doc:"by line: true when the answer is the beginning of one line that is longer than limit"`
	Body        []byte
}

// readPart gives bytes of a part, or lines.
func (n *NotebookServer) readPart(ctx context.Context, in *partIn) (*partOut, error) {
	if err := in.valid(); err != nil {
		return nil, err
	}
	if err := n.newestRevision(ctx, in); err != nil {
		return nil, err
	}
	out := &partOut{Type: "text/plain; charset=utf-8", Options: "nosniff", Policy: "default-src 'none'; sandbox"}
	if in.Download {
		out.Disposition = fmt.Sprintf(`attachment; filename="output-%s-%d.txt"`, in.Run, in.Part)
	}
	if in.Line >= 0 {
		lines, err := n.notes.ReadLines(ctx, in.ID, in.Run, in.Part, in.Revision, in.Line, in.Lines, in.Limit)
		out.setLines(lines)
		return out, err
	}
	data, err := n.notes.ReadPart(ctx, in.ID, in.Run, in.Part, in.Revision, in.Offset, in.Limit)
	out.Body = data
	return out, err
}

func (in *partIn) valid() error {
	switch {
	case in.Line < -1:
		return fault.New(fault.Invalid, "line is the number of a line, from 0.")
	case in.Line >= 0 && in.Offset > 0:
		return fault.New(fault.Invalid, "Either line or offset says where to begin, not both.")
	}
	return nil
}

// newestRevision looks up which one is meant when none is named.
func (n *NotebookServer) newestRevision(ctx context.Context, in *partIn) error {
	if in.Revision >= 0 {
		return nil
	}
	parts, _, err := n.notes.Parts(ctx, in.ID, in.Run)
	if err != nil {
		return err
	}
	if in.Part >= len(parts) {
		return fault.New(fault.NotFound, "The run's output has %d parts; there is no part %d.", len(parts), in.Part)
	}
	in.Revision = parts[in.Part].Revision
	return nil
}

func (out *partOut) setLines(lines notebook.Lines) {
	out.Body, out.Line = lines.Text, strconv.FormatInt(lines.First, 10)
	if lines.Next >= 0 {
		out.NextLine = strconv.FormatInt(lines.Next, 10)
	}
	if lines.Offset >= 0 {
		out.At = strconv.FormatInt(lines.Offset, 10)
	}
	if lines.Cut {
		out.Cut = "true"
	}
}
