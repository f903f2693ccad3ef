package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
	"quire/server"
)

// importedOutput is a note of ana's that shows 3000 lines of 10 bytes and a half
// one, and a table.
func importedOutput(ana *visitor) (note server.NodeBody, parts string) {
	var text strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&text, "line %04d\n", i)
	}
	file := m{"nbformat": 4, "nbformat_minor": 5, "metadata": m{}, "cells": []any{m{
		"id": "c", "cell_type": "code", "source": "x", "metadata": m{}, "execution_count": 1, "outputs": []any{
			m{"output_type": "stream", "name": "stdout", "text": text.String() + "the end"},
			m{"output_type": "display_data", "metadata": m{}, "data": m{
				"text/tab-separated-values": "word\tn\n<ä>\t1\nb\t2\n", "text/plain": "…"}},
		}}}}
	note = get[server.NodeBody](ana, "POST", "/notes/import?name=n", file)
	runs := get[server.RunList](ana, "GET", "/notes/"+note.ID.String()+"/runs", nil)
	return note, "/notes/" + note.ID.String() + "/runs/" + runs.Runs[0].ID.String() + "/parts"
}

// byLine are the headers of reading by line.
func byLine(a answer) [4]string {
	h := a.Header
	return [4]string{h.Get("Quire-Line"), h.Get("Quire-Next-Line"), h.Get("Quire-Offset"), h.Get("Quire-Cut")}
}

func TestOutputIsReadByLineByREST(t *testing.T) {
	o := newLibrary(t)
	ana := o.reader(t, o.setUp(t), "ana")
	_, parts := importedOutput(ana)
	list := get[server.PartList](ana, "GET", parts, nil).Parts
	require.Equal(t, []int64{3000, 3}, []int64{list[0].Lines, list[1].Lines})
	require.Equal(t, []notebook.TableForm{notebook.NoTable, notebook.PlainTable}, []notebook.TableForm{list[0].Table, list[1].Table})

	for query, want := range map[string]struct {
		headers [4]string
		text    string
	}{
		"/0?line=5&lines=2":           {[4]string{"5", "7", "50", ""}, "line 0005\nline 0006\n"},
		"/0?line=5&lines=2&offset=0":  {[4]string{"5", "7", "50", ""}, "line 0005\nline 0006\n"},
		"/0?line=5&limit=25":          {[4]string{"5", "7", "50", ""}, "line 0005\nline 0006\n"},
		"/0?line=5&limit=4":           {[4]string{"5", "6", "50", "true"}, "line"},
		"/0?line=2999":                {[4]string{"2999", "", "29990", ""}, "line 2999\nthe end"},
		"/0?line=3000&revision=0":     {[4]string{"3000", "", "30000", ""}, "the end"},
		"/0?line=3001":                {[4]string{"3001", "", "", ""}, ""},
		"/0?line=9223372036854775807": {[4]string{"9223372036854775807", "", "", ""}, ""},
		"/1?line=0&lines=2":           {[4]string{"0", "2", "", ""}, "word\tn\n<ä>\t1\n"},
		"/1?line=1&lines=10000":       {[4]string{"1", "", "", ""}, "<ä>\t1\nb\t2\n"},
		"/0?limit=4":                  {[4]string{}, "line"},
	} {
		got := ana.do("GET", parts+query, nil)
		require.Equal(t, http.StatusOK, got.StatusCode, "%s: %s", query, got.text)
		require.Equal(t, want.headers, byLine(got), query)
		require.Equal(t, want.text, got.text, query)
		require.Equal(t, []string{"text/plain; charset=utf-8", "nosniff"}, []string{got.Header.Get("Content-Type"), got.Header.Get("X-Content-Type-Options")})
	}
	page := ana.do("GET", parts+"/0?line=0", nil)
	require.Equal(t, 1000, strings.Count(page.text, "\n"), "as many as are asked for by saying nothing")
	require.Equal(t, "1000", page.Header.Get("Quire-Next-Line"))

	for query, want := range map[string]struct {
		status int
		says   string
	}{
		"/0?line=5&offset=3":    {http.StatusBadRequest, "not both"},
		"/0?line=-2":            {http.StatusBadRequest, "from 0"},
		"/0?line=0&lines=0":     {http.StatusBadRequest, "lines"},
		"/0?line=0&lines=10001": {http.StatusBadRequest, "lines"},
		"/0?line=0&revision=3":  {http.StatusConflict, "revision 0"},
		"/7?line=0":             {http.StatusNotFound, "no part 7"},
		"/7?line=0&revision=0":  {http.StatusNotFound, "no such part"},
	} {
		got := ana.do("GET", parts+query, nil)
		require.Equal(t, want.status, got.StatusCode, "%s: %s", query, got.text)
		require.Contains(t, got.text, want.says, query)
	}
}

func TestLinesAreForThoseWhoMaySeeTheOutput(t *testing.T) {
	o := newLibrary(t)
	boss := o.setUp(t)
	ana, bob := o.reader(t, boss, "ana"), o.reader(t, boss, "bob")
	note, parts := importedOutput(ana)
	for _, v := range []*visitor{bob, o.visitor(t)} {
		got := v.do("GET", parts+"/0?line=0&revision=0", nil)
		require.Contains(t, []int{http.StatusNotFound, http.StatusUnauthorized}, got.StatusCode)
		require.NotContains(t, got.text, "line 0")
		require.Equal(t, [4]string{}, byLine(got))
	}
	grants := "/nodes/" + note.ID.String() + "/grants"
	has := get[server.GrantsBody](ana, "GET", grants, nil)
	get[server.GrantsBody](ana, "PUT", grants, m{"version": has.Version, "grants": []any{
		m{"principal": m{"id": has.Grants[0].Principal.ID}, "role": "owner"}, m{"principal": m{"name": "bob"}, "role": "reader"}}})
	require.Equal(t, "line 0000\n", bob.do("GET", parts+"/0?line=0&lines=1", nil).text)
	elsewhere := get[server.NodeBody](bob, "POST", "/nodes", m{"kind": "note", "name": "bobs"})
	moved := strings.Replace(parts, note.ID.String(), elsewhere.ID.String(), 1)
	require.Equal(t, http.StatusNotFound, bob.do("GET", moved+"/0?line=0&revision=0", nil).StatusCode, "a run is asked for through its own note only")
}
