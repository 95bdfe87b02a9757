package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	containersapi "github.com/containerd/containerd/api/services/containers/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/sidestep-dev/sidestep/test/testbed"
)

const stop, resume = syscall.SIGSTOP, syscall.SIGCONT

// records measures how a container is found among many records: metadata alone,
// made through the API.
func (w *world) records(b *testing.B) {
	bed := testbed.Start(b, testbed.V2())
	c := w.container(b, bed)
	ctr := filepath.Join(testbed.Cache(), "containerd-v2.4.2", "ctr")
	list := func(name, filter string) tool {
		return tool{name, []string{ctr, "--address", bed.Address, "containers", "ls", "-q", filter}}
	}
	pid := func(name, reference string) tool {
		return tool{name, []string{w.sidestep, "--address", bed.Address, "--namespace", "default", "pid", reference}}
	}
	counts := []int{1, 1000, 10000}
	if *quick {
		counts = counts[:2]
	}
	s := w.add("Finding one container among many records: `sidestep pid` beside `ctr containers ls -q FILTER`",
		"records", "full ID, ms", "name, ms", "ctr by name, ms", "ratio", "prefix, ms", "ctr by prefix, ms", "ratio")
	made := 1
	for _, n := range counts {
		makeRecords(b, bed.Address, made, n)
		made = n
		r := contest(b, max(5, w.rounds/5), []tool{
			pid("full ID", c.ID), pid("name", "web"), list("ctr name", `labels."nerdctl/name"==web`),
			pid("prefix", c.ID[:40]), list("ctr prefix", `id~="^`+c.ID[:40]+`"`),
		})
		s.row(fmt.Sprint(n), ms(median(r[0].wall)), ms(median(r[1].wall)), ms(median(r[2].wall)), times(ratio(r[1].wall, r[2].wall)),
			ms(median(r[3].wall)), ms(median(r[4].wall)), times(ratio(r[3].wall, r[4].wall)))
	}
}

// makeRecords makes records of containers from one number to another.
func makeRecords(b *testing.B, address string, from, to int) {
	b.Helper()
	connection, err := grpc.NewClient("unix://"+address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		b.Fatal(err)
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "containerd-namespace", "default")
	api := containersapi.NewContainersClient(connection)
	all, err := api.List(ctx, &containersapi.ListContainersRequest{Filters: []string{`labels."nerdctl/name"==web`}})
	if err != nil || len(all.Containers) != 1 {
		b.Fatalf("the container of the bed: %v, %v", all, err)
	}
	var wait sync.WaitGroup
	failed := make(chan error, 1)
	for worker := range 16 {
		wait.Go(func() {
			for n := from + worker; n < to; n += 16 {
				_, err := api.Create(ctx, &containersapi.CreateContainerRequest{Container: &containersapi.Container{
					ID: fmt.Sprintf("f%063x", n), Image: "img", Labels: map[string]string{"nerdctl/name": fmt.Sprintf("other-%d", n)},
					Runtime: all.Containers[0].Runtime, Spec: all.Containers[0].Spec,
				}})
				if err != nil {
					select {
					case failed <- err:
					default:
					}
					return
				}
			}
		})
	}
	wait.Wait()
	select {
	case err := <-failed:
		b.Fatal(err)
	default:
	}
}
