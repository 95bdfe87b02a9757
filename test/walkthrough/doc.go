// Package walkthrough tests the way of work that sidestep is made for: a web
// server in a Docker container gets another page from inside.
package walkthrough
