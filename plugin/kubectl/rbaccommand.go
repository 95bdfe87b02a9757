package kubectl

import (
	"github.com/spf13/cobra"

	"github.com/sidestep-dev/sidestep/plugin/kubectl/rbac"
)

func (a *app) rbacCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "rbac",
		Short:             "Print the roles that a user of this plugin needs",
		Example:           "  kubectl sidestep rbac | kubectl apply -f -",
		Args:              atMost(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(*cobra.Command, []string) error {
			return a.write([]byte(rbac.Manifests()))
		},
	}
}
