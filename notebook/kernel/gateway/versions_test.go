package gateway_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"quire/notebook"
)

// What older servers do not say of a kernel yet, and newer ones may say of it, does
// not end it.
func TestStatesOfServersOfAnotherVersion(t *testing.T) {
	for _, answer := range []string{`{}`, `{"execution_state":null}`, `{"execution_state":"hibernating","started":"today"}`, `{"execution_state":"unknown"}`} {
		looked := make(chan struct{}, 100)
		f := newFake(t, map[string]http.HandlerFunc{"GET /api/kernels/{id}": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(answer))
			select {
			case looked <- struct{}{}:
			default:
			}
		}})
		k := start(t, f.gateway(nil), nil)
		await(t, looked)
		await(t, looked) // so the first one was read
		require.Equal(t, notebook.ExecuteOK, begin(k, notebook.ExecuteRequest{Code: "1"}).end(t).Status, answer)
	}
}

// What newer servers add to their answers is passed over.
func TestSpecsOfServersOfAnotherVersion(t *testing.T) {
	f := newFake(t, map[string]http.HandlerFunc{"GET /api/kernelspecs": func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"default":null,"novel":[1],"kernelspecs":{"bare":{"spec":{}},"none":{},"python3":{"name":"python3","spec":{"language":"python","metadata":{"debugger":true}},"resources":{}}}}`))
	}})
	specs, err := f.gateway(nil).Specs(t.Context())
	require.NoError(t, err)
	require.Equal(t, []notebook.KernelSpec{{Name: "bare", DisplayName: "bare"}, {Name: "none", DisplayName: "none"}, {Name: "python3", DisplayName: "python3", Language: "python"}}, specs)
}
