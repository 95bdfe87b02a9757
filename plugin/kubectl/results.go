package kubectl

// result is how a command ended in one of many pods, as programs read it.
// What is not UTF-8 in its output is replaced.
type result struct {
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	Container string `json:"container"`
	Node      string `json:"node"`
	Stdout    string `json:"stdout"`
	Stderr    string `json:"stderr"`
	ExitCode  int    `json:"exitCode"`
	Failure   *told  `json:"failure,omitempty"` // why no command has ended
}

// writeResults writes how the command ended in every pod. The error is the
// worst exit code.
func (a *app) writeResults(outcomes []*outcome) error {
	results := make([]result, 0, len(outcomes))
	worst := 0
	for _, out := range outcomes {
		pod := out.target.pod
		r := result{
			Namespace: pod.Namespace, Pod: pod.Name, Container: out.target.container, Node: pod.Spec.NodeName,
			Stdout: out.output.String(), Stderr: out.errors.String(), ExitCode: out.code,
		}
		if out.err != nil {
			failure := explain(out.err).told()
			r.Failure, r.ExitCode = &failure, failure.ExitCode
		}
		worst = max(worst, r.ExitCode)
		results = append(results, r)
	}
	if err := a.writeJSON(results); err != nil {
		return err
	}
	if worst != 0 {
		return status(worst)
	}
	return nil
}
