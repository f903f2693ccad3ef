# Runs SQL on a file of the note with Python's own sqlite3, and shows what comes of
# it as the server's other connections do. It is executed once, in a kernel of the
# note that gets nothing else to execute than calls of run.
import json as _json
import pathlib as _pathlib
import sqlite3 as _sqlite3
import sys as _sys
import time as _time

from IPython.display import publish_display_data as _publish


class SQLError(Exception):
    def _render_traceback_(self):
        return self.args[1:]


class Session:
    def __init__(self, settings):
        self.limits = settings
        mode = "ro" if settings["readOnly"] else "rwc"
        uri = _pathlib.Path(settings["file"]).absolute().as_uri() + "?mode=" + mode
        self.db = _sqlite3.connect(uri, uri=True, isolation_level=None, timeout=10)
        self.db.text_factory = lambda b: b.decode("utf-8", "replace")
        self.db.execute("PRAGMA query_only = %d" % settings["readOnly"])
        # Where Python looks for an interrupt while SQLite works.
        self.db.set_progress_handler(self.tick, 20000)
        self.shown = 0

    def tick(self):
        if self.until and _time.monotonic() > self.until:
            return 1
        return 0

    until = None

    def run(self, text):
        self.until = _time.monotonic() + self.limits["timeout"]
        line = 1
        for statement in self.split(text):
            first = line + statement[: len(statement) - len(statement.lstrip())].count("\n")
            line += statement.count("\n")
            if statement.strip():
                self.one(statement, first)

    def split(self, text):
        """Statements end where SQLite's own tokenizer says so."""
        start = 0
        for i, c in enumerate(text):
            if c == ";" and _sqlite3.complete_statement(text[start : i + 1]):
                yield text[start : i + 1]
                start = i + 1
        yield text[start:]

    def one(self, statement, first):
        try:
            cursor = self.db.execute(statement)
            if cursor.description is None:
                if cursor.rowcount >= 0:
                    print("%d rows affected" % cursor.rowcount)
                return
            self.show(cursor)
        except _sqlite3.Error as e:
            if self.until and _time.monotonic() > self.until:
                what = "Timeout: The statements took longer than %d seconds." % self.limits["timeout"]
            elif "interrupted" in str(e):
                what = "Interrupted: The statement was ended."
            else:
                what = "%s: %s" % (type(e).__name__, e)
            raise SQLError(what, what, "in the statement that begins in line %d" % first) from None

    def show(self, cursor):
        limits = self.limits
        names = [d[0] for d in cursor.description]
        lines, rows, dropped, size, plain = ["\t".join(escape(n) for n in names)], 0, 0, 0, [names]
        for row in cursor:
            cells = [None if v is None else text_of(v, limits["cell"]) for v in row]
            length = sum(len(c) for c in cells if c is not None) + len(cells)
            if rows >= limits["rows"] or size + length > limits["bytes"]:
                dropped += 1
                continue
            rows += 1
            size += length
            lines.append("\t".join("\\N" if c is None else escape(c) for c in cells))
            if len(plain) <= 50:
                plain.append(["NULL" if c is None else c for c in cells])
        if self.shown < limits["tables"]:
            self.shown += 1
            kind = "text/tab-separated-values"
            _publish(
                {kind: "\n".join(lines) + "\n", "text/plain": aligned(plain, rows + dropped)},
                metadata={kind: {"escaped": True, "rows": rows, "dropped": dropped}},
            )
        if dropped:
            print("%d of %d rows are shown; %d rows are left out." % (rows, rows + dropped, dropped))


def text_of(value, most):
    if isinstance(value, bytes):
        value = "\\x" + value.hex()
    elif isinstance(value, float):
        value = repr(value)
    else:
        value = str(value)
    return value if len(value) <= most else value[:most] + "… (%d characters more)" % (len(value) - most)


def escape(text):
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def aligned(lines, total):
    lines = [["".join(c if c >= " " else " " for c in cell)[:40] for cell in line] for line in lines]
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = "".join("  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip() + "\n" for line in lines)
    more = total - (len(lines) - 1)
    return text + ("and %d more rows\n" % more if more > 0 else "")


def names(session, prefix):
    found = set()
    for (table,) in session.db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").fetchall():
        found.add(table)
        found.update(c for (c,) in session.db.execute("SELECT name FROM pragma_table_info(?)", (table,)))
    return sorted(n for n in found if n.lower().startswith(prefix.lower()))[:200]
