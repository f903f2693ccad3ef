// Package notebook is what a note is and what can happen to it: paragraphs and
// text, the operations on them, the keeper that holds an open note, the queue
// that runs code and the recorder that keeps what it prints. It knows no network
// and no database; those hand themselves in through the interfaces here.
//
// The core is pure: Note.Apply takes a state and an operation and gives the next
// state. Around it, Service is the one door: every surface turns what it received
// into an operation and hands it over, with the actor in the context.
package notebook
