package cli

// Processors is how many scripts may compute at once.
func Processors() int { return processors() }
