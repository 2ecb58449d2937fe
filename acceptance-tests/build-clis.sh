#!/usr/bin/env bash
# Builds the CLIs of the matrix from what the Go module proxy gives.
#
#   build-clis.sh FOLDER [terraform@1.5.7 opentofu@latest ...]
#
# One file per CLI: FOLDER/terraform-1.5.7, FOLDER/tofu-1.12.6. What is there already is kept. Without
# names: the oldest that the provider is tried with, the first that has provider functions, and the
# newest of both products.
#
# `go install` is not used: it refuses a module with `replace`, which Terraform has since 1.10. From
# 1.10 on most state backends (s3, azurerm, ...) are modules of their own that are never published, so
# such a Terraform is built without them. Nothing else is changed, and a provider never sees a backend.
set -euo pipefail

say() { echo "build-clis: $*" >&2; }

folder=${1:?usage: build-clis.sh FOLDER [terraform@VERSION|opentofu@VERSION ...]}
shift
[ $# -gt 0 ] || set -- terraform@1.5.7 terraform@1.8.5 terraform@1.16.0 opentofu@1.12.6
command -v go >/dev/null || { say "go is missing: install Go 1.26.6 or newer (https://go.dev/dl/)"; exit 2; }
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
sources=$(mktemp -d)
trap 'rm -rf "$sources"' EXIT

# member JSON NAME: one string of `go mod download -json`, which writes one member a line.
member() { sed -n "s/^\t\"$2\": \"\(.*\)\",\{0,1\}\$/\1/p" <<<"$1"; }

# Leaves out what go.mod replaces by a folder that the module's zip does not carry.
leave_out_unpublished() {
    local module=$1 name
    local backends=internal/backend/init/init.go
    sed -n "s|^replace $module/\([^ ]*\) => \./.*|\1|p" go.mod | while read -r name; do
        if [ ! -d "$name" ]; then
            go mod edit -dropreplace "$module/$name" -droprequire "$module/$name"
            # import line `backendS3 "module/internal/.../s3"`, and the use of that name
            local alias
            alias=$(sed -n "s|^[[:space:]]*\([A-Za-z0-9]*\) \"$module/$name\"\$|\1|p" $backends)
            [ -z "$alias" ] || sed -i.before "/[^A-Za-z0-9]$alias[^A-Za-z0-9]/d" $backends
        fi
    done
}

build() {
    local product=${1%@*} version=${1#*@} module package command found directory
    case $product in
    terraform) module=github.com/hashicorp/terraform package=. command=terraform ;;
    opentofu) module=github.com/opentofu/opentofu package=./cmd/tofu command=tofu ;;
    *) say "$product is not known: terraform or opentofu"; return 2 ;;
    esac
    [ "$version" = latest ] || version=v${version#v}
    if [ -x "$folder/$command-${version#v}" ]; then
        say "$folder/$command-${version#v} is there"
        return
    fi
    found=$(cd "$sources" && go mod download -json "$module@$version") || {
        say "the module proxy does not give $module@$version: $(member "$found" Error)"
        return 1
    }
    version=$(member "$found" Version)
    local built=$folder/$command-${version#v}
    if [ -x "$built" ]; then
        say "$built is there"
        return
    fi
    directory=$sources/$command-$version
    cp -R "$(member "$found" Dir)" "$directory"
    chmod -R u+w "$directory"
    say "building $built (some minutes the first time)"
    (
        cd "$directory"
        leave_out_unpublished "$module"
        CGO_ENABLED=0 go build -trimpath -buildvcs=false -o "$built" \
            -ldflags "-s -w -X $module/version.dev=no" "$package"
    )
    rm -rf "$directory"
    say "built: $("$built" version | grep -o -m 1 '^\(Terraform\|OpenTofu\) v.*')"
}

failed=0
for wanted in "$@"; do
    build "$wanted" || failed=1
done
exit $failed
