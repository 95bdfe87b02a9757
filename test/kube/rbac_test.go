package kube

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// role is a ClusterRole.
type role struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Metadata   struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Rules []rule `json:"rules"`
}

type rule struct {
	APIGroups []string `json:"apiGroups"`
	Resources []string `json:"resources"`
	Verbs     []string `json:"verbs"`
}

// right is what a rule grants.
type right struct{ role, verb, resource string }

// needs has, for each right, what does not work without it.
var needs = map[right][]string{
	{"sidestep-target", "get", "pods"}:                   {"exec", "app"},
	{"sidestep-target", "list", "pods"}:                  {"exec", "-l", "app=web"},
	{"sidestep-target", "get", "deployments"}:            {"exec", "deployment/web"},
	{"sidestep-target", "get", "daemonsets"}:             {"exec", "daemonset/absent"},
	{"sidestep-target", "get", "replicasets"}:            {"exec", "replicaset/absent"},
	{"sidestep-target", "get", "statefulsets"}:           {"exec", "statefulset/absent"},
	{"sidestep-target", "get", "jobs"}:                   {"exec", "job/absent"},
	{"sidestep-target", "get", "services"}:               {"exec", "service/absent"},
	{"sidestep-target", "get", "replicationcontrollers"}: {"exec", "rc/absent"},
	{"sidestep-helper", "create", "pods"}:                {"exec", "app"},
	{"sidestep-helper", "watch", "pods"}:                 {"exec", "app"},
	{"sidestep-helper", "delete", "pods"}:                {"exec", "app"},
	{"sidestep-helper", "create", "pods/attach"}:         {"exec", "app"},
	{"sidestep-helper", "list", "pods"}:                  {"cleanup"},
	{"sidestep-helper", "get", "pods"}:                   {"exec", "--keep", "app"},
}

// better has, for the other rights, what works without them, but not as well,
// and what shows that it is better with them.
var better = map[right]struct {
	args []string
	seen func(r testbed.Result, audited []request) bool
}{
	// Why a helper pod does not start.
	{"sidestep-helper", "list", "events"}: {[]string{"exec", "--image=registry.test/absent:1", "app"}, func(r testbed.Result, _ []request) bool {
		return strings.Contains(r.Stderr, "\n  Failed: ")
	}},
	// Attaching by WebSocket is a get. Without it, it is by SPDY, a post, which
	// is asked for when the other was refused, and which proxies may not pass.
	{"sidestep-helper", "get", "pods/attach"}: {[]string{"exec", "app"}, func(r testbed.Result, audited []request) bool {
		return r.Stdout == "x\n" && slices.ContainsFunc(audited, func(q request) bool {
			return q.ObjectRef.Subresource == "attach" && q.Verb == "get" && q.ResponseStatus.Code == http.StatusSwitchingProtocols
		})
	}},
}

// testRBAC: with the roles that the plugin prints a user can do everything, and
// without any one of their rights something is forbidden.
func testRBAC(t *testing.T, c *cluster) {
	roles := c.roles(t)
	for _, role := range roles {
		c.apply(t, role, right{})
		for _, granted := range role.rights() {
			_, needed := needs[granted]
			if _, helps := better[granted]; !needed && !helps {
				t.Errorf("it is not known what %v is for", granted)
			}
		}
	}
	c.Apply(t, `{apiVersion: v1, kind: Namespace, metadata: {name: tools}}`)
	jane := c.User(t, "jane")
	for role, namespace := range map[string]string{"sidestep-target": "default", "sidestep-helper": "tools"} {
		c.Output(t, "-n", namespace, "create", "rolebinding", "jane", "--clusterrole="+role, "--user=jane")
	}
	// with runs a command of the user's, with all rights or without one.
	with := func(t *testing.T, args []string, without right) (testbed.Result, []request) {
		t.Helper()
		args = append(slices.Clone(args), "--helper-namespace=tools")
		if args[0] == "exec" {
			args = append(args, "--", "echo", "x")
		}
		for _, role := range roles {
			if role.Metadata.Name == without.role {
				c.apply(t, role, without)
				defer c.apply(t, role, right{})
			}
		}
		before := len(c.auditLog(t))
		r := testbed.Run(t, c.as(jane, args...))
		if slices.Contains(args, "--keep") || without.verb == "delete" {
			c.Output(t, "-n", "tools", "delete", "pods", "--all", "--wait=false") // what is kept, or could not be deleted
		}
		c.nothingLeft(t)
		return r, requests(t, "jane", c.auditLog(t)[before:])
	}
	works := map[string]bool{} // with all rights
	for needed, args := range needs {
		t.Run(needed.role+" "+needed.verb+" "+needed.resource, func(t *testing.T) {
			if command := strings.Join(args, " "); !works[command] {
				r, _ := with(t, args, right{})
				if strings.Contains(r.Stderr, "forbidden") || r.Code != 0 && !strings.Contains(r.Stderr, "absent") {
					t.Errorf("with all rights: %+v", r)
				}
				works[command] = true
			}
			r, _ := with(t, args, needed)
			if needed.verb == "delete" {
				// The command has run: what is left is said.
				if r.Code != 0 || !strings.Contains(r.Stderr, "the helper pod is left") || !strings.Contains(r.Stderr, "forbidden") {
					t.Errorf("without it: %+v", r)
				}
				return
			}
			testbed.ExpectFailure(t, r, 125, "forbidden", "kubectl sidestep rbac")
		})
	}
	for needed, test := range better {
		t.Run(needed.role+" "+needed.verb+" "+needed.resource, func(t *testing.T) {
			if r, audited := with(t, test.args, right{}); !test.seen(r, audited) {
				t.Errorf("with all rights: %+v, %+v", r, audited)
			}
			if r, audited := with(t, test.args, needed); test.seen(r, audited) {
				t.Errorf("without it: %+v, %+v", r, audited)
			}
		})
	}
}

// request is one that the API server has audited.
type request struct {
	Verb      string
	User      struct{ Username string }
	ObjectRef struct{ Subresource string }

	ResponseStatus struct{ Code int }
}

// requests returns those of a user.
func requests(t *testing.T, user, log string) []request {
	t.Helper()
	var all []request
	for line := range strings.Lines(log) {
		var next request
		if err := json.Unmarshal([]byte(line), &next); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if next.User.Username == user {
			all = append(all, next)
		}
	}
	return all
}

// rights returns all that a role grants.
func (r role) rights() []right {
	var all []right
	for _, rule := range r.Rules {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				all = append(all, right{r.Metadata.Name, verb, resource})
			}
		}
	}
	return all
}

// roles returns the roles that the plugin prints.
func (c *cluster) roles(t *testing.T) []role {
	t.Helper()
	cmd := c.Kubectl("create", "--dry-run=client", "-o", "json", "-f", "-")
	cmd.Stdin = strings.NewReader(c.output(t, "rbac"))
	r := testbed.Run(t, cmd)
	var roles []role
	for decoder := json.NewDecoder(strings.NewReader(r.Stdout)); decoder.More(); {
		var next role
		if err := decoder.Decode(&next); err != nil {
			t.Fatalf("%v: %+v", err, r)
		}
		roles = append(roles, next)
	}
	if len(roles) != 2 {
		t.Fatalf("%d roles, want 2: %+v", len(roles), r)
	}
	return roles
}

// apply applies a role without one right.
func (c *cluster) apply(t *testing.T, whole role, without right) {
	t.Helper()
	part := whole
	part.Rules = nil
	for _, from := range whole.Rules {
		for _, resource := range from.Resources {
			verbs := slices.DeleteFunc(slices.Clone(from.Verbs), func(verb string) bool {
				return without == right{whole.Metadata.Name, verb, resource}
			})
			if len(verbs) > 0 {
				part.Rules = append(part.Rules, rule{from.APIGroups, []string{resource}, verbs})
			}
		}
	}
	data, err := json.Marshal(part)
	if err != nil {
		t.Fatal(err)
	}
	c.Apply(t, string(data))
}
