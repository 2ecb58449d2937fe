"""Writes the registry's pages from `terraform providers schema -json` and examples/.

    generate.py --provider BINARY --terraform PROGRAM [--check | --export FILE]

With --check nothing is written: it fails where a page is not what the schema says. With --export
the schema alone is written, as HashiCorp's tfplugindocs reads it.
Python's standard library is all that it needs.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SOURCE = "privatelink/kafka"
PROVIDER = "kafka"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--provider", required=True, type=Path)
    parser.add_argument("--terraform", required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--export", type=Path)
    arguments = parser.parse_args()
    schema = read_schema(arguments.provider.resolve(), arguments.terraform)
    if arguments.export:
        # tfplugindocs looks for a provider under HashiCorp's own namespace.
        schemas = {f"registry.terraform.io/hashicorp/{PROVIDER}": schema}
        export = {"format_version": "1.0", "provider_schemas": schemas}
        arguments.export.write_text(json.dumps(export))
        return 0
    pages = render(schema)
    if arguments.check:
        stale = [name for name, text in pages.items() if not current(DOCS / name, text)]
        for name in stale:
            print(f"docs/{name} is not what the schema says: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for name, text in pages.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(text)
        print(f"docs/{name}")
    return 0


def current(page: Path, text: str) -> bool:
    return page.exists() and page.read_text() == text


def read_schema(provider: Path, terraform: str) -> dict[str, Any]:
    """Asks the real program, offline: a mirror with nothing but this provider."""
    with tempfile.TemporaryDirectory(prefix="provider-schema-") as name:
        folder = Path(name)
        machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), "amd64")
        for host in ("registry.terraform.io", "registry.opentofu.org"):
            package = folder / "mirror" / host / SOURCE / "0.1.0"
            package = package / f"{platform.system().lower()}_{machine}"
            package.mkdir(parents=True)
            (package / "terraform-provider-kafka_v0.1.0").symlink_to(provider)
        (folder / "rc").write_text(
            "provider_installation {\n  filesystem_mirror {\n"
            f'    path = "{folder / "mirror"}"\n  }}\n}}\n'
        )
        (folder / "main.tf").write_text(
            f'terraform {{\n  required_providers {{\n    kafka = {{ source = "{SOURCE}" }}\n'
            "  }\n}\n"
        )
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "TF_CLI_CONFIG_FILE": str(folder / "rc"),
            "CHECKPOINT_DISABLE": "1",
        }
        outputs = [
            subprocess.run(
                [terraform, *command], cwd=folder, env=environment, check=True,
                capture_output=True, text=True,
            ).stdout
            for command in (["init", "-input=false"], ["providers", "schema", "-json"])
        ]
        [schema] = json.loads(outputs[-1])["provider_schemas"].values()
        return schema


def render(schema: dict[str, Any]) -> dict[str, str]:
    pages = {"index.md": provider_page(schema["provider"]["block"])}
    for name, resource in sorted(schema.get("resource_schemas", {}).items()):
        pages[f"resources/{name.removeprefix('kafka_')}.md"] = resource_page(name, resource)
    for name, source in sorted(schema.get("data_source_schemas", {}).items()):
        pages[f"data-sources/{name.removeprefix('kafka_')}.md"] = data_source_page(name, source)
    for name, function in sorted(schema.get("functions", {}).items()):
        pages[f"functions/{name}.md"] = function_page(name, function)
    return pages


def provider_page(block: dict[str, Any]) -> str:
    return join(
        overview(head(f"{PROVIDER} Provider", f"{PROVIDER} Provider", block)),
        "## Example Usage",
        code("terraform", "examples/provider/provider.tf"),
        schema_section(block),
    )


def resource_page(name: str, resource: dict[str, Any]) -> str:
    return join(
        head(f"{name} (Resource)", f"{name} Resource - {PROVIDER}", resource["block"]),
        "## Example Usage",
        code("terraform", f"examples/resources/{name}/resource.tf"),
        schema_section(resource["block"]),
        "## Import",
        (DOCS / "templates" / f"{name}_import.md").read_text(),
        code("terraform", f"examples/resources/{name}/import.tf"),
        code("shell", f"examples/resources/{name}/import.sh"),
    )


def data_source_page(name: str, source: dict[str, Any]) -> str:
    return join(
        head(f"{name} (Data Source)", f"{name} Data Source - {PROVIDER}", source["block"]),
        "## Example Usage",
        code("terraform", f"examples/data-sources/{name}/data-source.tf"),
        schema_section(source["block"]),
    )


def function_page(name: str, function: dict[str, Any]) -> str:
    parameters = function.get("parameters", [])
    signature = ", ".join(f"{item['name']} {type_name(item['type'])}" for item in parameters)
    lines = [
        f"1. `{item['name']}` ({type_name(item['type'])}) {item.get('description', '')}"
        for item in parameters
    ]
    return join(
        front_matter(f"{name} function - {PROVIDER}", function.get("summary", "")),
        f"# function: {name}",
        function.get("description") or function.get("summary", ""),
        "## Example Usage",
        code("terraform", f"examples/functions/{name}/function.tf"),
        "## Signature",
        f"```text\n{name}({signature}) {type_name(function['return_type'])}\n```",
        "## Arguments",
        "\n".join(lines),
    )


def head(title: str, page: str, block: dict[str, Any]) -> str:
    description = block.get("description", "")
    return join(front_matter(page, description), f"# {title}", description)


def overview(head: str) -> str:
    """The registry's first page stands in no subcategory, not even in an empty one."""
    return head.replace('subcategory: ""\n', "")


def front_matter(title: str, description: str) -> str:
    """What the registry shows of a page where it lists several."""
    first = description.partition("\n\n")[0].replace("`", "")
    return f'---\npage_title: "{title}"\nsubcategory: ""\ndescription: |-\n  {first}\n---'


@dataclass
class Nested:
    """An object or block inside of another, which has a section of its own."""

    path: str
    kind: str
    block: dict[str, Any]

    @property
    def anchor(self) -> str:
        return f"{self.kind}--{self.path.replace('.', '--')}"

    @property
    def see(self) -> str:
        return f"(see [below for nested schema](#{self.anchor}))"


def schema_section(block: dict[str, Any]) -> str:
    nested: list[Nested] = []
    parts = fields(block, "", nested)
    members = [f"### {kind}\n\n{lines}" for kind, lines in parts.items()]
    return join("## Schema", *members, *nested_sections(nested))


def nested_sections(nested: list[Nested]) -> list[str]:
    """Each nested object below its own anchor, and those inside it after it."""
    sections = []
    for item in nested:
        deeper: list[Nested] = []
        sections.append(f'<a id="{item.anchor}"></a>\n### Nested Schema for `{item.path}`')
        parts = fields(item.block, f"{item.path}.", deeper)
        sections += [f"{kind}:\n\n{lines}" for kind, lines in parts.items()]
        sections += nested_sections(deeper)
    return sections


def fields(block: dict[str, Any], prefix: str, nested: list[Nested]) -> dict[str, str]:
    """Required, optional and read-only members of one block or nested object, by name."""
    parts: dict[str, list[str]] = {"Required": [], "Optional": [], "Read-Only": []}
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    for name in sorted([*attributes, *blocks]):
        if name in attributes:
            attribute = attributes[name]
            kind = "Optional" if attribute.get("optional") else "Read-Only"
            kind = "Required" if attribute.get("required") else kind
            parts[kind].append(line(name, attribute, prefix, nested))
        else:
            kind = "Required" if blocks[name].get("min_items") else "Optional"
            parts[kind].append(block_line(name, blocks[name], prefix, nested))
    return {kind: "\n".join(lines) for kind, lines in parts.items() if lines}


def block_line(name: str, block: dict[str, Any], prefix: str, nested: list[Nested]) -> str:
    mode = block["nesting_mode"]
    marks = ["Block"] if mode == "single" else [f"Block {mode.title()}"]
    marks += [f"Min: {block['min_items']}"] if block.get("min_items") else []
    marks += [f"Max: {block['max_items']}"] if block.get("max_items") else []
    nested.append(Nested(prefix + name, "nestedblock", block["block"]))
    description = block["block"].get("description", "")
    return f"- `{name}` ({', '.join(marks)}) {description} {nested[-1].see}"


def line(name: str, attribute: dict[str, Any], prefix: str, nested: list[Nested]) -> str:
    inner = attribute.get("nested_type")
    kind = "Attributes" if inner else type_name(attribute["type"])
    if inner and inner["nesting_mode"] != "single":
        kind = f"Attributes {inner['nesting_mode'].title()}"
    marks = ", ".join([kind, *(["Sensitive"] if attribute.get("sensitive") else [])])
    text = f"- `{name}` ({marks}) {attribute.get('description', '')}"
    if inner:
        nested.append(Nested(prefix + name, "nestedatt", inner))
        text += f" {nested[-1].see}"
    return text


def type_name(kind: Any) -> str:
    if isinstance(kind, str):
        return {"bool": "Boolean", "dynamic": "Dynamic"}.get(kind, kind.title())
    return f"{kind[0].title()} of {type_name(kind[1])}" if kind[0] != "object" else "Object"


def code(language: str, path: str) -> str:
    return f"```{language}\n{(ROOT / path).read_text().rstrip()}\n```"


def join(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


if __name__ == "__main__":
    sys.exit(main())
