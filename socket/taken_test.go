package socket_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/notebook"
	"quire/socket/wire"
)

// A hundred sockets have a note open; then what let them in is taken away, in every
// way there is, and at once the owner writes something. QUIRE_PROVE sets how often.
const (
	takenPeople = 20
	takenTabs   = 5
	// takenWithin is what is promised for any process; how long it took is printed.
	takenWithin = 5 * time.Second
)

// crowd is a note with all that may let people in, and their sockets.
type crowd struct {
	*realWorld
	accounts           *account.Service
	olga               auth.Actor
	asOlga             context.Context
	outer, inner, note auth.ID
	elsewhere          auth.ID
	group, around      auth.PrincipalID
	link               auth.PrincipalID
	people             []auth.PrincipalID
	actors             []auth.Actor // who is at the sockets
	clients            []*client
}

// taking is a way of taking something away. Before it only give lets people in.
type taking struct {
	what string
	give func()
	// take returns when it counts: zero for as soon as it has returned.
	take func() time.Time
	// lowered leaves the right to read; out ends sign-ins.
	lowered, out bool
	// kind is that of the sign-ins; a browser's if empty.
	kind string
}

func newCrowd(t *testing.T) *crowd {
	c := &crowd{realWorld: newRealWorld(t)}
	var err error
	c.accounts, err = account.New(c.db.People(), c.gate, account.Config{Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	c.tree.LinksAnyone = c.accounts.LinksAnyone
	c.olga, c.asOlga = c.signIn("olga")
	c.change(`UPDATE users SET admin = true`)
	for i := range takenPeople {
		a, _ := c.signIn(fmt.Sprint("p", i))
		c.people = append(c.people, a.User)
	}
	c.outer = c.make(notebook.FolderNode, "outer", auth.ID{})
	c.inner = c.make(notebook.FolderNode, "inner", c.outer)
	c.note = c.make(notebook.NoteNode, "note", c.inner)
	c.elsewhere = c.make(notebook.FolderNode, "elsewhere", auth.ID{})
	_, err = c.service.Do(c.asOlga, c.note, "first", &notebook.InsertParagraph{Paragraph: "p"})
	require.NoError(t, err)
	return c
}

func (c *crowd) make(kind notebook.NodeKind, name string, in auth.ID) auth.ID {
	n, err := c.tree.Create(c.asOlga, notebook.CreateNode{Kind: kind, Name: name, Parent: in})
	require.NoError(c.t, err)
	return n.ID
}

// change changes authority behind the server's back, as another process would.
func (c *crowd) change(sql string, args ...any) {
	c.t.Helper()
	_, err := c.sql.Exec(context.Background(), sql, args...)
	require.NoError(c.t, err)
	_, err = c.sql.Exec(context.Background(), `UPDATE authority SET epoch = epoch + 1`)
	require.NoError(c.t, err)
	c.gate.Confirm(context.Background())
}

// grants sets what stands on a node beside olga, its owner.
func (c *crowd) grants(node auth.ID, closed bool, others ...notebook.GrantWish) {
	c.t.Helper()
	g, err := c.tree.Grants(c.asOlga, node)
	require.NoError(c.t, err)
	_, err = c.tree.SetGrants(c.asOlga, node, notebook.GrantChange{
		Version: g.Version, Dated: true, Closed: &closed, Grants: append(others, notebook.GrantWish{ID: c.olga.User, Role: auth.Owner})})
	require.NoError(c.t, err)
}

func (c *crowd) toAll(role auth.Role, until time.Time) (list []notebook.GrantWish) {
	for _, p := range c.people {
		list = append(list, notebook.GrantWish{ID: p, Role: role, EndsAt: until})
	}
	return list
}

func (c *crowd) members(group auth.PrincipalID, names ...string) {
	c.t.Helper()
	_, err := c.accounts.SetMembers(c.asOlga, group, names)
	require.NoError(c.t, err)
}

// groups makes a group of all people, in a group around it.
func (c *crowd) groups() {
	var names []string
	for i := range takenPeople {
		names = append(names, fmt.Sprint("p", i))
	}
	id := auth.NewID().String()
	g, err := c.accounts.CreateGroup(c.asOlga, "g"+id, "", names)
	require.NoError(c.t, err)
	around, err := c.accounts.CreateGroup(c.asOlga, "a"+id, "", []string{g.Name})
	require.NoError(c.t, err)
	c.group, c.around = g.ID, around.ID
}

func (c *crowd) makeLink(anyone bool) {
	l, err := c.tree.CreateLink(c.asOlga, c.note, notebook.NewLink{Role: auth.Reader, Anyone: anyone, SecretHash: []byte(auth.NewID().String())})
	require.NoError(c.t, err)
	c.link = l.ID
}

// reset takes everything away but olga's own, and signs everybody in anew if asked.
func (c *crowd) reset(way taking) {
	c.t.Helper()
	c.change(`UPDATE grants SET revoked_at = now() WHERE revoked_at IS NULL AND principal_id <> $1`, int64(c.olga.User))
	c.change(`UPDATE caps SET lifted_at = now() WHERE lifted_at IS NULL`)
	c.change(`UPDATE users SET disabled_at = NULL WHERE disabled_at IS NOT NULL`)
	c.change(`DELETE FROM settings WHERE key IN ('notebook.owner_role', 'links.anyone')`)
	way.give()
	if c.actors == nil {
		c.dialAll(way.kind)
	}
}

// dialAll opens all sockets, each person's tabs with a sign-in of their own.
func (c *crowd) dialAll(kind string) {
	for _, old := range c.clients {
		_ = old.ws.Close()
	}
	c.clients, c.actors = nil, nil
	if kind == "" {
		kind = "browser"
	}
	for i, p := range c.people {
		a := auth.Actor{Kind: auth.Person, Name: fmt.Sprint("p", i), User: p, SignIn: auth.NewID()}
		if kind == "guest" {
			a.User = c.link
		}
		c.change(`INSERT INTO sign_ins (id, user_id, kind, secret_hash, expires_at) VALUES ($1, $2, $3, $4, now() + interval '1 day')`,
			[16]byte(a.SignIn), int64(a.User), kind, a.SignIn[:])
		c.mu.Lock()
		c.world.actors[a.SignIn.String()] = a
		c.mu.Unlock()
		c.actors = append(c.actors, a)
		for tab := range takenTabs {
			c.clients = append(c.clients, c.join(a, fmt.Sprint(i, tab)))
		}
	}
}

// each does something as every one of the people, at once.
func (c *crowd) each(do func(as context.Context, a auth.Actor) error) {
	for _, a := range c.actors {
		assert.NoError(c.t, do(auth.WithActor(context.Background(), a), a))
	}
}

func (c *crowd) ways() []taking {
	none, now := time.Time{}, func() (t time.Time) { return t }
	did := func(do func()) func() time.Time { return func() time.Time { do(); return now() } }
	ok := func(err error) { require.NoError(c.t, err) }
	toGroup := func(g *auth.PrincipalID) func() {
		return func() { c.groups(); c.grants(c.note, false, notebook.GrantWish{ID: *g, Role: auth.Reader}) }
	}
	give := func() { c.grants(c.note, false, c.toAll(auth.Reader, none)...) }
	writers := func() { c.groups(); c.grants(c.note, false, c.toAll(auth.Writer, none)...) }
	above := func() {
		_, err := c.tree.Move(c.asOlga, c.note, c.inner, "") // it may have been moved away before
		ok(err)
		c.grants(c.note, false)
		c.grants(c.inner, false)
		c.grants(c.outer, false, c.toAll(auth.Reader, none)...)
	}
	yes, no := true, false
	return []taking{
		{what: "a grant", give: give, take: did(func() { c.grants(c.note, false) })},
		{what: "a grant, lowered", give: writers, take: did(func() { c.grants(c.note, false, c.toAll(auth.Reader, none)...) }), lowered: true},
		{what: "a grant that ends", give: give, take: func() time.Time {
			end := time.Now().Add(2 * time.Second) // it must be to come when it is set
			c.grants(c.note, false, c.toAll(auth.Reader, end)...)
			return end
		}},
		{what: "a membership", give: toGroup(&c.group), take: did(func() { c.members(c.group) })},
		{what: "a group's membership", give: toGroup(&c.around), take: did(func() { c.members(c.around) })},
		{what: "a group", give: toGroup(&c.group), take: did(func() { ok(c.accounts.RemoveGroup(c.asOlga, c.group)) })},
		{what: "a group around", give: toGroup(&c.around), take: did(func() { ok(c.accounts.RemoveGroup(c.asOlga, c.around)) })},
		{what: "a cap", give: writers, lowered: true, take: did(func() {
			_, err := c.accounts.SetCap(c.asOlga, account.NewCap{Group: account.GroupRef{ID: c.group}, Actions: []string{"read"}})
			ok(err)
		})},
		{what: "a closed folder", give: above, take: did(func() { c.grants(c.inner, true) })},
		{what: "a move", give: above, take: did(func() { _, err := c.tree.Move(c.asOlga, c.note, c.elsewhere, ""); ok(err) })},
		{what: "the trash", give: give, take: did(func() { ok(c.tree.TrashNode(c.asOlga, c.note)) })},
		{what: "a link", give: func() {
			c.makeLink(false)
			c.change(`INSERT INTO link_holders SELECT $1, id FROM users WHERE NOT admin`, int64(c.link))
		}, take: did(func() { ok(c.tree.RevokeLink(c.asOlga, c.note, c.link)) })},
		{what: "links for anyone", kind: "guest", out: true, give: func() {
			_, err := c.accounts.ChangeSettings(c.asOlga, account.SettingsChange{LinksAnyone: &yes})
			ok(err)
			c.makeLink(true)
		}, take: did(func() {
			_, err := c.accounts.ChangeSettings(c.asOlga, account.SettingsChange{LinksAnyone: &no})
			ok(err)
		})},
		{what: "accounts", out: true, give: give, take: did(func() {
			for _, p := range c.people {
				_, err := c.accounts.ChangeUser(c.asOlga, p, account.UserChange{Disabled: &yes})
				ok(err)
			}
		})},
		{what: "sign-ins", out: true, give: give, take: did(func() {
			c.each(func(as context.Context, a auth.Actor) error { return c.accounts.EndSignIn(as, a.SignIn) })
		})},
		{what: "tokens", out: true, kind: "token", give: give, take: did(func() {
			c.each(func(as context.Context, a auth.Actor) error { return c.accounts.RevokeToken(as, a.SignIn) })
		})},
		{what: "the owner of everything", give: func() {
			c.groups()
			c.change(`INSERT INTO settings (key, value) VALUES ('notebook.owner_role', to_jsonb($1::bigint))`, int64(c.group))
		}, take: did(func() {
			_, err := c.accounts.Start(auth.AsSystem(context.Background(), "test"), "")
			ok(err)
		})},
	}
}

// openAll opens the note in all tabs, and passes over what was still said of the
// tree, never of the note.
func (c *crowd) openAll() {
	for i, one := range c.clients {
		one.send(wire.Client{Op: wire.OpOpen, Note: c.note})
		for opened := false; !opened; {
			g, err := one.next()
			require.NoError(c.t, err, "socket %d", i)
			switch opened = g.Op == wire.OpNote; {
			case opened, g.Op == wire.OpTree, g.Op == wire.OpStatus:
			default:
				require.Fail(c.t, "a frame after the end", "socket %d: %s", i, g.raw)
			}
		}
	}
}

// listen reads what a socket gets until it is told, and reports when that was.
func (c *crowd) listen(one *client, way taking, secret string) time.Time {
	for {
		g, err := one.next()
		switch {
		case err != nil && way.out:
			return time.Now()
		case !assert.NoError(c.t, err):
			return time.Now()
		case g.Op == wire.OpGone:
			assert.False(c.t, way.lowered, "%s", g.raw)
			return time.Now()
		case way.lowered && g.Op == wire.OpAllowed && slices.Equal(into[wire.Allowed](c.t, g).Allowed, []string{"read"}):
			return time.Now()
		case !way.lowered && !assert.NotContains(c.t, string(g.raw), secret, "after %s was taken", way.what):
			return time.Now()
		}
	}
}

func (c *crowd) round(way taking, secret string) (waits []time.Duration) {
	c.reset(way)
	c.openAll()
	told := make([]time.Time, len(c.clients))
	first, one := make(chan struct{}), sync.Once{}
	var listening sync.WaitGroup
	for i, client := range c.clients {
		listening.Go(func() {
			told[i] = c.listen(client, way, secret)
			one.Do(func() { close(first) })
		})
	}
	from := way.take()
	if from.IsZero() {
		from = time.Now()
	} else {
		<-first // the clock that all are judged by goes in steps; it has come to the date
	}
	if _, err := c.service.Do(c.asOlga, c.note, secret, &notebook.SetTitle{Paragraph: "p", Title: secret}); way.what != "the trash" {
		require.NoError(c.t, err, way.what)
	}
	listening.Wait()
	for _, at := range told {
		waits = append(waits, max(0, at.Sub(from)))
	}
	if way.what == "the trash" {
		_, err := c.tree.Restore(c.asOlga, c.note, "")
		require.NoError(c.t, err)
	}
	return waits
}

func TestNothingIsSentOnceItIsTakenAway(t *testing.T) {
	c := newCrowd(t)
	ways := c.ways()
	rounds := len(ways)
	if n, err := strconv.Atoi(os.Getenv("QUIRE_PROVE")); err == nil {
		rounds = n
	}
	waits := map[string][]time.Duration{}
	was := ""
	for i := range rounds {
		way := ways[i%len(ways)]
		if kind := way.kind; kind != was {
			c.actors, was = nil, kind // sockets of another kind of sign-in
		}
		waits[way.what] = append(waits[way.what], c.round(way, fmt.Sprint("secret-", i))...)
		if way.out || way.lowered {
			c.actors = nil // they have to come anew
		}
		require.False(t, t.Failed(), "round %d: %s", i, way.what)
	}
	var all []time.Duration
	for _, way := range ways {
		t.Log(summary(way.what, waits[way.what]))
		if way.what != "a grant that ends" { // the clock is looked at so often
			all = append(all, waits[way.what]...)
		}
	}
	t.Log(summary("all, but for dates", all))
	require.Less(t, slices.Max(all), takenWithin)
}

func summary(what string, waits []time.Duration) string {
	if len(waits) == 0 {
		return what + ": not tried"
	}
	slices.Sort(waits)
	at := func(p int) time.Duration {
		return waits[min(len(waits)-1, len(waits)*p/100)].Round(100 * time.Microsecond)
	}
	return fmt.Sprintf("%-24s %6d sockets, told after p50 %v, p99 %v, max %v", what, len(waits), at(50), at(99), at(100))
}
