package sql

import (
	"errors"
	"fmt"
	"strings"

	"quire/notebook"
)

// failure is what a database says about a statement.
type failure struct {
	code    string // SQLSTATE or the server's number
	message string
	detail  string
	hint    string
	// position is where in the text the error is, in code points from 1; 0: unknown.
	position int
	// line is where the failed statement begins, from 1; 0: unknown.
	line int
	// isCancel tells that somebody wanted it to end.
	isCancel bool
}

// Error implements error.
func (f *failure) Error() string {
	if f.code == "" {
		return f.message
	}
	return fmt.Sprintf("%s (%s)", f.message, f.code)
}

// reasonOf is an error in one sentence, without what drivers put around it.
func reasonOf(err error) string {
	var f *failure
	if errors.As(err, &f) {
		return f.Error()
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			first, _, _ := strings.Cut(err.Error(), "\n") // of several addresses
			return first
		}
		err = inner
	}
}

// errorOutput shows an error with the place in the text it is about.
func (k *kernel) errorOutput(err error, text string, stopped bool) notebook.ErrorOutput {
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{message: reasonOf(err)}
	}
	out := notebook.ErrorOutput{Name: "SQL error", Value: f.Error()}
	switch {
	case errors.Is(err, errTimeout):
		out.Name = "Timeout"
		out.Value = fmt.Sprintf("The statements took longer than %s and were ended on the server.", k.target.timeout())
	case f.isCancel && stopped:
		out.Name, out.Value = "Interrupted", "The statement was ended on the server."
	}
	lines := []string{out.Name + ": " + out.Value}
	lines = append(lines, placeLines(text, f)...)
	if f.detail != "" {
		lines = append(lines, "Detail: "+f.detail)
	}
	if f.hint != "" {
		lines = append(lines, "Hint: "+f.hint)
	}
	for i := range lines {
		lines[i] = k.target.maskError(lines[i])
	}
	out.Value, out.Traceback = k.target.maskError(out.Value), lines
	return out
}

// longestShown bounds the line of the text that is shown with an error.
const longestShown = 200

// placeLines shows the line an error is in, with a mark below its place.
func placeLines(text string, f *failure) []string {
	runes := []rune(text)
	if f.position < 1 || f.position > len(runes)+1 {
		if f.line > 0 {
			return []string{fmt.Sprintf("in the statement that begins in line %d", f.line)}
		}
		return nil
	}
	before := string(runes[:f.position-1])
	number := strings.Count(before, "\n") + 1
	start := strings.LastIndex(before, "\n") + 1
	column := len([]rune(before[start:]))
	line, _, _ := strings.Cut(string(runes[f.position-1-column:]), "\n")
	if len(line) > longestShown {
		return []string{fmt.Sprintf("in line %d, at character %d", number, column+1)}
	}
	head := fmt.Sprintf("line %d: ", number)
	return []string{head + line, strings.Repeat(" ", len(head)+column) + "^"}
}
