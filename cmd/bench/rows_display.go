package main

import "context"

// measureDisplays shows 20,000 things, of which the server keeps the first 5,000, and
// one thing that changes 20,000 times.
func measureDisplays(ctx context.Context, s *site, r *report) error {
	return compareRuns(ctx, s, r, "what is promised for output", []printed{
		{"20,000 displays", "for i in range(20_000): display({'text/plain': str(i), 'text/html': f'<b>{i}</b>'}, raw=True)"},
		{"one display changed 20,000 times", "h = display({'text/plain': '0'}, raw=True, display_id=True)\n" +
			"for i in range(20_000): h.update({'text/plain': str(i)}, raw=True)"},
	})
}
