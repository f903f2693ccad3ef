package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"quire/auth/account"
	"quire/auth/fault"
)

// api asks the gateway by HTTP (Jupyter Server, "REST API").
type api struct {
	name  string
	base  *url.URL
	token account.Secret
	http  *http.Client
}

func newAPI(c Config, base *url.URL, trust *tls.Config) *api {
	return &api{
		name: c.Name, base: base, token: c.Token,
		http: &http.Client{
			Transport: &http.Transport{
				Proxy: http.ProxyFromEnvironment, TLSClientConfig: trust, ForceAttemptHTTP2: true,
				TLSHandshakeTimeout: requestTimeout, MaxResponseHeaderBytes: maxHeader,
				MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
			},
			// The token is for this address and no other.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// header is what goes with every request.
func (a *api) header() http.Header {
	h := http.Header{}
	if a.token != "" {
		h.Set("Authorization", "token "+string(a.token))
	}
	return h
}

// do makes a request and reads its answer into out, unless that is nil.
func (a *api) do(ctx context.Context, limit time.Duration, method string, path []string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("gateway: request: %w", err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.base.JoinPath(path...).String(), body)
	if err != nil {
		return fmt.Errorf("gateway: request: %w", err)
	}
	req.Header = a.header()
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return a.unreachable(err)
	}
	defer resp.Body.Close()
	return a.read(resp, out)
}

func (a *api) read(resp *http.Response, out any) error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, maxHeader))
		return a.refusal(resp.StatusCode, said)
	}
	if out == nil {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return a.unreachable(err)
	case len(b) > maxAnswer:
		return fault.New(fault.Unavailable, "The answer of the gateway “%s” has more than %d bytes.", a.name, maxAnswer)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The answer of the gateway “%s” cannot be read. Is its address right?", a.name)
	}
	return nil
}
