#!/usr/bin/env bash
# Installs a built provider where terraform and tofu look for it without any registry:
#   install.sh BINARY
# Each looks in the mirror under the host name of its own registry, so both are laid out.
set -eu

binary="$1"
version="$("$binary" --version | awk '{ print $NF }')"
mirror="${TF_MIRROR:-${XDG_DATA_HOME:-$HOME/.local/share}/terraform-provider-kafka/mirror}"
config="$(dirname "$mirror")/terraform.rc"

case "$(uname -s)" in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) echo "install.sh knows Linux and macOS, not $(uname -s)" >&2; exit 1 ;;
esac
case "$(uname -m)" in
    x86_64 | amd64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) echo "install.sh knows amd64 and arm64, not $(uname -m)" >&2; exit 1 ;;
esac

for host in registry.terraform.io registry.opentofu.org; do
    place="$mirror/$host/privatelink/kafka/$version/${os}_$arch"
    mkdir -p "$place"
    install -m 0755 "$binary" "$place/terraform-provider-kafka_v$version"
    echo "installed $place/terraform-provider-kafka_v$version"
done

cat >"$config" <<EOF
provider_installation {
  filesystem_mirror {
    path    = "$mirror"
    include = ["*/privatelink/kafka"]
  }
  direct {
    exclude = ["*/privatelink/kafka"]
  }
}
EOF

echo
echo "Use it with:"
echo "  export TF_CLI_CONFIG_FILE=$config"
