package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"quire/store/embedded"
)

// The test binary is its own child: some rules show only in another process,
// or for another user. The child does one thing and prints one line.
const childVariable = "QUIRE_TEST_CHILD"

func TestMain(m *testing.M) {
	switch os.Getenv(childVariable) {
	case "serve":
		fmt.Println(serve(os.Args[1]))
		_, _ = io.Copy(io.Discard, os.Stdin)
	case "connect":
		fmt.Println(connect(os.Args[1]))
	default:
		code := m.Run()
		if used.parent != "" {
			removeAll(used.parent)
		}
		os.Exit(code)
	}
}

// used is a state directory that tests take one after the other: making one
// takes longer than all that most tests do.
var used struct {
	once   sync.Once
	parent string
	err    error
}

func makeUsed() (parent string, err error) {
	parent, err = os.MkdirTemp("", "quire-test-")
	if err != nil {
		return "", err
	}
	if err := os.Chmod(parent, 0o711); err != nil {
		return parent, err
	}
	s, err := embedded.Start(context.Background(), embedded.Config{Dir: filepath.Join(parent, "postgres")})
	if err != nil {
		return parent, err
	}
	return parent, s.Stop(context.Background())
}

// usedDir is a state directory that a server has used before. The test may be
// rough with it, as long as a server can start on it afterwards.
func usedDir(t *testing.T) string {
	t.Helper()
	used.once.Do(func() { used.parent, used.err = makeUsed() })
	require.NoError(t, used.err)
	return filepath.Join(used.parent, "postgres")
}

// serve starts a server and returns its postmaster's pid and its URL.
func serve(dir string) string {
	s, err := embedded.Start(context.Background(), embedded.Config{Dir: dir, Settings: unsynced})
	if err != nil {
		return err.Error()
	}
	return fmt.Sprint(s.PID(), " ", s.URL())
}

// connect returns who the database says we are, or why it did not let us in.
func connect(url string) string {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return strings.ReplaceAll(err.Error(), "\n", " ")
	}
	defer conn.Close(ctx)
	var name string
	if err := conn.QueryRow(ctx, `SELECT current_user`).Scan(&name); err != nil {
		return err.Error()
	}
	return "connected as " + name
}

// child is the test binary again, as another user unless name is empty.
func child(t *testing.T, name, mode, arg string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", arg)
	cmd.Dir = "/"
	cmd.Env = []string{childVariable + "=" + mode, "PATH=" + os.Getenv("PATH"), "HOME=/nonexistent"}
	cmd.Stderr = os.Stderr
	if name != "" {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential(t, name)}
	}
	return cmd
}

func credential(t *testing.T, name string) *syscall.Credential {
	t.Helper()
	uid, gid := ids(t, name)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{}}
}

func ids(t *testing.T, name string) (uid, gid int) {
	t.Helper()
	u, err := user.Lookup(name)
	require.NoError(t, err)
	uid, err = strconv.Atoi(u.Uid)
	require.NoError(t, err)
	gid, err = strconv.Atoi(u.Gid)
	require.NoError(t, err)
	return uid, gid
}

// connectAs is what connect says in a child that runs as the user.
func connectAs(t *testing.T, name, url string) string {
	t.Helper()
	out, err := child(t, name, "connect", url).Output()
	require.NoError(t, err)
	return strings.TrimSpace(string(out))
}

// serving is a child that runs a server.
type serving struct {
	cmd *exec.Cmd
	pid int // of the postmaster
	url string
}

func serveAs(t *testing.T, name, dir string) serving {
	t.Helper()
	cmd := child(t, name, "serve", dir)
	_, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	s := serving{cmd: cmd}
	_, err = fmt.Sscan(line, &s.pid, &s.url)
	require.NoError(t, err, line)
	return s
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can run things as other users")
	}
}

// tempDir is like t.TempDir, but other users may pass through it.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "quire-test-")
	require.NoError(t, err)
	t.Cleanup(func() { removeAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o711))
	return dir
}

// removeAll tries again while a dying Postgres still writes.
func removeAll(dir string) {
	for deadline := time.Now().Add(5 * time.Second); os.RemoveAll(dir) != nil && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
}

// unsynced spares tests the disk: a killed process loses nothing that it wrote.
var unsynced = map[string]string{"fsync": "off"}

// start runs a server until the end of the test.
func start(t *testing.T, cfg embedded.Config) *embedded.Server {
	t.Helper()
	if cfg.Settings == nil {
		cfg.Settings = unsynced
	}
	s, err := embedded.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

// stateDir is a place for a state directory that does not exist yet.
func stateDir(t *testing.T) string { return filepath.Join(tempDir(t), "postgres") }

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}

func ask(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var answer string
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&answer))
	return answer
}

// alive reports whether the process runs; one that nobody has reaped does not.
func alive(pid int) bool {
	if errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func kill(t *testing.T, pid int) {
	t.Helper()
	require.NotZero(t, pid)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
}

func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	require.Eventually(t, condition, 20*time.Second, 10*time.Millisecond, what)
}
