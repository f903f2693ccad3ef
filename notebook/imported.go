package notebook

// Imported is a note that a file held, as a codec read it.
type Imported struct {
	// Name is what the file calls the note, perhaps with folders separated by "/";
	// empty when it does not say.
	Name    string
	Content NewContent
	// Warnings tell in whole sentences what could not be kept as it was.
	Warnings []string
}

// MaxImport is the size of a file that can be imported, in bytes.
const MaxImport = 64 << 20
