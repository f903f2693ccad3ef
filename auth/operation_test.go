package auth_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"quire/auth"
)

// expected repeats by hand what every operation touches and needs. Whoever adds an
// operation, or lowers what one needs, has to say so here as well.
var expected = map[string]string{
	"server.setup":         "public -",
	"session.signin":       "public -",
	"server.health":        "public -",
	"tree.list":            "server use",
	"search":               "server use",
	"node.create":          "node write",
	"node.create.root":     "server use",
	"node.show":            "node read",
	"node.rename":          "node manage",
	"node.move":            "node manage",
	"node.trash":           "node manage",
	"node.restore":         "node manage",
	"node.purge":           "node manage",
	"note.clone":           "node read",
	"note.import":          "server use",
	"grants.show":          "node read",
	"grants.change":        "node manage",
	"note.open":            "node read",
	"note.caret":           "node write",
	"note.configure":       "node write",
	"paragraph.insert":     "node write",
	"paragraph.edit":       "node write",
	"paragraph.title":      "node write",
	"paragraph.settings":   "node write",
	"paragraph.move":       "node write",
	"paragraph.delete":     "node write",
	"paragraph.restore":    "node write",
	"output.show":          "node read",
	"output.history":       "node write",
	"output.clear":         "node write",
	"run.start":            "node run",
	"run.cancel":           "node run",
	"run.list":             "node read",
	"kernel.interrupt":     "node run",
	"kernel.restart":       "node run",
	"code.complete":        "node write",
	"code.inspect":         "node write",
	"people.search":        "server use",
	"interpreter.list":     "server use",
	"user.list":            "server administer",
	"user.create":          "server administer",
	"user.change":          "server administer",
	"user.link":            "server administer",
	"settings.show":        "server administer",
	"settings.change":      "server administer",
	"audit.show":           "server administer",
	"server.metrics":       "server administer",
	"group.create":         "server administer",
	"group.list":           "server administer",
	"group.change":         "server administer",
	"group.remove":         "server administer",
	"group.show":           "group see",
	"group.members":        "group lead",
	"group.own":            "self own",
	"self.show":            "self own",
	"session.signout":      "self own",
	"self.password":        "self own",
	"session.list":         "self own",
	"session.end":          "self own",
	"token.list":           "self own",
	"token.create":         "self own",
	"token.revoke":         "self own",
	"folder.kernels":       "node manage",
	"note.export":          "node read",
	"note.scratch":         "node run",
	"note.scratch.keep":    "node manage",
	"access.explain":       "node read",
	"access.past":          "node manage",
	"access.preview":       "node manage",
	"access.preview.group": "group lead",
	"access.preview.cap":   "server administer",
	"access.reach":         "self own",
	"access.reach.of":      "server administer",
	"link.list":            "node manage",
	"link.create":          "node manage",
	"link.revoke":          "node manage",
	"link.open":            "server use",
	"link.own":             "self own",
	"request.create":       "server use",
	"request.own":          "self own",
	"request.list":         "node manage",
	"request.decide":       "node manage",
	"ownerless.list":       "server administer",
	"ownerless.pass":       "server administer",
	"cap.list":             "server administer",
	"cap.set":              "server administer",
	"cap.lift":             "server administer",
	"file.list":            "node read",
	"file.read":            "node read",
	"file.write":           "node write",
	"file.delete":          "node write",
	"kernel.stop":          "node run",
	"input.answer":         "node run",
	"comm.send":            "node run",
	"interpreter.change":   "server administer",
	"connection.show":      "server administer",
	"connection.change":    "server administer",
	"gateway.show":         "server administer",
	"gateway.change":       "server administer",
}

func TestEveryOperationNeedsWhatTheTableSays(t *testing.T) {
	got := map[string]string{}
	for _, op := range auth.Registry() {
		action := op.Action().String()
		if action == "" {
			action = "-"
		}
		_, twice := got[op.Name()]
		require.False(t, twice, "%s is declared twice", op.Name())
		got[op.Name()] = string(op.Kind()) + " " + action
	}
	require.Equal(t, expected, got)
}

func TestThreeOperationsArePublic(t *testing.T) {
	var public []string
	for _, op := range auth.Registry() {
		if op.Kind() == auth.OnPublic {
			public = append(public, op.Name())
		}
	}
	require.Equal(t, []string{"server.health", "server.setup", "session.signin"}, public)
}
