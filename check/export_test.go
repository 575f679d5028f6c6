package check

// OtherNames and EventRules are the tables of what people write who come from elsewhere.
func OtherNames() map[string]string { return otherNames }

func EventRules() map[string]string { return eventRules }
