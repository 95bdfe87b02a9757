package proc

import (
	"fmt"
	"strings"
)

// IDRange is one line of /proc/PID/uid_map or gid_map: Count IDs from Inside
// on in the process's user namespace are those from Outside on in the
// reader's, see user_namespaces(7).
type IDRange struct {
	Inside, Outside, Count uint32
}

// IDMap maps the IDs of a user namespace to those of the reader's.
type IDMap []IDRange

// noID is what the kernel shows for a range that the reader's user namespace
// does not have.
const noID = 1<<32 - 1

// AllIDs maps all IDs to themselves, as the initial user namespace does.
func AllIDs() IDMap { return IDMap{{Count: noID}} }

// Outside returns what an ID of the user namespace is in the reader's.
func (m IDMap) Outside(id uint32) (uint32, bool) {
	for _, r := range m {
		if out, ok := translate(id, r.Inside, r.Outside, r.Count); ok {
			return out, true
		}
	}
	return 0, false
}

func translate(id, from, to, count uint32) (uint32, bool) {
	if id == noID || id < from || id-from >= count {
		return 0, false
	}
	out := uint64(to) + uint64(id-from)
	return uint32(out), out < noID
}

// Inside returns what an ID of the reader's user namespace is in the mapped one.
func (m IDMap) Inside(id uint32) (uint32, bool) {
	for _, r := range m {
		if in, ok := translate(id, r.Outside, r.Inside, r.Count); ok {
			return in, true
		}
	}
	return 0, false
}

// UIDMap reads the user IDs of the process's user namespace.
func (p *Process) UIDMap() (IDMap, error) { return p.idMap("uid_map") }

// GIDMap reads the group IDs of the process's user namespace.
func (p *Process) GIDMap() (IDMap, error) { return p.idMap("gid_map") }

func (p *Process) idMap(name string) (IDMap, error) {
	data, err := p.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return ParseIDMap(string(data))
}

// ParseIDMap parses the content of /proc/PID/uid_map:
//
//	0     100000      65536
func ParseIDMap(data string) (IDMap, error) {
	var m IDMap
	for line := range strings.Lines(data) {
		list, err := ids(strings.Fields(line))
		if err != nil || len(list) != 3 {
			return nil, fmt.Errorf("parse ID map: line %q", line)
		}
		m = append(m, IDRange{Inside: list[0], Outside: list[1], Count: list[2]})
	}
	return m, nil
}

// SetgroupsDenied reports whether the process's user namespace forbids
// setgroups(2). Requires at least Linux 3.19.
func (p *Process) SetgroupsDenied() (bool, error) {
	data, err := p.ReadFile("setgroups")
	if err != nil {
		return false, err
	}
	return strings.TrimSpace(string(data)) == "deny", nil
}
