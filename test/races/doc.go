// Package races tests what becomes of a command when its container changes
// while sidestep looks at it: when init dies and another process gets its PID,
// when init is a zombie, when the container is paused, has no room for another
// process or no memory left. A command runs in the container that was meant,
// or sidestep says why it does not, and leaves nothing.
package races
