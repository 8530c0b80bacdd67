# Every task a person does by hand. `just` alone lists them.

_default:
    @just --list

# Run all scenarios on a real PostgreSQL with fakes for the rest.
run *ARGS:
    cargo run -q -p harness --bin e2e-validate -- run {{ARGS}}

# Run the tests.
test *ARGS:
    cargo test {{ARGS}}

# Run the tests, a process a test.
nextest *ARGS:
    cargo nextest run {{ARGS}}

# What CI holds a change to, without the engines: formatting, lints, docs, invariants, tests.
check:
    cargo fmt --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
    scripts/invariants
    cargo test

# Tell what is wrong with a system that is there, and how to mend it; changes nothing.
doctor *ARGS:
    cargo run -q -p harness --bin e2e-validate -- doctor {{ARGS}}

# Review changed snapshots.
review:
    cargo insta review

# Measure: clones, tenants, verification, the oracle, a first scenario.
bench *ARGS:
    cargo bench {{ARGS}}

# Write the JSON schemas anew from the models.
schemas:
    UPDATE_SCHEMA=1 cargo test -p harness --test scenario_files --test report

# Write the generated parts of docs/ anew from fixtures.
documents:
    UPDATE_DOCS=1 cargo test -p harness --test documents -- --test-threads 1

# Build the image of the fake, and that of PostgreSQL from Debian's packages, where none can be pulled; prints their names.
images:
    @fixtures/images/fake-koku/build
    @fixtures/images/postgres/build

# Run scenarios on a system that runs already: programs of their own, for each profile or those that are named.
external *PROFILES:
    scripts/external-smoke {{PROFILES}}

# Run all scenarios in a Kubernetes cluster: one that the run makes with kind and deletes, or that of --context.
nightly *ARGS:
    cargo run -q -p harness --bin e2e-validate -- run --target cluster {{ARGS}}

# Remove what crashed runs left behind.
sweep:
    cargo run -q -p harness --bin e2e-validate -- sweep
