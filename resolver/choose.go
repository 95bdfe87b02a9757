package resolver

// known is a candidate whose state was asked for.
type known struct {
	candidate
	state State
}

// live reports whether the container may have a process. A state that nobody
// knows counts: what cannot be asked must not make another one unique.
func (k known) live() bool {
	return k.state == Running || k.state == Paused || k.state == Unknown
}

func live(all []known) []known {
	var kept []known
	for _, k := range all {
		if k.live() {
			kept = append(kept, k)
		}
	}
	return kept
}

// chooseNamed chooses among containers that have the same name: the only one
// that is live. What it returns is the choice when it is one container.
func chooseNamed(all []known) []known {
	kept := latest(all)
	if alive := live(kept); len(alive) == 1 {
		return alive
	}
	return kept
}

// choosePod chooses among the containers of the pods that have the same name:
// of the only pod that is live, its only container, the one that the pod names
// as its default, or the one that its init containers came before.
func choosePod(all []known, defaults map[podKey]string) []known {
	alive := map[podKey]bool{}
	for _, k := range live(all) {
		alive[k.pod()] = true
	}
	kept := latest(all)
	if len(alive) == 1 {
		kept = nil
		for _, k := range latest(all) {
			if alive[k.pod()] {
				kept = append(kept, k)
			}
		}
	}
	var byDefault []known
	for _, k := range kept {
		if name := defaults[k.pod()]; name != "" && name == k.container.Pod.Container {
			byDefault = append(byDefault, k)
		}
	}
	if len(byDefault) == 1 && samePod(kept) {
		return byDefault
	}
	if only := afterInit(kept); only != nil && samePod(kept) {
		return []known{*only}
	}
	return kept
}

// afterInit returns the only live container of a pod, when all others ended
// before it was made, as init containers do: nothing else in the records tells
// them from the pod's other containers. A container that crashed beside a
// running one was made again later, or is still waited for: then a person has
// to say which one is meant.
func afterInit(pod []known) *known {
	alive := live(pod)
	if len(alive) != 1 {
		return nil
	}
	for _, k := range pod {
		if !k.live() && !k.created.Before(alive[0].created) {
			return nil
		}
	}
	return &alive[0]
}

// podKey tells pods apart, also two that had the same name one after the other.
type podKey struct{ address, namespace, podNamespace, pod, uid string }

func (c *candidate) pod() podKey {
	key := podKey{namespace: c.container.Namespace}
	switch {
	case c.daemon != nil:
		key.address = c.daemon.Address()
	case c.trace != nil:
		key.address = c.trace.address
	}
	if p := c.container.Pod; p != nil {
		key.podNamespace, key.pod, key.uid = p.Namespace, p.Name, p.UID
	}
	return key
}

func samePod(all []known) bool {
	for _, k := range all {
		if k.pod() != all[0].pod() {
			return false
		}
	}
	return true
}

// latest drops the attempts of a pod's container that are over: Kubernetes
// makes a new container for each restart and keeps the last one. When all are
// over, the newest stays.
func latest(all []known) []known {
	type attempts struct {
		podKey
		container string
	}
	key := func(k known) attempts { return attempts{k.pod(), k.container.Pod.Container} }
	newest := map[attempts]known{}
	for _, k := range all {
		if k.container.Pod == nil {
			continue
		}
		best, ok := newest[key(k)]
		if !ok || k.live() && !best.live() || k.live() == best.live() && k.created.After(best.created) {
			newest[key(k)] = k
		}
	}
	var kept []known
	for _, k := range all {
		if k.container.Pod == nil || k.live() || k.container.ID == newest[key(k)].container.ID {
			kept = append(kept, k)
		}
	}
	return kept
}
