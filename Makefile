# `make help` lists what there is. Everything a target needs and can be had, it installs into .work/.

CARGO     ?= cargo
PYTHON    ?= python3
WORK      := $(CURDIR)/.work
VENV      := $(WORK)/venv
VENV_PY   := $(VENV)/bin/python
REQUIREMENTS := acceptance-tests/requirements.txt
# Where cargo puts what it builds; a directory that outlives the checkout saves the ten minutes of the AWS SDK.
TARGET    := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
export CARGO_TARGET_DIR := $(TARGET)
PROVIDER  := $(TARGET)/debug/terraform-provider-kafka
RELEASE   := $(TARGET)/release/terraform-provider-kafka
DENY      := $(WORK)/tools/bin/cargo-deny
DENY_VERSION := 0.20.2
TFPLUGINDOCS := v0.21.0

.DEFAULT_GOAL := help
.PHONY: help build fmt fmt-check lint unit soak faults acceptance acceptance-faults acceptance-interrupts matrix clis test wire demo sandbox live install bench bench-throttle bench-deadlines docs docs-check docs-validate notices advisories policy clean

help: ## List the targets.
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-21s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## Build the provider (the first time: about ten minutes, nearly all of it the AWS SDK).
	@command -v $(CARGO) >/dev/null || { echo "cargo is missing: install Rust (rustup) first" >&2; exit 1; }
	$(CARGO) build --workspace --all-targets --locked

fmt: ## Format Rust and Terraform code.
	$(CARGO) fmt --all
	@terraform="$$(acceptance-tests/find-terraform.sh)" && "$$terraform" fmt -recursive examples

fmt-check: ## Fail where code is not formatted.
	$(CARGO) fmt --all --check

lint: ## Lints as errors.
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

unit: ## Unit, golden, property and protocol tests.
	$(CARGO) test --workspace --locked

soak: ## Other random cases than a plain run's, and more: make soak CASES=5000.
	ENGINE_CASES=$(or $(CASES),5000) ORACLE_CASES=$(or $(CASES),5000) \
		$(CARGO) test --workspace --locked --test engine --test oracle --test resource

acceptance: build $(VENV)/ready ## The real terraform with the built provider, against the sandbox.
	@TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(PROVIDER)" \
		$(VENV_PY) -m pytest acceptance-tests -n 4 --dist loadgroup -q

faults: ## Every fault at every write of every operation, in memory: prints the table.
	$(CARGO) test --locked -p resources --test oracle faults:: -- --nocapture --test-threads=1

acceptance-faults: build $(VENV)/ready ## A lost answer and a killed provider at every writing call of a create and a destroy, with the real terraform.
	@TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(PROVIDER)" \
		$(VENV_PY) acceptance-tests/faults.py $(if $(FIRST),--first $(FIRST))

acceptance-interrupts: build $(VENV)/ready ## The same with Ctrl-C once and twice, SIGTERM and SIGKILL.
	@TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(PROVIDER)" \
		$(VENV_PY) acceptance-tests/faults.py --interrupts $(if $(FIRST),--first $(FIRST))

matrix: build $(VENV)/ready ## Chosen tests with every CLI: CLIS="terraform /path/to/tofu", or those on PATH and those of make clis.
	@PROVIDER_BINARY="$(PROVIDER)" $(VENV_PY) acceptance-tests/matrix.py

clis: ## Build the CLIs of the matrix with Go into .work/clis.
	@acceptance-tests/build-clis.sh $(WORK)/clis

test: fmt-check lint unit docs-check acceptance ## Everything that must hold.

wire: build $(VENV)/ready ## Real Kafka brokers and clients over what terraform builds (Linux, no root needed).
	@exec env TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(PROVIDER)" \
		$(VENV_PY) acceptance-tests/wire/launch.py $(WORK)/wire

demo: build $(VENV)/ready ## From here to a Kafka path in the sandbox: apply, outputs, empty plan, destroy.
	@TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(PROVIDER)" \
		$(VENV_PY) acceptance-tests/demo.py

sandbox: $(VENV)/ready ## Run the sandbox AWS by hand; prints the environment to export. Ctrl-C ends it.
	@cd acceptance-tests && $(VENV_PY) -m sandbox --port $(or $(PORT),0) --ready-file $(WORK)/sandbox.json

live: build $(VENV)/ready ## The acceptance tests against real AWS (asks for an explicit yes).
	@TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(PROVIDER)" \
		$(VENV_PY) acceptance-tests/live.py

install: ## Build for release and install into a local mirror for terraform and tofu.
	$(CARGO) build --release --locked -p terraform-provider-kafka
	@acceptance-tests/install.sh "$(RELEASE)"

bench: $(VENV)/ready ## Figures and ratios against the budgets (builds for release).
	$(CARGO) build --release --locked -p terraform-provider-kafka
	@TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(RELEASE)" \
		$(VENV_PY) acceptance-tests/bench.py

bench-throttle: build $(VENV)/ready ## 9, 20 and 49 brokers in accounts whose buckets others use (an hour; BROKERS=9 OTHERS=70).
	@TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(PROVIDER)" \
		$(VENV_PY) acceptance-tests/bench_throttle.py $(if $(BROKERS),--brokers $(BROKERS)) $(if $(OTHERS),--others $(OTHERS))

bench-deadlines: build $(VENV)/ready ## How long operations outlive their timeout and Ctrl-C while AWS does not answer.
	@TERRAFORM="$$(acceptance-tests/find-terraform.sh)" PROVIDER_BINARY="$(PROVIDER)" \
		$(VENV_PY) acceptance-tests/bench_deadlines.py $(if $(TIMEOUT),--timeout $(TIMEOUT))

docs: build ## Write the registry's pages from the schema, and the diagrams from their text.
	@$(PYTHON) docs/diagrams/draw.py
	@$(PYTHON) docs/generate.py --provider "$(PROVIDER)" --terraform "$$(acceptance-tests/find-terraform.sh)"

docs-check: build ## Fail where pages, diagrams or third-party notices are not what they are written from.
	@$(PYTHON) docs/notices.py --check
	@$(PYTHON) docs/diagrams/draw.py --check
	@$(PYTHON) docs/generate.py --check --provider "$(PROVIDER)" --terraform "$$(acceptance-tests/find-terraform.sh)"

docs-validate: build ## HashiCorp's tfplugindocs accepts the registry's pages (needs Go).
	@command -v go >/dev/null || { echo "go is missing: install Go first (https://go.dev/dl/)" >&2; exit 1; }
	@mkdir -p $(WORK)
	@$(PYTHON) docs/generate.py --export $(WORK)/schema.json --provider "$(PROVIDER)" --terraform "$$(acceptance-tests/find-terraform.sh)"
	@go run github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs@$(TFPLUGINDOCS) validate \
		--provider-name kafka --providers-schema $(WORK)/schema.json >$(WORK)/tfplugindocs.log 2>&1 || { tail -5 $(WORK)/tfplugindocs.log; exit 1; }

notices: ## Write THIRD_PARTY_NOTICES.md from Cargo.lock.
	@$(PYTHON) docs/notices.py

advisories: ## Vulnerabilities, licences and sources of the dependencies, with cargo-deny (needs the network).
	@deny="$$(command -v cargo-deny || echo $(DENY))"; \
	[ -x "$$deny" ] || $(CARGO) install cargo-deny --locked --version $(DENY_VERSION) --root $(WORK)/tools; \
	"$$deny" check

policy: ## Write the IAM policies into docs/guides/iam-policies.md, and print them: for plans, for applies, for consumers.
	@UPDATE_EXPECT=1 $(CARGO) test --quiet --locked -p engine --lib documented_policies >/dev/null
	@sed -n '/^```json/,/^```/{/^```/d;p}' docs/guides/iam-policies.md

clean: ## Remove what the targets made here.
	rm -rf "$(WORK)"
	$(CARGO) clean

$(VENV)/ready: $(REQUIREMENTS) acceptance-tests/sandbox/requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is missing: install Python 3.11 or newer" >&2; exit 1; }
	@mkdir -p $(WORK)
	$(PYTHON) -m venv $(VENV)
	$(VENV_PY) -m pip install --quiet --requirement $(REQUIREMENTS)
	@touch $@
