package server

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"quire/auth"
	"quire/auth/account"
	"quire/auth/fault"
)

// Cookies that hold the secret of a sign-in: a browser's, and that of Zeppelin's
// clients, which counts on the paths of Zeppelin's API only.
const (
	SessionCookie  = "quire_session"
	zeppelinCookie = "JSESSIONID"
)

// authenticated finds out once who is asking, by bearer token or cookie, and puts
// the actor into the context. A request with a wrong or ended secret goes on
// without an actor: what needs one refuses it.
func (n *NotebookServer) authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a, err := auth.ActorFrom(r.Context()); err == nil { // by the operator's socket
			a.Request = requestID(r.Context())
			next.ServeHTTP(w, r.WithContext(auth.WithActor(r.Context(), a)))
			return
		}
		secret, _ := secretOf(r)
		if secret == "" {
			next.ServeHTTP(w, r)
			return
		}
		actor, err := n.accounts.Authenticate(r.Context(), account.Secret(secret))
		switch {
		case fault.Is(err, fault.Unauthenticated):
			next.ServeHTTP(w, r)
		case err != nil:
			answerError(w, r, err)
		default:
			actor.Request = requestID(r.Context())
			next.ServeHTTP(w, r.WithContext(auth.WithActor(r.Context(), actor)))
		}
	})
}

// secretOf returns the secret the request carries, and whether a browser sends it
// by itself. A bearer token beats a cookie.
func secretOf(r *http.Request) (secret string, byCookie bool) {
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), false
	}
	if c, err := r.Cookie(SessionCookie); err == nil {
		return c.Value, true
	}
	if c, err := r.Cookie(zeppelinCookie); err == nil && zeppelinPath(r.URL.Path) {
		return c.Value, true
	}
	return "", false
}

func zeppelinPath(path string) bool {
	return strings.HasPrefix(path, "/api/") && !strings.HasPrefix(path, "/api/v1/")
}

// sameOrigin refuses what other sites make a browser send: an Origin that is not
// ours, "null" of a sandboxed frame, and by Sec-Fetch-Site requests to the API from
// elsewhere. Programs send neither header and pass. An upgrade to a socket by
// cookie must carry our Origin.
func (n *NotebookServer) sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !n.hostAllowed(r.Host) {
			answerError(w, r, fault.New(fault.Forbidden, "This server does not answer to the name %q. Set its public URL if it should.", r.Host))
			return
		}
		if why := n.foreign(r); why != "" {
			answerError(w, r, fault.New(fault.Forbidden, "Refused: %s.", why))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (n *NotebookServer) foreign(r *http.Request) string {
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	_, byCookie := secretOf(r)
	switch {
	case origin != "" && !n.ownOrigin(origin, r.Host):
		return "the request comes from another site"
	case origin == "" && isUpgrade(r) && byCookie:
		return "a socket opened without Origin needs a bearer token"
	case origin == "" && strings.HasPrefix(r.URL.Path, "/api/") && (site == "cross-site" || site == "same-site"):
		return "the request comes from another site"
	}
	return ""
}

func isUpgrade(r *http.Request) bool { return r.Header.Get("Upgrade") != "" }

// ownOrigin compares with the public URL; without one any loopback origin with
// the host that was asked is ours.
func (n *NotebookServer) ownOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	if p := n.config.PublicURL; p != nil {
		return u.Scheme == p.Scheme && strings.EqualFold(u.Host, p.Host)
	}
	return strings.EqualFold(u.Host, host)
}

// hostAllowed guards against names of others that point at us: without a public
// URL only loopback names are answered.
func (n *NotebookServer) hostAllowed(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.Trim(name, "[]")
	if ip := net.ParseIP(name); ip != nil && ip.IsLoopback() || strings.EqualFold(name, "localhost") {
		return true
	}
	return n.config.PublicURL != nil && strings.EqualFold(host, n.config.PublicURL.Host)
}

// secureCookies tells whether cookies may only travel by TLS.
func (c Config) secureCookies() bool { return c.PublicURL != nil && c.PublicURL.Scheme == "https" }

// remoteAddress is where a request came from, for sign-ins and rate limits.
func remoteAddress(ctx context.Context) string {
	a, _ := ctx.Value(remoteKey{}).(string)
	return a
}
