package differential

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/sys/unix"
)

// agent is a supervisor of system calls, see seccomp_unotify(2): it makes
// directories impossible, by an error that nothing else would give, and lets
// every other call go on.
type agent struct {
	path     string
	listener net.Listener

	mutex  sync.Mutex
	states []specs.ContainerProcessState // what it was told, in this order
	calls  map[int]int                   // how often it was asked, by the number of the system call
}

func newAgent(t *testing.T, dir string) *agent {
	t.Helper()
	own, err := os.MkdirTemp(dir, "agent-")
	if err != nil {
		t.Fatal(err)
	}
	a := &agent{path: filepath.Join(own, "sock"), calls: map[int]int{}}
	listener, err := net.Listen("unix", a.path)
	if err != nil {
		t.Fatal(err)
	}
	a.listener = listener
	t.Cleanup(a.close)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			if err := a.take(connection.(*net.UnixConn)); err != nil {
				t.Errorf("the agent: %v", err)
			}
		}
	}()
	return a
}

// close ends it for processes to come; those that it has it serves on.
func (a *agent) close() { a.listener.Close() }

// take takes the listener of one process.
func (a *agent) take(connection *net.UnixConn) error {
	defer connection.Close()
	_ = connection.SetDeadline(time.Now().Add(startTimeout))
	data, rights := make([]byte, 64<<10), make([]byte, unix.CmsgSpace(4))
	n, m, _, _, err := connection.ReadMsgUnix(data, rights)
	if err != nil {
		return err
	}
	var state specs.ContainerProcessState // not up to the end of the connection: Debian's runc waits meanwhile
	if err := json.NewDecoder(io.MultiReader(bytes.NewReader(data[:n]), connection)).Decode(&state); err != nil {
		return err
	}
	messages, err := unix.ParseSocketControlMessage(rights[:m])
	if err != nil || len(messages) != 1 {
		return errors.Join(err, errors.New("no descriptor"))
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return err
	}
	a.mutex.Lock()
	a.states = append(a.states, state)
	a.mutex.Unlock()
	go a.serve(fds[0])
	return nil
}

// serve answers until the last process of the filter has ended.
func (a *agent) serve(fd int) {
	defer unix.Close(fd)
	for {
		fds := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		if _, err := unix.Poll(fds, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		if fds[0].Revents&unix.POLLIN != 0 {
			a.answer(fd)
		} else if fds[0].Revents != 0 {
			return
		}
	}
}

func (a *agent) answer(fd int) {
	const receive, send = 0xc0502100, 0xc0182101 // SECCOMP_IOCTL_NOTIF_RECV and …_SEND
	request := struct {
		id         uint64
		pid, flags uint32
		call       int32
		arch       uint32
		at         uint64
		args       [6]uint64
	}{}
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), receive, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return // it was killed meanwhile
	}
	a.mutex.Lock()
	a.calls[int(request.call)]++
	a.mutex.Unlock()
	response := struct {
		id    uint64
		value int64
		errno int32
		flags uint32
	}{id: request.id, flags: 1} // SECCOMP_USER_NOTIF_FLAG_CONTINUE
	if request.call == unix.SYS_MKDIRAT || request.call == sysMkdir {
		response.errno, response.flags = -int32(unix.EDQUOT), 0
	}
	_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), send, uintptr(unsafe.Pointer(&response)))
}

// last returns what the agent was told last, without the PID of the process,
// and that PID.
func (a *agent) last() (state specs.ContainerProcessState, pid int) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if len(a.states) == 0 {
		return state, 0
	}
	state = a.states[len(a.states)-1]
	pid, state.Pid = state.Pid, 0
	return state, pid
}

func (a *agent) asked(call int) int {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.calls[call]
}
