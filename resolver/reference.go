package resolver

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Reference is what a container is called by, parsed. Its forms are
//
//	ID, a unique prefix of an ID, or a name (of nerdctl, Docker, compose or CRI)
//	containerd://ID, docker://ID and cri-o://ID, as Kubernetes writes them
//	pod/POD, pod/NAMESPACE/POD and pod/NAMESPACE/POD/CONTAINER
//	pid:N, the process N of the host and the container that it belongs to
type Reference struct {
	text string
	kind referenceKind

	name         string // anyName, containerdID, dockerName: an ID, a prefix or a name
	podNamespace string // inPod; "" when it was not given
	pod          string // inPod
	container    string // inPod; "" when it was not given
	pid          int    // ofProcess
}

type referenceKind int

const (
	anyName referenceKind = iota + 1
	containerdID
	dockerName
	inPod
	ofProcess
)

// Limits of what a reference may hold.
const (
	maxReference = 600     // bytes; pod/ with three names of the length that Kubernetes allows
	maxName      = 253     // bytes; a name in Kubernetes, and more than containerd allows for an ID
	maxPID       = 4 << 20 // PID_MAX_LIMIT of linux/threads.h
)

// String returns the reference as it was written.
func (r Reference) String() string { return r.text }

// PID returns the process that the reference names, and whether it names one.
func (r Reference) PID() (pid int, ok bool) { return r.pid, r.kind == ofProcess }

// ParseReference parses a reference. The error is a *ReferenceError.
func ParseReference(text string) (Reference, error) {
	r := Reference{text: text}
	if reason := r.parse(); reason != "" {
		return Reference{}, &ReferenceError{Text: text, Reason: reason}
	}
	return r, nil
}

// parse fills r from its text, and returns what is wrong with it.
func (r *Reference) parse() (reason string) {
	switch {
	case r.text == "":
		return "it is empty"
	case len(r.text) > maxReference:
		return fmt.Sprintf("it is longer than %d bytes", maxReference)
	case !utf8.ValidString(r.text):
		return "it is not UTF-8"
	case strings.ContainsFunc(r.text, unicode.IsControl):
		return "it has a control character"
	}
	if scheme, rest, ok := strings.Cut(r.text, "://"); ok {
		return r.parseURL(scheme, rest)
	}
	if rest, ok := strings.CutPrefix(r.text, "pod/"); ok {
		return r.parsePod(strings.Split(rest, "/"))
	}
	if rest, ok := strings.CutPrefix(r.text, "pid:"); ok {
		return r.parsePID(rest)
	}
	if strings.Contains(r.text, "/") {
		return "an ID or a name has no slash; a pod is written pod/NAMESPACE/POD"
	}
	r.kind, r.name = anyName, r.text
	return badName("an ID or a name", r.name)
}

func (r *Reference) parseURL(scheme, rest string) (reason string) {
	switch scheme {
	case "containerd":
		r.kind = containerdID
	case "docker":
		r.kind = dockerName
	case "cri-o": // it has no daemon that is asked: its containers are found by their IDs
		if !isFullID(rest) {
			return "what follows cri-o:// is not a full ID"
		}
		r.kind = anyName
	default:
		return fmt.Sprintf("the runtime %q is not known; containerd://, docker:// and cri-o:// are", scheme)
	}
	r.name = rest
	return badName("what follows "+scheme+"://", rest)
}

func (r *Reference) parsePod(parts []string) (reason string) {
	r.kind = inPod
	switch len(parts) {
	case 1:
		r.pod = parts[0]
	case 2:
		r.podNamespace, r.pod = parts[0], parts[1]
	case 3:
		r.podNamespace, r.pod, r.container = parts[0], parts[1], parts[2]
	default:
		return "it has more parts than pod/NAMESPACE/POD/CONTAINER"
	}
	for _, part := range parts {
		if reason := badName("each part of pod/NAMESPACE/POD/CONTAINER", part); reason != "" {
			return reason
		}
	}
	return ""
}

func (r *Reference) parsePID(digits string) (reason string) {
	pid, err := strconv.Atoi(digits)
	if err != nil || strconv.Itoa(pid) != digits || pid < 1 || pid > maxPID {
		return fmt.Sprintf("what follows pid: is not a number between 1 and %d", maxPID)
	}
	r.kind, r.pid = ofProcess, pid
	return ""
}

// badName says what is wrong with an ID or a name. containerd, Docker, nerdctl
// and Kubernetes all allow no more than these characters (containerd:
// pkg/identifiers, moby: daemon/names).
func badName(what, name string) string {
	switch {
	case name == "":
		return what + " is empty"
	case len(name) > maxName:
		return fmt.Sprintf("%s is longer than %d bytes", what, maxName)
	case !isAlphanumeric(rune(name[0])):
		return fmt.Sprintf("%s must begin with a letter or a digit", what)
	}
	for _, c := range name {
		if !isAlphanumeric(c) && !strings.ContainsRune("._-", c) {
			return fmt.Sprintf("%s cannot have %q in it", what, c)
		}
	}
	return ""
}

func isAlphanumeric(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
