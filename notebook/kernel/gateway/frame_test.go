package gateway_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"quire/notebook/kernel"
	"quire/notebook/kernel/gateway"
	"quire/notebook/kernel/message"
)

func aMessage(t *rapid.T) (kernel.Channel, message.Message) {
	m, err := message.NewRequest("session", "quire", "comm_msg", map[string]string{"text": rapid.String().Draw(t, "text")})
	require.NoError(t, err)
	m.Buffers = rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 0, 5).Draw(t, "buffers")
	return rapid.SampledFrom([]kernel.Channel{kernel.Shell, kernel.IOPub, kernel.Stdin, kernel.Control}).Draw(t, "channel"), m
}

// same compares what a message was with what came of its frames.
func same(t *rapid.T, want message.Message, frames [][]byte) {
	got, err := message.Key("").Decode(frames)
	require.NoError(t, err)
	require.Equal(t, want.Header, got.Header)
	require.JSONEq(t, string(want.Content), string(got.Content))
	require.Len(t, got.Buffers, len(want.Buffers))
	for i := range want.Buffers {
		require.Equal(t, string(want.Buffers[i]), string(got.Buffers[i]))
	}
}

func TestFramesComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ch, m := aMessage(t)
		frames, err := message.Key("").Encode(m)
		require.NoError(t, err)
		gotChannel, got, err := gateway.DecodeV1(gateway.EncodeV1(ch, frames))
		require.NoError(t, err)
		require.Equal(t, ch, gotChannel)
		same(t, m, got)
		b, binaryMessage, err := gateway.EncodeLegacy(ch, frames)
		require.NoError(t, err)
		require.Equal(t, len(m.Buffers) > 0, binaryMessage)
		gotChannel, got, err = gateway.DecodeLegacy(b, binaryMessage)
		require.NoError(t, err)
		require.Equal(t, ch, gotChannel)
		same(t, m, got)
	})
}

func TestGarbageIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ch, m := aMessage(t)
		frames, err := message.Key("").Encode(m)
		require.NoError(t, err)
		b := gateway.EncodeV1(ch, frames)
		if legacy, binaryMessage, _ := gateway.EncodeLegacy(ch, frames); binaryMessage && rapid.Bool().Draw(t, "legacy") {
			b = legacy
		}
		for range rapid.IntRange(1, 10).Draw(t, "changes") {
			b[rapid.IntRange(0, len(b)-1).Draw(t, "place")] = rapid.Byte().Draw(t, "byte")
		}
		b = b[:rapid.IntRange(0, len(b)).Draw(t, "length")]
		for _, err := range []error{errorOf(gateway.DecodeV1(b)), errorOf(gateway.DecodeLegacy(b, true)), errorOf(gateway.DecodeLegacy(b, false))} {
			if err != nil {
				require.ErrorIs(t, err, gateway.ErrGarbage)
			}
		}
	})
}

func errorOf(_ kernel.Channel, _ [][]byte, err error) error { return err }
