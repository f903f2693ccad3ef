package message_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook/kernel/message"
)

const key = message.Key("a0436f6c-1916-498b-8eb9-e81ab9368e84")

func TestRoundTrip(t *testing.T) {
	m, err := message.NewRequest("session", "me", "execute_request", map[string]string{"code": "1"})
	require.NoError(t, err)
	m.Parent.ID = "parent"
	m.Buffers = [][]byte{{1}, nil}
	frames, err := key.Encode(m)
	require.NoError(t, err)
	got, err := key.Decode(append([][]byte{[]byte("identity")}, frames...))
	require.NoError(t, err)
	m.Metadata = json.RawMessage("{}")
	require.Equal(t, m, got)
	require.Len(t, m.Header.ID, 26)
	require.Equal(t, "5.3", m.Header.Version)
}

// TestSignature is checked against a value computed by hand with Python's hmac.
func TestSignature(t *testing.T) {
	frames := wire(`{"msg_type":"x"}`, "{}", "{}", "{}")
	_, err := key.Decode(frames)
	require.NoError(t, err)
	for i := 1; i < len(frames); i++ {
		forged := wire(`{"msg_type":"x"}`, "{}", "{}", "{}")
		forged[i] = append([]byte(" "), forged[i]...)
		_, err := key.Decode(forged)
		require.ErrorIs(t, err, message.ErrSignature, "frame %d", i)
	}
	_, err = message.Key("").Decode(frames)
	require.NoError(t, err, "without a key nothing is signed")
}

// wire signs with the value that Python's hmac gives for these four parts.
func wire(parts ...string) [][]byte {
	frames := [][]byte{[]byte("<IDS|MSG>"), []byte("478078d59f7902e41b64714d45a61ef90e041bb7a0ac2a82403c47e3ea3dcf0a")}
	for _, p := range parts {
		frames = append(frames, []byte(p))
	}
	return frames
}

// unsigned decodes what a kernel without a key sends.
func unsigned(parts ...string) (message.Message, error) {
	frames := [][]byte{[]byte("<IDS|MSG>"), nil}
	for _, p := range parts {
		frames = append(frames, []byte(p))
	}
	return message.Key("").Decode(frames)
}

func TestLenient(t *testing.T) {
	for name, parts := range map[string][]string{
		"null parent":     {`{"msg_type":"status"}`, `null`, `null`, `{}`},
		"empty parent":    {`{"msg_type":"status"}`, ``, ``, `{}`},
		"null fields":     {`{"msg_type":"status","date":null,"username":null}`, `{"msg_id":null}`, `{}`, `{}`},
		"fields of types": {`{"username":5,"date":{},"msg_type":"status"}`, `{"username":[]}`, `{}`, `{}`},
		"unknown fields":  {`{"msg_type":"status","subshell_id":"1"}`, `{"x":1}`, `{}`, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := unsigned(parts...)
			require.NoError(t, err)
			require.Equal(t, "status", m.Header.Type)
			require.Zero(t, m.Parent)
		})
	}
}

func TestMalformed(t *testing.T) {
	for name, parts := range map[string][]string{
		"too few frames":   {`{"msg_type":"status"}`, `{}`, `{}`},
		"header no JSON":   {`{`, `{}`, `{}`, `{}`},
		"header no type":   {`{}`, `{}`, `{}`, `{}`},
		"header null":      {`null`, `{}`, `{}`, `{}`},
		"header an array":  {`[]`, `{}`, `{}`, `{}`},
		"parent no object": {`{"msg_type":"status"}`, `{`, `{}`, `{}`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := unsigned(parts...)
			require.ErrorIs(t, err, message.ErrMalformed)
		})
	}
	_, err := key.Decode(nil)
	require.ErrorIs(t, err, message.ErrMalformed)
	_, err = key.Decode([][]byte{[]byte("no"), []byte("delimiter")})
	require.ErrorIs(t, err, message.ErrMalformed)
}

func TestInvalidUTF8(t *testing.T) {
	m, err := unsigned(`{"msg_type":"stream"}`, `{}`, `{}`, "{\"text\":\"a\xff\"}")
	require.NoError(t, err)
	require.Equal(t, "{\"text\":\"a\ufffd\"}", string(m.Content))
}

func TestKeyIsNotShown(t *testing.T) {
	k := message.NewKey()
	require.NotEqual(t, k, message.NewKey())
	require.Len(t, string(k), 64)
	require.Equal(t, "***", fmt.Sprint(k))
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"msg_type":"status"}`), []byte(`{}`), []byte(`{}`), []byte(`{"execution_state":"idle"}`))
	f.Add([]byte(`null`), []byte(`null`), []byte(`null`), []byte(`null`))
	f.Add([]byte("\xff"), []byte(`[[[[[`), []byte(``), []byte(`"`))
	f.Fuzz(func(t *testing.T, header, parent, metadata, content []byte) {
		m, err := message.Key("").Decode([][]byte{[]byte("<IDS|MSG>"), nil, header, parent, metadata, content})
		require.Equal(t, err == nil, m.Header.Type != "")
	})
}
