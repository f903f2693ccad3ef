package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

func TestSignInByAnyFormOfTheName(t *testing.T) {
	w := newWorld(t)
	w.named(t, "Ana")
	for _, name := range []string{"Ana", "ana", "ANA", "ａｎａ"} {
		s, err := w.SignIn(t.Context(), name, password, account.Client{})
		require.NoError(t, err, name)
		require.Equal(t, "Ana", s.Name)
	}
}

func TestRefusedSignInsAreAllAlike(t *testing.T) {
	w := newWorld(t)
	w.named(t, "ana")
	off := w.named(t, "off")
	_, err := w.ChangeUser(operator(t), off.ID, account.UserChange{Disabled: ptr(true)})
	require.NoError(t, err)
	_, _, err = w.CreateUser(operator(t), account.Invitation{Name: "invited"})
	require.NoError(t, err)
	var said []string
	for _, try := range [][2]string{
		{"ana", "not her password"}, {"nobody", password}, {"off", password}, {"invited", password},
		{"invited", ""}, {"ana", ""}, {"everyone", password}, {"a/b", password}, {"ana", strings.Repeat("x", 2000)},
	} {
		_, err := w.SignIn(t.Context(), try[0], try[1], account.Client{})
		requireCode(t, fault.Unauthenticated, err)
		said = append(said, err.Error())
	}
	for _, s := range said {
		require.Equal(t, said[0], s)
	}
}

func TestGuessingOneNameIsSlowedDown(t *testing.T) {
	w := newWorld(t)
	w.named(t, "ana")
	w.named(t, "bo")
	for i := range 10 {
		_, err := w.SignIn(t.Context(), []string{"ana", "ANA"}[i%2], "wrong wrong", account.Client{Address: fmt.Sprintf("192.0.2.%d", i)})
		requireCode(t, fault.Unauthenticated, err)
	}
	_, err := w.SignIn(t.Context(), "ana", password, account.Client{Address: "192.0.2.99"})
	requireCode(t, fault.TooMany, err)
	_, err = w.SignIn(t.Context(), "bo", password, account.Client{Address: "192.0.2.99"})
	require.NoError(t, err, "others are not concerned")
}

func TestGuessingFromOneAddressIsSlowedDown(t *testing.T) {
	w := newWorld(t)
	w.named(t, "ana")
	for i := range 50 {
		from := fmt.Sprintf("2001:db8:1:2::%x", i) // one customer's
		_, err := w.SignIn(t.Context(), fmt.Sprintf("name%d", i), "wrong wrong", account.Client{Address: from})
		requireCode(t, fault.Unauthenticated, err)
	}
	_, err := w.SignIn(t.Context(), "ana", password, account.Client{Address: "2001:db8:1:2::ffff"})
	requireCode(t, fault.TooMany, err)
	_, err = w.SignIn(t.Context(), "ana", password, account.Client{Address: "2001:db8:1:3::1"})
	require.NoError(t, err)
}

func TestAClassSignsInFromOneAddress(t *testing.T) {
	w := newWorld(t)
	w.named(t, "ana")
	for range 70 {
		_, err := w.SignIn(t.Context(), "ana", password, account.Client{Address: "192.0.2.1"})
		require.NoError(t, err, "success does not count as guessing")
	}
	require.Equal(t, int64(50), one[int64](t, w, `SELECT count(*) FROM sign_ins WHERE ended_at IS NULL`), "a limit of browsers")
}

func TestTheOldestSignInMakesRoom(t *testing.T) {
	w := newWorld(t)
	first := w.named(t, "ana")
	ctx := w.as(t, first.Secret)
	w.exec(t, `UPDATE sign_ins SET last_seen_at = now() - interval '30 seconds'`)
	var last account.Session
	for range 50 {
		var err error
		last, err = w.SignIn(t.Context(), "ana", password, account.Client{})
		require.NoError(t, err)
	}
	w.over(t, first.Secret, ctx)
	w.as(t, last.Secret)
}

func TestSecretsThatLetNobodyIn(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	for _, secret := range []account.Secret{"", "x", s.Secret[:42], s.Secret + "x", account.Secret(strings.Repeat("a", 1<<20))} {
		_, err := w.Authenticate(t.Context(), secret)
		requireCode(t, fault.Unauthenticated, err)
	}
	ctx := w.as(t, s.Secret)
	a, _ := auth.ActorFrom(ctx)
	require.Equal(t, auth.Actor{Kind: auth.Person, User: s.ID, Name: "ana", SignIn: s.SignIn}, a)
	w.exec(t, `UPDATE sign_ins SET expires_at = now()`)
	_, err := w.Authenticate(t.Context(), s.Secret)
	requireCode(t, fault.Unauthenticated, err)
}

func TestLastSeenIsWrittenAtMostOnceAMinute(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	seen := func() time.Time { return one[time.Time](t, w, `SELECT last_seen_at FROM sign_ins`) }
	before := seen()
	w.as(t, s.Secret)
	require.Equal(t, before, seen())

	w.exec(t, `UPDATE sign_ins SET last_seen_at = now() - interval '61 seconds', expires_at = now() + interval '1 hour'`)
	w.as(t, s.Secret)
	require.Greater(t, seen(), before)
	expires := one[time.Time](t, w, `SELECT expires_at FROM sign_ins`)
	require.WithinDuration(t, time.Now().Add(14*24*time.Hour), expires, time.Minute, "using it prolongs it")
}

// The gate remembers when a sign-in ends. One that was prolonged stays good.
func TestAProlongedSignInOutlivesTheRememberedEnd(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	w.exec(t, `UPDATE sign_ins SET expires_at = now() + interval '400 milliseconds', last_seen_at = now() - interval '2 minutes'`)
	a, _ := auth.ActorFrom(w.as(t, s.Secret)) // prolongs it
	end := time.Now().Add(400 * time.Millisecond)
	w.exec(t, `UPDATE sign_ins SET expires_at = now() + interval '300 milliseconds'`)
	who, err := w.gate.Identity(t.Context(), a)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), who.Until, time.Second)
	w.exec(t, `UPDATE sign_ins SET expires_at = now() + interval '1 hour'`)
	require.Eventually(t, func() bool { return time.Now().After(end) }, 5*time.Second, 10*time.Millisecond)
	who, err = w.gate.Identity(t.Context(), a)
	require.NoError(t, err)
	require.Greater(t, time.Until(who.Until), 10*time.Minute)
}

func TestSignOutEndsThisSignInOnly(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	other, err := w.SignIn(t.Context(), "ana", password, account.Client{})
	require.NoError(t, err)
	ctx := w.as(t, s.Secret)
	require.NoError(t, w.SignOut(ctx))
	w.over(t, s.Secret, ctx)
	w.as(t, other.Secret)
	requireCode(t, fault.Unauthenticated, w.SignOut(ctx))
}

// Somebody is about to get in with the old password while it is changed or the
// account disabled. Whichever comes first, nobody is in afterwards.
func TestSignInRacesWithDisabling(t *testing.T) {
	w := newWorld(t)
	for round := range 15 {
		s := w.named(t, fmt.Sprintf("ana%d", round))
		atOnce(4, func(i int) error {
			if i == 0 {
				_, err := w.ChangeUser(operator(t), s.ID, account.UserChange{Disabled: ptr(true)})
				return err
			}
			_, err := w.SignIn(t.Context(), s.Name, password, account.Client{})
			return err
		})
		require.Zero(t, one[int64](t, w, `SELECT count(*) FROM sign_ins WHERE ended_at IS NULL`))
	}
}

func TestTheOperatorActsAsSomebody(t *testing.T) {
	w := newWorld(t)
	s := w.named(t, "ana")
	a, err := w.ActAs(operator(t), "ANA")
	require.NoError(t, err)
	require.Equal(t, s.ID, a.User)
	_, err = w.CreateToken(auth.WithActor(t.Context(), a), account.NewToken{Label: "cron", Days: 1})
	require.NoError(t, err)
	require.Equal(t, "ana (operator)", one[string](t, w, `SELECT actor FROM audit WHERE operation = 'token.create'`))

	boss := w.admin(t, "boss")
	_, err = w.ActAs(w.as(t, boss.Secret), "ana")
	requireCode(t, fault.Forbidden, err)
	_, err = w.ActAs(operator(t), "nobody")
	requireCode(t, fault.NotFound, err)
}
