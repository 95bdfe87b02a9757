package kubectl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/sidestep-dev/sidestep/plugin/escape"
)

// psRow is a container as the node's sidestep ps -o json shows it.
type psRow struct {
	Node      string   `json:"node"`
	ID        string   `json:"id"`
	Namespace string   `json:"namespace"`
	Name      string   `json:"name,omitempty"`
	Pod       *podName `json:"pod,omitempty"`
	PID       int      `json:"pid,omitempty"`
	State     string   `json:"state"`
	Shared    []string `json:"shared"`
	Image     string   `json:"image,omitempty"`
	Runtime   string   `json:"runtime,omitempty"`
	Created   string   `json:"created,omitempty"`
	Source    string   `json:"source,omitempty"`
	Error     string   `json:"error,omitempty"`
}

type podName struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	UID       string `json:"uid,omitempty"`
	Container string `json:"container,omitempty"`
}

func (a *app) psCommand() *cobra.Command {
	var format string
	var all bool
	cmd := &cobra.Command{
		Use:   "ps [POD | TYPE/NAME | NODE | node/NODE]",
		Short: "List containers as the node knows them, with their host PIDs",
		Long: "List the containers of a pod or of a node, as the node itself knows them: with their\n" +
			"host PIDs and the namespaces that they share with the host. Without an argument they\n" +
			"are those of the namespace's pods.",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completePodsAndNodes,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.ps(cmd.Context(), strings.Join(args, ""), all, format)
		},
	}
	cmd.Flags().BoolVarP(&all, "all", "a", false, "show stopped containers too")
	outputFlag(cmd, &format, formatTable)
	return cmd
}

// subject is what ps and doctor look at: a pod or a node.
type subject struct {
	pod  *corev1.Pod
	node string
}

// subject returns the pod of that name, or else the node.
func (c *cluster) subject(ctx context.Context, name string) (subject, error) {
	if node, ok := strings.CutPrefix(name, nodePrefix); ok {
		return subject{node: node}, nil
	}
	pod, err := c.pod(ctx, name)
	if err == nil {
		if pod.Spec.NodeName == "" {
			return subject{}, fail("see kubectl describe pod -n "+pod.Namespace+" "+pod.Name, "pod %s/%s is on no node yet", pod.Namespace, pod.Name)
		}
		return subject{pod: pod, node: pod.Spec.NodeName}, nil
	}
	if strings.Contains(name, "/") {
		return subject{}, err
	}
	ask, cancel := c.ask(ctx)
	defer cancel()
	if _, nodeErr := c.CoreV1().Nodes().Get(ask, name, metav1.GetOptions{}); nodeErr == nil {
		return subject{node: name}, nil
	}
	return subject{}, err
}

func (a *app) ps(ctx context.Context, name string, all bool, format string) error {
	if err := a.options.check(); err != nil {
		return err
	}
	c, err := a.connect()
	if err != nil {
		return err
	}
	wanted := map[string]bool{} // by UID; empty: all
	var nodes []string
	if name != "" {
		s, err := c.subject(ctx, name)
		if err != nil {
			return err
		}
		nodes = []string{s.node}
		if s.pod != nil {
			wanted[string(s.pod.UID)] = true
		}
	} else {
		pods, err := c.pods(ctx, "")
		if err != nil {
			return err
		}
		if len(pods) == 0 {
			return fail("name a NODE, or another namespace with -n", "no pod of namespace %q runs", c.namespace)
		}
		for _, pod := range pods {
			wanted[string(pod.UID)] = true
			if !slices.Contains(nodes, pod.Spec.NodeName) {
				nodes = append(nodes, pod.Spec.NodeName)
			}
		}
		sort.Strings(nodes)
	}
	if a.options.printPod {
		var places []place
		for _, node := range nodes {
			places = append(places, place{node: node})
		}
		return a.printPods(c, places...)
	}
	rows := []psRow{}
	for _, node := range nodes {
		found, err := a.psOf(ctx, c, node, all)
		if err != nil {
			return err
		}
		for _, row := range found {
			if len(wanted) == 0 || row.Pod != nil && wanted[row.Pod.UID] {
				rows = append(rows, row)
			}
		}
	}
	if format == formatJSON {
		return a.writeJSON(rows)
	}
	return a.writeRows(rows)
}

func (a *app) psOf(ctx context.Context, c *cluster, node string, all bool) ([]psRow, error) {
	s, err := a.open(ctx, c, place{node: node})
	if err != nil {
		return nil, err
	}
	defer s.close()
	answer, err := s.Ps(ctx, all)
	if err != nil {
		return nil, err
	}
	a.messages(answer)
	var rows []psRow
	if err := json.Unmarshal(answer.Output, &rows); err != nil {
		return nil, fmt.Errorf("read the answer of node %q: %w", node, err)
	}
	for i := range rows {
		rows[i].Node = node
	}
	return rows, nil
}

func (a *app) writeRows(rows []psRow) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 8, 3, ' ', 0)
	fmt.Fprintln(table, "NODE\tPOD\tCONTAINER\tID\tPID\tSTATE\tSHARED")
	for _, r := range rows {
		pod, name, id := "", r.Name, r.ID
		if r.Pod != nil {
			pod = r.Pod.Namespace + "/" + r.Pod.Name
		}
		if len(id) > 12 {
			id = id[:12]
		}
		pid := ""
		if r.PID != 0 {
			pid = strconv.Itoa(r.PID)
		}
		cells := []string{r.Node, pod, name, id, pid, r.State, strings.Join(r.Shared, ",")}
		for i, text := range cells {
			if text == "" {
				text = "-"
			}
			cells[i] = escape.Text(text)
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return a.write(text.Bytes())
}
