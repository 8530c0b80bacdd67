//! What profiles say of a chart, side by side.

use std::path::Path;

use harness::profile::{Profile, Service};

/// Every profile, by the names of their files.
pub(crate) fn profiles(fixtures: &Path) -> Vec<Profile> {
    let folder = fixtures.join("profiles");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("the folder of profiles is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names.iter().map(|name| Profile::load(fixtures, name).unwrap_or_else(|error| panic!("{name}: {error}"))).collect()
}

/// One of the generated parts.
pub(crate) fn render(part: &str, profiles: &[Profile]) -> Result<String, String> {
    let rows: Vec<Row> = match part {
        "behaviour" => behaviour(),
        "objects" => objects(),
        "budgets" => budgets(),
        other => return Err(format!("no part of profiles is named {other}")),
    };
    let mut table = row("", profiles.iter().map(|profile| code(&profile.name)));
    table += &row("---", profiles.iter().map(|_| "---".to_owned()));
    for (what, cell) in rows {
        table += &row(what, profiles.iter().map(cell));
    }
    Ok(table)
}

fn row(what: &str, cells: impl Iterator<Item = String>) -> String {
    format!("| {what} | {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

type Row = (&'static str, fn(&Profile) -> String);

fn behaviour() -> Vec<Row> {
    vec![
        ("tenants are made by", |profile| format!("{:?}", profile.tenants.made_by)),
        ("schema of org `1`", |profile| code(&profile.schema("1"))),
        ("domain of org `1`", |profile| profile.domain("1").map_or_else(|| "none".to_owned(), |domain| code(&domain))),
        ("Sources dialect", |profile| code(profile.sources_dialect.as_str())),
        ("catalog", |profile| code(&profile.database.catalog)),
    ]
}

fn objects() -> Vec<Row> {
    vec![
        ("namespace, release", |profile| {
            format!("{}, {}", code(&profile.chart.namespace), code(&profile.chart.release))
        }),
        ("label of workloads", |profile| code(&profile.chart.component_label)),
        ("database: component, name", |profile| {
            format!("{}, {}", code(&profile.database.component.component), code(&profile.database.name))
        }),
        ("roles: superuser, owner, observer", |profile| {
            let observer = profile.database.observer.as_ref().map_or_else(|| "none".to_owned(), |role| code(role));
            format!("{}, {}, {observer}", code(&profile.database.superuser), code(&profile.database.owner))
        }),
        ("Koku", |profile| service(&profile.koku)),
        ("Sources API", |profile| service(&profile.sources)),
        ("ingress", |profile| service(&profile.upload)),
        ("migration job", |profile| {
            format!("{}, component {}", code(&profile.migration.name), code(&profile.migration.component))
        }),
        ("bootstrap job", |profile| {
            let job = profile.bootstrap.job.as_ref();
            job.map_or_else(
                || "none".to_owned(),
                |job| format!("{}, component {}", code(&job.name), code(&job.component)),
            )
        }),
        ("processor", |profile| {
            format!("{}, component {}", code(&profile.processor.name), code(&profile.processor.component))
        }),
        ("migrates a tenant", |profile| code(&profile.migrate_command.join(" "))),
    ]
}

fn budgets() -> Vec<Row> {
    vec![
        ("install", |profile| format!("{:?}", profile.budgets.install)),
        ("bootstrap", |profile| format!("{:?}", profile.budgets.bootstrap)),
        ("source", |profile| format!("{:?}", profile.budgets.source)),
        ("provider", |profile| format!("{:?}", profile.budgets.provider)),
        ("manifest", |profile| format!("{:?}", profile.budgets.manifest)),
        ("processing", |profile| format!("{:?}", profile.budgets.processing)),
        ("report", |profile| format!("{:?}", profile.budgets.report)),
        ("request", |profile| format!("{:?}", profile.budgets.request)),
    ]
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn service(service: &Service) -> String {
    format!("`{}:{}`, component `{}`", service.service, service.port, service.component)
}
