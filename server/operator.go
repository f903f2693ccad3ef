package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"quire/auth"
	"quire/auth/fault"
)

// The command line's door is a Unix socket that only the server's own user and
// root can open: whoever passes is the operator, and audited as such.

// ActAs is the header by which the operator names the person to act as, since
// notes and tokens belong to people.
const ActAs = "Quire-As"

// operatorListener ends connections of others, and holds the folder of a socket
// whose path would be too long.
type operatorListener struct {
	*net.UnixListener
	folder io.Closer
}

// ListenOperator makes the operator's socket at path, 0600. A socket left by a
// server that crashed is replaced; one that answers is another server's.
func ListenOperator(path string) (net.Listener, error) {
	if c, err := DialOperator(context.Background(), path); err == nil {
		c.Close()
		return nil, fmt.Errorf("another server answers at %s already", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("replace the operator's socket: %w", err)
	}
	short, folder, err := shortPath(path)
	if err != nil {
		return nil, err
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: short, Net: "unix"})
	if err != nil {
		folder.Close()
		return nil, fmt.Errorf("make the operator's socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		folder.Close()
		return nil, fmt.Errorf("make the operator's socket private: %w", err)
	}
	return &operatorListener{l, folder}, nil
}

// Accept implements net.Listener.
func (l *operatorListener) Accept() (net.Conn, error) {
	for {
		c, err := l.AcceptUnix()
		if err != nil {
			return nil, err
		}
		if uid, err := peerUID(c); err == nil && (uid == 0 || uid == os.Geteuid()) {
			return c, nil
		}
		c.Close()
	}
}

// Close implements net.Listener.
func (l *operatorListener) Close() error {
	return errors.Join(l.UnixListener.Close(), l.folder.Close())
}

// DialOperator connects to the operator's socket of a server.
func DialOperator(ctx context.Context, path string) (net.Conn, error) {
	short, folder, err := shortPath(path)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	d := net.Dialer{Timeout: 5 * time.Second}
	return d.DialContext(ctx, "unix", short)
}

// OperatorHandler answers the REST API to the operator, who needs no secret.
func (n *NotebookServer) OperatorHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/v1/") {
			answerError(w, r, fault.New(fault.NotFound, "Only /api/v1 is answered here."))
			return
		}
		r.Header.Del("Authorization")
		r.Header.Del("Cookie")
		r.Host = "localhost"
		ctx := auth.WithActor(r.Context(), auth.Actor{Kind: auth.Operator, Name: "operator"})
		if name := r.Header.Get(ActAs); name != "" {
			a, err := n.accounts.ActAs(ctx, name)
			if err != nil {
				answerError(w, r, err)
				return
			}
			ctx = auth.WithActor(ctx, a)
		}
		n.router.ServeHTTP(w, r.WithContext(ctx))
	})
}
