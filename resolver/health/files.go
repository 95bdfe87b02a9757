package health

import "fmt"

// Descriptors is how many descriptors a process has open, and may have
// (RLIMIT_NOFILE, the soft limit).
type Descriptors struct {
	PID         int
	Open, Limit uint64
}

// Shares of the limit, in percent, and the number of descriptors that one
// question to the process takes.
const (
	descriptorsWarn = 85
	descriptorsNeed = 8
)

// Left judges whether a program of the chain can open another descriptor.
func (d Descriptors) Left(id string, breaks []Use) Check {
	c := Check{ID: id, Subject: fmt.Sprintf("PID %d", d.PID), Evidence: fmt.Sprintf("has %d of %d descriptors open", d.Open, d.Limit)}
	switch {
	case d.Open+descriptorsNeed > d.Limit:
		c.Status, c.Breaks = Fail, breaks
		c.Advice = fmt.Sprintf("raise its limit while it runs: prlimit --nofile=%d --pid %d; then find the leak: ls -l /proc/%[2]d/fd", d.Limit*2, d.PID)
	case d.Open*100 >= d.Limit*descriptorsWarn:
		c.Status, c.Breaks = Warn, breaks
		c.Advice = fmt.Sprintf("find out what it has open before it has none left: ls -l /proc/%d/fd", d.PID)
	default:
		c.Status = OK
	}
	return c
}

// Space is what statfs(2) says of a directory's file system, in bytes and
// inodes. A file system that does not count inodes has none in total.
type Space struct {
	Dir, For    string // the directory, and what is in it
	Free, Total uint64
	FreeInodes  uint64
	Inodes      uint64
	ReadOnly    bool
	Breaks      []Use // when nothing can be written there
	Fatal       bool
	Unreadable  error  // the directory could not be looked at
	NoAnswerIn  string // instead: how long it was waited for, such as "1s"
}

// What is needed to write a container's state, in bytes and inodes, and below
// what share and amount a file system is worth a warning.
const (
	spaceNeed   = 1 << 20
	inodesNeed  = 64
	spareShare  = 5 // percent
	spareSpace  = 4 << 30
	spareInodes = 10000
)

// Checks judges the space and the inodes of a directory.
func (s Space) Checks() []Check {
	space := Check{ID: "disk.space", Subject: s.Dir, Status: OK}
	switch {
	case s.NoAnswerIn != "":
		space.Status, space.Breaks, space.Fatal = Fail, s.Breaks, s.Fatal
		space.Evidence = "does not answer in " + s.NoAnswerIn
		space.Advice = "its disk or file server hangs: see dmesg and findmnt -T " + s.Dir
		return []Check{space}
	case s.Unreadable != nil:
		space.Status, space.Evidence = Unknown, fmt.Sprintf("cannot be looked at: %v", s.Unreadable)
		return []Check{space}
	}
	space.Evidence = fmt.Sprintf("has %s of %s free (%s)", size(s.Free), size(s.Total), s.For)
	switch {
	case s.ReadOnly:
		space.Status, space.Evidence = Fail, "is read-only ("+s.For+")"
		space.Advice = "a file system becomes read-only after an error of its disk: see dmesg"
	case s.Free < spaceNeed:
		space.Status = Fail
		space.Advice = "make room: du -xh " + s.Dir + " | sort -h | tail"
	case s.Free*100 < s.Total*spareShare && s.Free < spareSpace:
		space.Status = Warn
		space.Advice = "make room before it is full: du -xh " + s.Dir + " | sort -h | tail"
	}
	inodes := Check{ID: "disk.inodes", Subject: s.Dir, Status: OK}
	inodes.Evidence = fmt.Sprintf("has %d of %d inodes free", s.FreeInodes, s.Inodes)
	switch {
	case s.Inodes == 0:
		inodes.Evidence = "does not count inodes"
	case s.FreeInodes < inodesNeed:
		inodes.Status = Fail
		inodes.Advice = "remove files: du --inodes -x " + s.Dir + " | sort -n | tail"
	case s.FreeInodes*100 < s.Inodes*spareShare && s.FreeInodes < spareInodes:
		inodes.Status = Warn
		inodes.Advice = "remove files before there are none left: du --inodes -x " + s.Dir + " | sort -n | tail"
	}
	checks := []Check{space, inodes}
	for i := range checks {
		if checks[i].Status != OK {
			checks[i].Breaks, checks[i].Fatal = s.Breaks, s.Fatal
		}
	}
	return checks
}

// size writes a number of bytes in the unit in which it has up to four digits.
func size(n uint64) string {
	for _, unit := range []string{"B", "KiB", "MiB", "GiB", "TiB"} {
		if n < 10000 || unit == "TiB" {
			return fmt.Sprintf("%d %s", n, unit)
		}
		n /= 1024
	}
	return ""
}
