package resolver

import (
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sidestep-dev/sidestep/nsenter/proc"
	"github.com/sidestep-dev/sidestep/resolver/procfs"
	"github.com/sidestep-dev/sidestep/test/fakecontainerd"
)

// cri returns the annotations of a container of a pod.
func cri(namespace, pod, container string) []string {
	kind := "container"
	if container == "" {
		kind = "sandbox"
	}
	return []string{
		"io.kubernetes.cri.sandbox-namespace=" + namespace, "io.kubernetes.cri.sandbox-name=" + pod, "io.kubernetes.cri.sandbox-uid=" + pod,
		"io.kubernetes.cri.container-name=" + container, "io.kubernetes.cri.container-type=" + kind,
	}
}

// TestNamesOnDisk: what a reference means when containerd does not answer.
func TestNamesOnDisk(t *testing.T) {
	pid, _ := sleeper(t)
	h := silentHost(t)
	put := func(namespace, id string, annotations ...string) {
		h.bundle(namespace, id, pid, annotations...)
		h.state(namespace, id, pid, 0)
	}
	put("k8s.io", "sandbox1", cri("shop", "cart", "")...)
	put("k8s.io", "app1", cri("shop", "cart", "app")...)
	put("k8s.io", "app2", cri("bank", "cart", "app")...)
	put("default", "web-1", "nerdctl/name=front")
	put("default", "web-2")
	h.write("run/runc/plain/state.json", `{"id":"plain","init_process_pid":1,"init_process_start":1}`)
	docker := strings.Repeat("d0", 32)
	put("moby", docker)
	h.config.DockerDataRoots = []string{dockerRoot(t, docker+" db running")}

	tests := []struct{ namespace, text, want, refused string }{
		{"", "pod/shop/cart", "app1", ""},
		{"", "pod/shop/cart/app", "app1", ""},
		{"", "pod/cart", "", "app1 app2"},
		{"", "app", "", "app1 app2"},
		{"", "app1", "app1", ""},
		{"", "front", "web-1", ""},
		{"", "web-", "", "web-1 web-2"},
		{"", "sandbox1", "sandbox1", ""},
		{"", "db", docker, ""},
		{"", "svc-db", docker, ""},
		{"", "docker://db", docker, ""},
		{"", docker, docker, ""},
		{"default", "web-2", "web-2", ""},
	}
	for _, test := range tests {
		c := h.config
		c.Namespace = test.namespace
		r := newResolver(t, c)
		r.places = h.at
		got, err := r.Container(t.Context(), mustParse(t, test.text))
		if got.ID != test.want || refused(err) != test.refused {
			t.Errorf("%q in namespace %q: %q, %v", test.text, test.namespace, got.ID, err)
		}
	}
	for namespace, text := range map[string]string{"k8s.io": "web-2", "": "plain"} { // one socket was named, which is not of runc alone
		c := h.config
		c.Namespace = namespace
		r := newResolver(t, c)
		r.places = h.at
		if got, err := r.Container(t.Context(), mustParse(t, text)); err == nil {
			t.Errorf("%q in namespace %q: %+v", text, namespace, got)
		}
	}
}

// TestOtherRuntimes: containers that no containerd has made.
func TestOtherRuntimes(t *testing.T) {
	pid, _ := sleeper(t)
	h := newHost(t)
	h.config.Addresses = nil
	id := strings.Repeat("e1", 32)
	userdata := "var/lib/containers/storage/overlay-containers/" + id + "/userdata"
	h.write(userdata+"/config.json", `{"ociVersion":"1.0.2","annotations":{"io.container.manager":"libpod"},`+strings.TrimPrefix(fitting, "{"))
	h.write("var/lib/containers/storage/overlay-containers/containers.json", `[{"id":"`+id+`","names":["front"],"created":"2026-03-01T12:00:00Z"}]`)
	start := startOf(t, pid)
	state := func(id, bundle string) string {
		return fmt.Sprintf(`{"id":%q,"init_process_pid":%d,"init_process_start":%d,"config":{"labels":["bundle=%s"]}}`, id, pid, start, bundle)
	}
	h.write("run/runc/"+id+"/state.json", state(id, h.at.root+"/"+userdata))
	h.write("srv/states/mine/state.json", state("mine", h.at.root+"/"+userdata))
	if err := os.Remove(h.at.root + "/run/containerd/containerd.sock"); err != nil {
		t.Fatal(err)
	}
	r := h.resolver()
	for _, text := range []string{"front", id, id[:8]} {
		got, err := target(t, r, text)
		if err != nil || got.Process.PID() != pid || got.Notice != "" || got.Container.Namespace != "" || got.Container.Spec == nil {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	rows, err := r.List(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Name != "front" || rows[0].PID != pid || rows[0].Found != "" || !rows[0].Created.Equal(made) {
		t.Errorf("List: %+v, %v", rows, err)
	}

	h.config.Addresses = []string{h.server.Address} // and so containers of others are not meant
	if _, err := target(t, h.resolver(), "front"); refused(err) != "none" {
		t.Errorf("with a socket: %v", err)
	}
	h.config.RuntimeRoots = []string{h.at.root + "/srv/states"}
	h.config.Namespace = "default"
	if got, err := target(t, h.resolver(), "mine"); err != nil || got.Process.PID() != pid {
		t.Errorf("in a root that was named: %+v, %v", got, err)
	}
}

// TestOtherRuntimesBesideASilentDaemon: the wait for a daemon that does not answer
// takes no container of another runtime its name.
func TestOtherRuntimesBesideASilentDaemon(t *testing.T) {
	pid, _ := sleeper(t)
	h := silentHost(t)
	h.config.Addresses = nil
	id := strings.Repeat("c7", 32)
	labels := "{" + strings.Join([]string{`"io.kubernetes.container.name":"app"`, `"io.kubernetes.pod.name":"front"`, `"io.kubernetes.pod.namespace":"shop"`}, ",") + "}"
	h.write("run/crio/"+id+"/config.json", `{"ociVersion":"1.0.2","annotations":`+labels+`,`+strings.TrimPrefix(fitting, "{"))
	h.write("run/runc/"+id+"/state.json", fmt.Sprintf(`{"id":%q,"init_process_pid":%d,"init_process_start":%d,"config":{"labels":["bundle=%s"]}}`,
		id, pid, startOf(t, pid), h.at.root+"/run/crio/"+id))
	rows, err := h.resolver().List(t.Context())
	if len(rows) != 1 || rows[0].Name != "app" || rows[0].Pod == nil || rows[0].PID != pid {
		t.Errorf("List: %+v", rows)
	}
	if connect := (*ConnectError)(nil); !errors.As(err, &connect) || errors.Is(err, ErrLate) {
		t.Errorf("List: %v", err)
	}
}

func startOf(t *testing.T, pid int) uint64 {
	t.Helper()
	p, err := proc.Pin(pid)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	return p.StartTime()
}

// TestListOnDisk: the containers of a silent daemon, and those whose shim does
// not answer, within the time of one look.
func TestListOnDisk(t *testing.T) {
	pid, _ := sleeper(t)
	ended, end := sleeper(t)
	end()
	h := newHost(t)
	h.config.Addresses = []string{h.at.root + "/run/containerd/containerd.sock"}
	for i := range 50 {
		id := fmt.Sprintf("c%02d", i)
		h.server.Add("default", record(id))
		h.bundle("default", id, pid)
		h.state("default", id, pid, 0)
		answer := running()
		if i%20 == 7 {
			answer.After = time.Hour
		}
		h.server.SetTask("default", id, answer)
	}
	h.bundle("default", "over", ended)
	expect := func(what string, found func(i int) bool, want int, failed bool) {
		t.Helper()
		begin := time.Now()
		rows, err := h.resolver().List(t.Context())
		if took := time.Since(begin); took > 1700*time.Millisecond {
			t.Errorf("%s: took %s", what, took)
		}
		if len(rows) != want || (err != nil) != failed {
			t.Fatalf("%s: %d rows, %v", what, len(rows), err)
		}
		for i, row := range rows[:50] {
			want := os.Getpid()
			if found(i) {
				want = pid
			}
			if row.State != Running || row.PID != want || (row.Found != "") != found(i) {
				t.Errorf("%s: %s: %s, PID %d in %q, %v", what, row.ID, row.State, row.PID, row.Found, row.Err)
			}
		}
		if want == 51 && (rows[50].State != Stopped || rows[50].PID != 0) {
			t.Errorf("%s: over: %+v", what, rows[50])
		}
	}
	expect("three stuck shims", func(i int) bool { return i%20 == 7 }, 50, false)
	h.server.Hang("/containerd.services.namespaces.v1.Namespaces/List")
	expect("a silent daemon", func(int) bool { return true }, 51, true)
	h.server.Stop()
	expect("no daemon", func(int) bool { return true }, 51, true)
}

// TestOwnerOnDisk: a process's container is known without its daemon.
func TestOwnerOnDisk(t *testing.T) {
	p, err := proc.Pin(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	cgroups, err := p.Cgroups()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(cgroups, func(m proc.Membership) bool { return len(components(m.Path)) > 0 })
	if i < 0 {
		t.Skip("this test runs in no cgroup of its own")
	}
	parts := components(cgroups[i].Path)
	id := parts[len(parts)-1]
	h := silentHost(t)
	h.bundle("default", id, os.Getpid())
	h.state("default", id, os.Getpid(), 0)
	h.write("run/containerd/io.containerd.runtime.v2.task/default/"+id+"/config.json",
		`{"ociVersion":"1.1.0","linux":{"cgroupsPath":"`+cgroups[i].Path+`","namespaces":[{"type":"pid","path":"/proc/self/ns/pid"}]}}`)
	begin := time.Now()
	got, err := target(t, h.resolver(), "pid:"+strconv.Itoa(os.Getpid()))
	if err != nil || got.Container.ID != id || got.Container.Spec == nil {
		t.Errorf("Target: %+v, %v", got, err)
	}
	if took := time.Since(begin); took > ownerTimeout {
		t.Errorf("took %s", took)
	}
}

// TestProcClaim: which process in a container's cgroup is its init.
func TestProcClaim(t *testing.T) {
	id, inner := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	process := func(pid, ppid int, cgroup string, nspid ...int) procfs.Process {
		return procfs.Process{PID: pid, PPID: ppid, Start: 5, Cgroups: []proc.Membership{{Hierarchy: "0", Path: cgroup}}, NSpid: append([]int{pid}, nspid...)}
	}
	own, host := notFitting, `{"linux":{"namespaces":[]}}`
	tests := []struct {
		name      string
		id, spec  string
		monitor   int
		processes []procfs.Process
		want      int
	}{
		{"its init", id, own, 0, []procfs.Process{process(7, 3, "/docker/"+id, 1), process(8, 7, "/docker/"+id, 2)}, 7},
		{"with one inside", id, own, 0, []procfs.Process{
			process(7, 3, "/docker/"+id, 1), process(9, 7, "/docker/"+id, 5, 1), process(10, 9, "/docker/"+id+"/docker/"+inner, 6, 1),
		}, 7},
		{"the one inside", inner, own, 0, []procfs.Process{
			process(7, 3, "/docker/"+id, 1), process(10, 9, "/docker/"+id+"/docker/"+inner, 6, 1),
		}, 10},
		{"two inits", id, own, 0, []procfs.Process{process(7, 3, "/docker/"+id, 1), process(8, 3, "/docker/"+id, 1)}, 0},
		{"none", id, own, 0, []procfs.Process{process(8, 3, "/docker/"+id, 2), process(7, 3, "/docker/"+inner, 1)}, 0},
		{"host's PIDs, by its shim", id, host, 3, []procfs.Process{process(7, 3, "/docker/"+id), process(8, 7, "/docker/"+id)}, 7},
		{"host's PIDs, no shim", id, host, 0, []procfs.Process{process(7, 3, "/docker/"+id)}, 0},
		{"by the default cgroup", "web", own, 0, []procfs.Process{process(7, 1, "/default/web", 1)}, 7},
		{"another namespace", "web", own, 0, []procfs.Process{process(7, 1, "/other/web", 1)}, 0},
		{"in another container", "web", own, 0, []procfs.Process{process(7, 1, "/default/web", 9, 1)}, 0},
		{"by its shim alone", "web", own, 3, []procfs.Process{process(7, 3, "/elsewhere", 1)}, 7},
		{"two of its shim", "web", own, 3, []procfs.Process{process(7, 3, "/a", 1), process(8, 3, "/b", 1)}, 0},
	}
	for _, test := range tests {
		c := containerdRecord("default", test.id, test.spec)
		spec, err := c.Spec()
		if err != nil {
			t.Fatal(err)
		}
		scan := procfs.Scan{Processes: test.processes}
		web := &trace{id: test.id, namespace: "default", monitor: test.monitor, alone: test.monitor != 0, scan: &scan}
		got, err := web.claim(t.Context(), SourceProc, spec)
		if err != nil {
			got.pid = 0
		}
		if got.pid != test.want {
			t.Errorf("%s: PID %d, %v, want %d", test.name, got.pid, err, test.want)
		}
	}
}

// TestByCgroup: what only its processes show.
func TestByCgroup(t *testing.T) {
	id := strings.Repeat("ab", 32)
	var processes []procfs.Process
	for i, path := range []string{"/docker/" + id, "/x/default/web", "/user.slice/session-2.scope", "/system.slice/a.service", "/", "/one"} {
		processes = append(processes, procfs.Process{PID: 10 + i, Cgroups: []proc.Membership{{Path: path}}, NSpid: []int{10 + i, 1}})
	}
	var got []string
	for _, c := range byCgroup([]*trace{{id: "known"}}, processes) {
		got = append(got, c.namespace+"/"+c.id)
	}
	if want := []string{"/" + id, "default/web"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A socket that takes connections and never speaks is what a stopped daemon
// looks like.
func TestMuteSocket(t *testing.T) {
	pid, _ := sleeper(t)
	h := newHost(t)
	h.bundle("default", "web", pid)
	h.state("default", "web", pid, 0)
	mute := fakecontainerd.SocketPath(t)
	listener, err := net.Listen("unix", mute)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	h.config.Addresses = []string{mute}
	socket := h.at.root + "/run/containerd/containerd.sock"
	if err := os.Remove(socket); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(mute, socket); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	got, err := target(t, h.resolver(), "web")
	if err != nil || got.Process.PID() != pid || time.Since(begin) > 1700*time.Millisecond {
		t.Errorf("%+v, %v after %s", got, err, time.Since(begin))
	}
}

func TestSameSocket(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"run", "other"} {
		if err := os.Mkdir(dir+"/"+name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("run", dir+"/link"); err != nil {
		t.Fatal(err)
	}
	if !sameSocket(dir+"/run/gone.sock", dir+"/link/gone.sock") || sameSocket(dir+"/run/gone.sock", dir+"/other/gone.sock") || !sameSocket("", "") {
		t.Error("sockets that are gone")
	}
}

// TestGuess: what a cgroup may be named after is meant by its whole ID only.
func TestGuess(t *testing.T) {
	for text, want := range map[string]bool{"web": true, "we": false} {
		var f finding
		f.addSurvey(&survey{traces: []*trace{{id: "web", namespace: "default", guess: true}}}, mustParse(t, text))
		if got := len(f.matches) == 1; got != want || len(f.searched) != 0 {
			t.Errorf("%s: %+v", text, f)
		}
	}
}

func TestOwnCgroup(t *testing.T) {
	id, inner := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	tests := []struct {
		path, id, spec string
		want           bool
	}{
		{"/docker/" + id, id, "", true},
		{"/docker/" + id + "/init.scope", id, "", true},
		{"/docker/" + id + "/docker/" + inner, id, "", false}, // the container inside
		{"/docker/" + id + "/docker/" + inner, inner, "", true},
		{"/default/web", "web", "", false}, // a name that a person chose
		{"/default/web", "web", "/default/web", true},
	}
	for _, test := range tests {
		got := ownCgroup([]proc.Membership{{Path: test.path}}, test.id, specWith(test.spec))
		if (got != "") != test.want {
			t.Errorf("%s for %s: %q", test.path, test.id, got)
		}
	}
}
