"""The built provider, laid out so that `terraform init` finds it without a network."""

import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSION = "0.1.0"
# OpenTofu looks for the same source address under its own registry's host name.
HOSTS = ("registry.terraform.io", "registry.opentofu.org")
ADDRESS = "privatelink/kafka"

REQUIRED_PROVIDERS = f"""terraform {{
  required_providers {{
    kafka = {{
      source = "{ADDRESS}"
    }}
  }}
}}
"""


class NotBuilt(Exception):
    """There is no provider to test."""


def provider_binary() -> Path:
    target = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    named = os.environ.get("PROVIDER_BINARY")
    binary = Path(named) if named else target / "debug" / "terraform-provider-kafka"
    if not binary.is_file():
        raise NotBuilt(f"no provider at {binary}: run `cargo build`, or set PROVIDER_BINARY")
    return binary.resolve()


@dataclass(frozen=True)
class Cli:
    """What a program says of itself: `terraform 1.5.7`, `opentofu 1.12.6`."""

    product: str
    version: tuple[int, ...]

    @classmethod
    def of(cls, program: str, environment: dict[str, str]) -> "Cli":
        ran = subprocess.run(
            [program, "version"], env=environment, capture_output=True, text=True, check=True
        )
        found = re.search(r"^(Terraform|OpenTofu) v(\d+)\.(\d+)\.(\d+)", ran.stdout, re.MULTILINE)
        assert found, f"{program} is neither Terraform nor OpenTofu:\n{ran.stdout}"
        return cls(found[1].lower(), tuple(map(int, found.groups()[1:])))

    def has(self, **since: str) -> bool:
        """Is this at least the version of its product: `terraform="1.8", opentofu="1.7"`?"""
        wanted = since.get(self.product)
        return wanted is not None and self.version >= tuple(map(int, wanted.split(".")))

    def __str__(self) -> str:
        return f"{self.product} {'.'.join(map(str, self.version))}"


@dataclass
class Installation:
    """A filesystem mirror, the CLI configuration that names it, and an initialised folder."""

    terraform: str
    binary: Path
    cli_configuration: Path
    initialised: Path

    @cached_property
    def cli(self) -> Cli:
        return Cli.of(self.terraform, clean_environment(self, self.initialised))

    def prepare(self, folder: Path) -> None:
        """What `terraform init` would leave in `folder`, without the second that it takes."""
        for name in (".terraform", ".terraform.lock.hcl"):
            source = self.initialised / name
            if source.is_dir():
                shutil.copytree(source, folder / name, symlinks=True)
            else:
                shutil.copy2(source, folder / name)


def install(folder: Path) -> Installation:
    """Lays out the mirror under `folder` and runs the one real `terraform init` of the run."""
    binary, mirror = provider_binary(), folder / "mirror"
    for host in HOSTS:
        package = mirror / host / ADDRESS / VERSION / _platform()
        package.mkdir(parents=True)
        installed = package / f"terraform-provider-kafka_v{VERSION}"
        try:
            os.link(binary, installed)
        except OSError:
            shutil.copy2(binary, installed)
    configuration = folder / "terraformrc"
    configuration.write_text(
        f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
    )
    made = Installation(
        os.environ.get("TERRAFORM", "terraform"), binary, configuration, folder / "initialised"
    )
    made.initialised.mkdir()
    (made.initialised / "main.tf").write_text(REQUIRED_PROVIDERS)
    ran = subprocess.run(
        [made.terraform, "init", "-no-color", "-input=false"],
        cwd=made.initialised,
        env=clean_environment(made, folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"terraform init failed:\n{ran.stdout}{ran.stderr}"
    return made


def clean_environment(installation: Installation, home: Path) -> dict[str, str]:
    """No variable of the caller that Terraform or an AWS SDK would listen to."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TF_CLI_CONFIG_FILE": str(installation.cli_configuration),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "AWS_CONFIG_FILE": str(home / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "aws-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _platform() -> str:
    system = platform.system().lower()
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{system}_{machine}"
