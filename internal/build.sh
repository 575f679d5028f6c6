#!/bin/sh
# Builds Moonwire into the file $1 and says what is happening: the first time it compiles some hundreds of
# packages, later only what changed. GO names the go command. Plain sh, since make has nothing better everywhere.
set -u
out=$1
GO=${GO:-go}
wanted=$(sed -n 's/^go //p' go.mod)

# cure says in English and Chinese where the wanted Go comes from, and gives up.
cure() {
  printf '%s\n' "$1" \
    "  Moonwire needs Go $wanted or newer. Get it at https://go.dev/dl/ (in China https://golang.google.cn/dl/), then open a new terminal." \
    "$2" \
    "  Moonwire 需要 Go $wanted 或更新的版本。请到 https://golang.google.cn/dl/（或 https://go.dev/dl/）下载安装，然后重新打开终端。" >&2
  exit 1
}

# fetching says what helps when the libraries do not come, which the words in file $1 show.
fetching() {
  grep -qE 'dial tcp|proxy\.golang\.org|sum\.golang\.org|GOPROXY|i/o timeout|no such host|TLS handshake|connection re|Get "https?:' "$1" || {
    echo "make: this did not work; the lines above say why. 没有成功，原因见上。" >&2
    exit 1
  }
  printf '%s\n' \
    "make: the libraries could not be fetched. Where proxy.golang.org cannot be reached, as in China:" \
    "make: 依赖下载不了。连不上 proxy.golang.org 时（例如在国内），请先执行：" \
    "  go env -w GOPROXY=https://goproxy.cn,direct" >&2
  exit 1
}

# older reports whether version $1 (go1.26.3, go1.27rc1) is older than $2 (1.26.0).
older() {
  first=$(printf '%s\n' "$1" | sed -n 's/^.*go\([0-9][0-9.]*\).*$/\1/p') # "devel go1.27-3f2a …" too
  [ -n "$first" ] || return 1
  oldest=$(printf '%s\n%s\n' "$first" "$2" | sort -t . -k 1,1n -k 2,2n -k 3,3n | head -n 1)
  [ "$oldest" = "$first" ] && [ "$first" != "$2" ] && [ "$first.0" != "$2" ]
}

command -v "$GO" >/dev/null 2>&1 || cure "make: there is no \`$GO\` command: Go is not installed, or not on the PATH." \
  "make: 找不到 \`$GO\` 命令：没有安装 Go，或者它不在 PATH 里。"
# A Go since 1.21 fetches the version that go.mod wants by itself, unless it may not or cannot.
have=$("$GO" env GOVERSION 2>&1) || { printf '%s\n' "$have" >&2; cure "make: this Go is too old, and the newer one could not be fetched." \
  "make: 这个 Go 太旧，新版本又下载不下来。"; }
older "$have" "$wanted" && cure "make: this Go is $have, which is too old." "make: 这个 Go 是 $have,太旧了。"

# The version in the program comes from git, which says nothing of a clone that is another user's.
stamp=-buildvcs=auto
git status >/dev/null 2>&1 || stamp=-buildvcs=false

# What is out of date, and so how much there is to do. Libraries that are not there yet are fetched now.
[ -e "$out" ] || echo "looking for the libraries (the first time they are downloaded) … 正在准备依赖（第一次要下载）……"
notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
said=$notes/said # what go had to say, shown while it comes
{ "$GO" list "$stamp" -trimpath -deps -f '{{if .Stale}}{{.ImportPath}}{{end}}' . 2>&1 >"$notes/stale"; echo $? >"$notes/code"; } | tee "$said" >&2
[ "$(cat "$notes/code")" = 0 ] || fetching "$said"
total=$(grep -c . "$notes/stale")

mkdir -p "$(dirname "$out")"
[ "$total" -gt 20 ] && echo "building $out: $total packages to compile (the first time takes about a minute) … 正在编译 $total 个包（第一次约一分钟）……"
{ "$GO" build -v "$stamp" -trimpath -o "$out" . 2>&1; echo "exit $?"; } | {
  done=0 told=0 code=1
  while IFS= read -r line; do
    case $line in
      "exit "*) code=${line#exit } ;;
      *[!A-Za-z0-9._/~-]*) printf '%s\n' "$line" | tee -a "$said" >&2 ;; # an error, or a download: names of packages have no blanks
      *)
        done=$((done + 1))
        if [ "$total" -gt 20 ] && [ $((done * 10 / total)) -gt "$told" ]; then
          told=$((done * 10 / total))
          echo "  $done of $total"
        fi ;;
    esac
  done
  exit "$code"
} || fetching "$said"
