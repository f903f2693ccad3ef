package pace

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSoManyAndThenOneInSoLong(t *testing.T) {
	l, now := New(time.Minute, 2), time.Now()
	require.True(t, l.Spend("ana", now))
	require.True(t, l.Spend("ana", now))
	require.False(t, l.Open("ana", now))
	require.False(t, l.Spend("ana", now))
	require.True(t, l.Spend("ben", now), "each has their own")
	require.True(t, l.Open("ana", now.Add(time.Minute)))
	require.True(t, l.Spend("ana", now.Add(time.Minute)))
	require.False(t, l.Spend("ana", now.Add(time.Minute)))
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	l, now := New(time.Hour, 1), time.Now()
	for i := range maxKeys + 5 {
		l.Spend(fmt.Sprint(i), now)
	}
	require.LessOrEqual(t, len(l.held), maxKeys)
	require.False(t, l.Open(fmt.Sprint(maxKeys+4), now), "the newest is remembered")
}
