// Package doctor tests that sidestep doctor calls what is well well, and names
// what was broken, in the time that it promises.
package doctor
