// Package vm runs tests on another kernel than the host's: Debian's, in a
// virtual machine, with cgroup v2 alone and with AppArmor or SELinux in force.
//
// The machine is qemu with KVM, where that boots a kernel, and else with qemu's
// own emulation, which is ten to twenty times slower. So it runs what depends
// on the kernel, in the short form that test/differential has for it; with
// SIDESTEP_VM_ALL=1 all of test/differential and test/containers, which takes
// KVM. Its only disk is an initramfs made of the host's
// programs, the containerd and runc that hack/test built, and the tests, which
// are built here. It has no network. What its tests print comes out of a
// serial port; each test of the machine is a subtest here.
package vm
