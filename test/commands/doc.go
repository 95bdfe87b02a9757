// Package commands tests what the commands print, and the flags of exec.
package commands
