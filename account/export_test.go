package account

// Within reads with the patience of a FileReader what a test makes hang.
func (r *FileReader) Within(file string, read func() ([]byte, error)) ([]byte, error) {
	return r.within(file, read)
}
