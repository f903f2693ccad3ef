// Package auth holds the rules about who may do what, as values: roles, actions,
// operations, the decision itself, and the gate that remembers decisions for as
// long as they hold. It imports nothing else of Quire's and reads no database; what
// it needs to know is handed to it.
package auth
