// Package rbac has the roles that a user of kubectl-sidestep needs.
package rbac

import _ "embed"

//go:embed roles.yaml
var roles string

// Manifests returns the ClusterRoles as YAML, with comments that say how they
// are bound and what each rule is for.
func Manifests() string { return roles }
