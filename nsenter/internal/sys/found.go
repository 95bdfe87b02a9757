package sys

import (
	"errors"
	"os"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Found is what the kernel says of a file that was found and not opened: the
// structs stat and statfs.
type Found struct {
	stat  unix.Stat_t
	mount unix.Statfs_t
}

// The size of a Found in memory, and where its part about the mount begins.
const (
	FoundSize  = int(unsafe.Sizeof(Found{}))
	FoundMount = int(unsafe.Offsetof(Found{}.mount))
)

// ParseFound reads a Found as the kernel wrote it.
func ParseFound(data [FoundSize]byte) Found { return *(*Found)(unsafe.Pointer(&data)) }

// kernelFiles are the file systems whose files are the kernel's own doing. Some
// give each byte once, as /proc/kmsg and trace_pipe of tracefs do: a container
// must not have them read by somebody who may.
var kernelFiles = []int64{
	unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.DEBUGFS_MAGIC, unix.TRACEFS_MAGIC, unix.SECURITYFS_MAGIC,
	unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC, unix.BPF_FS_MAGIC, unix.PSTOREFS_MAGIC, unix.EFIVARFS_MAGIC,
	unix.SELINUX_MAGIC, unix.SMACK_MAGIC,
}

// Regular returns an error unless the file is a regular one, and not the
// kernel's: a FIFO or a device would act when it is opened.
func (f Found) Regular() error {
	if f.stat.Mode&unix.S_IFMT != unix.S_IFREG {
		return errors.New("not a regular file")
	}
	if slices.Contains(kernelFiles, f.mount.Type) {
		return errors.New("a file of the kernel's")
	}
	return nil
}

// Null returns an error unless the file is a null device.
func (f Found) Null() error {
	if f.stat.Mode&unix.S_IFMT != unix.S_IFCHR || f.stat.Rdev != unix.Mkdev(1, 3) {
		return errors.New("not the null device")
	}
	return nil
}

// Ptmx returns an error unless the file is the multiplexer of a devpts: the one
// inode that devpts keeps for it (CVE-2025-52565).
func (f Found) Ptmx() error {
	const ptmxInode = 2 // PTMX_MINOR's inode in fs/devpts/inode.c
	if f.mount.Type != unix.DEVPTS_SUPER_MAGIC || f.stat.Ino != ptmxInode ||
		f.stat.Mode&unix.S_IFMT != unix.S_IFCHR || f.stat.Rdev != unix.Mkdev(5, 2) {
		return errors.New("not the multiplexer of a devpts")
	}
	return nil
}

// ReadFlags are those with which a regular file is opened for reading.
const ReadFlags = unix.O_RDONLY | unix.O_NONBLOCK

// ReceiveFile reads one message from a control socket, and takes the open file
// that came with it; nil when there was none. The length is 0 at the end.
func ReceiveFile(f *os.File, data []byte) (n int, file *os.File, err error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0, nil, err
	}
	buffer := make([]byte, unix.CmsgSpace(4))
	length := 0
	var recvErr error
	err = conn.Read(func(fd uintptr) bool {
		n, length, _, _, recvErr = unix.Recvmsg(int(fd), data, buffer, unix.MSG_CMSG_CLOEXEC)
		return !errors.Is(recvErr, unix.EAGAIN) && !errors.Is(recvErr, unix.EINTR)
	})
	if err == nil {
		err = os.NewSyscallError("recvmsg", recvErr)
	}
	if err != nil {
		return 0, nil, err
	}
	messages, err := unix.ParseSocketControlMessage(buffer[:length])
	if err != nil || len(messages) == 0 {
		return n, nil, err
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return n, nil, err
	}
	return n, os.NewFile(uintptr(fds[0]), "received"), nil
}

// NewBuffer returns an anonymous file of at most size bytes.
func NewBuffer(name string, size int64) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "memfd:"+name)
	err = f.Truncate(size)
	if err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_GROW)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
