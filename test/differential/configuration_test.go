package differential

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

// variant is one thing in which a container is not the plain one.
type variant struct {
	what    string
	spec    func(*specs.Spec, *world)
	after   func(*testing.T, *testbed.Container) // what happens to the running container
	shifted bool                                 // its root filesystem belongs to its user namespace
	host    bool                                 // runc refuses it in a user namespace
}

// configuration is a container and how commands are started in it.
type configuration struct {
	variants   []variant
	executions []execution
}

func (c configuration) name() string {
	if len(c.variants) == 0 {
		return "plain"
	}
	var names []string
	for _, v := range c.variants {
		names = append(names, v.what)
	}
	return strings.Join(names, " + ")
}

// kernels are what is not the same with every kernel: the matrix of -short,
// for where a whole one would take hours (test/vm).
func kernels() []configuration {
	list := []configuration{{executions: []execution{plainly, onTerminal(dev)}}}
	for _, v := range labels() {
		list = append(list, configuration{variants: []variant{v}, executions: []execution{plainly, onTerminal(stranger)}})
	}
	for _, v := range slices.Concat(cgroupVariants(), cgroupNamespaces(), seccompProfiles()[:2], timeNamespaces(), userNamespaces()[:1]) {
		list = append(list, configuration{variants: []variant{v}, executions: []execution{plainly}})
	}
	return list
}

// matrix returns the plain container with every way to start a command, each
// variant alone, and some combinations of variants.
func matrix() []configuration {
	if testing.Short() {
		return kernels()
	}
	all := slices.Concat([]execution{plainly, onTerminal(plainly)}, users, environments, directories, privileges)
	all = append(all, onTerminal(dev), onTerminal(stranger))
	plain := configuration{executions: all}
	for _, e := range all {
		plain.executions = append(plain.executions, byHostileCaller(e))
	}
	list := []configuration{plain}
	for _, dimension := range append(dimensions(), inits()) {
		for _, v := range dimension {
			list = append(list, configuration{variants: []variant{v},
				executions: []execution{plainly, dev, byHostileCaller(plainly), onTerminal(stranger)}})
		}
	}
	return append(list, combinations(24)...)
}

// combinations returns containers with several variants, always the same ones.
func combinations(n int) []configuration {
	random := rand.New(rand.NewPCG(20261124, 3))
	var list []configuration
	for range n {
		var variants []variant
		for _, dimension := range dimensions() {
			if len(dimension) == 0 {
				continue // without a security module
			}
			v := dimension[random.IntN(len(dimension))]
			refused := v.host && slices.ContainsFunc(variants, func(o variant) bool { return o.shifted })
			if random.IntN(2) == 0 && !refused {
				variants = append(variants, v)
			}
		}
		list = append(list, configuration{variants: variants,
			executions: []execution{plainly, dev, byHostileCaller(stranger), onTerminal(plainly)}})
	}
	return list
}
