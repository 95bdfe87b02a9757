// Package hostile attacks sidestep from containers that are entered by it.
package hostile
