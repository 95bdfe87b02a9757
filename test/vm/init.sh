#!/bin/sh
# The init of the virtual machine: mounts what a system has, puts the security
# module in force, runs the tests, and turns the machine off. What it says and
# what the tests print goes to the second serial port, the kernel's messages to
# the first.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root

if [ "$1" != moved ]; then
	# An initramfs cannot be the old root of pivot_root(2), which runc calls.
	mkdir /root.new
	mount -t tmpfs -o mode=755,size=90% root /root.new
	cp -a /bin /sbin /lib /lib64 /usr /etc /vm /init /root.new
	exec switch_root /root.new /init moved
fi

mkdir -p /proc /sys /dev /run /tmp /root /var/tmp /var/lib
mount -t proc -o nosuid,nodev,noexec proc /proc
mount -t sysfs -o nosuid,nodev,noexec sys /sys
mount -t devtmpfs -o nosuid dev /dev
exec >/dev/ttyS1 2>&1 </dev/null
stty -F /dev/ttyS1 raw
mkdir -p /dev/pts /dev/shm /dev/mqueue
mount -t devpts -o nosuid,noexec,ptmxmode=000 pts /dev/pts
mount -t tmpfs -o nosuid,nodev shm /dev/shm
mount -t mqueue mqueue /dev/mqueue
mount -t tmpfs -o nosuid,nodev,mode=755 run /run
mount -t tmpfs -o nosuid,nodev,mode=1777 tmp /tmp
mount -t securityfs security /sys/kernel/security
mount -t tracefs trace /sys/kernel/tracing
mount -t cgroup2 -o nosuid,nodev,noexec,nsdelegate cgroup /sys/fs/cgroup
mkdir -p /run/lock
hostname machine
ip link set lo up
while read -r module; do insmod "$module"; done </vm/modules/order

if [ -e /vm/policy ]; then
	mount -t selinuxfs selinux /sys/fs/selinux
	# The kernel takes a policy by one write(2).
	dd if=/vm/policy of=/sys/fs/selinux/load bs=16M 2>/dev/null || echo "the SELinux policy was not loaded"
	echo 1 >/sys/fs/selinux/enforce
fi
echo "kernel $(uname -r), security modules $(cat /sys/kernel/security/lsm), cgroups $(grep -c 'cgroup2 ' /proc/mounts) of v2, $(grep -c ' cgroup ' /proc/mounts) of v1"

export SIDESTEP_CACHE=/vm/cache SIDESTEP_PROGRAMS=/vm/programs
while read -r package flags; do
	mkdir -p "/vm/in/$package"
	cd "/vm/in/$package" || continue
	echo "at $(cut -d " " -f 1 /proc/uptime) s"
	echo "begin $package"
	"/vm/tests/$package.test" -test.v -test.timeout 20m $flags
	echo "end $package $?"
done </vm/list
echo finished
sync
poweroff -f
