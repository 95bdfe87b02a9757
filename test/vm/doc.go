// Package vm runs tests on another kernel than the host's: Debian's, in a
// virtual machine, with cgroup v2 alone and with AppArmor or SELinux in force.
//
// The machine is qemu with KVM, where /dev/kvm can be used, and else with
// qemu's own emulation, which is ten to twenty times slower: it runs fewer
// tests then and says so. Its only disk is an initramfs made of the host's
// programs, the containerd and runc that hack/test built, and the tests, which
// are built here. It has no network. What its tests print comes out of a
// serial port; each test of the machine is a subtest here.
package vm
