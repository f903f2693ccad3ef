package notebook

// IsNoWord is for comparing with what the database takes for words.
var IsNoWord = isNoWord
