package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"quire/store/embedded"
)

// site is a server that was started for measuring, on a Postgres of the bench's
// own, with an administrator signed in.
type site struct {
	binary   string
	data     string
	address  string
	postgres *embedded.Server
	sql      *pgx.Conn
	process  *exec.Cmd
	cookie   *http.Cookie
	// user is whom the server runs as when root measures, and its group.
	user string
	gid  int
	// flags are added to the server's.
	flags []string
}

// chooseUser picks an account that every system has, for Postgres to let it in.
func (s *site) chooseUser() error {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	s.user = u.Username
	s.gid, err = strconv.Atoi(u.Gid)
	return err
}

const (
	admin    = "bench"
	password = "a password for measuring"
)

func newSite(ctx context.Context, binary string) (_ *site, err error) {
	s := &site{}
	if s.binary, err = filepath.Abs(binary); err != nil {
		return nil, err
	}
	if s.data, err = os.MkdirTemp("", "quire-bench-"); err != nil {
		return nil, err
	}
	if err := os.Chmod(s.data, 0o711); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if err := s.chooseUser(); err != nil {
		return nil, err
	}
	if s.postgres, err = embedded.Start(ctx, embedded.Config{Dir: filepath.Join(s.data, "postgres"), ClientGID: s.gid}); err != nil {
		return nil, err
	}
	if s.sql, err = pgx.Connect(ctx, s.postgres.URL()); err != nil {
		return nil, err
	}
	link, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	return s, s.setUp(ctx, link)
}

var ready = regexp.MustCompile(`http://127\.0\.0\.1:\d+\S*`)

// start runs the binary and returns the address it prints when it is ready.
func (s *site) start(ctx context.Context) (string, error) {
	if s.address == "" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		s.address = l.Addr().String()
		l.Close()
	}
	cmd := exec.CommandContext(ctx, s.binary, "serve", "--listen", s.address, "--data", filepath.Join(s.data, "data"), "--log-level", "error")
	cmd.Args = append(cmd.Args, s.flags...)
	if s.user != "" {
		cmd.Args = append(cmd.Args, "--user", s.user)
	}
	cmd.Env = append(os.Environ(), "QUIRE_DATABASE_URL="+s.postgres.URL())
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	s.process = cmd
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if address := ready.FindString(lines.Text()); address != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return address, nil
		}
	}
	return "", fmt.Errorf("%s ended before it was ready", s.binary)
}

func (s *site) stop() error {
	if s.process == nil {
		return nil
	}
	_ = s.process.Process.Signal(os.Interrupt)
	err := s.process.Wait()
	s.process = nil
	return err
}

// restart starts the server anew with these flags.
func (s *site) restart(ctx context.Context, flags ...string) error {
	if err := s.stop(); err != nil {
		return err
	}
	s.flags = flags
	_, err := s.start(ctx)
	return err
}

func (s *site) close() {
	_ = s.stop()
	if s.sql != nil {
		_ = s.sql.Close(context.Background())
	}
	if s.postgres != nil {
		_ = s.postgres.Stop(context.Background())
	}
	_ = os.RemoveAll(s.data)
}

func (s *site) setUp(ctx context.Context, link string) error {
	_, secret, _ := strings.Cut(link, "#")
	return s.signedIn(ctx, "/setup", map[string]any{"secret": secret, "name": admin, "password": password, "newNotes": "me"}, &s.cookie)
}

// signedIn posts something that answers with a sign-in's cookie.
func (s *site) signedIn(ctx context.Context, path string, in any, cookie **http.Cookie) error {
	res, err := s.request(ctx, nil, "POST", path, in)
	if err != nil {
		return err
	}
	res.Body.Close()
	if len(res.Cookies()) == 0 {
		return fmt.Errorf("POST %s set no cookie", path)
	}
	*cookie = res.Cookies()[0]
	return nil
}

// person makes an account and signs it in.
func (s *site) person(ctx context.Context, name string) (*http.Cookie, error) {
	var made struct{ Link struct{ URL string } }
	if err := s.do(ctx, "POST", "/users", map[string]any{"name": name}, &made); err != nil {
		return nil, err
	}
	_, secret, _ := strings.Cut(made.Link.URL, "#")
	var cookie *http.Cookie
	err := s.signedIn(ctx, "/session/link", map[string]any{"secret": secret, "password": password}, &cookie)
	return cookie, err
}

func (s *site) request(ctx context.Context, cookie *http.Cookie, method, path string, in any) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+s.address+"/api/v1"+path, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if cookie != nil {
		r.AddCookie(cookie)
	}
	res, err := http.DefaultClient.Do(r)
	if err == nil && res.StatusCode >= 300 {
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, res.Status, text)
	}
	return res, err
}

// do asks as the administrator.
func (s *site) do(ctx context.Context, method, path string, in, out any) error {
	res, err := s.request(ctx, s.cookie, method, path, in)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
	return json.NewDecoder(res.Body).Decode(out)
}

// note makes a note with paragraphs of these texts, named p0, p1, …
func (s *site) note(ctx context.Context, texts ...string) (string, error) {
	var node struct{ ID string }
	name := fmt.Sprintf("note %d", time.Now().UnixNano())
	if err := s.do(ctx, "POST", "/nodes", map[string]any{"kind": "note", "name": name}, &node); err != nil {
		return "", err
	}
	after := ""
	for i, text := range texts {
		id := "p" + strconv.Itoa(i)
		if err := s.operate(ctx, node.ID, "paragraph.insert", map[string]any{"paragraph": id, "after": after, "text": text}, nil); err != nil {
			return "", err
		}
		after = id
	}
	return node.ID, nil
}

func (s *site) operate(ctx context.Context, note, kind string, body, out any) error {
	in := map[string]any{"id": fmt.Sprint(time.Now().UnixNano()), "kind": kind, "body": body}
	return s.do(ctx, "POST", "/notes/"+note+"/operations", in, out)
}

// grant gives exactly these people, by name, a role on a note beside its owner.
func (s *site) grant(ctx context.Context, note, role string, names ...string) error {
	var now struct{ Version int64 }
	if err := s.do(ctx, "GET", "/nodes/"+note+"/grants", nil, &now); err != nil {
		return err
	}
	grants := []any{map[string]any{"principal": map[string]any{"name": admin}, "role": "owner"}}
	for _, name := range names {
		grants = append(grants, map[string]any{"principal": map[string]any{"name": name}, "role": role})
	}
	return s.do(ctx, "PUT", "/nodes/"+note+"/grants", map[string]any{"version": now.Version, "grants": grants}, nil)
}
