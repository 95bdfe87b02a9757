package docker

import (
	"strconv"
	"strings"
	"time"
)

// Record is what Docker has recorded of a container.
type Record struct {
	ID      string // 64 hex digits; containerd has the container under the same ID
	Name    string // without the slash that Docker puts before it
	Image   string
	Labels  map[string]string
	State   string // created, running, paused, restarting, removing, exited or dead
	Created time.Time
}

// The labels that docker compose gives to a service's containers.
const (
	composeProject = "com.docker.compose.project"
	composeService = "com.docker.compose.service"
	composeNumber  = "com.docker.compose.container-number"
	composeOneOff  = "com.docker.compose.oneoff" // "True" for `docker compose run`
)

// Named reports whether people call the container text: by its name, or as
// compose does, by its service (web) or by project, service and number
// (shop-web-1, and shop_web_1 as compose v1 spelled it). The container of a
// `docker compose run` belongs to its service but is not called by it.
func (r *Record) Named(text string) bool {
	if text == "" {
		return false
	}
	if r.Name == text {
		return true
	}
	service := r.Labels[composeService]
	if service == "" || strings.EqualFold(r.Labels[composeOneOff], "true") {
		return false
	}
	if service == text {
		return true
	}
	project, number := r.Labels[composeProject], r.Labels[composeNumber]
	if _, err := strconv.Atoi(number); err != nil || project == "" {
		return false
	}
	return text == project+"-"+service+"-"+number || text == project+"_"+service+"_"+number
}

// name returns the container's own name of those that Docker lists:
// "/web", and "/other/alias" for each container that links to it.
func name(names []string) string {
	for _, n := range names {
		n = strings.TrimPrefix(n, "/")
		if n != "" && !strings.Contains(n, "/") {
			return n
		}
	}
	return ""
}

// validID reports whether id is one of Docker's: it becomes part of a path.
func validID(id string) bool {
	return len(id) == 64 && strings.Trim(id, "0123456789abcdef") == ""
}
