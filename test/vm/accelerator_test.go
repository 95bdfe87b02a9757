package vm

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

// accelerator is what qemu runs a machine with.
type accelerator struct {
	name    string
	flags   []string
	append  string        // to the kernel's command line
	timeout time.Duration // far beyond what a machine takes
}

var (
	// The first needs what not every host has and so not every machine gets
	// (an MSR that nested ones refuse). SSBD only as seccomp asks for it, which
	// was the kernel's default up to Linux 5.15.
	kvm = accelerator{"kvm", []string{"-cpu", "host,arch-capabilities=off", "-smp", "2"}, "spec_store_bypass_disable=seccomp", 4 * time.Minute}
	// Without what costs most when it is emulated, and without the check whether
	// a timer ticks in time, which it may not on a busy host.
	tcg = accelerator{"tcg", []string{"-cpu", "max,la57=off", "-smp", "1"}, "mitigations=off no_timer_check", 18 * time.Minute}
)

// probeTimeout bounds the boot of a kernel without a root, which takes a
// second or two with KVM.
const probeTimeout = 15 * time.Second

// chooseAccelerator returns KVM where it boots a kernel. The device may be
// there and of no use: in a container, or where it emulates each instruction
// of a kernel that was not made for it (PVM).
func chooseAccelerator(t *testing.T, k kernel) accelerator {
	t.Helper()
	if _, err := os.Stat("/dev/kvm"); err != nil {
		return tcg
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	// It panics, and with it ends the machine.
	cmd := qemu(ctx, kvm, k, "", "quiet panic=-1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("KVM does not boot a kernel in %v (%v): %s", probeTimeout, err, out)
		return tcg
	}
	return kvm
}

// qemu returns the command that boots a machine without disk, network and
// display.
func qemu(ctx context.Context, with accelerator, k kernel, initramfs, parameters string, flags ...string) *exec.Cmd {
	args := append([]string{
		"-accel", with.name, "-m", "3072", "-nodefaults", "-no-user-config", "-display", "none", "-nic", "none", "-no-reboot",
		"-kernel", k.image, "-append", parameters + " " + with.append,
	}, with.flags...)
	if initramfs != "" {
		args = append(args, "-initrd", initramfs)
	}
	return exec.CommandContext(ctx, "qemu-system-x86_64", append(args, flags...)...)
}
