package kubectl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/sidestep-dev/sidestep/plugin/session/client"
	"github.com/sidestep-dev/sidestep/plugin/session/tunnel"
)

// explain gives an error its hint and exit code.
func explain(err error) *failure {
	var done *failure
	if errors.As(err, &done) {
		return done
	}
	f := &failure{err: err, code: exitFailed}
	var node *client.Failure
	var cut *interrupted
	switch {
	case errors.As(err, &node):
		// The node's own words, and its hint where that is true here too.
		return &failure{err: errors.New(node.Text), detail: node.Detail, hint: nodeHint(node), code: node.Code}
	case errors.As(err, &cut):
		f.code = cut.exitCode()
	default:
		f.hint = hint(err)
	}
	return f
}

// nodeHint rewrites the hints that name the command line of the node.
func nodeHint(f *client.Failure) string {
	return strings.NewReplacer("ls /proc/$(sidestep pid CONTAINER)/root/bin shows what it has",
		"with its PID of kubectl sidestep ps POD, kubectl sidestep node NODE -- ls /proc/PID/root/bin shows what it has",
		"sidestep ps -a", "kubectl sidestep ps --all", "sidestep exec", "kubectl sidestep exec",
		"-a SOCKET", "--address SOCKET", "CONTAINERD_ADDRESS", "SIDESTEP_ADDRESS").Replace(f.Hint)
}

func hint(err error) string {
	var (
		protocol *client.ProtocolError
		version  *tunnel.VersionError
		delivery *client.DeliveryError
		address  *url.Error
		dns      *net.DNSError
	)
	switch {
	case errors.As(err, &protocol), errors.As(err, &version):
		return "use the image of this version: --image, or remove an old kept helper: kubectl sidestep cleanup"
	case errors.As(err, &delivery):
		return "the command itself may have gone on: see where its output was to go"
	case forbiddenByPodSecurity(err):
		return "name a namespace that allows privileged pods: --helper-namespace kube-system; " +
			"or allow it: kubectl label namespace NAMESPACE pod-security.kubernetes.io/enforce=privileged"
	case forbidden(err):
		return "ask for the roles that kubectl sidestep rbac prints; see kubectl auth can-i --list"
	case apierrors.IsUnauthorized(err):
		return "the cluster does not know you: log in again, or name another user's context with --context"
	case chain(err, clientcmd.IsContextNotFound), strings.Contains(err.Error(), "context ") && strings.Contains(err.Error(), "does not exist"):
		return "see kubectl config get-contexts"
	case chain(err, clientcmd.IsEmptyConfig), chain(err, clientcmd.IsConfigurationInvalid):
		return "name a cluster: --kubeconfig FILE, KUBECONFIG, or kubectl config use-context CONTEXT"
	case errors.Is(err, fs.ErrNotExist):
		return "see the name of the file"
	case errors.As(err, &dns), errors.As(err, &address), errors.Is(err, syscall.ECONNREFUSED):
		return "is the cluster up, and the right one chosen? see kubectl cluster-info and kubectl config current-context"
	case errors.Is(err, context.DeadlineExceeded):
		return "the cluster is slow or does not answer: see kubectl cluster-info; --request-timeout waits longer"
	}
	return noHint
}

const noHint = "repeat it with --debug to see how far it came"

// chain reports whether is is true of err or of what it wraps: clientcmd's own
// tests do not look.
func chain(err error, is func(error) bool) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if is(err) {
			return true
		}
	}
	return false
}

// forbidden reports whether the user lacks a right. The refusal of an attaching
// is text only.
func forbidden(err error) bool {
	return apierrors.IsForbidden(err) || strings.Contains(err.Error(), " is forbidden: User ")
}

// forbiddenByPodSecurity reports whether a namespace's PodSecurity refused the
// helper pod (k8s.io/pod-security-admission, admission.go).
func forbiddenByPodSecurity(err error) bool {
	return apierrors.IsForbidden(err) && strings.Contains(err.Error(), "violates PodSecurity")
}

// interrupted is the end by a signal before the command ran, or by a second one.
type interrupted struct{ signal os.Signal }

func (e *interrupted) Error() string { return fmt.Sprintf("interrupted by signal %v", e.signal) }

func (e *interrupted) exitCode() int {
	if number, ok := e.signal.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return exitFailed
}
