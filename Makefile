# Two commands matter: `make run` gives a talking bot, `make test` runs every test this machine can.
GO ?= go
BIN := bin/moonwire
export CGO_ENABLED ?= 0

.PHONY: run build test check bench fuzz long race mutants clean

run: build ## callback server, stand-in WeChat and watcher on this machine
	@exec ./$(BIN) dev

build: ## says what is done and left, and what to do about a missing or old Go
	@GO='$(GO)' sh internal/build.sh $(BIN)

test:
	$(GO) test ./...

race: export CGO_ENABLED = 1
race:
	$(GO) test -race ./...

check: ## formatting, vet, staticcheck, house rules
	@test -z "$$($(GO) tool gofumpt -l .)" || { $(GO) tool gofumpt -l .; echo 'not gofumpt-ed: run go tool gofumpt -w .'; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test -run 'TestArrows|TestHouse' .

ROUNDS ?= 9
ROWS ?= 5000000
bench: build ## the rows of docs/speed.md, side by side in one run
	cd internal/bench/silenceper && $(GO) build -o ../../../bin/bench-silenceper .
	$(GO) run ./internal/bench -moonwire ./$(BIN) -silenceper ./bin/bench-silenceper -rounds $(ROUNDS) -rows $(ROWS)
	$(GO) test ./bindings -run '^$$' -bench 'BenchmarkReplay$$|BenchmarkHTTP$$' -count 3

PROGRAMS ?= 100000
SEED ?= 1
long: ## what takes too long for every change: many random programs against lua5.1, and bytes that mean programs
	$(GO) test ./engine -count=1 -timeout 60m -v -run ProgramsAgainst -programs $(PROGRAMS) -seed $(SEED)
	$(GO) test ./engine -run '^$$' -fuzz '^FuzzPrograms$$' -fuzztime 5m

FUZZTIME ?= 30s
fuzz: ## every fuzz target in turn
	@$(GO) list ./... | while read -r pkg; do \
	  for target in $$($(GO) test -list '^Fuzz' "$$pkg" | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$pkg" || exit 1; \
	  done; done

MUTANTS ?= 150
mutants: ## do the tests notice faults? the big rooms, that many faults each; takes an hour
	@for pkg in wechat wechat/api server engine bindings bot chat; do \
	  $(GO) run ./internal/mutants -n $(MUTANTS) -seed $(SEED) ./$$pkg || exit 1; done
	@$(GO) run ./internal/mutants -n $(MUTANTS) -seed $(SEED) -tests ./server/api,./server ./server/api

clean:
	rm -rf bin .moonwire
