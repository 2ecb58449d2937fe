#!/usr/bin/env bash
# Prints the path of the terraform to use: $TERRAFORM, or terraform or tofu on PATH, or one built with Go.
set -eu

# Newer versions refuse `go install`.
version=v1.8.5
bin="$(cd "$(dirname "$0")/.." && pwd)/.work/bin"

for name in "${TERRAFORM:-}" terraform tofu "$bin/terraform"; do
    if [ -n "$name" ] && found="$(command -v "$name")"; then
        echo "$found"
        exit 0
    fi
    if [ -n "${TERRAFORM:-}" ]; then
        echo "TERRAFORM=$TERRAFORM: there is no such program" >&2
        exit 1
    fi
done

if command -v go >/dev/null; then
    echo "Neither terraform nor tofu is on PATH: building terraform $version with Go (some minutes, once)." >&2
    mkdir -p "$bin"
    GOBIN="$bin" go install "github.com/hashicorp/terraform@$version" >&2
    echo "$bin/terraform"
    exit 0
fi

echo "Neither terraform nor tofu is on PATH. Install Terraform 1.8 or newer (or OpenTofu), or name one with TERRAFORM=/path/to/terraform." >&2
exit 1
