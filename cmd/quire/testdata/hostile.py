# What a hostile note tries. AIM is set by the test: numbers of processes and paths
# that are not this note's. Each attempt returns what it got, or nothing.
import ctypes, glob, json, os, signal, socket, subprocess, urllib.error, urllib.request

libc = ctypes.CDLL(None, use_errno=True)
everyone = AIM["server"] + AIM["postgres"] + AIM["kernels"]


def any_of(things, attempt):
    for thing in things:
        try:
            if got := attempt(thing):
                return got
        except OSError:
            pass


def read(path):
    with open(path, "rb") as f:
        return f.read(1 << 16)


def knock(address, kind=socket.AF_UNIX):
    s = socket.socket(kind)
    s.settimeout(2)
    s.connect(address)
    return "connected"


def environment(pid):
    return read(f"/proc/{pid}/environ")


def files_of(pid):
    return os.listdir(f"/proc/{pid}/fd") or os.listdir(f"/proc/{pid}/root")


def memory(pid):
    address = int(read(f"/proc/{pid}/maps").split(b"-")[0], 16)
    with open(f"/proc/{pid}/mem", "rb") as f:
        f.seek(address)
        return f.read(16)


def trace(pid):
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    if libc.ptrace(16, pid, 0, 0) == 0:  # PTRACE_ATTACH
        os.waitpid(pid, 0x40000000)
        libc.ptrace(17, pid, 0, 0)
        return pid


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def vm_read(pid):
    try:
        address = int(read(f"/proc/{pid}/maps").split(b"-")[0], 16)
    except OSError:
        address = 0x400000
    buffer = ctypes.create_string_buffer(16)
    here, there = Vector(ctypes.addressof(buffer), 16), Vector(address, 16)
    return libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0


def kill(pid):
    os.kill(pid, 0)  # whether one may; nobody is harmed
    return pid


def api(token=None):
    r = urllib.request.Request(AIM["api"] + "/api/v1/nodes")
    if token:
        r.add_header("Authorization", "Bearer " + token)
    return urllib.request.urlopen(r, timeout=5).status


def secrets():
    found = [v for v in os.environ.values() if v.isprintable()]
    for path in glob.glob(AIM["data"] + "/run/kernels/*/connection.json"):
        found.append(json.loads(read(path))["key"])
    for v in found:
        try:
            return api(v)
        except (urllib.error.HTTPError, UnicodeError, ValueError):
            pass


def link_to_secret():
    for name, make in ("soft", os.symlink), ("hard", os.link):
        try:
            make(AIM["secret"], name)
        except OSError:
            pass
    return [n for n in ("soft", "hard") if os.path.exists(n) and read(n)]


def device():
    os.mknod("device", 0o20666, os.makedev(1, 1))
    return read("device")


def setuid():
    out = subprocess.run([AIM["setuid"], "-u"], capture_output=True, text=True).stdout
    return out.strip() == "0"


def abstract():
    names = [l.split()[-1] for l in open("/proc/net/unix") if "@" in l.split()[-1]]
    return [n for n in names if "quire" in n and knock("\0" + n[1:])]


def attach(number):
    libc.shmat.restype = ctypes.c_long
    return libc.shmat(number, None, 0o10000) != -1


def shared():
    numbers = [int(line.split()[1]) for line in open("/proc/sysvipc/shm").readlines()[1:]]
    return any_of(glob.glob("/dev/shm/*"), read) or any_of(numbers, attach)


def visible_tmp():
    with open(AIM["tmp"], "w") as f:
        f.write("x")
    return "written"


attempts = {
    "read the server's environment": lambda: any_of(AIM["server"], environment),
    "read Postgres's environment": lambda: any_of(AIM["postgres"], environment),
    "read another note's environment": lambda: any_of(AIM["kernels"], environment),
    "find the open files of others in /proc": lambda: any_of(everyone, files_of),
    "list the data folder": lambda: "postgres" in os.listdir(AIM["data"]),
    "find the folders of other notes": lambda: os.path.basename(AIM["victim"]) in os.listdir(AIM["data"] + "/files"),
    "read the database's files": lambda: os.listdir(AIM["data"] + "/postgres/data"),
    "open the operator's socket": lambda: knock(AIM["data"] + "/operator.sock"),
    "reach Postgres by TCP": lambda: knock(("127.0.0.1", 5432), socket.AF_INET),
    "reach Postgres by its socket": lambda: knock(glob.escape(AIM["data"]) + "/postgres/run/.s.PGSQL.5432"),
    "read another note's files": lambda: read(AIM["victim"] + "/secret"),
    "write another note's files": lambda: open(AIM["victim"] + "/planted", "w"),
    "read memory through /proc": lambda: any_of(everyone, memory),
    "trace other processes": lambda: any_of(everyone, trace),
    "read memory by process_vm_readv": lambda: any_of(everyone, vm_read),
    "read another kernel's connection file": lambda: read(AIM["place"] + "/connection.json"),
    "connect to another kernel": lambda: knock(AIM["place"] + "/k-1"),
    "use the REST API without a sign-in": api,
    "use the REST API with a secret it found": secrets,
    "kill others": lambda: any_of(everyone, kill),
    "run a setuid program as root": setuid,
    "read a secret through a link": link_to_secret,
    "make a device": device,
    "reach sockets without a file": abstract,
    "read another note's shared memory": shared,
    "write to the machine's /tmp": visible_tmp,
}

results = {}
for name, attempt in attempts.items():
    try:
        results[name] = bool(attempt())
    except Exception as e:
        results[name] = False
print("RESULTS" + json.dumps(results))
