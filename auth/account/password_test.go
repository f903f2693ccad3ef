package account

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"quire/auth/fault"
)

func TestDefaultHashing(t *testing.T) {
	h, err := newHasher(DefaultHashing)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(h.decoy, "$argon2id$v=19$m=65536,t=1,p=2$"), h.decoy)
}

func TestPasswordLimits(t *testing.T) {
	for _, s := range []string{"", "1234567", "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", strings.Repeat("x", 1025), "12345678\x00", "12345678\n"} {
		_, err := parsePassword(s)
		require.True(t, fault.Is(err, fault.Invalid), "%q", s)
	}
	for _, s := range []string{"12345678", strings.Repeat("x", 1024), "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", "eight \u3000 chars"} {
		_, err := parsePassword(s)
		require.NoError(t, err, "%q", s)
	}
}

func TestOnlyAFewAreHashedAtOnce(t *testing.T) {
	h, err := newHasher(Hashing{Memory: 64, Passes: 1, Threads: 1})
	require.NoError(t, err)
	h.most = 3
	var ends []func()
	for range cap(h.turns) {
		done, err := h.turn(t.Context())
		require.NoError(t, err)
		ends = append(ends, done)
	}
	// Three may wait, and give up when nobody waits for them any more.
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			_, err := h.turn(ctx)
			require.ErrorIs(t, err, context.Canceled)
		})
	}
	require.Eventually(t, func() bool { return h.waiting.Load() == 3 }, 5*time.Second, time.Millisecond)
	limited, end := context.WithTimeout(t.Context(), 10*time.Second)
	defer end()
	_, err = h.hash(limited, "password")
	require.True(t, fault.Is(err, fault.TooMany), "%v", err)
	cancel()
	waiting.Wait()
	ends[0]()
	_, err = h.hash(t.Context(), "password")
	require.NoError(t, err)
}

// Without a hash to compare with there is still one comparison.
func TestUnknownNamesCostTheSame(t *testing.T) {
	h, err := newHasher(Hashing{Memory: 1 << 10, Passes: 1, Threads: 1})
	require.NoError(t, err)
	same, err := h.matches("decoy", "")
	require.NoError(t, err)
	require.False(t, same)
	h.decoy = "broken"
	_, err = h.matches("some password", "")
	require.Error(t, err, "the decoy is compared")
	_, err = h.matches("short", "also compared with the decoy")
	require.Error(t, err)
}

func TestFailuresAreForgottenWithTime(t *testing.T) {
	l := newLimits()
	now := time.Now()
	for range nameFailures {
		require.NoError(t, l.check("ana", "192.0.2.1", now))
		l.failed("ana", "192.0.2.1", now)
	}
	require.Error(t, l.check("ana", "192.0.2.1", now))
	require.NoError(t, l.check("ana", "192.0.2.1", now.Add(nameAgain)))
	l.failed("ana", "192.0.2.1", now.Add(nameAgain))
	require.Error(t, l.check("ana", "192.0.2.1", now.Add(nameAgain)))
}
