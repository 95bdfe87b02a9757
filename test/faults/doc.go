// Package faults breaks what is between a client and a container, one link at a
// time, and asks sidestep and its peers for the container: real daemons, shims
// and runtimes are stopped, killed, replaced or starved, their files hidden,
// filled up, damaged or out of date.
//
// What sidestep does is asserted. What `runc exec`, `ctr task exec` and
// `docker exec` do is recorded, and compared with the table in README.md, which
//
//	go test -p 1 ./test/faults -update
//
// writes; with -run, the rows that it measures. SIDESTEP_FAULTS_CONTAINERS=200 has the last row measured among that
// many containers; otherwise there are fewer.
package faults
