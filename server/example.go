package server

import "quire/notebook"

// exampleNote shows what a note can do. It runs as it is, with nothing but a Python
// kernel.
func exampleNote() *notebook.NewContent {
	return &notebook.NewContent{Paragraphs: []notebook.NewParagraph{
		{Text: `%md
# Welcome to Quire

This note is yours alone. Press **Shift+Enter** in a paragraph to run it and go on to the next, or *Run all* above.

- Text like this is a paragraph whose first line is ` + "`%md`" + `. Double-click it to edit.
- The lock above says who may see, run and edit the note. Share it, and you will see each other type.`},
		{Title: "Python", Text: `import sys
print("Hello from Python", sys.version.split()[0])
sum(range(101))`},
		{Title: "A progress bar, line by line", Text: `import time
for i in range(1, 21):
    print(f"\r[{'#' * i}{'.' * (20 - i)}] {5 * i} %", end="")
    time.sleep(0.1)`},
		{Title: "A picture", Text: `import math
from IPython.display import SVG
points = " ".join(f"{x},{60 - 50 * math.sin(x / 30) * math.exp(-x / 300):.1f}" for x in range(0, 601, 3))
SVG(f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="120">'
    f'<polyline points="{points}" fill="none" stroke="#2459D3" stroke-width="2"/></svg>')`},
		{Title: "A table", Text: `from IPython.display import HTML
rows = "".join(f"<tr><td>{n}</td><td>{n ** 2}</td><td>{n ** 3}</td></tr>" for n in range(1, 8))
HTML("<table><tr><th>n</th><th>n²</th><th>n³</th></tr>" + rows + "</table>")`},
		{Title: "What goes wrong is told with its place", Text: `def mean(values):
    return sum(values) / len(values)

mean([])`},
		{Text: `%md
Every run is kept with its output: close the page, come back, and it is still there.
When a kernel hangs, stop it with the square beside *Run all*, or restart it from the note's menu.`},
	}}
}
