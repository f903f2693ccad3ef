package socket

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func sized(bytes int) *item { return &item{frame: &frame{size: bytes}} }

func TestQueueIsBoundedInBytes(t *testing.T) {
	q := newQueue(100)
	require.True(t, q.push(sized(500)), "what is alone fits")
	require.False(t, q.push(sized(1)))
	first := q.pop()
	require.True(t, q.push(sized(60)), "what is being written does not wait")
	require.True(t, q.push(sized(40)))
	require.False(t, q.push(sized(1)))
	large := sized(500)
	large.asked = true
	require.True(t, q.push(large), "what was asked for fits")
	q.done(first)
	require.Equal(t, 60, q.pop().size())
	require.True(t, q.push(sized(60)))
}

func TestQueueKeepsTheNewestOfAKey(t *testing.T) {
	q := newQueue(100)
	for i := range 1000 {
		it := sized(50 + i%2)
		it.key = "caret"
		require.True(t, q.push(it))
		if i == 500 {
			require.True(t, q.push(sized(10)))
		}
	}
	require.Equal(t, 10, q.pop().size())
	require.Equal(t, 51, q.pop().size(), "it stands where it was added")
	require.Nil(t, q.pop())
	require.True(t, q.push(sized(100)), "nothing waits")
}

func TestQueueKeepsKeysOfNotesApart(t *testing.T) {
	q := newQueue(100)
	one, other := &subscription{}, &subscription{}
	for _, about := range []*subscription{one, other, nil, one} {
		it := sized(10)
		it.about, it.key = about, "kernels"
		require.True(t, q.push(it))
	}
	for _, about := range []*subscription{other, nil, one} {
		require.Same(t, about, q.pop().about)
	}
	require.Nil(t, q.pop())
}

func TestQueueTellsWhenThereIsRoom(t *testing.T) {
	q := newQueue(8 << 20)
	require.NoError(t, q.awaitRoom(context.Background()))
	require.True(t, q.push(sized(roomBelow)))
	room := make(chan error)
	go func() { room <- q.awaitRoom(context.Background()) }()
	it := q.pop()
	select {
	case <-room:
		require.Fail(t, "what is being written takes room")
	default:
	}
	q.done(it)
	require.NoError(t, <-room)

	require.True(t, q.push(sized(roomBelow)))
	ended, end := context.WithCancel(context.Background())
	end()
	require.Error(t, q.awaitRoom(ended))
}

func TestQueueLetsGoOfWhatItDrops(t *testing.T) {
	q := newQueue(1000)
	one, other := &subscription{}, &subscription{}
	left := map[*subscription]int{}
	for _, about := range []*subscription{one, other, one} {
		it := sized(10)
		it.about, it.left = about, func() { left[about]++ }
		require.True(t, q.push(it))
	}
	q.drop(one)
	require.Equal(t, map[*subscription]int{one: 2}, left)
	require.Same(t, other, q.pop().about)
	it := sized(10)
	it.about, it.left = other, func() { left[other]++ }
	require.True(t, q.push(it))
	q.close()
	require.Equal(t, 1, left[other], "whatever it is about")
	it = sized(10)
	it.left = func() { left[nil]++ }
	require.True(t, q.push(it))
	require.Equal(t, 1, left[nil])
	require.Nil(t, q.pop())
}
