package plan_test

import (
	"slices"
	"testing"

	"github.com/sidestep-dev/sidestep/nsenter/plan"
)

func TestConfinementByLabelIsTheContainers(t *testing.T) {
	spec := dockerSpec()
	spec.Process.ApparmorProfile, spec.Process.SelinuxLabel = "docker-default", "system_u:system_r:container_t:s0:c1,c2"
	f := dockerFacts()
	f.Labels = plan.Labels{AppArmor: "of-init"}
	want := plan.Labels{AppArmor: "docker-default", SELinux: "system_u:system_r:container_t:s0:c1,c2"}
	for name, req := range map[string]plan.Request{
		"as it is": {}, "--cap-add": {CapAdd: []string{"SYS_ADMIN"}}, "-u 0": {User: "0"}, "--no-cgroup": {NoCgroup: true},
		"--privileged": {Privileged: true}, // as docker exec --privileged
	} {
		if p := decide(t, f, spec, req); p.Labels != want {
			t.Errorf("%s: %+v", name, p.Labels)
		}
	}
	if p := decide(t, f, nil, plan.Request{}); p.Labels != f.Labels {
		t.Errorf("without a spec: %+v and not init's", p.Labels)
	}
	p := decide(t, f, spec, plan.Request{NoLabel: true})
	if p.Labels != (plan.Labels{}) || !slices.Equal(p.Without, []string{"the container's " + want.String()}) {
		t.Errorf("--no-label: %+v, without %q", p.Labels, p.Without)
	}
	if p := decide(t, dockerFacts(), dockerSpec(), plan.Request{NoLabel: true}); p.Without != nil {
		t.Errorf("--no-label where there is none: without %q", p.Without)
	}
}

func TestUnconfinedContainerNeedsNoLabel(t *testing.T) {
	spec := dockerSpec()
	spec.Process.ApparmorProfile = "unconfined"
	if p := decide(t, dockerFacts(), spec, plan.Request{}); p.Labels != (plan.Labels{}) {
		t.Errorf("%+v", p.Labels)
	}
}
