// Package prove has no code of the server's: its tests hold the permission rule, as
// auth.Decide and the SQL function node_actions compute it and as lists, search and
// counts show it, against a second reading of the rule's text, on random worlds.
//
// QUIRE_PROVE sets how many questions are asked; `make prove` asks a million.
package prove
