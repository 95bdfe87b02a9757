package kubectl

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Labels and annotations of helper pods.
const (
	managedBy         = "app.kubernetes.io/managed-by"
	manager           = "kubectl-sidestep"
	nameLabel         = "app.kubernetes.io/name"
	componentLabel    = "app.kubernetes.io/component"
	keepLabel         = "sidestep.dev/keep"
	ownerLabel        = "sidestep.dev/owner"
	nodeAnnotation    = "sidestep.dev/node"
	reasonAnnotation  = "sidestep.dev/reason"
	versionAnnotation = "sidestep.dev/version"
)

const helperName = "sidestep"

// helperCapabilities are what it takes to enter a container, and what usual
// containers have: the helper cannot hand on more than it has.
var helperCapabilities = []corev1.Capability{
	"SYS_ADMIN", "SYS_PTRACE", // setns(2), /proc/PID
	"SYS_NICE", // sched_setaffinity(2) of a command that is another user's
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
	"SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}

// helperPod returns the pod for a place, without a name. It is on the node
// whatever the scheduler thinks of it, shares the host's PIDs and network (so
// that it also starts where the pods' network is broken), and has nothing that
// it does not need: no volume, no token, no more capabilities than usual
// containers and what it takes to enter them, unless the target has more.
func (a *app) helperPod(p place, node *corev1.Node) *corev1.Pod {
	o := a.options
	serve := []string{"--host"}
	if o.keep {
		serve = append(serve, "--keep")
	}
	no, grace, deadline := false, int64(2), int64(o.deadline/time.Second)
	pod := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Labels: map[string]string{nameLabel: helperName, managedBy: manager, componentLabel: "helper"},
			Annotations: map[string]string{
				nodeAnnotation: p.node, versionAnnotation: buildVersion(),
			},
		},
		Spec: corev1.PodSpec{
			NodeName:                      p.node,
			HostPID:                       true,
			HostNetwork:                   true,
			DNSPolicy:                     corev1.DNSDefault,
			RestartPolicy:                 corev1.RestartPolicyNever,
			Tolerations:                   []corev1.Toleration{{Operator: corev1.TolerationOpExists}},
			AutomountServiceAccountToken:  &no,
			EnableServiceLinks:            &no,
			ActiveDeadlineSeconds:         &deadline,
			TerminationGracePeriodSeconds: &grace,
			Containers: []corev1.Container{{
				Name:                     helperName,
				Image:                    o.image,
				ImagePullPolicy:          corev1.PullPolicy(o.pullPolicy),
				Command:                  append([]string{"/sidestep"}, o.serve(serve...)...),
				Stdin:                    true,
				StdinOnce:                !o.keep,
				TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
				SecurityContext:          helperSecurity(p.privileged),
				Resources: corev1.ResourceRequirements{
					Requests: quantities("10m", "32Mi"), Limits: quantities("1", "256Mi"),
				},
			}},
		},
	}
	if o.reason != "" {
		pod.Annotations[reasonAnnotation] = o.reason
	}
	if node != nil && node.UID != "" {
		pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "v1", Kind: "Node", Name: node.Name, UID: node.UID}}
	}
	return pod
}

func quantities(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{
		corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory),
	}
}

// helperSecurity: seccomp filters and AppArmor profiles of the helper would be
// inherited by what it starts, in place of those of the target.
func helperSecurity(privileged bool) *corev1.SecurityContext {
	yes, no, root := true, false, int64(0)
	if privileged {
		return &corev1.SecurityContext{Privileged: &yes, RunAsUser: &root, RunAsNonRoot: &no}
	}
	return &corev1.SecurityContext{
		RunAsUser: &root, RunAsNonRoot: &no, Privileged: &no, AllowPrivilegeEscalation: &yes, ReadOnlyRootFilesystem: &yes,
		Capabilities:    &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}, Add: helperCapabilities},
		SeccompProfile:  &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeUnconfined},
		AppArmorProfile: &corev1.AppArmorProfile{Type: corev1.AppArmorProfileTypeUnconfined},
		SELinuxOptions:  &corev1.SELinuxOptions{Type: "spc_t"},
	}
}

// helperNamespace returns where helper pods are made.
func (a *app) helperNamespace(c *cluster) string {
	if a.options.helperNamespace != "" {
		return a.options.helperNamespace
	}
	return c.namespace
}

// newName returns a name that no pod has. The client chooses it, so that the
// pod can be deleted when the answer to its creation is lost.
func newName() string {
	var random [5]byte
	_, _ = rand.Read(random[:]) // it never fails, see crypto/rand
	return "sidestep-" + hex.EncodeToString(random[:])
}

// keptName returns the name of a kept helper: that of this user, for pods of
// this very form.
func keptName(owner, namespace string, spec corev1.PodSpec, slot int) string {
	data, err := json.Marshal(spec)
	if err != nil {
		panic(err) // never: it is made here
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%s", owner, namespace, slot, data))
	return "sidestep-kept-" + hex.EncodeToString(sum[:6])
}
