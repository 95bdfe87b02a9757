package plan

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/nsenter/account"
	"github.com/sidestep-dev/sidestep/nsenter/proc"
)

// identity decides user and groups. A user that is named loses the groups of the
// container's own user, and keeps those that the container was given besides, as with
// docker exec: a group can take permission away as well as give it (CVE-2023-25173).
func (p *Plan) identity(f Facts, b basis, req Request) error {
	p.UID, p.GID, p.Groups = b.process.User.UID, b.process.User.GID, b.process.User.AdditionalGids
	if req.User != "" {
		id, err := f.Accounts.Lookup(req.User)
		if err != nil {
			return &UserError{User: req.User, Err: err}
		}
		p.UID, p.GID, p.Groups = id.UID, id.GID, id.Groups
		for _, g := range given(f.Accounts, b.process.User) {
			if !slices.Contains(p.Groups, g) {
				p.Groups = append(p.Groups, g)
			}
		}
	}
	if !p.Joins(proc.User) {
		return nil
	}
	if _, ok := p.UIDs.Outside(p.UID); !ok {
		return &UserError{User: req.User, Err: errors.New("its ID is not mapped in the container's user namespace")}
	}
	if _, ok := p.GIDs.Outside(p.GID); !ok {
		return &UserError{User: req.User, Err: errors.New("its group's ID is not mapped in the container's user namespace")}
	}
	for _, g := range p.Groups {
		if _, ok := p.GIDs.Outside(g); !ok && !f.SetgroupsDenied {
			return &UserError{User: req.User, Err: fmt.Errorf("its group %d is not mapped in the container's user namespace", g)}
		}
	}
	// Before it is the user the process is the root of the namespace, as
	// runc's is, and not the caller's: to the files of the container an
	// unmapped owner may have rights that its own root does not have.
	p.RootUID, p.RootGID = p.UID, p.GID
	if _, ok := p.UIDs.Outside(0); ok {
		p.RootUID = 0
	}
	if _, ok := p.GIDs.Outside(0); ok {
		p.RootGID = 0
	}
	if f.SetgroupsDenied {
		// Nobody may change the groups there; init has those of its creator.
		p.KeepGroups, p.Groups = true, nil
	}
	return nil
}

// given returns the additional groups that are not those of the container's user by
// its files: docker run --group-add, a pod's supplementalGroups and fsGroup.
func given(accounts account.Files, user specs.User) []uint32 {
	own := []uint32{user.GID}
	if id, err := accounts.Lookup(strconv.FormatUint(uint64(user.UID), 10)); err == nil {
		own = append(own, id.Groups...)
	}
	return slices.DeleteFunc(slices.Clone(user.AdditionalGids), func(g uint32) bool { return slices.Contains(own, g) })
}

// outsideIDs makes the container's IDs the caller's, where its user namespace
// is not joined: its root is not the caller's.
func (p *Plan) outsideIDs(f Facts, req Request) error {
	var ok1, ok2 bool
	p.UID, ok1 = f.UIDs.Outside(p.UID)
	p.GID, ok2 = f.GIDs.Outside(p.GID)
	if !ok1 || !ok2 {
		return &UserError{User: req.User, Err: errors.New("its ID is not mapped in the container's user namespace")}
	}
	inside := p.Groups
	p.Groups = nil
	for _, g := range inside {
		out, ok := f.GIDs.Outside(g)
		if !ok {
			return &UserError{User: req.User, Err: fmt.Errorf("its group %d is not mapped in the container's user namespace", g)}
		}
		p.Groups = append(p.Groups, out)
	}
	return nil
}
