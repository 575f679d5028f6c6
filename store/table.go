package store

// table is one table of the database: whose its rows are, who removes them and when, how many there can be, and what
// becomes of them when an account or a fan is forgotten, an account is renamed or exported, and the database is backed up.
// Every table is in tables; a test walks the database and fails for one that is not.
type table struct {
	name  string
	whose owning
	// retention says who removes rows, and when; bound how many there can be.
	retention, bound string
	// key is the primary key besides the account, in tables whose rows are an account's.
	key []string
	// fan is the column with the openid, "" = none.
	fan string
	// fanForgets says how a fan's rows go, in a table with fan.
	fanForgets forgetting
	// accountForgets says how an account's rows go.
	accountForgets forgetting
	// export are the columns that an account's export shows; none = the table is not in it, unless with dump.
	export []column
	// dump writes what an export shows of a table whose rows are not an account's, under the name shown.
	dump   func(*exporting) error
	shown  string
	backup bool
}

// owning is whose rows a table has.
type owning string

const (
	ofAccount   owning = "account"
	ofFan       owning = "fan"       // of an account
	ofApp       owning = "app_id"    // several accounts may have it
	ofProcess   owning = "process"   // of this machine
	ofOperators owning = "operators" // what they did outlives what they did it to
	ofAll       owning = "all"       // several accounts may share a row
	ofSchema    owning = "schema"
)

// forgetting is how rows go when their owner is forgotten.
type forgetting string

const (
	byRows   forgetting = "by rows"   // found by account, and removed in steps
	byBlocks forgetting = "by blocks" // taken out of the rows that have them, in steps
	byBuilds forgetting = "by builds" // with the builds that they belong to
	lastRow  forgetting = "last row"  // by itself, when nothing else is left
	runsOut  forgetting = "runs out"  // within a day and an hour, whoever is forgotten
	never    forgetting = "never"
)

// owned are the tables with an account column whose rows go and move with the account.
func owned() (all []table) {
	for _, t := range tables() {
		if t.whose == ofAccount || t.whose == ofFan {
			all = append(all, t)
		}
	}
	return all
}
