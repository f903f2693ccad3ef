package main

// texts are pieces of a file, each with what it is broken to.
type texts struct {
	kind  kind
	file  string
	list  []replacement
	tests [][]string
}

// comparisons are what no condition stands for: keys of caches, sets that are
// intersected, and what is compared with another thing than it should be.
var comparisons = []texts{
	{caches, "auth/gate.go", []replacement{
		{"ok = ok && g.view.epoch == epoch && (", "ok = ok && (", "identities of an earlier epoch count"},
		{"chain, ok := g.view.chains[node]\n\tok = ok && g.view.epoch == epoch\n", "chain, ok := g.view.chains[node]\n", "chains of an earlier epoch count"},
		{"min(e1, e2), nil", "max(e1, e2), nil", "a decision claims the later of two epochs"},
		{"return Decide(chain, who, time.Now())", "return Decide(chain, who, time.Time{})", "dates are compared with no time"},
		{"if at < g.view.epoch || at < g.epoch.Load() {", "if false {", "older records replace newer ones"},
		{"if g.view.epoch != at || len", "if len", "records of an earlier epoch are kept"},
		{"v.identities[id] = who\n", "v.identities[id] = who\n\t\t\tv.identities[a.SignIn] = who\n", "an identity is kept for another sign-in"},
		{"g.remember(at, func(v *view) { v.chains[node] = chain })", "g.remember(at, func(v *view) { v.chains[node] = chain; for k := range v.chains { v.chains[k] = chain } })", "a chain is kept for another node"},
		{"g.confirmed.Store(began.UnixNano())", "g.confirmed.Store(time.Now().Add(time.Hour).UnixNano())", "an epoch is trusted for longer"},
		{"trustFor     = 4 * time.Second", "trustFor     = 4 * time.Hour", "an epoch that nobody confirms is trusted"},
		{"\t\tcase e := <-announced:\n\t\t\tg.Move(e)\n", "\t\tcase <-announced:\n", "what other processes announce is not heard"},
		{"g.confirmed.Store(began.UnixNano())\n\tg.Move(e)", "g.confirmed.Store(began.UnixNano())\n\t_ = e", "the epoch that was read is not taken"},
		{"\t\t\tg.announce()\n\t\t\treturn\n", "\t\t\treturn\n", "sockets do not hear of a new epoch"},
		{"\t\t\tp.state.Store(nil)\n", "", "a decision whose end has come is kept"},
	}, gates},
	{caches, "auth/pass.go", []replacement{
		{"passKey{a.SignIn, a.User, node}", "passKey{a.SignIn, a.User, ID{}}", "passes do not tell notes apart"},
		{"passKey{a.SignIn, a.User, node}", "passKey{ID{}, a.User, node}", "passes do not tell sign-ins apart"},
		{"passKey{a.SignIn, a.User, node}", "passKey{a.SignIn, 0, node}", "passes do not tell people apart"},
		{"p.state.Store(nil) // denials are not remembered", "p.state.Store(&passState{epoch: epoch})", "denials are remembered"},
		{"&passState{epoch: epoch, actions: d.Actions}", "&passState{epoch: max(epoch, p.gate.epoch.Load()), actions: d.Actions}", "a decision claims the newest epoch"},
		{"s.until = d.Until.UnixNano()", "s.until = 0", "a decision is without end"},
	}, gates},
	{inGo, "auth/decide.go", []replacement{
		{"role.Actions() & capped(chain, who.Caps)", "role.Actions()", "caps do not count"},
		{"actions & who.Scope, Until", "actions, Until", "the scope of tokens does not count"},
		{"actions &= Actions(Read | Manage)", "", "in the trash one writes and runs"},
		{"left &= c.Actions", "left = c.Actions", "the last cap counts alone"},
	}, rule},
	{inGo, "auth/role.go", []replacement{
		{"s&Actions(a) == Actions(a)", "s&Actions(a) != 0", "one of several actions is enough"},
	}, rule},
	{inGo, "auth/check.go", []replacement{
		{"return a, d.Actions, g.Verdict(ctx, a, op, node, d.Actions)", "return a, d.Actions, nil", "what was decided is not looked at"},
		{"err = errHidden\n", "", "what does not exist answers otherwise"},
	}, checks},
	{outgoing, "notebook/view.go", []replacement{
		{"View{Person: person, Writes: allowed.Has(auth.Write)}", "View{Person: person, Writes: true}", "everybody sees everybody's kernels"},
		{"View{Person: person, Writes: allowed.Has(auth.Write)}", "View{Person: person, Writes: allowed.Has(auth.Run)}", "runners see everybody's kernels"},
		{"v.sees(r.Owner())", "true", "all runs are seen"},
		{"return v.sees(k.Person)", "return true", "all kernels are seen"},
		{"q.Run, q.Own = v.shown(p), nil", "q.Run = v.shown(p)", "who ran what in their own kernel is told"},
		{"KernelsChanged{Kernels: v.Kernels(e.Kernels)}", "e", "all kernels are told"},
		{"e.By, e.ByName, e.SignIn = 0, \"\", ID{}", "", "who ran in their own kernel is told"},
	}, viewing},
	{outgoing, "notebook/keeper_commit.go", []replacement{
		{"k.s.gate.Verdict(r.ctx, r.actor, op, k.id, allowed); err", "k.s.gate.Verdict(r.ctx, r.actor, op, k.id, auth.AllActions); err", "what one may do is not looked at before the commit"},
		{"k.s.gate.Move(epoch)\n", "\n", "the epoch of the commit is not heard of"},
	}, keeping},
	{outgoing, "socket/standing.go", []replacement{
		{"return s == mayRead && (!forWriters", "return s >= mayRead && (!forWriters", "frames are sent whatever the standing"},
	}, leaving},
	{outgoing, "socket/opening.go", []replacement{
		{"notebook.View{Person: l.c.actor.User}.Kernels(opening.Kernels)", "opening.Kernels", "who opens a note is told all kernels"},
	}, leaving},
	{outgoing, "socket/frame.go", []replacement{
		{"actions.Has(auth.Write)", "actions.Has(auth.Run)", "runners get the frames of writers"},
	}, leaving},
	{outgoing, "socket/room.go", []replacement{
		{"t := told{event: id, all: r.frame(notebook.View{}, e)}", "t := told{event: id, all: r.frame(notebook.View{Writes: true}, e)}", "all are told what writers are"},
		{"r.frame(notebook.View{Person: person}, e)", "r.frame(notebook.View{Writes: true}, e)", "owners of kernels are told everybody's"},
		{"if f := t.people[person]; f != nil {", "for _, f := range t.people {", "people are told what another one is"},
		{"owners[run.Owner()] = true", "_ = run", "nobody is told of their own runs"},
		{"owners[k.Person] = true", "_ = k", "nobody is told of their own kernel"},
		{"owners[e.Owner()] = true", "", "nobody is told of runs they started"},
	}, leaving},
	{caches, "socket/room.go", []replacement{
		{"entryKey{e.Seq, e.Op, e.By}", "entryKey{0, \"\", 0}", "entries are not told apart"},
		{"entryKey{e.Seq, e.Op, e.By}", "entryKey{0, e.Op, e.By}", "entries are told apart by operation only"},
	}, leaving},
	{caches, "socket/room_runs.go", []replacement{
		{"if own := r.latest[runPlace{person, paragraph}].run; !own.IsZero() {", "if own := r.latest[runPlace{0, paragraph}].run; !own.IsZero() {", "one's own run is not shown"},
		{"r.latest[runPlace{run.Owner(), run.Paragraph}]", "r.latest[runPlace{0, run.Paragraph}]", "the end of one's own run is not heard"},
		{"at := runPlace{e.Owner(), ref.Paragraph}", "at := runPlace{0, ref.Paragraph}", "own runs are shown to all"},
		{"at := runPlace{run.Owner(), run.Paragraph}", "at := runPlace{0, run.Paragraph}", "own runs are shown to all who open the note"},
	}, leaving},
	{caches, "socket/queue.go", []replacement{
		{"q.newest[slot{it.about, it.key}]\n", "q.newest[slot{nil, it.key}]\n", "the newest of a key is looked for in any note"},
		{"q.newest[slot{it.about, it.key}] = it", "q.newest[slot{nil, it.key}] = it", "the newest of a key counts for all notes"},
	}, queueing},
	{outgoing, "socket/subscription.go", []replacement{
		{"told.item(sub.c.actor.User)", "told.item(0)", "all are told as nobody"},
		{"sub.told, sub.elsewhere = actions, false", "sub.elsewhere = false", "what the client knows is forgotten"},
		{"sub.handle.Allowed(actions)", "", "others do not hear who may write"},
	}, leaving},
	{outgoing, "socket/personal.go", []replacement{
		{"sub.c.actor.User == person && ", "", "what is personal is told to all"},
	}, leaving},
	{outgoing, "socket/write.go", []replacement{
		{"w.net.still.Store(&still)\n", "", "nothing is asked while a frame is written"},
		{"w.putAbout(it.about, f, f == it.full)", "w.putAbout(it.about, f, false)", "frames of writers go on to readers"},
		{"w.out.drop(sub)", "", "what waits about a note is sent after its end"},
	}, leaving},
}

func ofTexts() (mutants []mutant, err error) {
	for _, list := range [][]texts{statements, comparisons} {
		for _, t := range list {
			s, err := read(t.kind, t.file)
			if err != nil {
				return nil, err
			}
			more, err := s.replaceAll(t.list, t.tests)
			if err != nil {
				return nil, err
			}
			mutants = append(mutants, more...)
		}
	}
	return mutants, nil
}
